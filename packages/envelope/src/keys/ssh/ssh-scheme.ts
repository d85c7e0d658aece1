/**
 * The schemes of SSH whose signatures are verified, called as SSH calls them. Keys and signatures travel as the text that
 * OpenSSH writes, in UTF-8: `algorithm base64 comment`, and the armoured form of PROTOCOL.sshsig.
 *
 * What stands here tells schemes apart by the beginning of a text. Whether the rest is right, only ./verify.ts knows.
 */
export type SshScheme = "ssh-ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

/** With the names that the reference has for them. */
export const SSH = {
  "ssh-ed25519": "SshEd25519",
  "ecdsa-sha2-nistp256": "SshEcdsaP256",
  "ecdsa-sha2-nistp384": "SshEcdsaP384",
} as const satisfies Record<SshScheme, string>;

const SCHEMES = Object.keys(SSH) as SshScheme[];

/** What stands before the base64 of a signature, and how much of that is enough to see by which scheme it was made. */
export const SIGNATURE_BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const ENOUGH = 52;
/** `SSHSIG`, the version, and the length of the key. */
const BEFORE_KEY = 14;

export function isSsh(scheme: string): scheme is SshScheme {
  return Object.hasOwn(SSH, scheme);
}

/** The scheme of a public key, of which no more than the first word is looked at. */
export function sshSchemeOfKey(text: string): SshScheme | undefined {
  return SCHEMES.find((scheme) => text.startsWith(`${scheme} `));
}

/** The scheme of the key that is named in a signature. */
export function sshSchemeOfSignature(text: string): SshScheme | undefined {
  if (!text.startsWith(SIGNATURE_BEGIN)) return undefined;
  const key = fromBase64(text.slice(SIGNATURE_BEGIN.length).slice(0, ENOUGH))?.slice(BEFORE_KEY);
  return SCHEMES.find((scheme) => key?.startsWith(`\0\0\0${String.fromCharCode(scheme.length)}${scheme}`));
}

/** A character for each byte; undefined for what is no base64. */
export function fromBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
