/** Turns the configuration into the service's policy, in the service's own units. */
import { requestLimits } from "@bc/share-protocol";
import type { ContactKind } from "../fallback/contact.ts";
import type { Policy } from "../service/index.ts";
import type { Config } from "./config.ts";

/** @param fallbackKinds the kinds of contacts that the server's channels reach. */
export function policyOf(config: Config, fallbackKinds: readonly ContactKind[]): Policy {
  return {
    fallbackKinds,
    maxMessages: config.MAX_MESSAGES,
    transferDelay: config.TRANSFER_DELAY,
    trustFallback: config.FALLBACK_TRUST,
    depositoryNames: config.DEPOSITORY_NAMES,
    maxAge: config.REQUEST_MAX_AGE * 1000,
    maxAhead: config.REQUEST_MAX_AHEAD * 1000,
    requireRecipient: config.REQUIRE_RECIPIENT,
    maxNewAccounts: config.MAX_NEW_ACCOUNTS,
    requireKeyProof: config.REQUIRE_KEY_PROOF,
    requestLimits: requestLimits(config.MAX_REQUEST_BYTES),
    quotas: {
      maxShareBytes: config.MAX_SHARE_BYTES,
      maxShares: config.MAX_SHARES,
      maxAccountBytes: config.MAX_ACCOUNT_BYTES,
    },
  };
}
