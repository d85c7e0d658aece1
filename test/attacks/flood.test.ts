/** Floods of requests: what one network can make the server do. Counted in statements and tokens, not in seconds. */
import { concatBytes, PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, serverFromDocument } from "@bc/share-client";
import type { Call, Identity, NativeName } from "@bc/share-protocol";
import { identityOf } from "@bc/share-protocol";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR } from "../../src/fallback/challenge-limits.ts";
import type { ExchangeOptions } from "../../src/http/exchange.ts";
import { createTurns } from "../../src/http/turns.ts";
import type { Sql } from "../../src/store/sql.ts";
import { type Posted, post } from "../kit/post.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage, type OpenDatabase } from "../kit/storage.ts";

let database: OpenDatabase;
beforeAll(async () => {
  database = await currentStorage().openDatabase();
});
afterAll(() => database.close());

/** Counts the statements that contain a word. From `hold` on they wait until they are let go. */
function watched(word: string) {
  let gate = Promise.resolve();
  const seen = { count: 0 };
  const sql: Sql = async (text, params) => {
    if (!text.includes(word)) return database.sql(text, params);
    seen.count += 1;
    await gate;
    return database.sql(text, params);
  };
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  return { sql, seen, hold };
}

function serve(sql: Sql, http: Partial<ExchangeOptions>): Promise<TestService> {
  return createTestService(sql, { http: { turns: createTurns(async () => {}), ...http } });
}

/** Sends a sealed call from an address. */
async function call(
  service: TestService,
  wallet: Identity,
  asked: Call<NativeName>,
  address = "192.0.2.1",
): Promise<Posted> {
  const { context } = service;
  const server = await serverFromDocument(context.identity.document);
  const { envelope } = await buildRequest(asked, wallet, server, { date: context.now() });
  service.caller.address = address;
  return post(service, envelope.cborData(), { type: "application/cbor", wallets: [wallet] });
}

const stranger = () => identityOf(PrivateKeys.generate("ed25519"));
const storing = (data: Uint8Array) => ({ name: "storeShare", parameters: { data } }) as const;
const READ_ALL = { name: "retrieveShares", parameters: { receipts: [] } } as const;

test("what a network has under way beyond its eighth is refused at once, and others go on", async () => {
  const { sql, seen, hold } = watched("store_share");
  const service = await serve(sql, { requestsPerSecond: 1_000, maxInFlight: 16 });
  const letGo = hold();
  // More than the process takes of all together, so that somebody is refused in any case.
  const wallets = Array.from({ length: 20 }, stranger);
  const sent = wallets.map((wallet) => call(service, wallet, storing(randomBytes(10))));
  const refused = await Promise.race(sent);
  expect(refused).toMatchObject({ status: 503, code: "unavailable", early: true, media: "application/cbor" });
  expect(refused.headers.get("retry-after")).toBe("1");
  const other = call(service, stranger(), storing(randomBytes(10)), "192.0.2.2");
  letGo();
  expect((await other).status).toBe(200);
  const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
  expect(statuses).toEqual([200, 200, ...Array.from({ length: 18 }, () => 503)]);
  expect(seen.count).toBe(3);
});

