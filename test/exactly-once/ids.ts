/** What an ID may be used for, and how often. */

import { ARID, type Envelope, KnownValue, PrivateKeys, Request, SENDER } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { type BuiltRequest, buildRequest, openAnswer } from "@bc/share-client";
import { type Call, type NativeName, OPERATIONS } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { taggedValue } from "#bc/dcbor";
import { TAG_KNOWN_VALUE } from "#bc/tags";
import { newOwner, newWallet, share } from "../fallback/place.ts";
import { outcome } from "../kit/outcome.ts";
import { COPIES, copies, type GiveTarget, shareCount } from "./target.ts";

const encoder = new TextEncoder();

/** A call under a given ID, to be sent any number of times. */
async function build<Name extends NativeName>(client: Client, id: ARID, call: Call<Name>) {
  const peer = await client.server();
  const built = await buildRequest(call, client.identity, peer, { id, date: new Date() });
  return { ...built, send: () => sendBuilt(client, built) };
}

async function sendBuilt(client: Client, { id, envelope }: BuiltRequest) {
  const server = await client.server();
  return openAnswer(await client.send(envelope), { id, identity: client.identity, server });
}

/**
 * A request to store a share whose sender's document holds the unit value: as early releases of the reference write it, in a
 * leaf, and as later ones do. Both have one digest, and so one signature.
 */
async function inBothForms(client: Client): Promise<[bare: BuiltRequest, inLeaf: BuiltRequest]> {
  const { identity } = client;
  const { xid } = await client.server();
  const id = ARID.generate();
  const body = OPERATIONS.storeShare.encode({ data: share }).withParameter("recipient", xid.toCbor());
  const request = new Request(id, body, { date: new Date() }).toEnvelope();
  const [bare, inLeaf] = [new KnownValue(0), taggedValue(TAG_KNOWN_VALUE, 0)].map((unit) => {
    return request.addAssertion(SENDER, identity.document.addAssertion("nothing", unit)).wrap();
  }) as [Envelope, Envelope];
  const [signature] = (await bare.tryUnwrap().sign(identity.privateKeys.signing)).assertions() as [Envelope];
  const withSignature = (envelope: Envelope) => ({ id, envelope: envelope.addAssertionEnvelope(signature) });
  return [withSignature(bare), withSignature(inLeaf)];
}

const otherBodies: readonly Call<NativeName>[] = [
  { name: "storeShare", parameters: { data: encoder.encode("another share") } },
  { name: "deleteShares", parameters: { receipts: [] } },
  { name: "updateFallback", parameters: { fallback: "id-reused@example.com" } },
  { name: "fallbackTransfer", parameters: { fallback: "id-reused@example.com" } },
  { name: "verifyFallback", parameters: { code: "0000-0000" } },
  { name: "updatePublicKey", parameters: { newPublicKey: PrivateKeys.generate("ed25519").publicKeys() } },
  { name: "deleteAccount", parameters: {} },
];

export function describeIds(target: GiveTarget): void {
  describe("an ID", () => {
    test.each(otherBodies)("that was used does nothing with another body: $name", async (call) => {
      const { client } = newWallet(target().place);
      const id = ARID.generate();
      const first = await build(client, id, { name: "storeShare", parameters: { data: share } });
      expect(await outcome(first.send())).toBe("ok");
      expect(await outcome((await build(client, id, call)).send())).toBe("id-reused");
      expect(await client.retrieveShares()).toMatchObject([{ data: share }]);
      expect(await client.call("retrieveFallback", {})).toBeNull();
      expect(await outcome(first.send())).toBe("ok");
    });

    test("names one request, in whichever form a known value stands in it", async () => {
      const { client } = newWallet(target().place);
      const [bare, inLeaf] = await inBothForms(client);
      expect(inLeaf.envelope.digest().equals(bare.envelope.digest())).toBe(true);
      expect(inLeaf.envelope.cborData()).not.toEqual(bare.envelope.cborData());
      expect(await outcome(sendBuilt(client, bare))).toBe("ok");
      await client.call("deleteShares", { receipts: [] });
      expect(await outcome(sendBuilt(client, inLeaf))).toBe("ok");
      expect(await shareCount(client)).toBe(0);
    });

    test("goes to one of the bodies that race for it", async () => {
      const { client } = newWallet(target().place);
      const id = ARID.generate();
      const bodies = await Promise.all(
        ["first", "second"].map((text) => {
          return build(client, id, { name: "storeShare", parameters: { data: encoder.encode(text) } });
        }),
      );
      const outcomes = await Promise.all(copies(() => bodies.map(({ send }) => outcome(send()))).flat());
      expect(outcomes.filter((it) => it === "ok")).toHaveLength(COPIES);
      expect(outcomes.filter((it) => it === "id-reused")).toHaveLength(COPIES);
      expect(await shareCount(client)).toBe(1);
    });

    test("is each key's own", async () => {
      const id = ARID.generate();
      for (const { client } of [newWallet(target().place), newWallet(target().place)]) {
        const storing = await build(client, id, { name: "storeShare", parameters: { data: share } });
        expect(await outcome(storing.send())).toBe("ok");
        expect(await shareCount(client)).toBe(1);
      }
    });

    test("may be used for reading as often as one likes", async () => {
      const { client } = await newOwner(target().place);
      const reading = await client.prepare("retrieveShares", { receipts: [] });
      expect(await reading.send()).toHaveLength(1);
      await client.storeShare(encoder.encode("another share"));
      expect(await reading.send()).toHaveLength(2);
    });
  });
}
