/**
 * XID documents as the reference writes them, with everything that may stand in one: those that a sender may have, and
 * those that hide something or are none.
 *
 * Everything in them is fixed: salts, nonces and the like are repeated bytes.
 */

import {
  ALLOW,
  ALLOW_ALL,
  Digest,
  Envelope,
  HAS_SECRET,
  IS_A,
  KEY,
  KnownValue,
  PRIVATE_KEY,
  PROVENANCE,
  PROVENANCE_GENERATOR,
  type PublicKeys,
  SALT,
  SIGNED,
  SymmetricKey,
} from "@bc/envelope";
import { documentFor } from "@bc/share-protocol";
import { decodeCbor, encodeCbor, hexToBytes, TAG_URI, taggedValue } from "#bc/dcbor";
import { TAG_ENCRYPTED_KEY, TAG_REFERENCE, TAG_SALT } from "#bc/tags";
import { sign } from "../kit/compose.ts";
import { alice, bob, carol } from "../kit/people.ts";

export type NamedDocument = readonly [name: string, document: Envelope];

const RESOLVER = new KnownValue(9);
const NICKNAME = new KnownValue(24);
const ATTACHMENT = new KnownValue(50);
const VENDOR = new KnownValue(51);
const CONFORMS_TO = new KnownValue(52);
const DENY = new KnownValue(61);
const ENDPOINT = new KnownValue(62);
const DELEGATE = new KnownValue(63);
const SERVICE = new KnownValue(66);
const CAPABILITY = new KnownValue(67);
const MAY_SIGN = new KnownValue(72);
const MAY_ENCRYPT = new KnownValue(73);
const MAY_BURN = new KnownValue(85);

const FIXED_KEY = SymmetricKey.fromData(new Uint8Array(32).fill(1));
const FIXED_NONCE = { nonce: new Uint8Array(12).fill(2) };

/** A genesis mark of high resolution, made by the reference's command line. */
const MARK = decodeCbor(
  hexToBytes(
    "da50524f568203586ada9bd8f12d9cfba284bc20f95c24142b1cd2bfca8a6b01fe6111891f8f4228545dd62593076b91ed13bf" +
      "ba0993368c1c630bf14ea746213099908e75db6ea9a2a40859158b40481bb81b92df1738e2e01a958a480924440a2de6a322" +
      "1e583bf1ce08ab6e1d92af5a3dc2",
  ),
);

function uri(text: string) {
  return taggedValue(TAG_URI, text);
}

function salt(size: number) {
  return taggedValue(TAG_SALT, new Uint8Array(size).fill(7));
}

function referenceTo(digest: Uint8Array) {
  return taggedValue(TAG_REFERENCE, digest);
}

function keyObject(keys: PublicKeys): Envelope {
  return Envelope.new(keys.toCbor()).addAssertion(ALLOW, ALLOW_ALL);
}

/** Alice's document with a key object that differs. */
function withKey(change: (key: Envelope) => Envelope): Envelope {
  return Envelope.new(alice.xid.toCbor()).addAssertion(KEY, change(keyObject(alice.publicKeys)));
}

/** `{ secret: object } [ 'salt': Salt ]` */
function salted(object: Envelope, secret = PRIVATE_KEY): Envelope {
  return Envelope.newAssertion(secret, object).addAssertion(SALT, salt(32));
}

function withPrivateKey(assertion: Envelope): Envelope {
  return withKey((key) => key.addAssertionEnvelope(assertion));
}

const privateKey = Envelope.new(alice.privateKeys.toCbor());

/** What wallets make provenance marks with: a seed, and where it stands. */
const generator = Envelope.new(new Uint8Array(32).fill(9))
  .addAssertion(IS_A, "provenance-generator")
  .addAssertion("next-seq", 1)
  .addAssertion("seed", new Uint8Array(32).fill(8));

/** The content key, locked with a password by PBKDF2; nobody here opens it. */
function locked(secret: Envelope): Envelope {
  const derivation = encodeCbor([1, salt(16), 100_000, 0]);
  const lock = FIXED_KEY.encrypt(FIXED_KEY.data, { ...FIXED_NONCE, aad: derivation });
  return (secret.isNode() ? secret.wrap() : secret)
    .encryptSubject(FIXED_KEY, FIXED_NONCE)
    .addAssertion(HAS_SECRET, taggedValue(TAG_ENCRYPTED_KEY, lock.toCbor()));
}

