/**
 * `share rekey`: new keys for an account. Whenever the command crashes, the user still has the account's keys.
 *
 * Flow: new keys and the request that names them are on the disk → the request leaves → the server says OK → the new keys
 * take the place of the old ones (in a key file, after that got another name) → the request is forgotten. After an
 * interruption the next run goes on at the first step that may still have to be done.
 *
 * Trap: the command gives the new keys up only when the server has said, about this very request, that it will not
 * carry it out. An answer that is lost, or forged on the way, says nothing.
 */
import { PrivateKeys, type XID } from "@bc/envelope";
import { buildKeyChange, type KeySchemes, refusalCode } from "@bc/share-client";
import type { Identity } from "@bc/share-protocol";
import { accountOf } from "./account-of.ts";
import { knownServer, withClientFor } from "./connect.ts";
import { Failure } from "./failure.ts";
import type { PendingKeyChange } from "./home/home.ts";
import type { Settings } from "./settings.ts";
import { expectSameAddress } from "./under-way.ts";

export type KeyChange = {
  readonly account: XID;
  /** The XID of the new keys. */
  readonly key: XID;
  /** Where the old keys are kept, if they may be in use elsewhere. */
  readonly oldFile: string | undefined;
};

/** After these the server will never carry the request out, and nobody needs its new keys. */
const FINAL_REFUSALS: readonly string[] = [
  "key-in-use",
  "bad-key",
  "bad-proof",
  "missing-proof",
  "unknown-account",
  "not-account-key",
  "invalid-sender-key",
];

/** Makes new keys, of the schemes of the old ones unless others are chosen, and the request for them. Both are on the disk when it returns, and nothing has been sent. */
export async function beginKeyChange(
  settings: Settings,
  chosen: KeySchemes,
  date: Date | "none" = new Date(),
): Promise<PendingKeyChange> {
  const { home } = settings;
  await home.expectKeys();
  const server = await knownServer(settings);
  const identity = await home.identityAt(server);
  const { signing, encapsulation } = identity.privateKeys;
  const newKeys = PrivateKeys.generate(
    chosen.signing ?? signing.scheme,
    chosen.encapsulation ?? encapsulation.scheme,
  );
  const { url, sealed } = settings;
  const { request } = await buildKeyChange(newKeys, identity, server, { date, sealed });
  const pending = { url, server, request, signer: identity.publicKeys.xid().hex(), newKeys };
  await home.keepPending("rekey", pending);
  return pending;
}

/** Sends the request, for the first time or again, and finishes. */
export function sendKeyChange(settings: Settings, pending: PendingKeyChange): Promise<KeyChange> {
  expectSameAddress(settings, "rekey", pending);
  const newPublicKey = pending.newKeys.publicKeys();
  return finishKeyChange(settings, pending, (identity) =>
    withClientFor(settings, pending.server, identity, async (client) => {
      const call = client.resume("updatePublicKey", { newPublicKey }, pending.request);
      return (await call.send()).account;
    }),
  );
}

/** @param outcome asks what the server says: the account, or an error. Not called once the new keys are in place. */
export async function finishKeyChange(
  settings: Settings,
  pending: PendingKeyChange,
  outcome: (identity: Identity) => Promise<XID>,
): Promise<KeyChange> {
  const { home } = settings;
  const { newKeys, server } = pending;
  let account = await home.rekeyedAccount(pending);
  if (account === undefined) {
    await home.expectSigned("rekey", pending);
    const identity = await home.identityAt(server);
    account = await orForgotten(settings, pending, () => outcome(identity));
    await home.replaceKeys(pending, account);
  }
  await home.forgetPending("rekey");
  return { account, key: newKeys.publicKeys().xid(), oldFile: home.oldKeysAt(pending) };
}

async function orForgotten(
  settings: Settings,
  { server, newKeys }: PendingKeyChange,
  outcome: () => Promise<XID>,
): Promise<XID> {
  try {
    return await outcome();
  } catch (error) {
    const code = refusalCode(error) ?? "";
    if (code === "expired") {
      // The server no longer tells what became of so old a request; but it knows whose the new keys are.
      const account = await accountOf(settings, server, newKeys);
      if (account !== undefined) return account;
    }
    if (code !== "expired" && !FINAL_REFUSALS.includes(code)) throw error;
    await settings.home.forgetPending("rekey");
    if (code !== "expired") throw error;
    throw new Failure("refused", "the request grew too old before it reached the server; start anew", {
      cause: error,
    });
  }
}
