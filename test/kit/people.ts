/** The fixed identities and the clock of the vectors and of many tests: their keys come from their names. */
import { ARID, type CurveScheme, Digest, PrivateKeyBase } from "@bc/envelope";
import { type Identity, identityOf } from "@bc/share-protocol";

export const NOW = new Date("2026-11-22T10:00:00Z");

function person(name: string, scheme: CurveScheme): Identity {
  return identityOf(PrivateKeyBase.fromData(new TextEncoder().encode(name)).privateKeys(scheme));
}

export const server = person("server", "ed25519");
export const otherServer = person("other server", "ed25519");
export const alice = person("alice", "schnorr");
export const bob = person("bob", "ed25519");
export const carol = person("carol", "ecdsa");

/** A fixed ID made of a name. */
export function idOf(name: string): ARID {
  return ARID.fromData(Digest.fromImage(new TextEncoder().encode(name)).data);
}
