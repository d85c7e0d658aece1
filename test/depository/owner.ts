/** Owners of accounts under the depository names, what they call, and how a test knows that nobody harmed them. */

import type { Envelope, Expression } from "@bc/envelope";
import type { Identity } from "@bc/share-protocol";
import { documentFor, OPERATIONS, Receipt } from "@bc/share-protocol";
import { expect } from "vitest";
import { server } from "../kit/people.ts";
import type { TestService } from "../kit/service.ts";
import {
  confirmDue,
  type DepositoryAnswer,
  type DepositoryWallet,
  depositoryWallet,
  newIdentity,
} from "./depository.ts";

const op = OPERATIONS;
export const SHARE = new TextEncoder().encode("the owner's share");
export const OTHER_SHARE = new TextEncoder().encode("a share of somebody else");

export const calls = {
  getAll: op.getShares.encode({ receipts: [] }),
  getRecovery: op.getRecovery.encode({}),
  finish: op.finishRecovery.encode({}),
  deleteAll: op.deleteShares.encode({ receipts: [] }),
  deleteAccount: op.deleteAccount.encode({}),
  get: (receipts: readonly Receipt[]) => op.getShares.encode({ receipts }),
  start: (recoveryMethod: string) => op.startRecovery.encode({ recoveryMethod }),
  setRecovery: (recoveryMethod: string | null) => op.updateRecovery.encode({ recoveryMethod }),
  store: (data: Uint8Array = SHARE) => op.storeShare.encode({ data }),
  delete: (receipts: readonly Receipt[]) => op.deleteShares.encode({ receipts }),
  update: ({ xid, publicKeys }: Pick<Identity, "xid" | "publicKeys">) =>
    updateTo(documentFor(xid, publicKeys)),
  updateTo,
};

/** The codec would read the document; here it is only to be sent, whatever it is. */
function updateTo(envelope: Envelope): Expression {
  return op.updateXIDDocument.encode({ newXIDDocument: { xid: server.xid, keys: [], envelope } });
}

export type Owner = {
  readonly wallet: DepositoryWallet;
  /** A contact that counts. */
  readonly contact: string;
  /** The receipt of the one share. */
  readonly receipt: Receipt;
};

export function depositoryOwners(service: TestService) {
  let contacts = 0;

  function newContact(): string {
    contacts += 1;
    return `owner-${contacts}@example.com`;
  }

  function walletOf(identity: Identity = newIdentity()): DepositoryWallet {
    return depositoryWallet(service, identity);
  }

  /** Somebody with an account, a share and a contact that counts. */
  async function newOwner(data = SHARE): Promise<Owner> {
    const [wallet, contact] = [walletOf(), newContact()];
    expect(await wallet.ask(calls.store(data))).toMatchObject({ outcome: "ok" });
    expect(await wallet.ask(calls.setRecovery(contact))).toMatchObject({ outcome: "ok" });
    await confirmDue(service, contact);
    return { wallet, contact, receipt: Receipt.of(wallet.identity.xid, data) };
  }

  /** A recovery that the owner's contact has not answered yet, to a new key in the old name. */
  async function started({ wallet, contact }: Pick<Owner, "wallet" | "contact">) {
    const successor = walletOf(newIdentity(wallet.identity.xid));
    const answer = await successor.ask(calls.start(contact));
    expect(answer).toMatchObject({ outcome: "ok" });
    return { successor, returned: answer.continuation };
  }

  return { newContact, walletOf, newOwner, started };
}

/** The shares in an answer, as text; or the code of the refusal. */
export function sharesIn({ outcome, result }: DepositoryAnswer): readonly string[] {
  if (result === undefined) return [outcome];
  return op.getShares.decodeResult(result).map(({ data }) => new TextDecoder().decode(data));
}

export async function sharesOf(wallet: DepositoryWallet): Promise<readonly string[]> {
  return sharesIn(await wallet.ask(calls.getAll));
}

/** The owner reads everything as before, and has the same contact. */
export async function expectUntouched({ wallet, contact, receipt }: Owner): Promise<void> {
  expect(sharesIn(await wallet.ask(calls.get([receipt])))).toEqual(["the owner's share"]);
  expect(await sharesOf(wallet)).toEqual(["the owner's share"]);
  expect((await wallet.ask(calls.getRecovery)).result?.asText()).toBe(contact);
}
