/**
 * Expressions: a function with its parameters, `«"storeShare"» [ ❰"data"❱: Bytes(327) ]`.
 *
 * Spec: BCR-2023-012. The same parameter may stand several times. Reading is strict: an assertion that is no
 * parameter is refused, since a misspelt one would otherwise be missing without a word.
 */
import { asTaggedValue, asText, asUnsigned, type Cbor, taggedValue } from "#bc/dcbor";
import { TAG_FUNCTION, TAG_PARAMETER } from "#bc/tags";
import { Envelope, type EnvelopeEncodable } from "./envelope.ts";
import { EnvelopeError } from "./error.ts";

/** A registered number or a name. Numbers and names are never equal. */
export type Identifier = number | bigint | string;

export type Parameter = { readonly name: Identifier; readonly value: Envelope };

export class Expression {
  readonly function: Identifier;
  readonly parameters: readonly Parameter[];

  constructor(functionName: Identifier, parameters: readonly Parameter[] = []) {
    this.function = functionName;
    this.parameters = parameters;
  }

  withParameter(name: Identifier, value: EnvelopeEncodable): Expression {
    return new Expression(this.function, [...this.parameters, { name, value: Envelope.new(value) }]);
  }

  /** Adds the parameter unless `value` is undefined. */
  withOptionalParameter(name: Identifier, value: EnvelopeEncodable | undefined): Expression {
    return value === undefined ? this : this.withParameter(name, value);
  }

  /** The values of the parameters with this name, in no meaningful order. */
  objectsForParameter(name: Identifier): readonly Envelope[] {
    return this.parameters.filter((item) => item.name === name).map((item) => item.value);
  }

  toEnvelope(): Envelope {
    const parameters = this.parameters.map(({ name, value }) => {
      return Envelope.newAssertion(taggedValue(TAG_PARAMETER, name), value);
    });
    return Envelope.new(taggedValue(TAG_FUNCTION, this.function)).addAssertionEnvelopes(parameters);
  }

  /** @throws {EnvelopeError} `wrong-type` for anything but a function leaf with plain parameter assertions. */
  static fromEnvelope(envelope: Envelope): Expression {
    const functionName = identifierIn(envelope.subject(), TAG_FUNCTION);
    // Of a thousand receipts each has the same name: the one before.
    let last: { readonly leaf: Envelope; readonly name: Identifier } | undefined;
    const parameters = envelope.assertions().map((item) => {
      const [predicate, value] = [item.asPredicate(), item.asObject()];
      if (!item.isAssertion() || predicate === undefined || value === undefined) {
        throw new EnvelopeError("wrong-type", "an expression has parameters only");
      }
      if (last === undefined || !predicate.isLeaf() || !predicate.isEquivalentTo(last.leaf)) {
        last = { leaf: predicate, name: identifierIn(predicate, TAG_PARAMETER) };
      }
      return { name: last.name, value };
    });
    return new Expression(functionName, parameters);
  }
}

function identifierIn(envelope: Envelope, tag: { readonly value: number | bigint }): Identifier {
  if (!envelope.isLeaf()) throw new EnvelopeError("wrong-type", "not a function or parameter");
  return envelope.extractSubject((value: Cbor) => {
    const [found, content] = asTaggedValue(value) ?? [];
    const identifier = content && (asUnsigned(content) ?? asText(content));
    if (found?.value !== tag.value || identifier === undefined) throw new TypeError("not an identifier");
    return identifier;
  });
}
