/** Different requests at once that cannot all have their way. */

import type { Client } from "@bc/share-client";
import { describe, expect, test } from "vitest";
import { askForTransfer, newContact, newOwner, newWallet } from "../fallback/place.ts";
import { outcome } from "../kit/outcome.ts";
import { COPIES, copies, type GiveTarget, shareCount } from "./target.ts";

/** @param swaps how many pairs of accounts take each other's contact. */
export function describeRaces(target: GiveTarget, swaps: number): void {
  describe("of those who race", () => {
    test("for the first share of a new key all open the same account", async () => {
      const { client } = newWallet(target().place);
      const texts = copies(() => "").map((_, i) => `share ${i}`);
      await Promise.all(texts.map((text) => client.storeShare(new TextEncoder().encode(text))));
      expect(await shareCount(client)).toBe(COPIES);
    });

    test("to change one account's key one wins, and the others' keys stay unknown", async () => {
      const { client } = await newOwner(target().place);
      const rivals = copies(() => newWallet(target().place, client.identity.xid));
      const outcomes = await Promise.all(
        rivals.map(({ keys }) =>
          outcome(client.call("updatePublicKey", { newPublicKey: keys.publicKeys() })),
        ),
      );
      expect(outcomes.toSorted()).toEqual([...Array(COPIES - 1).fill("invalid-sender-key"), "ok"]);
      const reads = await Promise.all(rivals.map((rival) => outcome(rival.client.retrieveShares())));
      expect(reads).toEqual(outcomes.map((it) => (it === "ok" ? "ok" : "unknown-account")));
    });

    test("with their accounts for one new key one wins, and the others keep theirs", async () => {
      const owners = await Promise.all(copies(() => newOwner(target().place)));
      const { keys } = newWallet(target().place);
      const newPublicKey = keys.publicKeys();
      const outcomes = await Promise.all(
        owners.map(({ client }) => outcome(client.call("updatePublicKey", { newPublicKey }))),
      );
      expect(outcomes.toSorted()).toEqual([...Array(COPIES - 1).fill("key-in-use"), "ok"]);
      const reads = await Promise.all(owners.map(({ client }) => outcome(client.retrieveShares())));
      expect(reads).toEqual(outcomes.map((it) => (it === "ok" ? "invalid-sender-key" : "ok")));
      const winner = owners[outcomes.indexOf("ok")]?.client.identity.xid;
      expect(await shareCount(target().place.client({ keys, xid: winner }))).toBe(1);
    });

    test("to validate one contact one wins, and the others stay without", async () => {
      const contact = newContact();
      const claims = [];
      for (let i = 0; i < 4; i++) {
        const { client } = await newOwner(target().place);
        claims.push({ client, verify: await claim(client, contact) });
      }
      const outcomes = await Promise.all(claims.map(({ verify }) => outcome(verify.send())));
      expect(outcomes.toSorted()).toEqual(["fallback-in-use", "fallback-in-use", "fallback-in-use", "ok"]);
      const validated = await Promise.all(claims.map(({ client }) => client.call("retrieveFallback", {})));
      expect(validated.map((it) => it?.validated)).toEqual(outcomes.map((it) => it === "ok"));
    });

    test("to take each other's contact none loses its own, and no contact gets two accounts", async () => {
      const pairs = await Promise.all(Array.from({ length: swaps }, newSwap));
      const outcomes = await Promise.all(pairs.flat().map(({ verify }) => outcome(verify.send())));
      for (const it of outcomes) expect(["ok", "fallback-in-use"]).toContain(it);
      for (const pair of pairs) {
        const kept = await Promise.all(pair.map(({ client, own }) => validated(client, own)));
        expect(kept.toSorted()).toEqual(pair.map(({ own }) => own).toSorted());
      }
    });

    test("to move one account to their keys one gets it, and the other no longer may", async () => {
      const { place } = target();
      const contact = newContact();
      const owner = await newOwner(place, contact);
      const account = owner.client.identity.xid;
      const rivals = [await askForTransfer(place, contact), await askForTransfer(place, contact)];
      const verifies = await Promise.all(
        rivals.map(({ client, mail: { code } }) => client.prepare("verifyFallback", { code })),
      );
      const outcomes = await Promise.all(verifies.map((verify) => outcome(verify.send())));
      expect(outcomes.toSorted()).toEqual(["challenge-void", "ok"]);
      const repeated = await Promise.all(rivals.map(({ transfer }) => outcome(transfer.send())));
      expect(repeated).toEqual(outcomes);

      expect(await outcome(owner.client.retrieveShares())).toBe("invalid-sender-key");
      const reads = await Promise.all(
        rivals.map(({ keys }) =>
          outcome(place.client({ keys, xid: account }).retrieveShares([owner.receipt])),
        ),
      );
      expect(reads).toEqual(outcomes.map((it) => (it === "ok" ? "ok" : "unknown-account")));
    });
  });

  /** Two accounts, each about to confirm that it has the other's contact. */
  async function newSwap() {
    const [first, second] = [newContact(), newContact()];
    const turns = [
      { own: first, wanted: second },
      { own: second, wanted: first },
    ];
    const owners = await Promise.all(
      turns.map(async (turn) => ({ ...turn, ...(await newOwner(target().place, turn.own)) })),
    );
    return Promise.all(
      owners.map(async ({ own, wanted, client }) => ({ own, client, verify: await claim(client, wanted) })),
    );
  }

  /** Sets the contact. @returns the call that confirms it, not sent yet. */
  async function claim(client: Client, contact: string) {
    await client.call("updateFallback", { fallback: contact });
    const { code } = await target().place.mailTo(contact);
    return client.prepare("verifyFallback", { code });
  }
}

/** The contact that counts for this account: the last one set, or `before`, which setting it again then tells. */
async function validated(client: Client, before: string): Promise<string | undefined> {
  const last = await client.call("retrieveFallback", {});
  if (last?.validated === true) return last.contact;
  await client.call("updateFallback", { fallback: before });
  const first = await client.call("retrieveFallback", {});
  return first?.validated === true ? first.contact : undefined;
}
