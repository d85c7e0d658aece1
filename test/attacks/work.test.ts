/** What a stranger's request makes the server do, counted in hashes, signatures and statements. */
import { Envelope, PrivateKeys } from "@bc/envelope";
import { buildRequest, Receipt, serverFromDocument } from "@bc/share-client";
import { type Call, type Identity, identityOf, type NativeName } from "@bc/share-protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handle } from "../../src/service/index.ts";
import { createStorageCipher } from "../../src/service/storage-cipher.ts";
import type { Sql } from "../../src/store/sql.ts";
import { readAnswer } from "../kit/answers.ts";
import { createTestService, keysWith, POLICY, STORAGE_KEY } from "../kit/service.ts";
import { currentStorage, type OpenDatabase } from "../kit/storage.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await currentStorage().openDatabase();
});
afterAll(() => database.close());

const stranger = () => identityOf(PrivateKeys.generate("ed25519"));

/** A service that counts the calls of the store, and the names of shares that it computes. */
async function counting() {
  const seen = { names: 0, statements: [] as string[] };
  const sql: Sql = (text, params) => {
    seen.statements.push(/store\.(\w+)/.exec(text)?.[1] ?? text);
    return database.sql(text, params);
  };
  const cipher = await createStorageCipher({ id: 0, key: STORAGE_KEY });
  const shareId = (receipt: Uint8Array) => {
    seen.names += 1;
    return cipher.shareId(receipt);
  };
  const { context } = await createTestService(sql, { keys: keysWith(cipher, () => ({ shareId })) });
  return { seen, context };
}

function receiptsOf({ xid }: Identity, count: number): readonly Receipt[] {
  return Array.from({ length: count }, (_, i) => Receipt.of(xid, Uint8Array.of(i, i >> 8)));
}

test("as many shares as an account may have can be named in one request, which costs a stranger's server no hash of them", async () => {
  const { seen, context } = await counting();
  const wallet = stranger();
  const peer = await serverFromDocument(context.identity.document);
  const receipts = receiptsOf(wallet, POLICY.quotas.maxShares);
  const { envelope } = await buildRequest(
    { name: "retrieveShares", parameters: { receipts } },
    wallet,
    peer,
    {
      date: context.now(),
    },
  );
  const { refused } = await handle(context, envelope.cborData(), { request: "cbor", answer: "cbor" });
  expect(refused).toBe("unknown-account");
  expect(seen).toEqual({ names: 0, statements: ["retrieve_shares"] });
});

test("a few shares are asked for at once, without a look at the account first", async () => {
  const { seen, context } = await counting();
  const wallet = stranger();
  const peer = await serverFromDocument(context.identity.document);
  const receipts = receiptsOf(wallet, 8);
  const { envelope } = await buildRequest(
    { name: "retrieveShares", parameters: { receipts } },
    wallet,
    peer,
    {
      date: context.now(),
    },
  );
  await handle(context, envelope.cborData(), { request: "cbor", answer: "cbor" });
  expect(seen).toEqual({ names: 8, statements: ["retrieve_shares"] });
});

test("what a request may hold grows with its bytes, so that a small one costs little to read", async () => {
  const { context } = await counting();
  const items = Array.from({ length: 1_000 }, () => 0);
  const refusal = async (beside: string) => {
    const body = Envelope.new([...items, beside]).cborData();
    return (await handle(context, body, { request: "cbor", answer: "cbor" })).refused;
  };
  expect(await refusal("")).toBe("too-complex");
  expect(await refusal("x".repeat(4_000))).toBe("not-signed");
});

test("a large answer is made in portions, between which others get their turn", async () => {
  let pauses = 0;
  const pause = async () => {
    pauses += 1;
  };
  const { context } = await createTestService(database.sql, { pause });
  const wallet = stranger();
  const peer = await serverFromDocument(context.identity.document);
  const send = async (call: Call<NativeName>) => {
    const { envelope } = await buildRequest(call, wallet, peer, { date: context.now() });
    return handle(context, envelope.cborData(), { request: "cbor", answer: "ur" });
  };
  const shares = 70;
  for (let i = 0; i < shares; i++) {
    const data = new Uint8Array(2_000).fill(i);
    expect((await send({ name: "storeShare", parameters: { data } })).refused).toBeUndefined();
  }
  expect(pauses).toBe(0);
  await send({ name: "retrieveShares", parameters: { receipts: [] } });
  // After each 32 shares that were decrypted, or built into the answer; before it is sealed, and before it is written.
  expect(pauses).toBe(2 + 2 + 1 + 1);
});

test("what is answered to nobody in particular is signed once for each reason", async () => {
  // Every Schnorr signature is another one.
  const identity = identityOf(PrivateKeys.generate("schnorr"));
  const { context } = await createTestService(database.sql, { identity });
  const answerTo = async (body: string) => {
    const { body: answer } = await handle(context, new TextEncoder().encode(body), {
      request: "ur",
      answer: "cbor",
    });
    const { code } = await readAnswer(answer, "cbor", { server: identity, wallets: [] });
    return { code, answer };
  };
  const first = await answerTo("hello");
  expect(first.code).toBe("malformed");
  expect(await answerTo("world")).toEqual(first);
  expect((await answerTo("ur:envelope/1-1000/aa ur:envelope/2-1000/aa")).code).toBe("too-many-parts");
});
