/** How the log and the operator's commands name what belongs to a person. */
import { Digest } from "@bc/envelope";

const HEX_DIGITS = 16;

/** The beginning of the SHA-256 of an account's XID, or of a share's ID: who knows the name finds the lines about it. */
export function logName(name: Uint8Array): string {
  return Digest.fromImage(name).hex().slice(0, HEX_DIGITS);
}
