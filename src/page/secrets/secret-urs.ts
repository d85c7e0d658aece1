/** Secrets in URs: by the type, and by what an open envelope has in it. */
import { type Envelope, KnownValue } from "@bc/envelope";
import { asArray, asBoolean, asMap, asTaggedValue, type Cbor } from "#bc/dcbor";
import { ALL_TAGS } from "#bc/tags";
import type { SecretKind } from "./secret-kind.ts";

/** Types that hold secrets. A user who shows one to a web page has made a mistake. */
const SECRETS: ReadonlyMap<string, SecretKind> = new Map([
  ["seed", "seed"],
  ["sskr", "seed-share"],
  ["prvkeys", "private-keys"],
  ["key", "secret-key"],
  ["hdkey", "key"],
  ["eckey", "key"],
  ["bip39", "recovery-words"],
  ["output-descriptor", "descriptor"],
  ["account", "wallet-keys"],
]);

/** Matches `prvkey-base`, `signing-private-key`, `ssh-private`, and types like them that may come later. */
const PRIVATE_KEY = /(?:^|-)(?:prv|private)/;

/** The secret that a UR of this type holds. Undefined when it holds none. */
export function secretOf(type: string): SecretKind | undefined {
  return SECRETS.get(type.replace(/^crypto-/, "")) ?? (PRIVATE_KEY.test(type) ? "private-key" : undefined);
}

/** Types whose content tells whether it is secret: private keys and public ones have the same. */
const EITHER: readonly string[] = ["hdkey", "crypto-hdkey", "eckey", "crypto-eckey"];
/** Types that wallets publish to their own devices: no secret that an envelope must not have. */
const PUBLIC: readonly string[] = ["output-descriptor", "account"];

/** The secret that an envelope has anywhere in sight. @param secretInText of a text within it. */
export function secretInEnvelope(
  envelope: Envelope,
  secretInText: (text: string) => SecretKind | undefined,
): SecretKind | undefined {
  for (const element of elementsOf(envelope)) {
    if (!element.subject().isObscured() && TYPES.some((type) => element.hasType(type))) return "seed";
    const [leaf, text] = [element.asLeaf(), element.asText()];
    const found = text === undefined ? leaf && secretInLeaf(leaf) : secretInText(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `'isA': 'Seed'`, as a known value and as a text. */
const TYPES = [new KnownValue(200), "Seed"];

function* elementsOf(envelope: Envelope): Generator<Envelope, void, undefined> {
  yield envelope;
  const within = [
    ...(envelope.isWrapped() ? [envelope.tryUnwrap()] : []),
    ...(envelope.isNode() ? [envelope.subject()] : []),
    ...envelope.assertions(),
    ...(envelope.isAssertion() ? [envelope.asPredicate(), envelope.asObject()] : []),
  ];
  for (const element of within) if (element !== undefined) yield* elementsOf(element);
}

function secretInLeaf(value: Cbor): SecretKind | undefined {
  const [tag, content] = asTaggedValue(value) ?? [];
  if (tag === undefined || content === undefined) {
    const items = asArray(value) ?? [...(asMap(value)?.values() ?? [])];
    return items.map(secretInLeaf).find((found) => found !== undefined);
  }
  const type = ALL_TAGS.find(({ value: known }) => known === tag.value)?.name ?? "";
  const isPublic = EITHER.includes(type)
    ? !isPrivate(content)
    : PUBLIC.includes(type.replace(/^crypto-/, ""));
  return (isPublic ? undefined : secretOf(type)) ?? secretInLeaf(content);
}

/** BCR-2020-007: the fields 1, "is a master key", and 2, "is private". BCR-2020-008: 2. */
function isPrivate(key: Cbor): boolean {
  const fields = asMap(key);
  return [1, 2].some((field) => {
    const value = fields?.get(field);
    return value !== undefined && asBoolean(value) === true;
  });
}
