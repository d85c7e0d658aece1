import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeCbor, hexToBytes } from "#bc/dcbor";
import vectors from "../../../../test-vectors/keys.json" with { type: "json" };
import {
  EncapsulationPublicKey,
  PrivateKeyBase,
  PrivateKeys,
  PublicKeys,
  SigningPrivateKey,
  SigningPublicKey,
  SymmetricKey,
} from "./index.ts";

describe("keys", () => {
  it.each(vectors.vectors)("are derived from $name", (vector) => {
    const base = PrivateKeyBase.fromData(hexToBytes(vector.materialHex));
    const keys = base.privateKeys();
    const publicKeys = keys.publicKeys();
    expect(base.urString()).toBe(vector.privateKeyBaseUR);
    expect(keys.urString()).toBe(vector.privateKeysUR);
    expect(publicKeys.urString()).toBe(vector.publicKeysUR);
    expect(keys.signing.data).toEqual(hexToBytes(vector.signingPrivateKeyHex));
    expect(keys.encapsulation.data).toEqual(hexToBytes(vector.encapsulationPrivateKeyHex));
    expect(publicKeys.signing.data).toEqual(hexToBytes(vector.schnorrPublicKeyHex));
    expect(publicKeys.encapsulation.data).toEqual(hexToBytes(vector.encapsulationPublicKeyHex));
    expect(publicKeys.xid().hex()).toBe(vector.xidHex);
    expect(base.privateKeys("ecdsa").publicKeys().signing.data).toEqual(hexToBytes(vector.ecdsaPublicKeyHex));
    expect(base.privateKeys("ed25519").publicKeys().signing.data).toEqual(
      hexToBytes(vector.ed25519PublicKeyHex),
    );
  });

  it.each(vectors.vectors)("are read from their URs: $name", async (vector) => {
    const keys = PrivateKeys.fromURString(vector.privateKeysUR);
    const publicKeys = PublicKeys.fromURString(vector.publicKeysUR);
    expect(keys.publicKeys().equals(publicKeys)).toBe(true);
    expect(await publicKeys.isValid()).toBe(true);
    const base = PrivateKeyBase.fromURString(vector.privateKeyBaseUR);
    expect(base.privateKeys().equals(keys)).toBe(true);
  });

  it.each(vectors.vectors)("show as short hashes: $name", (vector) => {
    expect(`${PrivateKeys.fromURString(vector.privateKeysUR)}`).toBe(vector.privateKeysText);
    expect(`${PublicKeys.fromURString(vector.publicKeysUR)}`).toBe(vector.publicKeysText);
  });

  it.each(vectors.invalid)("are checked before use: $name", async ({ cborHex }) => {
    const cbor = decodeCbor(hexToBytes(cborHex));
    const key = cborHex.startsWith("d99c4b")
      ? EncapsulationPublicKey.fromCbor(cbor)
      : SigningPublicKey.fromCbor(cbor);
    expect(await key.isValid()).toBe(false);

    const good = PrivateKeys.generate("ed25519").publicKeys();
    const pair =
      key instanceof SigningPublicKey
        ? new PublicKeys(key, good.encapsulation)
        : new PublicKeys(good.signing, key);
    expect(await pair.isValid()).toBe(false);
  });

  it.each(["schnorr", "ecdsa"] as const)("of %s out of range are bad keys when used", async (scheme) => {
    for (const data of [new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
      const key = SigningPrivateKey.fromData(data, scheme);
      expect(() => key.publicKey()).toThrow(expect.objectContaining({ code: "bad-key" }));
      await expect(key.sign(data)).rejects.toMatchObject({ code: "bad-key" });
    }
  });

  it("refuse empty key material", () => {
    expect(() => PrivateKeyBase.fromData(new Uint8Array())).toThrow(
      expect.objectContaining({ code: "bad-key" }),
    );
  });

  it("are new each time", () => {
    for (const scheme of ["schnorr", "ecdsa", "ed25519"] as const) {
      const [a, b] = [PrivateKeys.generate(scheme), PrivateKeys.generate(scheme)];
      expect(a.signing.equals(b.signing)).toBe(false);
      expect(a.encapsulation.equals(b.encapsulation)).toBe(false);
      expect(a.signing.data).not.toEqual(a.encapsulation.data);
    }
    expect(PrivateKeyBase.generate().equals(PrivateKeyBase.generate())).toBe(false);
  });
});

describe("secrets", () => {
  const data = new Uint8Array(32).fill(0xab);
  const base = PrivateKeyBase.fromData(data);
  const signing = (["schnorr", "ecdsa", "ed25519"] as const).map((scheme) =>
    SigningPrivateKey.fromData(data, scheme),
  );
  const secrets = [base, base.privateKeys(), ...signing, SymmetricKey.fromData(data)];

  it.each(secrets.map((secret) => [`${secret}`, secret] as const))(
    "stay out of what prints %s",
    (_text, secret) => {
      const bytes = "data" in secret ? [secret.data] : [secret.signing.data, secret.encapsulation.data];
      const shown = [
        String(secret),
        JSON.stringify({ secret }),
        inspect({ secret }, { depth: 9, showHidden: true }),
      ];
      for (const text of shown) {
        for (const key of bytes) {
          expect(text).not.toContain(Buffer.from(key).toString("hex"));
          expect(text).not.toContain([...key.subarray(0, 4)].join(", "));
          expect(text).not.toContain([...key.subarray(0, 4)].join(","));
        }
      }
    },
  );

  it("stay out of errors about URs that hold them", () => {
    const ur = base.privateKeys().urString();
    const damaged = ur.slice(0, -2);
    try {
      PrivateKeys.fromURString(damaged);
      expect.unreachable();
    } catch (error) {
      expect(inspect(error, { depth: 9 })).not.toContain(ur.slice(40, 60));
    }
  });
});
