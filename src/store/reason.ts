/**
 * What failed, and why if that is known: one sentence without a stack, for the operator's eyes and the log only. The
 * causes that drivers give hold no secret.
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
