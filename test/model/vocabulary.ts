/**
 * The words of the model: keys, IDs and moments are numbers, contacts and shares are texts, and an account has the number
 * of the key that opened it.
 */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds, bytes and counts; the service under test is set up with the same. */
export const RULES = {
  maxAge: DAY,
  maxShareBytes: 5,
  maxShares: 3,
  maxAccountBytes: 6,
  challengeLifetime: 30 * MINUTE,
  /** After their end, challenges are remembered so long. */
  challengeMemory: DAY,
  limitWindow: HOUR,
  /** From one network. */
  maxNewAccounts: 3,
  perContact: 20,
  perContactAndNetwork: 5,
  perKey: 10,
  codeTries: 5,
  noticeLifetime: 7 * DAY,
  /** Of an account, and to a contact. */
  noticesPerHour: 6,
} as const;

export type ShareId = { readonly account: number; readonly data: string };

export type ModelCall =
  | { readonly name: "storeShare"; readonly data: string }
  | { readonly name: "retrieveShares" | "deleteShares"; readonly shares: readonly ShareId[] }
  | { readonly name: "updateFallback"; readonly fallback: string | null }
  | { readonly name: "fallbackTransfer"; readonly fallback: string }
  /** The code of the challenge that this request began, or one that nobody was sent. */
  | { readonly name: "verifyFallback"; readonly codeOf: ModelRequest | undefined }
  /** Whether the new key proves itself, or somebody else does in its name. */
  | {
      readonly name: "updatePublicKey";
      readonly newKey: number;
      readonly proof: "own" | "none" | "another's";
    }
  | { readonly name: "retrieveFallback" | "deleteAccount" };

/** A signed request; the same object is the same request. */
export type ModelRequest = {
  readonly key: number;
  /** The sender's XID, given as the key whose hash it is. */
  readonly sender: number;
  readonly id: number;
  readonly date: number | null;
  readonly call: ModelCall;
};

/** `value` is what a result says, `note` whether there is a warning. */
export type Observation = {
  readonly code: string;
  readonly value?: string | undefined;
  readonly note: boolean;
};

/** `times`: how often it has happened, where a notice stands for several. */
export type Sent = {
  readonly topic: string;
  readonly to: string;
  readonly codeOf: ModelRequest | undefined;
  readonly times: number;
};

/** The first key is used in one place, all others in another. */
export function networkOf(key: number): number {
  return key === 0 ? 0 : 1;
}

export function receipt(account: number, data: string): string {
  return `receipt of account ${account} for "${data}"`;
}

/** Whether two spellings are one contact. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
