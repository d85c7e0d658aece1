/**
 * Keys of SSH that sign as `ssh-keygen -Y sign` does, for wallets in tests: the packages verify such signatures, and make
 * none.
 */
import { Buffer } from "node:buffer";
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
  EncapsulationPrivateKey,
  PrivateKeys,
  Signature,
  type SigningPrivateKey,
  SigningPublicKey,
} from "@bc/envelope";

export type SshScheme = "ssh-ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384";

export type SshOptions = {
  /** Default: "envelope". */
  readonly namespace?: string;
  /** Default: "sha512". */
  readonly hash?: "sha256" | "sha512";
  /** Default: none. */
  readonly comment?: string;
};

const CURVES = {
  "ecdsa-sha2-nistp256": { namedCurve: "P-256", name: "nistp256", hash: "sha256" },
  "ecdsa-sha2-nistp384": { namedCurve: "P-384", name: "nistp384", hash: "sha384" },
} as const;

/** A new signing key of SSH, beside a key of X25519. */
export function sshKeys(scheme: SshScheme, options?: SshOptions): PrivateKeys {
  const { privateKey } =
    scheme === "ssh-ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("ec", CURVES[scheme]);
  return new PrivateKeys(signingKey(scheme, privateKey, options), EncapsulationPrivateKey.generate());
}

/** A signing key of Ed25519 from its seed. What it signs is the same each time. */
export function sshEd25519Key(seed: Uint8Array, options?: SshOptions): SigningPrivateKey {
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  return signingKey("ssh-ed25519", createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }), options);
}

/** What a client asks of its signing key, and no more. */
function signingKey(scheme: SshScheme, privateKey: KeyObject, options: SshOptions = {}): SigningPrivateKey {
  const { namespace = "envelope", hash = "sha512", comment } = options;
  const blob = publicBlob(scheme, privateKey);
  const text = [scheme, blob.toString("base64"), ...(comment ? [comment] : [])].join(" ");
  const publicKey = SigningPublicKey.fromData(Buffer.from(text), scheme);
  const about = [Buffer.from(namespace), Buffer.alloc(0), Buffer.from(hash)];
  const key: Pick<SigningPrivateKey, "publicKey" | "sign"> = {
    publicKey: () => publicKey,
    async sign(message) {
      const digest = createHash(hash).update(message).digest();
      const signed = Buffer.concat([Buffer.from("SSHSIG"), strings(...about, digest)]);
      const value = strings(Buffer.from(scheme), signatureValue(scheme, privateKey, signed));
      const version = Buffer.of(0, 0, 0, 1);
      const bytes = Buffer.concat([Buffer.from("SSHSIG"), version, strings(blob, ...about, value)]);
      return Signature.fromData(Buffer.from(armour(bytes)), scheme);
    },
  };
  return key as SigningPrivateKey;
}

function publicBlob(scheme: SshScheme, privateKey: KeyObject): Buffer {
  const { x = "", y = "" } = privateKey.export({ format: "jwk" });
  const [first, second] = [Buffer.from(x, "base64url"), Buffer.from(y, "base64url")];
  if (scheme === "ssh-ed25519") return strings(Buffer.from(scheme), first);
  const point = Buffer.concat([Buffer.of(4), first, second]);
  return strings(Buffer.from(scheme), Buffer.from(CURVES[scheme].name), point);
}

function signatureValue(scheme: SshScheme, privateKey: KeyObject, message: Buffer): Buffer {
  if (scheme === "ssh-ed25519") return sign(null, message, privateKey);
  const value = sign(CURVES[scheme].hash, message, { key: privateKey, dsaEncoding: "ieee-p1363" });
  const half = value.length / 2;
  return strings(...[value.subarray(0, half), value.subarray(half)].map(number));
}

/** Without leading zeros, but for one before a first bit that is set. */
function number(bytes: Buffer): Buffer {
  const digits = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return (digits[0] ?? 0) < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
}

function strings(...contents: readonly Buffer[]): Buffer {
  return Buffer.concat(
    contents.flatMap((content) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(content.length);
      return [length, content];
    }),
  );
}

function armour(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
}
