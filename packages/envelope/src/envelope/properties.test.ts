import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SigningPrivateKey } from "../keys/index.ts";
import { Envelope, type EnvelopeEncodable } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";
import { flatNotation } from "./format/notation.ts";
import { KnownValue } from "./known-values.ts";

const leaves: fc.Arbitrary<EnvelopeEncodable> = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text) => text.normalize("NFC")),
  fc.uint8Array({ maxLength: 40 }),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
  fc.nat({ max: 1000 }).map((value) => new KnownValue(value)),
);

const { envelope: envelopes } = fc.letrec<{ envelope: Envelope; assertion: Envelope }>((tie) => ({
  envelope: fc.oneof(
    { maxDepth: 3 },
    leaves.map(Envelope.new),
    tie("envelope").map((inner) => inner.wrap()),
    tie("envelope").map((inner) => inner.elide()),
    fc
      .tuple(tie("envelope"), fc.array(tie("assertion"), { minLength: 1, maxLength: 4 }))
      .map(([subject, assertions]) => subject.addAssertionEnvelopes(assertions)),
  ),
  assertion: fc
    .tuple(tie("envelope"), tie("envelope"))
    .map(([predicate, object]) => Envelope.newAssertion(predicate, object)),
}));

/** The digests of every element of the tree. */
function digestsIn(envelope: Envelope): readonly Envelope[] {
  const below = [
    ...(envelope.isWrapped() ? [envelope.tryUnwrap()] : []),
    ...(envelope.isNode() ? [envelope.subject(), ...envelope.assertions()] : []),
    ...(envelope.isAssertion() ? [envelope.asPredicate(), envelope.asObject()] : []),
  ];
  return [envelope, ...below.flatMap((item) => (item === undefined ? [] : digestsIn(item)))];
}

function read(bytes: Uint8Array): Envelope | undefined {
  try {
    return Envelope.fromCborData(bytes, { strict: true });
  } catch (error) {
    expect(error).toBeInstanceOf(EnvelopeError);
    return undefined;
  }
}

describe("any envelope", () => {
  test("decodes from its bytes and its UR to the same bytes and digest", () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        for (const again of [
          Envelope.fromCborData(envelope.cborData()),
          Envelope.fromURString(envelope.urString()),
        ]) {
          expect(again.cborData()).toEqual(envelope.cborData());
          expect(again.digest()).toEqual(envelope.digest());
        }
      }),
    );
  });

  test("keeps its digest whatever is elided, and gets its content back", () => {
    fc.assert(
      fc.property(envelopes, fc.infiniteStream(fc.boolean()), (envelope, choices) => {
        const targets = digestsIn(envelope).filter(() => choices.next().value);
        const elided = envelope.elideRemovingSet(targets);
        expect(elided.digest()).toEqual(envelope.digest());
        expect(elided.unelide(envelope).isIdenticalTo(envelope)).toBe(true);
      }),
    );
  });

  test("is printed on one line without control characters", () => {
    fc.assert(
      fc.property(envelopes, (envelope) => {
        expect(flatNotation(envelope)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe("a signed envelope", () => {
  test("with any one byte changed is refused, or what was signed is unchanged", async () => {
    const signer = SigningPrivateKey.generate("ed25519");
    const signed = await Envelope.new("subject").addAssertion("knows", new Uint8Array(20)).sign(signer);
    const bytes = signed.cborData();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const changed = bytes.slice();
          changed[at] = (changed[at] ?? 0) ^ change;
          const envelope = read(changed);
          if (envelope === undefined) return;
          const verified = await envelope.verify(signer.publicKey()).catch((error: unknown) => {
            expect(error).toBeInstanceOf(EnvelopeError);
            return undefined;
          });
          if (verified !== undefined) expect(verified.digest()).toEqual(signed.tryUnwrap().digest());
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("any bytes at all", () => {
  test("are read as an envelope or refused with a code", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(bytes)));
  });
});
