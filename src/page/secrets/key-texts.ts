/** Private keys as other programs write them. The text may be damaged: what begins and looks like one counts. */
import type { SecretKind } from "./secret-kind.ts";

const BASE58 = "[1-9A-HJ-NP-Za-km-z]";
/** Neither before nor after: a longer run of letters and digits is something else. */
const START = "(?<![A-Za-z0-9])";
const END = "(?![A-Za-z0-9])";
/** A folded text in capitals, or in small letters, is no key. */
const MIXED = ["A-Z", "a-z", "0-9"].map((kind) => `(?=[A-Za-z0-9]{0,57}[${kind}])`).join("");

const KEYS: readonly (readonly [secret: SecretKind, pattern: RegExp])[] = [
  // BIP-32 and SLIP-132: xprv, yprv, Zprv, tprv and others.
  ["wallet-private-key", new RegExp(`${START}[a-zA-Z]prv(?=[A-Za-z]{0,40}[0-9])${BASE58}{40,}`)],
  // WIF of the main network and of test networks, and BIP-38.
  [
    "private-key",
    new RegExp(
      `${START}${MIXED}(?:5[HJK]${BASE58}{49}|[KLc]${BASE58}{51}|9[1-5]${BASE58}{49}|6P${BASE58}{56})${END}`,
    ),
  ],
  // NIP-19 and NIP-49.
  ["private-key", new RegExp(`${START}n(?:crypt)?sec1[02-9ac-hj-np-z]{20,}`, "i")],
  // BIP-93: the threshold comes first.
  ["seed", new RegExp(`${START}(?:ms|cl)1[02-9][02-9ac-hj-np-z]{30,}`, "i")],
  [
    "private-key",
    new RegExp(`${START}AGE-(?:SECRET-KEY|PLUGIN)-(?:[A-Z0-9]{1,20}-){0,3}1?[02-9AC-HJ-NP-Z]{20,}`, "i"),
  ],
  ["private-key", /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/],
  [
    "private-key-in-hex",
    /\b(?:priv(?:ate)?|prv|secret|seed|entropy|sk)(?:[ _-]?key)?\W{1,5}(?:is\W{1,3})?(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{32})\b/i,
  ],
];

/** Half of an entropy for 12 words, for 24 words or a key, and a key with its public half: in digits. */
const HEX_SIZES = [32, 64, 128];

/** What a text holds. Undefined when it holds no private key. */
export function keyIn(text: string): SecretKind | undefined {
  const unfolded = text.replaceAll(/[^\S\n]*\n[\s>|]*/g, "");
  const found = KEYS.find(([, pattern]) => pattern.test(text) || pattern.test(unfolded));
  return found?.[0] ?? (isHexKey(text) ? "hex-key" : undefined);
}

/** Hex alone. Beside other text it is rather a receipt, or the ID of a request. */
function isHexKey(text: string): boolean {
  const digits = text.replaceAll(/[\s:"'`,.]|0x/gi, "");
  return HEX_SIZES.includes(digits.length) && /^[0-9a-f]+$/i.test(digits);
}
