import { PrivateKeys, randomBytes } from "@bc/envelope";
import { openRequest, type Receipt, Refusal, shareProof, signRefusal } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { AUDITS_OF_A_YEAR, auditCopies, auditPrepared, prepareAudits } from "./audit.ts";
import { createClient } from "./client.ts";

const now = () => new Date("2026-11-22T10:00:00Z");
const [one, two] = [randomBytes(300), randomBytes(300)];

async function setUp() {
  const peer = createPeer(now);
  const keys = PrivateKeys.generate("ed25519");
  const client = createClient({ url: "http://peer.test", keys, now, transport: peer.transport });
  const receipts = [await client.storeShare(one), await client.storeShare(two)] as const;
  /** As a server does that has lost a share and hopes that nobody notices. */
  const replace = (receipt: Receipt, data: Uint8Array) => {
    peer.shares.set(receipt.hex(), { owner: client.identity.xid, receipt, data });
  };
  return { peer, client, receipts, replace };
}

test("a server that has the shares proves it, to copies and to what was prepared", async () => {
  const { client, receipts } = await setUp();
  await auditCopies(client, [one, two, one]);
  for (const audit of prepareAudits(two, 3)) await auditPrepared(client, receipts[1], audit);
});

test("a server that has something else cannot prove it", async () => {
  const { client, receipts, replace } = await setUp();
  const [audit] = prepareAudits(two, 1);
  if (audit === undefined) throw new TypeError("nothing was prepared");
  replace(receipts[1], one);
  const lost = {
    name: "ClientError",
    code: "not-proven",
    message: expect.stringContaining(receipts[1].hex()),
  };
  await expect(auditCopies(client, [one, two])).rejects.toMatchObject(lost);
  await expect(auditPrepared(client, receipts[1], audit)).rejects.toMatchObject(lost);
  await auditCopies(client, [one]);
});

test("a proof of another share, or of fewer shares, is no answer", async () => {
  const { client, receipts, peer } = await setUp();
  const [first, second] = receipts.map((receipt) => peer.shares.get(receipt.hex()));
  if (first === undefined || second === undefined) throw new TypeError("nothing was stored");
  peer.shares.set(receipts[1].hex(), first);
  await expect(auditCopies(client, [one, two])).rejects.toMatchObject({ code: "bad-answer" });
  await expect(auditCopies(client, [two])).rejects.toMatchObject({ code: "bad-answer" });
});

test("a share that the server says it lacks is refused, and tells which is damaged", async () => {
  const { client, receipts, peer } = await setUp();
  peer.shares.delete(receipts[0].hex());
  await expect(auditCopies(client, [one])).rejects.toMatchObject({ refusal: { code: "unknown-receipt" } });

  const damaged = createClient({
    url: "http://peer.test",
    keys: PrivateKeys.generate("ed25519"),
    now,
    server: peer.server,
    transport: async (request) => {
      const body = new Uint8Array(await request.arrayBuffer());
      const opened = await openRequest(body, [peer.identity.privateKeys.encapsulation]);
      const refusal = new Refusal("damaged-share", undefined, { receipt: receipts[1] });
      const answer = await signRefusal(peer.identity, opened, refusal);
      return new Response(new Uint8Array(answer.cborData()), {
        headers: { "content-type": "application/cbor" },
      });
    },
  });
  await expect(auditCopies(damaged, [one, two])).rejects.toMatchObject({
    code: "refused",
    refusal: { code: "damaged-share", receipt: receipts[1], text: expect.stringContaining("damaged") },
  });
});

test("a year of daily audits is prepared, each with a nonce of its own", () => {
  const audits = prepareAudits(one);
  expect(audits).toHaveLength(AUDITS_OF_A_YEAR);
  expect(new Set(audits.map(({ nonce }) => nonce.join())).size).toBe(AUDITS_OF_A_YEAR);
  for (const { nonce, proof } of audits) expect(proof).toEqual(shareProof(nonce, one));
});

test.each([15, 65])("a nonce of %i bytes proves nothing", (size) => {
  expect(() => shareProof(new Uint8Array(size), one)).toThrow(RangeError);
});
