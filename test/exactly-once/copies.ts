/** Many copies of one request at once, for each function that changes something. */
import { describe, expect, test } from "vitest";
import { newContact, newOwner, newWallet, share } from "../fallback/place.ts";
import { outcome } from "../kit/outcome.ts";
import { COPIES, copies, type GiveTarget, outcomesAtOnce, shareCount, subjectsFor } from "./target.ts";

export function describeCopies(target: GiveTarget): void {
  describe(`${COPIES} copies at once are one request:`, () => {
    test("storeShare", async () => {
      const { client } = newWallet(target().place);
      const prepared = await client.prepare("storeShare", { data: share });
      const receipts = await Promise.all(copies(prepared.send));
      expect(new Set(receipts.map((receipt) => receipt.hex())).size).toBe(1);
      expect(await shareCount(client)).toBe(1);
      await client.call("deleteShares", { receipts: [] });
      expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
      expect(await shareCount(client)).toBe(0);
    });

    test("deleteShares", async () => {
      const { client } = await newOwner(target().place);
      const prepared = await client.prepare("deleteShares", { receipts: [] });
      expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
      expect(await shareCount(client)).toBe(0);
      await client.storeShare(share);
      expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
      expect(await shareCount(client)).toBe(1);
    });

    test("updateFallback, with one message", async () => {
      const contact = newContact();
      const { client } = await newOwner(target().place);
      const prepared = await client.prepare("updateFallback", { fallback: contact });
      expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
      expect(await subjectsFor(target(), contact)).toEqual(["Confirm your contact for your shares"]);
    });

    test("verifyFallback, right or wrong", async () => {
      const contact = newContact();
      const { client } = await newOwner(target().place);
      await client.call("updateFallback", { fallback: contact });
      const wrong = await client.prepare("verifyFallback", { code: "0000-0000" });
      expect(await outcomesAtOnce(wrong)).toEqual(new Set(["wrong-code"]));
      const { code } = await target().place.mailTo(contact);
      const right = await client.prepare("verifyFallback", { code });
      expect(await outcomesAtOnce(right)).toEqual(new Set(["ok"]));
      expect(await client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
    });

    test("fallbackTransfer, with one message", async () => {
      const contact = newContact();
      await newOwner(target().place, contact);
      const { client } = newWallet(target().place);
      const prepared = await client.prepare("fallbackTransfer", { fallback: contact });
      const answers = await Promise.all(copies(prepared.send));
      expect(new Set(answers.map(({ account }) => account))).toEqual(new Set([undefined]));
      expect((await subjectsFor(target(), contact)).slice(1)).toEqual([
        "Confirm the move of your shares to a new key",
      ]);
    });

    test("updatePublicKey, with one message", async () => {
      const contact = newContact();
      const { client } = await newOwner(target().place, contact);
      const account = client.identity.xid;
      const successor = newWallet(target().place, account);
      const newPublicKey = successor.keys.publicKeys();
      const prepared = await client.prepare("updatePublicKey", { newPublicKey });
      const answers = await Promise.all(copies(prepared.send));
      expect(answers.every((answer) => answer.account.equals(account))).toBe(true);
      expect(await shareCount(successor.client)).toBe(1);
      expect(await outcome(client.retrieveShares())).toBe("invalid-sender-key");
      expect((await subjectsFor(target(), contact)).slice(1)).toEqual(["The key of your shares was changed"]);
    });

    test("deleteAccount, with one message", async () => {
      const contact = newContact();
      const { client } = await newOwner(target().place, contact);
      const prepared = await client.prepare("deleteAccount", {});
      expect(await outcomesAtOnce(prepared)).toEqual(new Set(["ok"]));
      expect(await outcome(client.retrieveShares())).toBe("unknown-account");
      expect((await subjectsFor(target(), contact)).slice(1)).toEqual(["Your shares were deleted"]);
    });
  });
}
