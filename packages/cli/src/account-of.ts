import type { PrivateKeys, XID } from "@bc/envelope";
import { type KnownServer, refusalCode } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import { withClientFor } from "./connect.ts";
import type { Settings } from "./settings.ts";

/**
 * The account that has these keys at the server now, or undefined when none has.
 *
 * It asks by giving the account the key that it has already: the server changes nothing and answers with the account's
 * XID.
 */
export async function accountOf(
  settings: Settings,
  server: KnownServer,
  keys: PrivateKeys,
): Promise<XID | undefined> {
  const identity = identityOf(keys);
  try {
    return await withClientFor(settings, server, identity, async (client) => {
      return (await client.updatePublicKey(keys)).account;
    });
  } catch (error) {
    if (refusalCode(error) === "unknown-account") return undefined;
    throw error;
  }
}
