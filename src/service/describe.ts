/** What the server tells everyone about itself. */

import type { Format } from "@bc/share-protocol";
import { documentToCbor, documentToUR, MAX_PARTS, operationNames } from "@bc/share-protocol";
import { encodeCbor } from "#bc/dcbor";
import packageJson from "../../package.json" with { type: "json" };
import type { Context } from "./context.ts";

/** The server's XID document with all rotations: `ur:xid/…` as text, or the same as tagged CBOR. */
export function serverDocument({ document }: Context, format: Format): Uint8Array {
  if (format === "cbor") return encodeCbor(documentToCbor(document));
  return new TextEncoder().encode(documentToUR(document));
}

/** Plain JSON: sizes in bytes, the date window in seconds. */
export function describe(
  { identity, policy }: Context,
  transport: { readonly maxRequestBytes: number },
): object {
  const { items: maxItems, assertions: maxAssertions } = policy.requestLimits;
  return {
    name: packageJson.name,
    version: packageJson.version,
    xid: identity.xid.hex(),
    functions: operationNames(policy.depositoryNames),
    fallback: { kinds: policy.fallbackKinds },
    limits: {
      ...transport,
      maxItems,
      maxAssertions,
      maxParts: MAX_PARTS,
      ...policy.quotas,
      maxNewAccounts: policy.maxNewAccounts,
    },
    requires: { recipient: policy.requireRecipient, keyProof: policy.requireKeyProof },
    window: { maxAge: policy.maxAge / 1000, maxAhead: policy.maxAhead / 1000 },
  };
}
