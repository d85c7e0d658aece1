/** The operator's command line as a process, against a data folder and a real Postgres. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PrivateKeys } from "@bc/envelope";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { beginOperating, operate } from "../kit/operator-command.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createEmptyDatabase, type TestDatabase } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

test("a command that is not known, or called wrongly, is one line and exit code 2", async () => {
  expect(await operate(["stat"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^share-server: .*\n$/),
  });
  expect(await operate(["move", "--to", "mysql://host/db"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^share-server: --to takes postgres:\/\/user:password@host:port\/database.*\n$/,
    ),
  });
  expect(await operate(["move"])).toMatchObject({
    code: 2,
    stderr: "share-server: DATABASE_URL, or --to, has to say where to move to\n",
  });
  expect(await operate(["migrate"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("DATABASE_URL"),
  });
});

test("keys makes none", async () => {
  const folder = join(tmpdir(), "share-server-without-keys");
  expect(await operate(["keys"], { DATA_DIR: folder })).toEqual({
    code: 2,
    stdout: "",
    stderr: `share-server: ${folder}/server-keys.ur is missing, it is made when the server starts\n`,
  });
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let folder: string;
  let server: TestServer;
  let database: TestDatabase;
  const wallets = Array.from({ length: 3 }, () => PrivateKeys.generate("ed25519"));
  const data = (index: number, size: number) => new Uint8Array(size).fill(index + 1);

  async function sharesOf(running: TestServer) {
    return Promise.all(
      wallets.map(async (keys) => {
        const shares = await running.client({ keys }).retrieveShares();
        return shares.map(({ receipt, data }) => [receipt.hex(), bytesToHex(data)]);
      }),
    );
  }

  beforeAll(async () => {
    database = await createEmptyDatabase();
    server = await startServer({ RATE_LIMIT: "1000" });
    folder = server.folder;
    for (const [index, keys] of wallets.entries()) {
      const client = server.client({ keys });
      for (const size of [1, 500, 10_000]) await client.storeShare(data(index, size));
      if (index === 0) await client.updateFallback("alice@example.com");
    }
  });
  afterAll(() => server.stop());

  test("migrate brings an empty database up to date, tells what is missing, and does nothing twice", async () => {
    const { url } = await createEmptyDatabase();
    const environment = { DATABASE_URL: url("share_owner") };
    const status = () => operate(["migrate", "--status"], environment);
    const missing = {
      code: 1,
      stdout: expect.stringMatching(
        /^(missing {2}\d+ [a-z-]+\n)+missing {2}functions\nlayout {2}one node\n$/,
      ),
      stderr: "",
    };
    expect(await status()).toEqual(missing);
    const stranger = { DATABASE_URL: url("share_server") };
    const refused = {
      code: 2,
      stdout: "",
      stderr: "share-server: share_server is not the role that owns the schema, which this needs\n",
    };
    expect(await operate(["migrate"], stranger)).toEqual(refused);
    const first = await operate(["migrate", "--grant", "share_server"], environment);
    expect(first).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(
        /^applied {2}1 tables\n(applied {2}\d+ [a-z-]+\n)+applied {2}functions\nthe database is/,
      ),
    });
    const applied = {
      code: 0,
      stdout: expect.stringMatching(
        /^(applied {2}\d+ [a-z-]+\n)+applied {2}functions\nlayout {2}one node\n$/,
      ),
      stderr: "",
    };
    expect(await status()).toEqual(applied);
    expect(await operate(["migrate", "--status"], stranger)).toEqual(refused);
    expect((await operate(["migrate"], environment)).stdout).toMatch(
      /^the database is at schema version \d+\n$/,
    );
  });

  test("migrate tells of a database that differs or is newer, and leaves it alone", async () => {
    const { url, connect } = await createEmptyDatabase();
    const environment = { DATABASE_URL: url("share_owner") };
    await operate(["migrate"], environment);
    const owner = connect("share_owner", 1);
    await owner.sql("insert into store.migration values (1000, 'later', 'checksum', now())", []);
    await owner.sql("update store.migration set checksum = 'other' where version = 1", []);
    await owner.sql("update store.function_set set checksum = 'other'", []);
    await owner.close();
    const status = await operate(["migrate", "--status"], environment);
    expect(status).toMatchObject({ code: 1, stderr: "" });
    expect(status.stdout).toMatch(
      /^differs {2}1 tables\n(applied .*\n)*unknown {2}1000\ndiffers {2}functions\nlayout {2}one node\n$/,
    );
    expect(await operate(["migrate"], environment)).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /^share-server: the database is at schema version 1000, this program knows \d+; run a later one\n$/,
      ),
    });
  });

  test("a reader that has read enough ends a command quietly", async () => {
    const { url } = await createEmptyDatabase();
    const command = beginOperating(["migrate", "--status"], { DATABASE_URL: url("share_owner") });
    command.stdout.destroy();
    const [stderr, [code]] = await Promise.all([text(command.stderr), once(command, "exit")]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 1 });
  });

  test("migrate says what is wrong without telling the password", async () => {
    const url = database.url("share_owner").replace(/:[^:@/]+@/, ":wrong%20secret@");
    expect(await operate(["migrate"], { DATABASE_URL: url })).toEqual({
      code: 3,
      stdout: "",
      stderr:
        "share-server: the database refuses the user or the password " +
        '(password authentication failed for user "share_owner")\n',
    });
  });

  test("keys prints the identity that the server has", async () => {
    const document = await (await fetch(server.url(), { headers: { accept: "text/plain" } })).text();
    const { stdout } = await operate(["keys"], { DATA_DIR: folder });
    expect(stdout.split("\n")[1]).toBe(document.trim());
  });

  test("move refuses while the server runs, then takes everything along, and refuses to do it twice", async () => {
    const to = ["move", "--grant", "share_server"];
    const environment = { DATA_DIR: folder, DATABASE_URL: database.url("share_owner") };
    const before = await sharesOf(server);
    const running = await operate(to, environment);
    expect(running).toMatchObject({ code: 2, stderr: expect.stringContaining("in use by another server") });

    await server.kill("SIGTERM");
    const moved = await operate(to, environment);
    expect(moved).toMatchObject({ code: 0, stderr: "" });
    expect(moved.stdout).toMatch(/^moved {2}account: 3 rows, checksum \d+\n/);
    expect(moved.stdout).toMatch(/^moved {2}share: 9 rows/m);
    const again = await operate(to, environment);
    expect(again).toMatchObject({
      code: 2,
      stderr: "share-server: the target is not empty: it has rows in account\n",
    });

    const onPostgres = await startServer({
      DATA_DIR: folder,
      DATABASE_URL: database.url("share_server"),
      RATE_LIMIT: "1000",
    });
    try {
      expect(await sharesOf(onPostgres)).toEqual(before);
      const [first] = wallets;
      if (first === undefined) throw new Error("no wallet");
      expect(await onPostgres.client({ keys: first }).retrieveFallback()).toMatchObject({
        contact: "alice@example.com",
      });
      // What numbers its rows goes on after those that came along.
      await onPostgres.client({ keys: PrivateKeys.generate() }).storeShare(new Uint8Array(10));
    } finally {
      await onPostgres.stop();
    }
  });

  test("a move that fails leaves the target as it was, and can be done again", async () => {
    const target = await createEmptyDatabase();
    const owner = target.connect("share_owner", 1);
    await operate(["migrate"], { DATABASE_URL: target.url("share_owner") });
    // The last table to be filled refuses its rows.
    await owner.sql("alter table store.share add constraint broken check (size < 500)", []);
    const to = ["move", "--to", target.url("share_owner")];
    expect(await operate(to, { DATA_DIR: folder })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("broken"),
    });
    expect(await owner.sql("select 1 from store.account", [])).toEqual([]);
    await owner.sql("alter table store.share drop constraint broken", []);
    await owner.close();
    expect(await operate(to, { DATA_DIR: folder })).toMatchObject({ code: 0 });
  });

  test("a database that is distributed is no target, and one that is so by half is told with what finishes it", async () => {
    const target = await createEmptyDatabase();
    const environment = { DATABASE_URL: target.url("share_owner") };
    const owner = target.connect("share_owner", 1);
    await operate(["migrate"], environment);
    await owner.sql("insert into store.distribution (is_done, roles) values (true, '{}')", []);
    expect(await operate(["move"], { ...environment, DATA_DIR: folder })).toMatchObject({
      code: 2,
      stderr:
        "share-server: the target is distributed; move to a database that is not, and distribute that one then\n",
    });
    await owner.sql("update store.distribution set is_done = false", []);
    await owner.close();
    const status = await operate(["migrate", "--status"], environment);
    expect(status).toMatchObject({ code: 1, stderr: "" });
    expect(status.stdout).toMatch(
      /^applied {2}functions\nlayout {2}distributed by half; `share-server migrate --distribute` finishes it\n$/m,
    );
  });

  test("a folder without a database has nothing to move", async () => {
    const empty = await mkdtemp(join(tmpdir(), "share-server-empty-"));
    const result = await operate(["move", "--to", database.url("share_owner")], { DATA_DIR: empty });
    expect(result).toMatchObject({ code: 2, stderr: `share-server: there is no database in ${empty}\n` });
    await rm(empty, { recursive: true });
  });
});
