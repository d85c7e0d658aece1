/**
 * The clock of whoever runs the client: the default where a caller gives none.
 *
 * It is the one place in the shared rooms that reads a clock. A wallet wants a share stored, and has no other clock to
 * offer; tests and servers go on giving theirs.
 */
export function systemClock(): Date {
  return new Date();
}
