/** What a wallet does about its contact: names one, confirms it by code, and moves the account by it. */
import { setTimeout } from "node:timers/promises";
import { PrivateKeys, type XID } from "@bc/envelope";
import type { Client, PreparedCall } from "@bc/share-client";
import type { Random } from "../reader/random.ts";
import type { Inbox, Purpose } from "./inbox.ts";
import type { Requests, Tally } from "./requests.ts";

/** Seconds between the confirmation of a transfer and its effect. */
export const TRANSFER_DELAY = 1;
/** Milliseconds to wait for a message. A server that was killed with it sends it when its claim has ended, which nobody awaits. */
const PATIENCE = 2_000;
/** Milliseconds to wait for a transfer. One that a fast clock has confirmed takes effect days from now. */
const TRANSFER_PATIENCE = 8_000;
const PAUSE = 100;

export type Holder = {
  /** Speaks for the account at present, over connections that are cut. */
  readonly owner: () => Client;
  /** Speaks for the account or, without a XID, for itself. */
  readonly clientOf: (keys: PrivateKeys, xid?: XID) => Client;
  /** The account is these keys' from now on. */
  readonly takeKeys: (keys: PrivateKeys) => void;
};

type Parts = {
  readonly requests: Requests;
  readonly inbox: Inbox;
  readonly random: Random;
  readonly tally: Tally;
  /** Begins all addresses of the wallet, which no other has. */
  readonly name: string;
};

export type Contacts = ReturnType<typeof createContacts>;

