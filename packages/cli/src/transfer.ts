/**
 * `share fallback transfer`: the account comes to new keys, once its contact has confirmed.
 *
 * One request asks for the transfer and, sent again, asks how it stands; so the command keeps the request until there
 * is an outcome. Once the account has come, the command keeps its XID with the keys.
 */
import type { SigningScheme } from "@bc/envelope";
import { buildRequest, isFinalRefusal, refusalCode } from "@bc/share-client";
import type { FallbackTransferResult, Identity } from "@bc/share-protocol";
import { accountOf } from "./account-of.ts";
import { knownServer, withClientFor } from "./connect.ts";
import { Failure } from "./failure.ts";
import { ensureKeys, identityAt, readKeyFile, rememberAccount } from "./key-file.ts";
import {
  expectSameAddress,
  expectSigner,
  forgetPending,
  type Pending,
  readPending,
  writePending,
} from "./pending.ts";
import type { Settings } from "./settings.ts";

export type PendingTransfer = Pending & { readonly contact: string };

export function pendingTransfer(settings: Settings): Promise<PendingTransfer | undefined> {
  return readPending(settings, "transfer", (field) => ({ contact: field("contact") }));
}

/**
 * Makes the request, and keys where there are none. The request is on the disk when this returns, and not sent yet.
 *
 * @throws {Failure} `usage` when a transfer is under way, or no contact is named.
 */
export async function beginTransfer(
  settings: Settings,
  contact: string | undefined,
  scheme: SigningScheme,
  date: Date | "none" = new Date(),
): Promise<PendingTransfer> {
  if (contact === undefined) throw new Failure("usage", "no transfer is under way; name the contact");
  const server = await knownServer(settings);
  await ensureKeys(settings, scheme);
  const identity = identityAt(server, await readKeyFile(settings), settings);
  const call = { name: "fallbackTransfer", parameters: { fallback: contact } } as const;
  const { url, sealed } = settings;
  const request = await buildRequest(call, identity, server, { date, sealed });
  const pending = { url, server, request, signer: identity.publicKeys.xid().hex(), contact };
  await writePending(settings, "transfer", pending, { contact });
  return pending;
}

export function forgetTransfer(settings: Settings): Promise<void> {
  return forgetPending(settings, "transfer");
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
  const identity = identityAt(pending.server, await readKeyFile(settings), settings);
  expectSigner(settings, "transfer", pending, identity.publicKeys.xid().hex());
  const result = await orForgotten(settings, pending, identity, () => outcome(identity));
  if (result.account !== undefined) {
    await rememberAccount(settings, pending.server, result.account);
    await forgetPending(settings, "transfer");
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
      await forgetPending(settings, "transfer");
      throw error;
    }
    // The server no longer tells how so old a request stands; but it knows whose the keys are.
    const account = await accountOf(settings, server, privateKeys);
    if (account !== undefined) return { account };
    await forgetPending(settings, "transfer");
    throw new Failure("refused", "the request is too old, and the account has not come; start anew", {
      cause: error,
    });
  }
}
