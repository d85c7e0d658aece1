/**
 * Gordian Envelope, as a value with the official API's names.
 *
 * Spec: draft-mcnally-envelope. An `Envelope` never changes; each operation gives another. The work is done
 * by the modules beside this one, on plain elements; this class is their face.
 */
import {
  asBytes,
  asTaggedValue,
  asText,
  asUnsigned,
  type Cbor,
  type CborInput,
  encodeCbor,
  isNull,
} from "#bc/dcbor";
import { TAG_KNOWN_VALUE } from "#bc/tags";
import { UR } from "#bc/ur";
import {
  type Digest,
  type EncapsulationPrivateKey,
  type EncapsulationPublicKey,
  equalBytes,
  type SealOptions,
  type SigningPrivateKey,
  type SigningPublicKey,
  type SignOptions,
  SymmetricKey,
} from "../keys/index.ts";
import { deflate, inflate } from "./compressed.ts";
import type { Element } from "./element.ts";
import * as elements from "./element.ts";
import * as elision from "./elide.ts";
import { cborOf } from "./encodable.ts";
import * as encryption from "./encrypt.ts";
import { EnvelopeError } from "./error.ts";
import { IS_A, KnownValue, SALT } from "./known-values.ts";
import * as queries from "./queries.ts";
import { BYTES, TEXT } from "./read/cursor.ts";
import { type ReadOptions, readTagged, readUntagged } from "./read/read.ts";
import { valueIn } from "./read/value.ts";
import * as recipients from "./recipient.ts";
import { makeSalt } from "./salt.ts";
import * as signatures from "./signature.ts";
import { writeTagged, writeUntagged } from "./write.ts";

/** What can stand as a subject, predicate or object. A plain value becomes a leaf. */
export type EnvelopeEncodable = Envelope | KnownValue | CborInput;

/** Digests named by themselves or by the envelope that has them. */
export type DigestTarget = Envelope | Digest;

/** The largest content that `decompress` accepts by default, in bytes. */
const MAX_DECOMPRESSED = 1_000_000;

/**
 * What an envelope is made of, for notation alone. It is no method, so that programs that show no notation can be bundled
 * without it.
 */
export let elementOf: (envelope: Envelope) => Element;

export class Envelope {
  readonly #element: Element;

  static {
    elementOf = (envelope) => envelope.#element;
  }

  private constructor(element: Element) {
    this.#element = element;
  }

  // Making and reading

  /**
   * An envelope of one subject: a leaf for a CBOR value, or the envelope itself when it is one already.
   *
   * @throws {EnvelopeError} `not-encodable` for a value that has no CBOR form, such as a `Date` or an `ArrayBuffer`.
   */
  static new(subject: EnvelopeEncodable): Envelope {
    if (subject instanceof Envelope) return subject;
    if (subject instanceof KnownValue) return new Envelope(elements.knownValue(subject.value));
    return new Envelope(elements.leaf(cborOf(subject)));
  }