export function createContacts({ owner, clientOf, takeKeys }: Holder, parts: Parts) {
  const { requests, inbox, random, tally, name } = parts;
  let count = 0;
  /** What counts, and what was named since and is not confirmed. */
  let validated: string | undefined;
  let claim: string | undefined;
  /** Whether a code to the claim may still confirm it. */
  let isOpen = false;

  /** What `retrieveFallback` must give. */
  const expected = () => {
    const contact = claim ?? validated;
    return contact === undefined ? null : { contact, validated: claim === undefined };
  };
  const readContact = async () => {
    const found = await requests.read("retrieveFallback", () => owner().retrieveFallback());
    return JSON.stringify(found);
  };

  async function nameOne(): Promise<void> {
    count += 1;
    const contact = `${name}-${count}@example.com`;
    const before = JSON.stringify(expected());
    const { outcome } = await requests.settle(owner(), "updateFallback", { fallback: contact });
    if (outcome === "rate-limited") {
      // Of two requests for the same the first may have run before the second met the limit.
      if ((await readContact()) === before) return;
    } else expectOutcome("updateFallback", outcome, ["ok"]);
    if (claim !== undefined) inbox.forget(claim);
    [claim, isOpen] = [contact, true];
  }

  async function remove(): Promise<void> {
    const { outcome } = await requests.settle(owner(), "updateFallback", { fallback: null });
    expectOutcome("updateFallback", outcome, ["ok"]);
    [validated, claim, isOpen] = [undefined, undefined, false];
  }

  /** A code that came late, or to a key that is retired, confirms nothing. */
  async function confirm(): Promise<void> {
    if (claim === undefined) return;
    const { outcome, isInDoubt } = await giveCode(owner(), claim, "validation");
    if (outcome === undefined) return;
    if (outcome === "ok" && !isOpen) throw new Error(`an old code has confirmed ${claim}`);
    const isDone =
      outcome === "ok" ||
      (isInDoubt && (await readContact()) === JSON.stringify({ contact: claim, validated: true }));
    if (isDone) {
      tally.count("contacts confirmed");
      if (validated !== undefined) inbox.forget(validated);
      [validated, claim] = [claim, undefined];
      isOpen = false;
    } else {
      expectOutcome("verifyFallback", outcome, ["challenge-void", "too-many-attempts"]);
      // By a clock that is fast a code is too old, and later it may count again.
      if (outcome === "too-many-attempts") isOpen = false;
    }
  }

  /** Gives the codes that came to a contact, the newest first, as long as they are wrong. No outcome: none came. */
  async function giveCode(client: Client, contact: string, purpose: Purpose, from = 0) {
    const came = () => inbox.codes(contact, purpose).slice(0, inbox.codes(contact, purpose).length - from);
    const end = Date.now() + PATIENCE;
    while (came().length === 0 && Date.now() < end) await setTimeout(PAUSE);
    let last: { readonly outcome: string | undefined; readonly isInDoubt: boolean } = {
      outcome: undefined,
      isInDoubt: false,
    };
    for (const code of came()) {
      last = await requests.settle(client, "verifyFallback", { code });
      if (last.outcome !== "wrong-code") return last;
    }
    // Of two challenges in a row, the first one's code may have come and the second one's not.
    return { ...last, outcome: undefined };
  }

  async function transfer(xid: XID): Promise<void> {
    if (validated === undefined) return nameOne();
    const contact = validated;
    const next = PrivateKeys.generate("ed25519");
    const newcomer = clientOf(next);
    const before = inbox.codes(contact, "transfer").length;
    const asked = await requests.settle(newcomer, "fallbackTransfer", { fallback: contact });
    if (asked.outcome === "rate-limited") return nameOne();
    if (asked.outcome === "challenge-void") return tally.count("transfers that were late");
    expectOutcome("fallbackTransfer", asked.outcome, ["processing"]);
    tally.count("transfers asked");

    let isCancelled = random.once(4) && (await cancel(contact));
    const { outcome } = await giveCode(newcomer, contact, "transfer", before);
    if (isCancelled && outcome === "ok") throw new Error("a cancelled transfer was confirmed");
    if (outcome === "ok") {
      tally.count("transfers confirmed");
      if (random.once(4)) isCancelled = await cancel(contact);
    }
    const account = await end(asked.call, outcome, contact, clientOf(next, xid));
    if (account === "moved") {
      if (isCancelled) throw new Error("a cancelled transfer took effect");
      tally.count("transfers done");
      takeKeys(next);
      isOpen = false;
    }
  }

  /** By the present key. @returns whether it did; else the transfer had taken effect. */
  async function cancel(contact: string): Promise<boolean> {
    const { outcome } = await requests.settle(owner(), "updateFallback", { fallback: contact });
    expectOutcome("updateFallback", outcome, ["ok", "invalid-sender-key"]);
    if (outcome !== "ok") return false;
    tally.count("transfers cancelled");
    // Naming the contact that counts takes back a claim.
    [claim, isOpen] = [undefined, false];
    return true;
  }

  /** Waits for the transfer to come to an end, or cancels it. */
  async function end(
    call: PreparedCall<"fallbackTransfer">,
    confirmed: string | undefined,
    contact: string,
    moved: Client,
  ): Promise<"moved" | "stayed"> {
    const last = Date.now() + (confirmed === undefined ? 0 : TRANSFER_PATIENCE);
    for (;;) {
      const state = await requests.look(call);
      if (state === "ok") {
        await requests.keep({ call, name: "fallbackTransfer", outcome: "ok" });
        return "moved";
      }
      if (state === "challenge-void") return "stayed";
      if (state === "expired" || (state === "processing" && Date.now() > last)) break;
      await setTimeout(PAUSE);
    }
    // The server has forgotten the request, or the transfer waits too long.
    if (await cancel(contact)) return "stayed";
    const found = await requests.read("retrieveFallback", async () => {
      await moved.retrieveFallback();
      return "ok";
    });
    expectOutcome("retrieveFallback", found, ["ok"]);
    return "moved";
  }

  return {
    /** One thing, at random. @param xid the account's. */
    step: (xid: XID): Promise<void> => {
      const choice = random.below(12);
      if (claim !== undefined && choice < 6) return confirm();
      if (choice < 10) return transfer(xid);
      return choice < 11 ? nameOne() : remove();
    },

    expected,

    /** The account has another key: codes for the one before are void. */
    keyChanged: () => {
      isOpen = false;
    },
    accountDeleted: () => {
      for (const address of [validated, claim]) if (address !== undefined) inbox.forget(address);
      [validated, claim, isOpen] = [undefined, undefined, false];
    },
  };
}

export function expectOutcome(name: string, outcome: string, expected: readonly string[]): void {
  if (!expected.includes(outcome)) throw new Error(`${name} had the outcome ${outcome}`);
}
