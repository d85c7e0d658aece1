/** The official crypto package's vectors, by what this project computes in another way, on Node and elsewhere. */
import { describe, expect, it } from "vitest";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import official from "../../../../test/official/crypto.json" with { type: "json" };
import { curves as onNode } from "./curves/node.ts";
import { curves as elsewhere } from "./curves/portable.ts";
import { hmacSha256 } from "./hmac.ts";
import { sha256 as sha256OnNode } from "./sha256/node.ts";
import { sha256 as sha256Elsewhere } from "./sha256/portable.ts";

type Vector = (typeof official.vectors)[number];
type Computed = Uint8Array | undefined;

const implementations = {
  "on Node": { curves: onNode, sha256: sha256OnNode },
  elsewhere: { curves: elsewhere, sha256: sha256Elsewhere },
};

/** Bytes that count up. */
function cycle([length = 0, start = 0]: readonly number[] = []): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (start + i) & 0xff);
}

describe.each(Object.entries(implementations))("%s", (_where, { curves, sha256 }) => {
  const { secp256k1, curve25519 } = curves;
  const compute: Record<string, (vector: Vector) => Computed | Promise<Computed>> = {
    sha256: ({ d }) => sha256(cycle(d)),
    hmacSha256: ({ key, d }) => hmacSha256(cycle(key), cycle(d)),
    ecdsaSign: ({ priv = "", msg }) => secp256k1.ecdsaSign(hexToBytes(priv), cycle(msg)),
    schnorrSignAux: ({ priv = "", msg, aux }) =>
      secp256k1.schnorrSign(hexToBytes(priv), cycle(msg), cycle(aux)),
    ed25519Sign: ({ priv = "", msg }) => curve25519.ed25519Sign(hexToBytes(priv), cycle(msg)),
    x25519Pub: ({ priv = "" }) => curve25519.x25519PublicKey(hexToBytes(priv)),
    x25519Shared: ({ priv = "", pub }) => curve25519.x25519SharedKey(hexToBytes(priv), cycle(pub)),
  };

  it.each(official.vectors)("$k gives $expect", async (vector) => {
    const computed = async () => bytesToHex((await compute[vector.k]?.(vector)) ?? new Uint8Array());
    if (vector.expect.startsWith("throw:")) await expect(computed()).rejects.toThrow();
    else expect(await computed()).toBe(vector.expect);
  });
});
