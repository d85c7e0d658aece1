/** Of which schemes a server's keys are: how it signs, and how others seal to it. */
import {
  type EncapsulationScheme,
  loadPostQuantum,
  type PrivateKeys,
  type SigningScheme,
} from "@bc/envelope";
import { newServerKeys } from "@bc/share-protocol";

/** `ed25519+x25519`, `mldsa65+mlkem768` */
export type IdentityScheme = `${SigningScheme}+${EncapsulationScheme}`;

const DEFAULT_IDENTITY_SCHEME: IdentityScheme = "ed25519+x25519";

const SCHEME = /^(ed25519|schnorr|ecdsa|mldsa(?:44|65|87))\+(x25519|mlkem(?:512|768|1024))$/;

export function readIdentityScheme(text: string): IdentityScheme | undefined {
  return SCHEME.test(text) ? (text as IdentityScheme) : undefined;
}

export function identitySchemeOf({ signing, encapsulation }: PrivateKeys): IdentityScheme {
  return `${signing.scheme}+${encapsulation.scheme}`;
}

/** Makes new keys of a scheme, at once, as often as it is called. */
export async function keyMaker(scheme: IdentityScheme = DEFAULT_IDENTITY_SCHEME): Promise<() => PrivateKeys> {
  const [signing, encapsulation] = scheme.split("+") as [SigningScheme, EncapsulationScheme];
  if (isLoadedLate({ signing, encapsulation })) await loadPostQuantum();
  return () => newServerKeys(signing, encapsulation);
}

/** Loads what computes with these keys, where few servers need it. */
export async function loadFor(keys: readonly PrivateKeys[]): Promise<void> {
  const schemes = keys.map(({ signing, encapsulation }) => ({
    signing: signing.scheme,
    encapsulation: encapsulation.scheme,
  }));
  if (schemes.some(isLoadedLate)) await loadPostQuantum();
}

function isLoadedLate(schemes: {
  readonly signing: SigningScheme;
  readonly encapsulation: EncapsulationScheme;
}): boolean {
  return schemes.signing.startsWith("mldsa") || schemes.encapsulation.startsWith("mlkem");
}
