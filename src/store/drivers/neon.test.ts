import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whyNoPostgres } from "../../../test/kit/postgres/cluster.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/kit/postgres/database.ts";
import { traceOf } from "../../../test/kit/secrets.ts";
import { describeStore } from "../../../test/store/behaviour.ts";
import { newKey, newShare, openAccount, QUOTAS, request } from "../../../test/store/fixtures.ts";
import { type NeonEndpoint, type NeonFault, openNeonEndpoint } from "../../worker/neon-stand-in.ts";
import { retrieveShares } from "../retrieve-shares.ts";
import { type Sql, StoreError } from "../sql.ts";
import { storeShare } from "../store-share.ts";
import { openNeon } from "./neon.ts";
import type { PostgresDatabase } from "./postgres.ts";

const skipped = whyNoPostgres();
const reason = skipped ? ` (${skipped})` : "";

let database: TestDatabase;
let neon: NeonEndpoint;
let sql: Sql;
beforeAll(async () => {
  if (skipped) return;
  database = await createTestDatabase();
  neon = await openNeonEndpoint(database.url("share_server"));
  sql = openNeon({ url: neon.url, endpoint: neon.endpoint });
});
afterAll(async () => neon?.close());

describe.skipIf(skipped)(`the store on Neon, as the server's role${reason}`, () => {
  let owner: PostgresDatabase;
  beforeAll(() => {
    owner = database.connect("share_owner");
  });
  afterAll(() => owner.close());

  describeStore(
    () => sql,
    () => owner.sql,
  );
});

describe.skipIf(skipped)(`the Neon driver${reason}`, () => {
  test("gets to a database by a login of its own, which its URL does not hold", async () => {
    const login = { connectionString: database.url("share_server") };
    await using standIn = await openNeonEndpoint("postgres:///named/elsewhere", login);
    expect(standIn.url).not.toContain(new URL(login.connectionString).password);
    // Not by the driver, which keeps one endpoint for all.
    const response = await fetch(standIn.endpoint, {
      method: "POST",
      headers: {
        "neon-connection-string": standIn.url,
        "neon-raw-text-output": "true",
        "neon-array-mode": "true",
      },
      body: JSON.stringify({ query: "select current_user::text", params: [] }),
    });
    expect(await response.json()).toMatchObject({ rows: [["share_server"]] });
  });

  test("brings values over as the contract says, in and out", async () => {
    const at = new Date("2026-11-22T10:00:00.123Z");
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const [row] = await sql(
      `select $1::bytea as bytes, $2::timestamptz as at, $3::integer as number, $4::boolean as yes,
        $5::text as text, $6::text as nothing, ''::bytea as empty`,
      [bytes, at, -7, true, "ä\n\"'\\", null],
    );
    expect(row).toStrictEqual({
      bytes,
      at,
      number: -7,
      yes: true,
      text: "ä\n\"'\\",
      nothing: null,
      empty: new Uint8Array(),
    });
  });

  test("makes one call of each call of the store", async () => {
    const before = neon.queries.length;
    const { key } = await openAccount(sql);
    expect(neon.queries.length).toBe(before + 1);
    await retrieveShares(sql, request(key), { shareIds: null, lenient: false });
    expect(neon.queries.length).toBe(before + 2);
  });

  test("leaves nothing of a session to the next call", async () => {
    await sql("select set_config('statement_timeout', '12345', false)", []);
    expect(await sql("show statement_timeout", [])).toEqual([{ statement_timeout: "0" }]);
  });

  test.each<[string, NeonFault, RegExp]>([
    ["a connection that breaks", "unreachable", /not reached/],
    ["an answer that is lost", "lost-answer", /not reached/],
    ["an overload", { status: 503, body: "busy" }, /HTTP status 503/],
    [
      "a redirect",
      { status: 302, body: "", headers: { location: "http://127.0.0.1:9/" } },
      /HTTP status 302/,
    ],
    ["another protocol", { status: 200, body: "<html>" }, /not Neon's/],
    ["another JSON", { status: 200, body: "{}" }, /not Neon's/],
    [
      "an error without a code",
      { status: 400, body: '{"message":"endpoint disabled"}' },
      /refused the request/,
    ],
  ])("takes %s for an unavailable database, once", async (_name, fault, cause) => {
    neon.inject(fault);
    await expect(openAccount(sql)).rejects.toMatchObject({ code: "unavailable", cause: { message: cause } });
    await openAccount(sql);
  });

  test("gives up a call that takes too long, and one that is never answered", async () => {
    const hasty = openNeon({ url: neon.url, timeout: 100 });
    const late = { code: "unavailable", cause: { message: "no answer within 100 ms" } };
    await expect(hasty("select pg_sleep(5)::text", [])).rejects.toMatchObject(late);
    neon.inject("silence");
    await expect(hasty("select 1", [])).rejects.toMatchObject(late);
  });

  test("a request whose answer was lost is carried out once when it is sent again", async () => {
    const key = newKey();
    const [storing, share] = [request(key), newShare()];
    neon.inject("lost-answer");
    await expect(storeShare(sql, storing, share, QUOTAS)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await storeShare(sql, storing, share, QUOTAS)).toMatchObject({ outcome: "ok" });
    const kept = await retrieveShares(sql, request(key), { shareIds: null, lenient: false });
    expect(kept).toMatchObject({ shares: [{ shareId: share.shareId }] });
  });

  test("errors tell neither the URL, nor the password, nor a value", async () => {
    const { password, host } = new URL(neon.url);
    const secret = new TextEncoder().encode("a value that nobody may see");
    const stranger = new URL(neon.url);
    stranger.password = "another password";
    const failing = [
      () => openNeon({ url: stranger.href })("select 1", []),
      () => sql("select $1::bytea as value, 1 / 0", [secret]),
      () => sql("insert into store.account values ($1)", [secret]),
      () => sql("select 1; select 2", []),
      () => sql("select $1::text", ["a value that nobody may see".repeat(400_000)]),
    ];
    for (const call of failing) {
      const error: unknown = await call().then(
        () => "no error",
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ code: "unavailable" });
      const shown = `${error} ${JSON.stringify(error)} ${(error as StoreError).cause}`;
      for (const hidden of [password, decodeURIComponent(password), "another password", host])
        expect(shown).not.toContain(hidden);
      expect(traceOf(secret, shown)).toBeUndefined();
    }
  });

  test.each([
    "not a URL",
    "mysql://user:password@host/database",
    "postgres://user:password@host",
    "postgres://user@host/database",
    "postgres://:password@host/database",
    "postgres://user:password@127.0.0.1/database",
    "postgres://user:password@[::1]/database",
  ])("refuses %s before anything is sent, without quoting it", (url) => {
    const opening = () => openNeon({ url });
    expect(opening).toThrow(StoreError);
    expect(opening).not.toThrow(url);
  });
});
