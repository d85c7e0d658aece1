/**
 * `share fallback transfer`: the account comes to new keys, once its contact has confirmed.
 *
 * One request asks for the transfer and, sent again, asks how it stands; so the command keeps the request until there
 * is an outcome. Once the account has come, the command keeps its XID with the keys.
 */
import { buildRequest, isFinalRefusal, type KeySchemes, refusalCode } from "@bc/share-client";
import type { FallbackTransferResult, Identity } from "@bc/share-protocol";
import { accountOf } from "./account-of.ts";
import { knownServer, withClientFor } from "./connect.ts";
import { Failure } from "./failure.ts";
import type { PendingTransfer } from "./home/home.ts";
import type { Settings } from "./settings.ts";
import { expectSameAddress } from "./under-way.ts";

/**
 * Makes the request, and keys where there are none. The request is on the disk when this returns, and not sent yet.
 *
 * @throws {Failure} `usage` when a transfer is under way, or no contact is named.
 */
export async function beginTransfer(
  settings: Settings,
  contact: string | undefined,
  schemes: KeySchemes,
  date: Date | "none" = new Date(),
): Promise<PendingTransfer> {
  if (contact === undefined) throw new Failure("usage", "no transfer is under way; name the contact");
  const { home } = settings;
  await home.chooseKeys(schemes);
  const server = await knownServer(settings);
  await home.ensureKeys(server);
  const identity = await home.identityAt(server);
  const call = { name: "fallbackTransfer", parameters: { fallback: contact } } as const;
  const { url, sealed } = settings;
  const request = await buildRequest(call, identity, server, { date, sealed });
  const pending = { url, server, request, signer: identity.publicKeys.xid().hex(), contact };
  await home.keepPending("transfer", pending);
  return pending;
}

/** Sends the request, for the first time or again. */
export function sendTransfer(settings: Settings, pending: PendingTransfer): Promise<FallbackTransferResult> {
  expectSameAddress(settings, "transfer", pending);
  const { server, contact, request } = pending;
  return finishTransfer(settings, pending, (identity) =>
    withClientFor(settings, server, identity, (client) =>
      client.resume("fallbackTransfer", { fallback: contact }, request).send(),
    ),
  );
}

/** @param outcome what the server says to the request: how it stands, or an error. */
export async function finishTransfer(
  settings: Settings,
  pending: PendingTransfer,
  outcome: (identity: Identity) => Promise<FallbackTransferResult>,
): Promise<FallbackTransferResult> {
  const { home } = settings;
  const identity = await home.identityAt(pending.server);
  await home.expectSigned("transfer", pending);
  const result = await orForgotten(settings, pending, identity, () => outcome(identity));
  if (result.account !== undefined) {
    await home.rememberAccount(pending.server, result.account, pending.contact);
    await home.forgetPending("transfer");
  }
  return result;
}

async function orForgotten(
  settings: Settings,
  { server }: PendingTransfer,
  { privateKeys }: Identity,
  outcome: () => Promise<FallbackTransferResult>,
): Promise<FallbackTransferResult> {
  try {
    return await outcome();
  } catch (error) {
    if (!isFinalRefusal(error)) throw error;
    if (refusalCode(error) !== "expired") {
      await settings.home.forgetPending("transfer");
      throw error;
    }
    // The server no longer tells how so old a request stands; but it knows whose the keys are.
    const account = await accountOf(settings, server, privateKeys);
    if (account !== undefined) return { account };
    await settings.home.forgetPending("transfer");
    throw new Failure("refused", "the request is too old, and the account has not come; start anew", {
      cause: error,
    });
  }
}