  static newAssertion(predicate: EnvelopeEncodable, object: EnvelopeEncodable): Envelope {
    return new Envelope(elements.assertion(Envelope.new(predicate).#element, Envelope.new(object).#element));
  }

  /** An elided envelope, known by its digest only. */
  static newElided(digest: Digest): Envelope {
    return new Envelope(elements.elided(digest));
  }

  /** The leaf `null`. */
  static null(): Envelope {
    return Envelope.new(null);
  }

  /** @throws as {@link fromCborData}; the CBOR must be `200(content)`. */
  static fromCbor(source: Cbor, options?: ReadOptions): Envelope {
    return Envelope.fromCborData(encodeCbor(source), options);
  }

  /**
   * The envelope keeps views of the bytes, which must not be written to afterwards.
   *
   * @throws {EnvelopeError} `malformed`, `too-deep`, `too-complex`; the bytes must be one dCBOR item, `200(content)`.
   */
  static fromCborData(bytes: Uint8Array, options?: ReadOptions): Envelope {
    return new Envelope(readTagged(bytes, options));
  }

  /** @throws as {@link fromCborData}; the text must be one single-part `ur:envelope/…`. */
  static fromURString(text: string, options?: ReadOptions): Envelope {
    let bytes: Uint8Array;
    try {
      const ur = UR.decodeBytes(text);
      if (ur.type.name !== "envelope") throw new EnvelopeError("malformed", "not a ur:envelope");
      bytes = ur.bytes;
    } catch (cause) {
      if (cause instanceof EnvelopeError) throw cause;
      throw new EnvelopeError("malformed", "not a UR, or its checksum is wrong", { cause });
    }
    return new Envelope(readUntagged(bytes, options));
  }

  /** Tagged CBOR, `200(content)`. */
  toCbor(): Cbor {
    return valueIn(this.cborData());
  }

  /** The bytes of {@link toCbor}. */
  cborData(): Uint8Array {
    return writeTagged(this.#element);
  }

  /** `ur:envelope/…` in lower case. A UR carries the content without its tag. */
  urString(): string {
    return UR.encodeBytes("envelope", writeUntagged(this.#element));
  }

  ur(): UR {
    return UR.from("envelope", valueIn(writeUntagged(this.#element)));
  }

  // Digests

  digest(): Digest {
    return this.#element.digest;
  }

  /** Same digest: the same content, whatever of it is obscured. */
  isEquivalentTo(other: Envelope): boolean {
    return this.digest().equals(other.digest());
  }

  /** The same bytes: the same content, obscured in the same places. */
  isIdenticalTo(other: Envelope): boolean {
    return equalBytes(this.cborData(), other.cborData());
  }

  // Cases

  get kind(): Element["kind"] {
    return this.#element.kind;
  }

  isLeaf(): boolean {
    return this.kind === "leaf";
  }

  isNode(): boolean {
    return this.kind === "node";
  }

  isWrapped(): boolean {
    return this.kind === "wrapped";
  }

  isAssertion(): boolean {
    return this.kind === "assertion";
  }

  isElided(): boolean {
    return this.kind === "elided";
  }

  isEncrypted(): boolean {
    return this.kind === "encrypted";
  }

  isCompressed(): boolean {
    return this.kind === "compressed";
  }

  isObscured(): boolean {
    return elements.isObscured(this.#element);
  }

  /** Whether any element of the tree is obscured. */
  hasObscured(): boolean {
    return elision.hasObscured(this.#element);
  }

  isNull(): boolean {
    const value = this.asLeaf();
    return value !== undefined && isNull(value);
  }

  /** Whether the subject is this known value. */
  isKnownValue(expected: KnownValue): boolean {
    return this.asKnownValue() === expected.value;
  }

  // Subject and assertions

  /** A node's subject; any other envelope is its own. */
  subject(): Envelope {
    return new Envelope(elements.subjectOf(this.#element));
  }

  assertions(): readonly Envelope[] {
    return queries.assertionsOf(this.#element).map((item) => new Envelope(item));
  }

  hasAssertions(): boolean {
    return this.isNode();
  }

  addAssertion(predicate: EnvelopeEncodable, object: EnvelopeEncodable): Envelope {
    return this.addAssertionEnvelope(Envelope.newAssertion(predicate, object));
  }

  /** Adds the assertion unless `object` is undefined. */
  addOptionalAssertion(predicate: EnvelopeEncodable, object: EnvelopeEncodable | undefined): Envelope {
    return object === undefined ? this : this.addAssertion(predicate, object);
  }

  /** @throws {EnvelopeError} `wrong-case` for what is neither an assertion nor obscured. */
  addAssertionEnvelope(item: Envelope): Envelope {
    return this.addAssertionEnvelopes([item]);
  }

  /** Adds several assertions at once: the node is sorted and hashed once. */
  addAssertionEnvelopes(items: readonly Envelope[]): Envelope {
    if (items.length === 0) return this;
    const present = queries.assertionsOf(this.#element);
    const added = items.map((item) => item.#element);
    return new Envelope(elements.node(elements.subjectOf(this.#element), [...present, ...added]));
  }

  assertionsWithPredicate(predicate: EnvelopeEncodable): readonly Envelope[] {
    const wanted = Envelope.new(predicate).#element;
    return queries.assertionsWithPredicate(this.#element, wanted).map((item) => new Envelope(item));
  }

  objectsForPredicate(predicate: EnvelopeEncodable): readonly Envelope[] {
    const wanted = Envelope.new(predicate).#element;
    return queries.objectsForPredicate(this.#element, wanted).map((item) => new Envelope(item));
  }

  /** @throws {EnvelopeError} `missing-predicate` or `ambiguous-predicate` unless there is exactly one. */
  objectForPredicate(predicate: EnvelopeEncodable): Envelope {
    return new Envelope(queries.objectForPredicate(this.#element, Envelope.new(predicate).#element));
  }

  /** @throws {EnvelopeError} `ambiguous-predicate` when there is more than one. */
  optionalObjectForPredicate(predicate: EnvelopeEncodable): Envelope | undefined {
    const found = queries.optionalObjectForPredicate(this.#element, Envelope.new(predicate).#element);
    return found && new Envelope(found);
  }

  /** An assertion's predicate, looking through assertions on it. */
  asPredicate(): Envelope | undefined {
    const subject = elements.innermostSubject(this.#element);
    return subject.kind === "assertion" ? new Envelope(subject.predicate) : undefined;
  }

  /** An assertion's object, looking through assertions on it. */
  asObject(): Envelope | undefined {
    const subject = elements.innermostSubject(this.#element);
    return subject.kind === "assertion" ? new Envelope(subject.object) : undefined;
  }

  // Content

  /** The CBOR value of the subject when that is a leaf. */
  asLeaf(): Cbor | undefined {
    const subject = elements.innermostSubject(this.#element);
    return subject.kind === "leaf" ? subject.cbor : undefined;
  }

  asText(): string | undefined {
    const subject = elements.innermostSubject(this.#element);
    // A value that is no text may be a large one, and nobody needs it decoded.
    return subject.kind === "leaf" && subject.majorType === TEXT ? asText(subject.cbor) : undefined;
  }

  asByteString(): Uint8Array | undefined {
    const subject = elements.innermostSubject(this.#element);
    return subject.kind === "leaf" && subject.majorType === BYTES ? asBytes(subject.cbor) : undefined;
  }

  /** The subject's known value, also where a leaf holds it: both forms have one digest, so they mean the same. */
  asKnownValue(): number | bigint | undefined {
    const subject = elements.innermostSubject(this.#element);
    if (subject.kind !== "leaf") return subject.kind === "knownValue" ? subject.value : undefined;
    const tagged = asTaggedValue(subject.cbor);
    return tagged?.[0].value === TAG_KNOWN_VALUE.value ? asUnsigned(tagged[1]) : undefined;
  }

  /**
   * The subject's leaf, read by `decode`.
   *
   * @throws {EnvelopeError} `wrong-type` when it is no leaf, or `decode` throws.
   */
  extractSubject<T>(decode: (value: Cbor) => T): T {
    const value = this.asLeaf();
    if (value === undefined) throw new EnvelopeError("wrong-type", "the subject is not a leaf");
    try {
      return decode(value);
    } catch (cause) {
      throw new EnvelopeError("wrong-type", "the subject is of another type", { cause });
    }
  }

  // Wrapping

  wrap(): Envelope {
    return new Envelope(elements.wrapped(this.#element));
  }

  /** The content of a wrapped subject. @throws {EnvelopeError} `wrong-case` when it is not wrapped. */
  tryUnwrap(): Envelope {
    const subject = elements.subjectOf(this.#element);
    if (subject.kind !== "wrapped") {
      throw new EnvelopeError("wrong-case", "cannot unwrap an envelope that was not wrapped");
    }
    return new Envelope(subject.content);
  }

  // Types

  /** Adds `'isA': type`. */
  addType(type: EnvelopeEncodable): Envelope {
    return this.addAssertion(IS_A, type);
  }

  types(): readonly Envelope[] {
    return this.objectsForPredicate(IS_A);
  }

  hasType(type: EnvelopeEncodable): boolean {
    const wanted = Envelope.new(type);
    return this.types().some((item) => item.isEquivalentTo(wanted));
  }

  // Salt

  /** Adds `'salt': Salt` of a random size in proportion to the envelope, so that its digest can't be guessed. */
  addSalt(): Envelope {
    return this.addAssertion(SALT, makeSalt(this.cborData().length));
  }

  // Eliding

  elide(): Envelope {
    return Envelope.newElided(this.digest());
  }

  /** Elides the targets, wherever they are. */
  elideRemovingSet(targets: readonly DigestTarget[]): Envelope {
    const set = digestSet(targets);
    return new Envelope(elision.elideWhere(this.#element, (digest) => set.has(digest.hex())));
  }

  /** Elides all but the targets. To reveal an element, name everything on the way down to it. */
  elideRevealingSet(targets: readonly DigestTarget[]): Envelope {
    const set = digestSet(targets);
    return new Envelope(elision.elideWhere(this.#element, (digest) => !set.has(digest.hex())));
  }

  /** @throws {EnvelopeError} `digest-mismatch` when `original` is not what was elided. */
  unelide(original: Envelope): Envelope {
    return new Envelope(elision.unelide(this.#element, original.#element));
  }

  // Compressing

  /** @throws {EnvelopeError} `obscured` when it is obscured already. */
  async compress(): Promise<Envelope> {
    if (this.isObscured()) throw new EnvelopeError("obscured", `the envelope is already ${this.kind}`);
    const compressed = await deflate(this.cborData(), this.digest());
    return new Envelope(elements.compressed(compressed));
  }

  /** @throws {EnvelopeError} `wrong-case`, `malformed`, or `digest-mismatch`. */
  async decompress(maxSize: number = MAX_DECOMPRESSED): Promise<Envelope> {
    if (this.#element.kind !== "compressed") throw new EnvelopeError("wrong-case", "not compressed");
    const original = Envelope.fromCborData(await inflate(this.#element.compressed, maxSize));
    return this.unelide(original);
  }

  // Encrypting

  encryptSubject(key: SymmetricKey, options?: encryption.EncryptSubjectOptions): Envelope {
    return new Envelope(encryption.encryptSubject(this.#element, key, options));
  }

  decryptSubject(key: SymmetricKey, options?: ReadOptions): Envelope {
    return new Envelope(encryption.decryptSubject(this.#element, key, options));
  }

  /** Adds `'hasRecipient': SealedMessage`, which gives `contentKey` to the recipient. */
  async addRecipient(
    recipient: EncapsulationPublicKey,
    contentKey: SymmetricKey,
    options?: SealOptions,
  ): Promise<Envelope> {
    const item = await recipients.recipientAssertion(recipient, contentKey, options);
    return this.addAssertionEnvelope(new Envelope(item));
  }

  /** Wraps the whole envelope and encrypts it to the recipients, under a fresh content key. */
  async encryptToRecipients(publicKeys: readonly EncapsulationPublicKey[]): Promise<Envelope> {
    const contentKey = SymmetricKey.generate();
    let sealed = this.wrap().encryptSubject(contentKey);
    for (const publicKey of publicKeys) sealed = await sealed.addRecipient(publicKey, contentKey);
    return sealed;
  }

  /** @throws {EnvelopeError} `unknown-recipient` when it is not sealed to this key, and as `decryptSubject`. */
  async decryptSubjectToRecipient(
    privateKey: EncapsulationPrivateKey,
    options?: ReadOptions,
  ): Promise<Envelope> {
    return new Envelope(await recipients.decryptSubjectToRecipient(this.#element, privateKey, options));
  }

  /** Undoes {@link encryptToRecipients}. */
  async decryptToRecipient(privateKey: EncapsulationPrivateKey, options?: ReadOptions): Promise<Envelope> {
    return (await this.decryptSubjectToRecipient(privateKey, options)).tryUnwrap();
  }

  // Signing

  /** Adds `'signed': Signature` over the subject's digest. It covers the subject only: see {@link sign}. */
  async addSignature(privateKey: SigningPrivateKey, options?: SignOptions): Promise<Envelope> {
    const signature = await privateKey.sign(this.subject().digest().data, options);
    return this.addAssertionEnvelope(new Envelope(signatures.signatureAssertion(signature)));
  }

  /** Wraps the envelope and signs it, so that the signature covers all of it. */
  async sign(privateKey: SigningPrivateKey, options?: SignOptions): Promise<Envelope> {
    return this.wrap().addSignature(privateKey, options);
  }

  /** @throws {EnvelopeError} `bad-signature` for a `'signed'` object that is no signature. */
  signatures(): readonly signatures.FoundSignature[] {
    return signatures.signaturesOf(this.#element);
  }

  /** Whether a signature is by `publicKey` over the subject. @throws as {@link signatures}. */
  async hasSignatureFrom(publicKey: SigningPublicKey): Promise<boolean> {
    return signatures.hasSignatureFrom(this.#element, publicKey);
  }

  /** What `publicKey` signed, unwrapped. @throws {EnvelopeError} `bad-signature`, `wrong-case`. */
  async verify(publicKey: SigningPublicKey): Promise<Envelope> {
    if (!(await this.hasSignatureFrom(publicKey))) {
      throw new EnvelopeError("bad-signature", "could not verify a signature");
    }
    return this.tryUnwrap();
  }

  /** `Envelope(…)`, with the start of its digest. `notation` shows what it says. */
  toString(): string {
    return `Envelope(${this.digest().hex().slice(0, 8)})`;
  }
}

function digestSet(targets: readonly DigestTarget[]): ReadonlySet<string> {
  return new Set(targets.map((item) => (item instanceof Envelope ? item.digest() : item).hex()));
}
