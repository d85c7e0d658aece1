/** A request that comes again: after what it did was undone, and because its answer was lost. */
import { request as httpRequest } from "node:http";
import type { BuiltRequest } from "@bc/share-client";
import { describe, expect, test } from "vitest";
import { newContact, newOwner, newWallet, share } from "../fallback/place.ts";
import { outcome } from "../kit/outcome.ts";
import { type GiveTarget, shareCount, subjectsFor } from "./target.ts";

export function describeRetries(target: GiveTarget): void {
  describe("a request from before", () => {
    test("the deletion of its share brings nothing back", async () => {
      const { client } = newWallet(target().place);
      const storing = await client.prepare("storeShare", { data: share });
      const receipt = await storing.send();
      await client.call("deleteShares", { receipts: [receipt] });
      expect((await storing.send()).equals(receipt)).toBe(true);
      expect(await shareCount(client)).toBe(0);
    });

    test("two key changes does not bring the first new key back", async () => {
      const { client } = await newOwner(target().place);
      const account = client.identity.xid;
      const [second, third] = [newWallet(target().place, account), newWallet(target().place, account)];
      const change = await client.prepare("updatePublicKey", { newPublicKey: second.keys.publicKeys() });
      await change.send();
      await second.client.call("updatePublicKey", { newPublicKey: third.keys.publicKeys() });
      expect((await change.send()).account.equals(account)).toBe(true);
      expect(await outcome(second.client.retrieveShares())).toBe("invalid-sender-key");
      expect(await shareCount(third.client)).toBe(1);
    });

    test("the deletion of its account does nothing", async () => {
      const contact = newContact();
      const { client } = newWallet(target().place);
      const calls = [
        await client.prepare("storeShare", { data: share }),
        await client.prepare("updateFallback", { fallback: contact }),
        await client.prepare("deleteShares", { receipts: [] }),
      ];
      for (const { send } of calls) await send();
      await client.call("deleteAccount", {});
      for (const { send } of calls) expect(await outcome(send())).toBe("ok");
      expect(await outcome(client.retrieveShares())).toBe("unknown-account");
      expect((await subjectsFor(target(), contact)).length).toBeLessThanOrEqual(1);
    });

    test("a new account of the same key does not delete that", async () => {
      const { client } = await newOwner(target().place);
      const deletion = await client.prepare("deleteAccount", {});
      await deletion.send();
      await client.storeShare(share);
      expect(await outcome(deletion.send())).toBe("ok");
      expect(await shareCount(client)).toBe(1);
    });
  });

  describe("a retry after a lost answer has the outcome of the first try", () => {
    /** Hangs up as soon as the request is written, or as soon as the answer begins. */
    async function sendAndHangUp({ envelope }: BuiltRequest, when: "written" | "answered"): Promise<void> {
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const headers = { "content-type": "application/cbor" };
      const sending = httpRequest(target().server.url(), { method: "POST", headers, agent: false });
      sending.on("error", () => {}).on("close", resolve);
      sending.on("response", (response) => response.destroy());
      sending.end(envelope.cborData(), () => {
        if (when === "written") sending.destroy();
      });
      await over;
    }

    test.each(["written", "answered"] as const)("hung up when %s", async (when) => {
      const contact = newContact();
      const { client } = newWallet(target().place);
      const successor = newWallet(target().place, client.identity.xid);
      const calls = [
        await client.prepare("storeShare", { data: share }),
        await client.prepare("updateFallback", { fallback: contact }),
        await client.prepare("updatePublicKey", { newPublicKey: successor.keys.publicKeys() }),
      ];
      for (const call of calls) {
        await sendAndHangUp(call, when);
        expect(await outcome(call.send())).toBe("ok");
      }
      expect(await shareCount(successor.client)).toBe(1);
      expect((await subjectsFor(target(), contact)).length).toBeLessThanOrEqual(1);
    });
  });
}
