/**
 * `share rekey`: new keys for an account. Whenever the command crashes, the user still has the account's keys.
 *
 * Flow: new keys and the request that names them are on the disk → the request leaves → the server says OK → the old
 * key file gets another name → the new one takes its place → the request is forgotten. After an
 * interruption the next run goes on at the first step that may still have to be done.
 *
 * Trap: the command gives the new keys up only when the server has said, about this very request, that it will not
 * carry it out. An answer that is lost, or forged on the way, says nothing.
 */
import { PrivateKeys, type SigningScheme, type XID } from "@bc/envelope";
import { buildKeyChange, refusalCode } from "@bc/share-client";
import type { Identity } from "@bc/share-protocol";
import { accountOf } from "./account-of.ts";
import { knownServer, withClientFor } from "./connect.ts";
import { Failure } from "./failure.ts";
import { keepAs } from "./files.ts";
import { identityAt, keyFileOf, readKeyFile, replaceKeyFile } from "./key-file.ts";
import {
  expectSameAddress,
  expectSigner,
  forgetPending,
  type Pending,
  readPending,
  writePending,
} from "./pending.ts";
import type { Settings } from "./settings.ts";

export type PendingKeyChange = Pending & { readonly newKeys: PrivateKeys };

export type KeyChange = {
  readonly account: XID;
  /** The XID of the new keys. */
  readonly key: XID;
  /** Where the old keys are kept, since they may be in use elsewhere. */
  readonly oldFile: string;
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

export function pendingKeyChange(settings: Settings): Promise<PendingKeyChange | undefined> {
  return readPending(settings, "rekey", (field) => ({ newKeys: PrivateKeys.fromURString(field("newKeys")) }));
}

/** Makes new keys and the request for them. Both are on the disk when it returns, and nothing has been sent. */
export async function beginKeyChange(
  settings: Settings,
  scheme: SigningScheme,
  date: Date | "none" = new Date(),
): Promise<PendingKeyChange> {
  const file = await readKeyFile(settings);
  const server = await knownServer(settings);
  const identity = identityAt(server, file, settings);
  const newKeys = PrivateKeys.generate(scheme);
  const { url, sealed } = settings;
  const { request } = await buildKeyChange(newKeys, identity, server, { date, sealed });
  const pending = { url, server, request, signer: identity.publicKeys.xid().hex(), newKeys };
  await writePending(settings, "rekey", pending, { newKeys: newKeys.urString() });
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
  const { newKeys, server, signer } = pending;
  const present = await readKeyFile(settings);
  const key = newKeys.publicKeys().xid();
  const oldFile = `${settings.keysFile}.old-${signer.slice(0, 8)}`;
  let account = present.accounts.get(server.xid.hex());
  if (account === undefined || !present.keys.publicKeys().xid().equals(key)) {
    expectSigner(settings, "rekey", pending, present.keys.publicKeys().xid().hex());
    const identity = identityAt(server, present, settings);
    account = await orForgotten(settings, pending, () => outcome(identity));
    await keepAs(settings.keysFile, oldFile);
    await replaceKeyFile(settings, keyFileOf(newKeys, new Map([[server.xid.hex(), account]])));
  }
  await forgetPending(settings, "rekey");
  return { account, key, oldFile };
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
    await forgetPending(settings, "rekey");
    if (code !== "expired") throw error;
    throw new Failure("refused", "the request grew too old before it reached the server; start anew", {
      cause: error,
    });
  }
}
