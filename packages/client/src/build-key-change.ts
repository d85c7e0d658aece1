/** A key change, without a network: the request, in which the new keys prove that whoever holds them wants this. */
import { ARID, type PrivateKeys } from "@bc/envelope";
import { type Identity, type ParametersOf, proveKey } from "@bc/share-protocol";
import { type BuiltRequest, buildRequest, type RequestOptions } from "./build-request.ts";
import type { KnownServer } from "./known-server.ts";

/**
 * Builds the `updatePublicKey` that gives the account to other keys. Put these on disk before it is sent: from then on they
 * may be the account's.
 */
export async function buildKeyChange(
  newKeys: PrivateKeys,
  identity: Identity,
  server: KnownServer,
  { id = ARID.generate(), ...options }: RequestOptions = {},
): Promise<{ readonly parameters: ParametersOf<"updatePublicKey">; readonly request: BuiltRequest }> {
  const proof = await proveKey(newKeys, { id, sender: identity.xid, server: server.xid });
  const parameters = { newPublicKey: newKeys.publicKeys(), proof };
  const call = { name: "updatePublicKey", parameters } as const;
  return { parameters, request: await buildRequest(call, identity, server, { id, ...options }) };
}
