/** `share-server audit` against an embedded database and a real Postgres, and the audit in the server's log. */
import { createHash } from "node:crypto";
import { PrivateKeys } from "@bc/envelope";
import { describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { operate } from "../kit/operator-command.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const audit = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  operate(["audit", ...args], environment);

/** An account that is opened, given another key, and deleted. */
async function life(server: TestServer) {
  const first = server.client({ keys: PrivateKeys.generate("ed25519") });
  await first.storeShare(new Uint8Array(40));
  const keys = PrivateKeys.generate("ed25519");
  const { xid } = first.identity;
  await first.call("updatePublicKey", { newPublicKey: keys.publicKeys() });
  await server.client({ keys, xid }).call("deleteAccount", {});
  const name = createHash("sha256").update(xid.data).digest("hex").slice(0, 16);
  return { xid, name };
}

const LIFE = ["account-opened", "key-changed", "account-deleted"];

/** Events that the log tells of an account. */
function logged(server: TestServer, account: string): readonly string[] {
  const lines = server
    .log()
    .split("\n")
    .filter((line) => line.includes('"audit":'))
    .map((line) => JSON.parse(line));
  return lines.filter((line) => line.account === account).map((line) => line.audit);
}

test("on the embedded database: the log tells each event once, the command all of them, page by page", async () => {
  await using server = await startServer();
  const environment = { DATA_DIR: server.folder };
  const [one, other] = [await life(server), await life(server)];
  expect(await audit([], environment)).toMatchObject({ code: 2, stdout: "" });
  await server.kill("SIGTERM");
  await server.restart();
  await server.kill("SIGTERM");
  await server.restart();
  for (const { name } of [one, other]) expect(logged(server, name)).toEqual(LIFE);
  await server.kill("SIGTERM");

  const all = await audit(["--since", "1h", "--json"], environment);
  expect(all).toMatchObject({ code: 0, stderr: "" });
  const { events, next } = JSON.parse(all.stdout);
  expect(next).toBeNull();
  expect(events).toHaveLength(6);
  for (const account of [one.name, one.xid.hex(), one.xid.urString()]) {
    const { stdout } = await audit(["--account", account], environment);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    expect(lines.map(([, event, name]) => [event, name])).toEqual(LIFE.map((event) => [event, one.name]));
  }
  const paged: unknown[] = [];
  let place: string | null = null;
  do {
    const after: readonly string[] = place === null ? [] : ["--after", place];
    const page = JSON.parse((await audit(["--json", "--limit", "4", ...after], environment)).stdout);
    paged.push(...page.events);
    place = page.next;
  } while (place !== null);
  expect(paged).toEqual(events);
  expect((await audit(["--limit", "1"], environment)).stdout).toMatch(/\nThere is more: --after \S+\n$/);
  expect((await audit(["--since", "2100-01-01"], environment)).stdout).toBe("");
  for (const wrong of [
    ["--since", "x"],
    ["--account", "x"],
    ["--limit", "0"],
    ["--after", "x"],
  ]) {
    expect(await audit(wrong, environment)).toMatchObject({ code: 2, stdout: "" });
  }
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("the owner lists while the servers serve, and the server's role can't", async () => {
    const database = await createTestDatabase();
    await using server = await startServer({ DATABASE_URL: database.url("share_server") });
    const { xid, name } = await life(server);
    const owner = { DATA_DIR: server.folder, DATABASE_URL: database.url("share_owner") };
    const { stdout } = await audit(["--json", "--account", bytesToHex(xid.data)], owner);
    expect(JSON.parse(stdout).events).toMatchObject(
      LIFE.map((event) => ({ event, account: name, times: 1 })),
    );
    const asServer = { ...owner, DATABASE_URL: database.url("share_server") };
    expect(await audit([], asServer)).toMatchObject({ code: 3, stdout: "" });
  });
});
