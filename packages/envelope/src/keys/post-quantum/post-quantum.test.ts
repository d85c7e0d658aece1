import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadPostQuantum } from "#post-quantum";
import { flipBit } from "../../../../../test/kit/flip-bit.ts";
import { EncapsulationPublicKey } from "../encapsulation-public-key.ts";
import { noblePostQuantum } from "./noble.ts";
import { opensslPostQuantum } from "./openssl.ts";
import { ML_DSA, ML_KEM, type MlDsaScheme, type MlKemScheme } from "./parameter-sets.ts";
import { loadPostQuantum as loadElsewhere, loadedPostQuantum as loadedElsewhere } from "./portable.ts";

const implementations = { openssl: opensslPostQuantum, noble: noblePostQuantum };
const pairs = Object.entries(implementations).flatMap(([name, own]) =>
  Object.entries(implementations).map(([other, others]) => [name, other, own, others] as const),
);
const message = new TextEncoder().encode("What is signed may have any length.");

describe.each(Object.keys(ML_DSA) as MlDsaScheme[])("%s", (scheme) => {
  it.each(pairs)("signs by %s what %s verifies, and nothing else", (_own, _other, own, other) => {
    const privateKey = own.signingKey(scheme);
    expect(privateKey).toHaveLength(ML_DSA[scheme].privateKey);
    const publicKey = other.signingPublicKey(scheme, privateKey);
    expect(own.signingPublicKey(scheme, privateKey)).toEqual(publicKey);
    const signature = own.sign(scheme, privateKey, message);
    expect(signature).toHaveLength(ML_DSA[scheme].signature);
    expect(other.verify(scheme, publicKey, signature, message)).toBe(true);
    expect(other.verify(scheme, publicKey, signature, message.subarray(1))).toBe(false);
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        expect(other.verify(scheme, publicKey, flipBit(signature, bit), message)).toBe(false);
        expect(other.verify(scheme, flipBit(publicKey, bit), signature, message)).toBe(false);
      }),
      { numRuns: 3 },
    );
  });

  it.each(Object.entries(implementations))("signs anew each time by %s", (_name, own) => {
    const privateKey = own.signingKey(scheme);
    expect(own.sign(scheme, privateKey, message)).not.toEqual(own.sign(scheme, privateKey, message));
  });
});

describe.each(Object.keys(ML_KEM) as MlKemScheme[])("%s", (scheme) => {
  const sizes = ML_KEM[scheme];
  const publicKeyOf = (privateKey: Uint8Array) => privateKey.slice(-64 - sizes.publicKey, -64);

  it.each(pairs)("encapsulates by %s what %s opens", (_own, _other, own, other) => {
    const privateKey = other.encapsulationKey(scheme);
    expect(privateKey).toHaveLength(sizes.privateKey);
    const { sharedKey, ciphertext } = own.encapsulate(scheme, publicKeyOf(privateKey));
    expect(ciphertext).toHaveLength(sizes.ciphertext);
    expect(sharedKey).toHaveLength(32);
    expect(other.decapsulate(scheme, privateKey, ciphertext)).toEqual(sharedKey);
    expect(other.decapsulate(scheme, privateKey, flipBit(ciphertext, 9))).not.toEqual(sharedKey);
  });

  it.each(Object.entries(implementations))(
    "refuses bytes that are no public key by %s, as isValid does",
    (_, own) => {
      const sound = publicKeyOf(own.encapsulationKey(scheme));
      expect(EncapsulationPublicKey.fromData(sound, scheme).isValid()).toBe(true);
      for (const at of [0, 1, 2, 3 * 100]) {
        const unsound = sound.slice();
        unsound.fill(0xff, at, at + 3);
        expect(EncapsulationPublicKey.fromData(unsound, scheme).isValid()).toBe(false);
        expect(() => own.encapsulate(scheme, unsound)).toThrow();
      }
    },
  );
});

it("waits elsewhere than on Node until the package is loaded", async () => {
  expect(() => loadedElsewhere()).toThrow(expect.objectContaining({ code: "not-loaded" }));
  expect(loadedElsewhere).not.toBe(loadPostQuantum);
  await loadElsewhere();
  expect(loadedElsewhere()).toBe(noblePostQuantum);
});
