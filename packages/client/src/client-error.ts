import type { Receipt } from "@bc/share-protocol";

/** Why a call did not give a result; the message says more, for people, and never holds a share or a key. */
export type ClientErrorCode =
  /** No answer: the network failed, it took too long, or something on the way answered in the server's place. */
  | "unreachable"
  /** An answer that must not be believed: unreadable, changed, for another request, or with a wrong result. */
  | "bad-answer"
  /** The server is not the one that the caller knows, or can't show that it is. */
  | "wrong-server"
  /**
   * Somebody speaks as the server that the caller knows, by keys that do not follow from its keys: replaced ones, or new
   * ones that those known have not signed.
   */
  | "wrong-keys"
  /** The server has something else than the share that it is to have. */
  | "not-proven"
  /** The request is larger than the server takes, by what it tells of itself: nothing was sent. */
  | "too-large"
  /** The server understood and said no; see {@link ClientError.refusal}. */
  | "refused";

/** What the server said. */
export type ServerRefusal = {
  /** The server's stable code, such as `unknown-receipt`; a newer server may send one not known here. */
  readonly code: string;
  /** For people, as the server wrote it: escape it before it reaches a terminal. */
  readonly text: string;
  /**
   * Whether the server refused before it knew who asked. Such an answer names no request, so anyone on the way
   * could have put it in the place of the real one: the request may have been carried out all the same.
   */
  readonly early: boolean;
  /** From when on the same request, sent again, may get another answer: the end of a limit. Undefined: not known. */
  readonly retryAfter?: Date | undefined;
  /** The one share that it is about, such as the damaged one among several. Undefined: it tells of none. */
  readonly receipt?: Receipt | undefined;
  /** Something else that the server wants the user to know. */
  readonly note: string | undefined;
};

/** The one error of the client. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  /** Present when the code is `refused`. */
  readonly refusal: ServerRefusal | undefined;

  constructor(
    code: ClientErrorCode,
    message: string,
    options: ErrorOptions & { readonly refusal?: ServerRefusal } = {},
  ) {
    super(message, options);
    this.code = code;
    this.refusal = options.refusal;
  }
}

/** After these refusals the same request may yet get another answer. Any other is its outcome. */
const PASSING_REFUSALS: readonly string[] = ["unavailable", "internal", "from-the-future"];

/**
 * The code of a refusal that is about this very request. An early one names no request: anyone on the way could have
 * put it in the place of the real answer.
 */
export function refusalCode(error: unknown): string | undefined {
  if (!(error instanceof ClientError) || error.refusal === undefined || error.refusal.early) return undefined;
  return error.refusal.code;
}

/** Whether the server has refused this very request for good: sent again, it gets the same answer. */
export function isFinalRefusal(error: unknown): boolean {
  const code = refusalCode(error);
  return code !== undefined && !PASSING_REFUSALS.includes(code);
}