test("of a flood of large reads the store sees the first, and the next waits until it is paid for", async () => {
  const { sql, seen } = watched("retrieve_shares");
  const service = await serve(sql, { requestsPerSecond: 1 });
  const wallet = stranger();
  for (let i = 0; i < 40; i++) {
    await call(service, wallet, storing(concatBytes(randomBytes(9_000), Uint8Array.of(i))), `192.0.3.${i}`);
  }
  const answers = await Promise.all(Array.from({ length: 4 }, () => call(service, wallet, READ_ALL)));
  expect(answers.map(({ code }) => code).sort()).toEqual([
    "rate-limited",
    "rate-limited",
    "rate-limited",
    undefined,
  ]);
  expect(seen.count).toBe(1);
  const refused = answers.find(({ code }) => code !== undefined);
  expect(refused).toMatchObject({ status: 200, early: false });
  // Five tokens at first, four requests and five times 64 KiB taken.
  expect(refused?.headers.get("retry-after")).toBe("4");
  expect(refused?.retryAfter?.getTime()).toBe(service.clock.now.getTime() + 4_000);
  expect((await call(service, wallet, READ_ALL, "192.0.2.9")).code).toBeUndefined();
  service.clock.now = new Date(service.clock.now.getTime() + 5_000);
  expect((await call(service, wallet, READ_ALL)).code).toBeUndefined();
  // Another /64 has tokens of its own, but its site has read as much as one network may.
  expect((await call(service, wallet, READ_ALL, "2001:db8:7:1::1")).code).toBeUndefined();
  expect((await call(service, wallet, READ_ALL, "2001:db8:7:2::1")).code).toBe("rate-limited");
  expect((await call(service, wallet, storing(randomBytes(10)), "2001:db8:7:2::1")).code).toBeUndefined();
});

test("large bodies are charged before they are read, and refused in the form that they have", async () => {
  const service = await serve(database.sql, { requestsPerSecond: 1 });
  const send = (type: string) => post(service, new Uint8Array(65_536), { type });
  expect((await send("application/cbor")).code).toBe("malformed");
  expect((await send("application/cbor")).code).toBe("malformed");
  expect(await send("application/cbor")).toMatchObject({
    status: 429,
    code: "rate-limited",
    media: "application/cbor",
  });
  const asText = await send("text/plain");
  expect(asText).toMatchObject({ status: 429, media: "text/plain; charset=utf-8" });
  expect(asText.headers.get("retry-after")).toBe("4");
});

test("from all networks of a /48 no more passes than sixteen may send", async () => {
  const service = await serve(database.sql, { requestsPerSecond: 1 });
  let passed = 0;
  for (let i = 0; i < 120; i++) {
    service.caller.address = `2001:db8:77:${(256 * i).toString(16)}::1`;
    if ((await post(service, "nothing")).status === 400) passed += 1;
  }
  expect(passed).toBe(80);
  service.caller.address = "2001:db8:78::1";
  expect((await post(service, "nothing")).status).toBe(400);
});

test("the requests of a site begin in turns, and all at once where nothing is counted by networks", async () => {
  const asked: string[] = [];
  const begin = async (network: string) => {
    asked.push(network);
  };
  const turns = { ...createTurns(async () => {}), begin };
  const limited = await serve(database.sql, { requestsPerSecond: 100, turns });
  for (const address of ["2001:db8:77:1::1", "2001:db8:77:2::1", "192.0.2.1"]) {
    limited.caller.address = address;
    expect((await post(limited, "nothing")).status).toBe(400);
  }
  expect(asked).toEqual(["2001:db8:77::/48", "2001:db8:77::/48", "192.0.2.1"]);
  const unlimited = await serve(database.sql, { requestsPerSecond: 0, turns });
  expect((await post(unlimited, "nothing")).status).toBe(400);
  expect(asked).toHaveLength(3);
});

test("a refusal for an hourly limit says when it ends in the header, too", async () => {
  const service = await serve(database.sql, { requestsPerSecond: 1_000 });
  const asking = { name: "fallbackTransfer", parameters: { fallback: "asked-often@example.com" } } as const;
  for (let i = 0; i < CHALLENGES_PER_CONTACT_AND_NETWORK_PER_HOUR; i++) {
    expect((await call(service, stranger(), asking)).headers.get("retry-after")).toBeNull();
  }
  const refused = await call(service, stranger(), asking);
  expect(refused).toMatchObject({ status: 200, code: "rate-limited", early: false });
  const end = refused.retryAfter?.getTime() ?? Number.NaN;
  expect(refused.headers.get("retry-after")).toBe(String((end - service.clock.now.getTime()) / 1000));
});
