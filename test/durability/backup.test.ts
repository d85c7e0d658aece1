/** A backup as docs/deploy.md says to make it is enough to have everything again. */
import { chmodSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Operated, operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { type Cluster, whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster } from "../kit/postgres/database.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

let backup: string;
beforeAll(async () => {
  backup = await mkdtemp(join(tmpdir(), "share-server-backup-"));
});
afterAll(() => rm(backup, { recursive: true, force: true }));

const newWallet = () => ({ keys: PrivateKeys.generate("ed25519"), data: randomBytes(400) });
const wallets = [newWallet(), newWallet(), newWallet()] as const;

async function storeAll(server: TestServer): Promise<void> {
  for (const { keys, data } of wallets) await server.client({ keys }).storeShare(data);
}

/** The shares, and the server that wallets know: a client checks the answers' signatures. */
async function expectAll(server: TestServer, identity: string): Promise<void> {
  expect(await identityOf(server)).toBe(identity);
  for (const { keys, data } of wallets) {
    expect((await server.client({ keys }).retrieveShares()).map((share) => share.data)).toEqual([data]);
  }
}

/** A deletion that the server has carried out, as somebody has kept it. */
async function keptDeletion(server: TestServer) {
  const [{ keys }] = wallets;
  const deletion = await server.client({ keys }).prepare("deleteAccount", {});
  await deletion.send();
  return { keys, deletion };
}

/** The kept deletion does not run, and soon the wallet's own requests do. */
async function expectNotAgain(
  server: TestServer,
  { keys, deletion }: Awaited<ReturnType<typeof keptDeletion>>,
) {
  const client = server.client({ keys });
  expect(await outcome(client.resume("deleteAccount", {}, deletion).send())).toBe("expired");
  expect(await client.retrieveShares()).toHaveLength(1);
  while ((await outcome(client.storeShare(randomBytes(3)))) === "expired");
  expect(await client.retrieveShares()).toHaveLength(2);
}

function sayRestored(environment: Readonly<Record<string, string>>): Promise<Operated> {
  return operate(["restored"], { REQUEST_MAX_AHEAD: "1s", ...environment });
}

async function identityOf(server: TestServer): Promise<string> {
  return (await fetch(server.url(), { headers: { accept: "text/plain" } })).text();
}

test("a copy of the data folder of a stopped server is a backup", async () => {
  const copy = join(backup, "data");
  const server = await startServer();
  await storeAll(server);
  const identity = await identityOf(server);
  await server.kill("SIGTERM");
  await cp(server.folder, copy, { recursive: true, preserveTimestamps: true });
  await server.restart();
  const kept = await keptDeletion(server);
  await server.stop();

  expect(await sayRestored({ DATA_DIR: copy })).toMatchObject({ code: 0 });
  const restored = await startServer({ DATA_DIR: copy });
  await expectAll(restored, identity);
  await expectNotAgain(restored, kept);
  await restored.stop();
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let first: Cluster;
  let second: Cluster;
  beforeAll(async () => {
    [first, second] = await Promise.all([ownCluster(), ownCluster()]);
    // The programs of both clusters run as another user.
    chmodSync(backup, 0o777);
  });
  afterAll(() => Promise.all([first.remove(), second.remove()]));

  test("pg_dump of a running server and its two secrets are a backup, for another Postgres as well", async () => {
    const { name, url } = await createTestDatabase(first);
    const server = await startServer({ DATABASE_URL: url("share_server") });
    await storeAll(server);
    const identity = await identityOf(server);
    const secrets = join(backup, "secrets");
    const dump = join(backup, "dump");
    await cp(server.folder, secrets, { recursive: true });
    await first.run("pg_dump", ["--format=custom", `--file=${dump}`, first.url("postgres", name)]);
    const kept = await keptDeletion(server);
    await server.stop();

    // The roles' script has made the database, as for a new server.
    const target = second.url("postgres", "share_server");
    await second.run("pg_restore", ["--exit-on-error", `--dbname=${target}`, dump]);
    const asServer = { DATABASE_URL: second.url("share_server", "share_server") };
    expect(await sayRestored(asServer)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("share_server is not the role that owns the schema"),
    });
    const asOwner = { DATABASE_URL: second.url("share_owner", "share_server") };
    expect(await sayRestored(asOwner)).toMatchObject({ code: 0 });
    const restored = await startServer({ DATA_DIR: secrets, ...asServer });
    await expectAll(restored, identity);
    await expectNotAgain(restored, kept);
    await restored.stop();
  });
});
