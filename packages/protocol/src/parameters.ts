/**
 * Reading the parameters of a call.
 *
 * Reading is exact: a parameter that is missing, repeated, ill-typed or unexpected is refused. The reference
 * ignores a misspelt `receipt`, and then takes "these shares" for "all shares".
 */

import type { Envelope, Identifier, Parameter } from "@bc/envelope";
import { PublicKeys, Signature, XID } from "@bc/envelope";
import { asBytes, asText, type Cbor, isNull } from "#bc/dcbor";
import { Receipt } from "./receipt.ts";
import { Refusal } from "./refusal.ts";

/** Reads one value; throws for anything else. */
export type ReadValue<T> = (value: Envelope) => T;

/** Hands out parameters by name, and knows at the end which ones nobody asked for. */
export class ParameterReader {
  readonly #parameters: readonly Parameter[];
  readonly #asked = new Set<Identifier>();

  constructor(parameters: readonly Parameter[]) {
    this.#parameters = parameters;
  }

  /** The one value of this name. @throws {Refusal} `bad-parameter` */
  one<T>(name: string, read: ReadValue<T>): T {
    const value = this.optional(name, read);
    if (value === undefined) throw new Refusal("bad-parameter", `missing required parameter: ${name}`);
    return value;
  }

  /** The value of this name, if there is one. @throws {Refusal} `bad-parameter` */
  optional<T>(name: string, read: ReadValue<T>): T | undefined {
    const [value, ...others] = this.many(name, read);
    if (others.length > 0) throw new Refusal("bad-parameter", `repeated parameter: ${name}`);
    return value;
  }

  /** All values of this name, in no meaningful order. @throws {Refusal} `bad-parameter` */
  many<T>(name: string, read: ReadValue<T>): readonly T[] {
    this.#asked.add(name);
    const values = this.#parameters.filter((item) => item.name === name).map((item) => item.value);
    try {
      return values.map(read);
    } catch (cause) {
      throw new Refusal("bad-parameter", `invalid parameter value for '${name}'`, { cause });
    }
  }

  /** To be called when all is read. @throws {Refusal} `bad-parameter` when there is more. */
  end(): void {
    if (!this.#parameters.every(({ name }) => this.#asked.has(name))) {
      throw new Refusal("bad-parameter", "there is a parameter that this function does not take");
    }
  }
}

export const bytes: ReadValue<Uint8Array> = (value) => plainLeaf(value, (leaf) => asBytes(leaf));
export const text: ReadValue<string> = (value) => plainLeaf(value, (leaf) => asText(leaf));
export const textOrNull: ReadValue<string | null> = (value) => {
  return plainLeaf(value, (leaf) => (isNull(leaf) ? null : asText(leaf)));
};
export const publicKeys: ReadValue<PublicKeys> = (value) =>
  plainLeaf(value, (leaf) => PublicKeys.fromCbor(leaf));
export const signature: ReadValue<Signature> = (value) =>
  plainLeaf(value, (leaf) => Signature.fromCbor(leaf));
export const xid: ReadValue<XID> = (value) => plainLeaf(value, (leaf) => XID.fromCbor(leaf));
export const receipt: ReadValue<Receipt> = (value) => Receipt.fromEnvelope(value);

function plainLeaf<T>(envelope: Envelope, decode: (value: Cbor) => T | undefined): T {
  const value = envelope.isLeaf() ? envelope.extractSubject(decode) : undefined;
  if (value === undefined) throw new TypeError("a plain leaf of another type is needed");
  return value;
}
