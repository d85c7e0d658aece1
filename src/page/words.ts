/** Everything that the page says about functions, errors and sizes. */
import type { RefusalCode } from "@bc/share-protocol";

const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["storeShare", "Store a share"],
  ["retrieveShares", "Send the stored shares back"],
  ["getShares", "Send the stored shares back"],
  ["deleteShares", "Delete shares"],
  ["updateFallback", "Set the fallback contact"],
  ["updateRecovery", "Set the fallback contact"],
  ["retrieveFallback", "Tell the fallback contact"],
  ["getRecovery", "Tell the fallback contact"],
  ["fallbackTransfer", "Move the account to a new key"],
  ["startRecovery", "Move the account to a new key"],
  ["verifyFallback", "Confirm with a code"],
  ["finishRecovery", "Finish moving the account to a new key"],
  ["updatePublicKey", "Change the account’s key"],
  ["updateXIDDocument", "Change the account’s key"],
  ["deleteAccount", "Delete the account and all its shares"],
]);

/** What a function does, or its own name, shortened, where it is not one of ours. */
export function functionInWords(name: string): string {
  return FUNCTIONS.get(name) ?? `“${name.slice(0, 40)}”`;
}

/** What to do about an error, where the server's own text leaves that open. */
const ADVICE: Partial<Record<RefusalCode, string>> = {
  malformed: "Part of the message was lost or changed on the way. Scan it again.",
  "too-large": "The server does not take requests this large.",
  "rate-limited": "Many requests came from this network. Wait a minute, then send it again.",
  unavailable: "The server’s store is down. Your request is not lost: send it again later.",
  "unknown-recipient":
    "This request is sealed for another server. Compare the picture and the words above with your device’s.",
  "wrong-recipient":
    "This request is meant for another server. Compare the picture and the words above with your device’s.",
  "missing-recipient": "The request must name this server. Show the server to your device first.",
  expired: "The request was made too long ago. Check your device’s clock, and make a new one.",
  "from-the-future": "The request’s date lies ahead. Check your device’s clock, and make a new one.",
  "id-reused": "Your device used this request’s ID before. Make a new request.",
  "unknown-account": "This server has no account for the key that signed the request.",
  "unknown-function": "This server does not know what the request asks for. Your device may be newer.",
  "bad-signature": "The signature does not fit the request. Make a new one.",
  internal: "Something went wrong in the server. Your request is not lost: send it again later.",
};

/** What to do about it, or nothing where the text of the error says it all. */
export function adviceFor(code: string): string | undefined {
  return Object.entries(ADVICE).find(([known]) => known === code)?.[1];
}

/** Errors that pass by themselves: the request stays good, and nothing was done. */
const PASSING: readonly RefusalCode[] = ["rate-limited", "unavailable", "internal"];

export function mayBeSentAgain(code: string): boolean {
  return PASSING.some((passing) => passing === code);
}

/** `327 bytes`, `4.1 KB`. */
export function sizeInWords(bytes: number): string {
  return bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} KB`;
}
