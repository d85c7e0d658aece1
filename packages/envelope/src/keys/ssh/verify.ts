/**
 * Public keys of OpenSSH and the signatures of PROTOCOL.sshsig. Nobody imports this file but to load it late.
 *
 * A signature names the key that made it, a namespace, and the hash (SHA-256 or SHA-512) by which the message is made short.
 * It covers
 *
 *     "SSHSIG" namespace reserved hash-name hash(message)
 *
 * where all but the first are SSH's strings: four bytes of length, then the bytes. Any namespace will do: the reference
 * takes the one that the signature names.
 *
 * Texts count only letter for letter as OpenSSH writes them, since one key has one XID, and so are the numbers in them.
 * WebCrypto knows P-256, P-384 and both hashes on Node, in browsers and in Workers; Ed25519 is passed in.
 */
import { concatBytes, equalBytes } from "../bytes.ts";
import type { Curve25519 } from "../curves/curves.ts";
import { fromBase64, SIGNATURE_BEGIN, type SshScheme } from "./ssh-scheme.ts";

const SIGNATURE_END = "\n-----END SSH SIGNATURE-----\n";
const LINE_LENGTH = 70;

const MAGIC = bytesOfText("SSHSIG");
const VERSION = Uint8Array.of(0, 0, 0, 1);
const HASHES: Readonly<Record<string, string>> = { sha256: "SHA-256", sha512: "SHA-512" };

const ED25519_SIZE = { key: 32, signature: 64 };
const CURVES = {
  "ecdsa-sha2-nistp256": { name: "nistp256", namedCurve: "P-256", hash: "SHA-256", size: 32 },
  "ecdsa-sha2-nistp384": { name: "nistp384", namedCurve: "P-384", hash: "SHA-384", size: 48 },
} as const satisfies Partial<Record<SshScheme, object>>;
type Curve = (typeof CURVES)[keyof typeof CURVES];

/** What a text in the form of `authorized_keys` says, as bytes. */
type SshKey = {
  readonly scheme: SshScheme;
  /** As signatures name it. */
  readonly blob: Uint8Array;
  /** 32 bytes, or a point that is not compressed. */
  readonly point: Uint8Array;
};

type SshSignature = {
  readonly keyBlob: Uint8Array;
  readonly namespace: Uint8Array;
  readonly reserved: Uint8Array;
  readonly hashName: Uint8Array;
  readonly scheme: string;
  /** 64 bytes of Ed25519; of ECDSA two numbers, as strings. */
  readonly value: Uint8Array;
};

/** Whether the text is a public key: as OpenSSH writes it, and on its curve. */
export async function isSshKey(
  keyText: Uint8Array,
  isPointOfEd25519: (point: Uint8Array) => boolean,
): Promise<boolean> {
  const key = readKey(keyText);
  if (key === undefined) return false;
  if (key.scheme === "ssh-ed25519") return isPointOfEd25519(key.point);
  return (await importPoint(CURVES[key.scheme], key.point)) !== undefined;
}

/** Whether the key made the signature over `message`. Never throws, whatever the texts are. */
export async function verifySsh(
  keyText: Uint8Array,
  signatureText: Uint8Array,
  message: Uint8Array,
  ed25519Verify: Curve25519["ed25519Verify"],
): Promise<boolean> {
  const key = readKey(keyText);
  const signature = readSignature(signatureText);
  if (key === undefined || signature?.scheme !== key.scheme || !equalBytes(signature.keyBlob, key.blob))
    return false;
  const signed = await signedBytes(signature, message);
  if (signed === undefined) return false;
  if (key.scheme === "ssh-ed25519") {
    return (
      signature.value.length === ED25519_SIZE.signature && ed25519Verify(key.point, signature.value, signed)
    );
  }
  return verifyEcdsa(CURVES[key.scheme], key.point, signature.value, signed);
}

function readKey(bytes: Uint8Array): SshKey | undefined {
  const text = textOf(bytes) ?? "";
  const [algorithm = "", base64 = ""] = text.split(" ", 2);
  const comment = text.slice(algorithm.length + base64.length + 2);
  const blob = bytesOfBase64(base64);
  if (blob === undefined || /\p{White_Space}$/u.test(comment)) return undefined;
  if ([algorithm, base64, ...(comment === "" ? [] : [comment])].join(" ") !== text) return undefined;
  const [name, ...parts] = stringsIn(blob) ?? [];
  if (name === undefined || textOf(name) !== algorithm) return undefined;
  const point = pointIn(algorithm, parts);
  return point && { scheme: algorithm as SshScheme, blob, point };
}

