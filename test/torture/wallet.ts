/**
 * A wallet with a random history, which knows what its account must hold.
 *
 * It does one thing after the other, and sends each request until it has an outcome. So what it expects is certain whenever
 * a call of `step` has returned.
 */
import { PrivateKeys, type XID } from "@bc/envelope";
import { auditCopies, type Client } from "@bc/share-client";
import { type NativeName, type ParametersOf, Receipt } from "@bc/share-protocol";
import { bytesToHex } from "#bc/dcbor";
import type { Random } from "../reader/random.ts";
import { createContacts, expectOutcome } from "./contacts.ts";
import type { Inbox } from "./inbox.ts";
import { createRequests, type Tally } from "./requests.ts";

const MAX_SHARES = 6;

/** How a wallet reaches the server: `faulty` as the wallet does, `direct` to look how things are. */
export type Reach = {
  readonly faulty: (keys: PrivateKeys, xid?: XID) => Client;
  readonly direct: (keys: PrivateKeys, xid?: XID) => Client;
};

export type Wallet = ReturnType<typeof createWallet>;

/** @param name of the wallet, which no other has. */
export function createWallet(reach: Reach, inbox: Inbox, random: Random, tally: Tally, name: string) {
  let keys = PrivateKeys.generate("ed25519");
  let xid: XID | undefined;
  let shares: Set<string> | undefined;
  const requests = createRequests(random, tally);
  const owner = () => reach.faulty(keys, xid);
  const contacts = createContacts(
    {
      owner,
      clientOf: reach.faulty,
      takeKeys: (next) => {
        keys = next;
      },
    },
    { requests, inbox, random, tally, name },
  );

  async function change(): Promise<void> {
    const choice = random.below(40);
    if (xid === undefined || shares === undefined || choice < 14) return store();
    if (choice < 20) return deleteSome();
    if (choice < 24) return audit([...shares]);
    if (choice < 26) return changeKey();
    if (choice < 27) return deleteAccount();
    await contacts.step(xid);
  }

  async function settle<Name extends NativeName>(name: Name, parameters: ParametersOf<Name>): Promise<void> {
    const { outcome, isInDoubt } = await requests.settle(owner(), name, parameters);
    // Where an earlier request for the same may have run: the key that it retired can't retire itself again.
    const isDone = isInDoubt && name === "updatePublicKey" && outcome === "invalid-sender-key";
    expectOutcome(name, isDone ? "ok" : outcome, ["ok"]);
  }

  async function store(): Promise<void> {
    const known = [...(shares ?? [])];
    const isAgain = known.length > 0 && random.once(4);
    if (!isAgain && known.length >= MAX_SHARES) return deleteSome();
    const data = isAgain ? hexBytes(random.pick(known)) : new Uint8Array(random.bytes(1 + random.below(800)));
    if (shares === undefined) {
      keys = PrivateKeys.generate("ed25519");
      xid = undefined;
      requests.forget();
    }
    await settle("storeShare", { data });
    xid ??= reach.direct(keys).identity.xid;
    shares = (shares ?? new Set()).add(bytesToHex(data));
  }

  async function deleteSome(): Promise<void> {
    const present = shares ?? new Set();
    const found = random.once(3) ? [] : [...present].slice(0, 1 + random.below(2));
    const of = xid ?? reach.direct(keys).identity.xid;
    const receipts = found.map((hex) => Receipt.of(of, hexBytes(hex)));
    await settle("deleteShares", { receipts });
    if (found.length === 0) present.clear();
    for (const data of found) present.delete(data);
  }

  /** The server proves that it has every share that it must have. */
  async function audit(present: readonly string[]): Promise<void> {
    const [first, ...others] = present.map(hexBytes);
    if (first === undefined) return;
    const proven = await requests.read("auditShares", async () => {
      await auditCopies(owner(), [first, ...others]);
      return "ok";
    });
    expectOutcome("auditShares", proven, ["ok"]);
    tally.count("shares audited", present.length);
  }

  async function changeKey(): Promise<void> {
    const next = PrivateKeys.generate("ed25519");
    await settle("updatePublicKey", { newPublicKey: next.publicKeys() });
    keys = next;
    contacts.keyChanged();
  }

  async function deleteAccount(): Promise<void> {
    await settle("deleteAccount", {});
    shares = undefined;
    contacts.accountDeleted();
    // A transfer that was done tells the account, which is no more.
    requests.forget((name) => name === "fallbackTransfer");
  }

  return {
    step: change,
    repeat: requests.repeat,

    /** Compares what the server has with what it must have. The server is well. */
    check: async (): Promise<void> => {
      const client = reach.direct(keys, xid);
      const found = await requests.read("retrieveShares", async () => {
        const given = await client.retrieveShares();
        return given.map(({ data }) => bytesToHex(data)).sort();
      });
      const expected = shares === undefined ? "unknown-account" : [...shares].sort();
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        throw new Error(`an account should hold ${summary(expected)}, and holds ${summary(found)}`);
      }
      tally.count("accounts compared");
      tally.count("shares compared", shares?.size ?? 0);
      if (shares === undefined) return;
      const contact = JSON.stringify(
        await requests.read("retrieveFallback", () => client.retrieveFallback()),
      );
      const right = JSON.stringify(contacts.expected());
      if (contact !== right)
        throw new Error(`an account should have the contact ${right}, and has ${contact}`);
      if (contacts.expected() !== null) tally.count("contacts compared");
    },
  };
}

function hexBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function summary(shares: readonly string[] | string): string {
  return typeof shares === "string"
    ? shares
    : `${shares.length} shares (${shares.map((it) => it.slice(0, 8))})`;
}
