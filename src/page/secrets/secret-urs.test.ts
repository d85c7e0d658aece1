import { Envelope, KnownValue, PrivateKeyBase, PrivateKeys, SymmetricKey } from "@bc/envelope";
import { expect, test } from "vitest";
import { cbor, taggedValue } from "#bc/dcbor";
import { secretInUR } from "./find-secret.ts";
import { secretOf } from "./secret-urs.ts";
import { FEWER_LISTS } from "./word-lists.ts";

test.each([
  "seed",
  "crypto-seed",
  "crypto-sskr",
  "sskr",
  "crypto-prvkeys",
  "crypto-prvkey-base",
  "prvkey-base",
  "signing-private-key",
  "agreement-private-key",
  "mlkem-private-key",
  "ssh-private",
  "crypto-key",
  "crypto-hdkey",
  "crypto-bip39",
])("%s is known for a secret", (type) => expect(secretOf(type)).toBeDefined());

test.each(["envelope", "xid", "crypto-pubkeys", "signing-public-key", "ssh-public", "constructor"])(
  "%s is no secret",
  (type) => {
    expect(secretOf(type)).toBeUndefined();
  },
);

const SEED = new KnownValue(200);
const SSKR_SHARE = new KnownValue(6);
const bytes = new Uint8Array(16);
const key = (fields: ReadonlyMap<number, boolean | Uint8Array>) => taggedValue(40303, fields);
const keys = PrivateKeys.generate();

test.each<[string, Envelope, string | undefined]>([
  ["a seed", Envelope.new(taggedValue(40300, new Map([[1, bytes]]))), "seed"],
  ["a seed under its old tag", Envelope.new(taggedValue(300, new Map([[1, bytes]]))), "seed"],
  ["a seed by its type", Envelope.new(bytes).addType(SEED), "seed"],
  ["a seed by its type in words", Envelope.new(bytes).addType("Seed").addAssertion("note", "mine"), "seed"],
  ["a seed that is wrapped and signed", await Envelope.new(bytes).addType(SEED).sign(keys.signing), "seed"],
  ["a seed as an object", Envelope.new("mine").addAssertion("it", taggedValue(40300, 1)), "seed"],
  ["a seed in an array", Envelope.new(cbor([1, new Map([[1, taggedValue(40300, 1)]])])), "seed"],
  ["private keys", Envelope.new(keys.toCbor()), "private-keys"],
  ["material for keys", Envelope.new(PrivateKeyBase.generate().toCbor()), "private-key"],
  ["a signing key", Envelope.new(keys.signing.toCbor()), "private-key"],
  ["a symmetric key", Envelope.new(SymmetricKey.generate().toCbor()), "secret-key"],
  ["a share of a seed", Envelope.new(taggedValue(40309, bytes)), "seed-share"],
  [
    "an envelope in shares",
    Envelope.new("x")
      .encryptSubject(SymmetricKey.generate())
      .addAssertion(SSKR_SHARE, taggedValue(40309, bytes)),
    "seed-share",
  ],
  [
    "a private HD key",
    Envelope.new(
      key(
        new Map<number, boolean | Uint8Array>([
          [2, true],
          [3, bytes],
        ]),
      ),
    ),
    "key",
  ],
  [
    "a master key",
    Envelope.new(
      key(
        new Map<number, boolean | Uint8Array>([
          [1, true],
          [3, bytes],
        ]),
      ),
    ),
    "key",
  ],
  ["a public HD key", Envelope.new(key(new Map<number, boolean | Uint8Array>([[3, bytes]]))), undefined],
  ["a text with a key", Envelope.new(`it is nsec1${"q".repeat(58)}`), "private-key"],
  ["public keys", Envelope.new(keys.publicKeys().toCbor()), undefined],
  ["a locked seed", Envelope.new(bytes).encryptSubject(SymmetricKey.generate()).addType(SEED), undefined],
  [
    "a sealed envelope",
    Envelope.new(bytes).addType(SEED).wrap().encryptSubject(SymmetricKey.generate()),
    undefined,
  ],
  ["an elided seed", Envelope.new(bytes).addType(SEED).elide(), undefined],
])("in an envelope: %s", (_name, envelope, secret) => {
  expect(secretInUR(envelope.urString(), FEWER_LISTS)).toBe(secret);
});