/** From what follows the name of the algorithm in a key. */
function pointIn(algorithm: string, parts: readonly Uint8Array[]): Uint8Array | undefined {
  const point = parts.at(-1);
  if (algorithm === "ssh-ed25519") {
    return parts.length === 1 && point?.length === ED25519_SIZE.key ? point : undefined;
  }
  const [curveName] = parts;
  if (!isCurve(algorithm) || parts.length !== 2 || curveName === undefined) return undefined;
  const { name, size } = CURVES[algorithm];
  const isWhole = point?.length === 1 + 2 * size && point[0] === 4;
  return isWhole && textOf(curveName) === name ? point : undefined;
}

function isCurve(algorithm: string): algorithm is keyof typeof CURVES {
  return Object.hasOwn(CURVES, algorithm);
}

function readSignature(armoured: Uint8Array): SshSignature | undefined {
  const text = textOf(armoured) ?? "";
  const inside = text.slice(SIGNATURE_BEGIN.length, -SIGNATURE_END.length);
  const bytes = bytesOfBase64(inside.replaceAll("\n", ""));
  if (bytes === undefined || text !== armour(bytes)) return undefined;
  const head = concatBytes(MAGIC, VERSION);
  if (!equalBytes(bytes.subarray(0, head.length), head)) return undefined;
  const strings = stringsIn(bytes.subarray(head.length));
  const [keyBlob, namespace, reserved, hashName, made] = strings ?? [];
  if (strings?.length !== 5 || !keyBlob || !namespace || !reserved || !hashName || !made) return undefined;
  const [scheme, value, ...more] = stringsIn(made) ?? [];
  if (scheme === undefined || value === undefined || more.length > 0) return undefined;
  return { keyBlob, namespace, reserved, hashName, scheme: textOf(scheme) ?? "", value };
}

function armour(bytes: Uint8Array): string {
  const lines = base64Of(bytes).match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return SIGNATURE_BEGIN + lines.join("\n") + SIGNATURE_END;
}

async function signedBytes(signature: SshSignature, message: Uint8Array): Promise<Uint8Array | undefined> {
  const { namespace, reserved, hashName } = signature;
  const hash = HASHES[textOf(hashName) ?? ""];
  if (hash === undefined || !textOf(namespace) || !hasWebCrypto()) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest(hash, message.slice()));
  return concatBytes(MAGIC, ...[namespace, reserved, hashName, digest].map(stringOf));
}

/** A page that came over plain HTTP has none: it verifies nothing. */
function hasWebCrypto(): boolean {
  return "subtle" in crypto;
}

async function verifyEcdsa(
  curve: Curve,
  point: Uint8Array,
  value: Uint8Array,
  signed: Uint8Array,
): Promise<boolean> {
  const numbers = stringsIn(value)?.map((number) => fixedNumber(number, curve.size));
  const [r, s] = numbers ?? [];
  const key = await importPoint(curve, point);
  if (numbers?.length !== 2 || r === undefined || s === undefined || key === undefined) return false;
  const { hash } = curve;
  return crypto.subtle.verify({ name: "ECDSA", hash }, key, concatBytes(r, s), signed.slice());
}

/** Nothing where the point is not on the curve. */
async function importPoint({ namedCurve }: Curve, point: Uint8Array) {
  try {
    return await crypto.subtle.importKey("raw", point.slice(), { name: "ECDSA", namedCurve }, false, [
      "verify",
    ]);
  } catch {
    return undefined;
  }
}

/** SSH's numbers have as few bytes as they need, with a zero before a first bit that is set, since that means negative. */
function fixedNumber(number: Uint8Array, size: number): Uint8Array | undefined {
  const [first = 0, second = 0] = number;
  if (first >= 0x80 || (first === 0 && second < 0x80)) return undefined;
  const digits = number.subarray(first === 0 ? 1 : 0);
  if (digits.length > size) return undefined;
  return concatBytes(new Uint8Array(size - digits.length), digits);
}

/** The strings that the bytes are made of, to the last byte. */
function stringsIn(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const strings: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 4 > bytes.length) return undefined;
    const from = at + 4;
    at = from + new DataView(bytes.buffer, bytes.byteOffset + at).getUint32(0);
    if (at > bytes.length) return undefined;
    strings.push(bytes.subarray(from, at));
  }
  return strings;
}

function stringOf(bytes: Uint8Array): Uint8Array {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

function bytesOfText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Nothing for what is not UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Nothing for base64 that is written in another way than `btoa` writes it. */
function bytesOfBase64(text: string): Uint8Array | undefined {
  const binary = fromBase64(text);
  if (binary === undefined || btoa(binary) !== text) return undefined;
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