/** Documents of alice's, any of which may stand in her requests. */
export async function acceptedDocuments(): Promise<readonly NamedDocument[]> {
  const { document, publicKeys } = alice;
  const attachment = Envelope.new("anything")
    .wrap()
    .addAssertion(VENDOR, "com.example")
    .addAssertion(CONFORMS_TO, "https://example.com/schema");
  const delegate = bob.document.wrap().addAssertion(ALLOW, MAY_SIGN);
  const service = Envelope.new(uri("https://example.com"))
    .addAssertion(KEY, referenceTo(Digest.fromImage(encodeCbor(publicKeys.toCbor())).data))
    .addAssertion(DELEGATE, referenceTo(bob.xid.data))
    .addAssertion(ALLOW, MAY_ENCRYPT)
    .addAssertion(CAPABILITY, "com.example.messaging");
  return [
    ["signed by its inception key", await sign(document, alice)],
    ["signed by somebody else: its signature is not looked at", await sign(document, bob)],
    ["several keys", document.addAssertionEnvelopes(documentFor(alice.xid, carol.publicKeys).assertions())],
    [
      "resolution methods",
      document
        .addAssertion(RESOLVER, uri("https://resolver.example.com"))
        .addAssertion(RESOLVER, uri("btcr:01234567")),
    ],
    [
      "permissions, which are not acted on",
      withKey((key) => key.subject().addAssertion(ALLOW, MAY_ENCRYPT).addAssertion(DENY, MAY_BURN)),
    ],
    [
      "a nickname and endpoints",
      withKey((key) => {
        return key
          .addAssertion(NICKNAME, "Alice's phone")
          .addAssertion(ENDPOINT, uri("https://example.com/alice"))
          .addAssertion(ENDPOINT, uri("btc:alice"));
      }),
    ],
    ["a delegate", document.addAssertion(DELEGATE, delegate)],
    ["a delegate and a service", document.addAssertion(DELEGATE, delegate).addAssertion(SERVICE, service)],
    ["an attachment", document.addAssertion(ATTACHMENT, attachment)],
    ["a provenance mark", document.addAssertion(PROVENANCE, MARK)],
    ["an assertion of one's own", document.addAssertion("com.example.color", "blue")],
    ["a private key, salted and elided", withPrivateKey(salted(privateKey.elide()))],
    ["a private key, salted and encrypted", withPrivateKey(salted(locked(privateKey)))],
    [
      "the generator of its marks, salted and elided",
      withMark(salted(generator.elide(), PROVENANCE_GENERATOR)),
    ],
    [
      "the generator of its marks, elided with its name",
      withMark(salted(generator, PROVENANCE_GENERATOR).elide()),
    ],
    ["the generator of its marks, salted and encrypted", withMark(lockedGenerator)],
    [
      "a private key and a generator, both encrypted, and signed",
      await sign(
        withPrivateKey(salted(locked(privateKey))).addAssertion(PROVENANCE, markWith(lockedGenerator)),
        alice,
      ),
    ],
    [
      "a delegate whose private key and generator are encrypted",
      document.addAssertion(
        DELEGATE,
        withPrivateKey(salted(locked(privateKey)))
          .addAssertion(PROVENANCE, markWith(lockedGenerator))
          .wrap()
          .addAssertion(ALLOW, MAY_SIGN),
      ),
    ],
  ];
}

const lockedGenerator = salted(locked(generator), PROVENANCE_GENERATOR);

function markWith(assertion: Envelope): Envelope {
  return Envelope.new(MARK).addAssertionEnvelope(assertion);
}

function withMark(assertion: Envelope): Envelope {
  return alice.document.addAssertion(PROVENANCE, markWith(assertion));
}

/** Documents that hide what could mean something: `obscured`. */
export async function obscuredDocuments(): Promise<readonly NamedDocument[]> {
  const { document } = alice;
  const elidedSalt = Envelope.new(salt(32)).elide();
  const key = keyObject(alice.publicKeys);
  return [
    ["elided", document.elide()],
    ["a key is elided", document.addAssertion(KEY, keyObject(carol.publicKeys).elide())],
    ["a private key is elided with its name", withPrivateKey(salted(privateKey).elide())],
    ["a private key is compressed", withPrivateKey(salted(await privateKey.compress()))],
    [
      "a private key is encrypted, and nobody can know how",
      withPrivateKey(salted(privateKey.encryptSubject(FIXED_KEY, FIXED_NONCE))),
    ],
    [
      "the salt of a private key is elided",
      withPrivateKey(Envelope.newAssertion(PRIVATE_KEY, privateKey.elide()).addAssertion(SALT, elidedSalt)),
    ],
    ["a provenance mark is elided", document.addAssertion(PROVENANCE, Envelope.new(MARK).elide())],
    [
      "a generator is encrypted beside its mark, and nobody can know how",
      withMark(salted(generator.wrap().encryptSubject(FIXED_KEY, FIXED_NONCE), PROVENANCE_GENERATOR)),
    ],
    [
      "a generator is elided on what is no mark",
      document.addAssertion(
        PROVENANCE,
        Envelope.new("no mark").addAssertionEnvelope(salted(generator.elide(), PROVENANCE_GENERATOR)),
      ),
    ],
    ["a private key is elided beside the key", document.addAssertionEnvelope(salted(privateKey.elide()))],
    [
      "a permission is elided under its name",
      withKey((it) => it.addAssertion(DENY, Envelope.new(MAY_BURN).elide())),
    ],
    [
      "a private key is elided on what is no key",
      Envelope.new(alice.xid.toCbor())
        .addAssertion(KEY, key)
        .addAssertion(KEY, Envelope.new("no key").addAssertionEnvelope(salted(privateKey.elide()))),
    ],
  ];
}

/** What is no document: `not-a-request`. */
export async function badDocuments(): Promise<readonly NamedDocument[]> {
  const signed = await sign(alice.document, alice);
  const others = Array.from({ length: 8 }, (_, i) => {
    const nickname = `key ${i}`;
    return Envelope.newAssertion(KEY, keyObject(carol.publicKeys).addAssertion(NICKNAME, nickname));
  });
  return [
    ["is a text", Envelope.new("alice")],
    ["is a digest", Envelope.new(Digest.fromImage(new Uint8Array()).toCbor())],
    ["has something beside its signature", signed.addAssertion(NICKNAME, "alice")],
    [
      "is wrapped twice",
      alice.document.wrap().wrap().addAssertionEnvelopes(signed.assertionsWithPredicate(SIGNED)),
    ],
    ["is bare public keys with a permission", keyObject(alice.publicKeys)],
    ["has a key that is a text", alice.document.addAssertion(KEY, "key")],
    ["has nine keys", alice.document.addAssertionEnvelopes(others)],
  ];
}

/** Documents without a key that could verify anything: `bad-key`. */
export function keylessDocuments(): readonly NamedDocument[] {
  const bare = Envelope.new(alice.xid.toCbor());
  return [
    ["is a bare XID", bare],
    ["names resolvers and no keys", bare.addAssertion(RESOLVER, uri("https://resolver.example.com"))],
  ];
}
