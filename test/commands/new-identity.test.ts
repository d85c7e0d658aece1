/** The server's keys change twice under its clients: real servers, the operator's command, and the wallet's. */
import { once } from "node:events";
import { watch } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys } from "@bc/envelope";
import { fetchServer, type KnownServer, serverFromUR } from "@bc/share-client";
import { documentToUR, identityOf } from "@bc/share-protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import { openServerKeys, readServerKeys } from "../../src/server/server-keys.ts";
import { lockFile } from "../../src/store/drivers/file-lock.ts";
import { beginOperating, type Operated, operate } from "../kit/operator-command.ts";
import { passOn, servePeer } from "../kit/peer-http.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { newUser, readProfile } from "../kit/share-command.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";

const KEYS_FILE = "server-keys.ur";

const newIdentity = (environment: Readonly<Record<string, string>>) => operate(["new-identity"], environment);

const share = new TextEncoder().encode("a share");

/** Somebody who kept this document of the server, and has not looked since. */
function wallet(server: TestServer, kept: KnownServer) {
  const told: KnownServer[] = [];
  const client = server.client({
    keys: PrivateKeys.generate("ed25519"),
    server: serverFromUR(documentToUR(kept.document)),
    onRotation: (found) => void told.push(found),
  });
  return { client, told };
}

/** Stores, gets back, and counts how often new keys were told. */
async function use({ client, told }: ReturnType<typeof wallet>): Promise<number> {
  const receipt = await client.storeShare(share);
  expect(await client.retrieveShares([receipt])).toHaveLength(1);
  return told.length;
}

async function rotate(server: TestServer, changed: Readonly<Record<string, string>> = {}): Promise<Operated> {
  const result = await newIdentity({ DATA_DIR: server.folder });
  expect(result).toMatchObject({ code: 0 });
  await server.kill("SIGTERM");
  await server.restart(changed);
  return result;
}

test("wallets of every age go on, and whoever has the old keys gets nothing of those that did", async () => {
  await using server = await startServer();
  const file = join(server.folder, KEYS_FILE);
  const stolen = (await readFile(file, "utf8")).trim();
  const atFirst = await fetchServer({ url: server.url() });
  // They do not meet the server again before the end of the old keys' time.
  const silentAtFirst = wallet(server, atFirst);

  const printed = await rotate(server);
  expect(printed.stdout.split("\n")[0]).toBe(atFirst.xid.hex());
  const once = await fetchServer({ url: server.url() });
  expect(once.xid.equals(atFirst.xid)).toBe(true);
  expect(documentToUR(once.document)).toBe(printed.stdout.split("\n")[1]);
  expect(await use(wallet(server, atFirst))).toBe(1);
  expect(await use(wallet(server, once))).toBe(0);
  const silentSince = wallet(server, once);

  await rotate(server);
  const twice = await fetchServer({ url: server.url() });
  expect(twice.rotations).toHaveLength(2);
  expect(await use(wallet(server, atFirst))).toBe(1);
  expect(await use(wallet(server, once))).toBe(1);
  expect(await use(wallet(server, twice))).toBe(0);
  expect(await fetchServer({ url: server.url() }, atFirst.xid)).toMatchObject({ rotations: [{}, {}] });
  expect((await readFile(file, "utf8")).includes(stolen)).toBe(true);

  // The end of the old keys' time: none is left on the disk, and no request to them is opened.
  await server.kill("SIGTERM");
  await server.restart({ IDENTITY_GRACE: "0" });
  const left = (await readFile(file, "utf8")).trim().split("\n");
  expect(left.map((line) => line.replace(/\/.*/, ""))).toEqual(["ur:crypto-prvkeys", "ur:xid"]);
  expect(left).not.toContain(stolen);
  expect(await use(silentAtFirst)).toBe(1);
  expect(await use(silentSince)).toBe(1);
  expect(server.log()).toContain("old keys erased");

  await using thief = await startServer({ SERVER_PRIVATE_KEYS: stolen });
  for (const kept of [once, twice]) {
    await expect(wallet(thief, kept).client.storeShare(share)).rejects.toMatchObject({ code: "wrong-keys" });
  }
  const bySelf = await newIdentity({ SERVER_PRIVATE_KEYS: stolen });
  const [, value = ""] = /^SERVER_PRIVATE_KEYS=(.*)\n$/.exec(bySelf.stdout) ?? [];
  await thief.kill("SIGTERM");
  await thief.restart({ SERVER_PRIVATE_KEYS: value });
  for (const kept of [once, twice]) {
    await expect(wallet(thief, kept).client.storeShare(share)).rejects.toMatchObject({ code: "wrong-keys" });
  }
});

test("keys for after quantum computers: from the first start, or in the place of others", async () => {
  const IDENTITY_SCHEME = "mldsa65+mlkem768";
  await using first = await startServer({ IDENTITY_SCHEME }, true);
  expect(await schemeOf(first)).toBe(IDENTITY_SCHEME);
  expect(await use(wallet(first, await fetchServer({ url: first.url() })))).toBe(0);

  await using server = await startServer({ IDENTITY_SCHEME });
  const before = await fetchServer({ url: server.url() });
  expect(await schemeOf(server)).toBe("ed25519+x25519");
  expect(await newIdentity({ DATA_DIR: server.folder, IDENTITY_SCHEME })).toMatchObject({ code: 0 });
  await server.kill("SIGTERM");
  await server.restart();
  expect(await schemeOf(server)).toBe(IDENTITY_SCHEME);
  expect(await use(wallet(server, before))).toBe(1);
  const user = await newUser(server.url());
  expect(await user.share(["store", "-", "--server", before.xid.hex()], "a share")).toMatchObject({
    code: 0,
  });
  const between = await fetchServer({ url: server.url() });
  // Of the kinds that it has, unless it is told.
  await rotate(server);
  expect(await schemeOf(server)).toBe(IDENTITY_SCHEME);
  const back = { DATA_DIR: server.folder, IDENTITY_SCHEME: "ed25519+x25519" };
  expect(await newIdentity(back)).toMatchObject({ code: 0 });
  await server.kill("SIGTERM");
  await server.restart();
  expect(await schemeOf(server)).toBe("ed25519+x25519");
  for (const kept of [before, between]) expect(await use(wallet(server, kept))).toBe(1);
});

async function schemeOf(server: TestServer): Promise<string> {
  const { signing, encapsulation } = (await fetchServer({ url: server.url() })).keys;
  return `${signing.scheme}+${encapsulation.scheme}`;
}

test("the command share follows, says so once, and warns of whoever has the old keys", async () => {
  await using server = await startServer();
  const stolen = (await readFile(join(server.folder, KEYS_FILE), "utf8")).trim();
  // One address for all that follows, whoever listens behind it.
  const { url, replaceWith } = await servePeer();
  const isBehind = ({ url: of }: TestServer) =>
    replaceWith({ transport: (request) => passOn(request, of()) });
  isBehind(server);
  const user = await newUser(url);
  expect(await user.share(["store", "-"], "a share")).toMatchObject({ code: 0 });
  const remembered = async () => (await readProfile(user.folder)).profile.accounts[0]?.server;
  const before = await remembered();

  await rotate(server, { IDENTITY_GRACE: "0" });
  const followed = await user.share(["list"]);
  expect(followed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[0-9a-f]{64}/) });
  expect(followed.stderr).toMatch(
    /^share: [A-Z ]+ \(XID\([0-9a-f]{8}\)\) at http\S+ has new keys since \d{4}-\d\d-\d\d, signed by those known here\n$/,
  );
  expect(await remembered()).not.toBe(before);
  expect(await user.share(["list"])).toMatchObject({ code: 0, stderr: "" });

  await using thief = await startServer({ SERVER_PRIVATE_KEYS: stolen });
  isBehind(thief);
  for (const args of [["list"], ["info"], ["store", "-"]]) {
    const warned = await user.share(args, "a share");
    expect(warned).toMatchObject({ code: 4, stdout: "" });
    expect(warned.stderr).toMatch(/^share: DANGER: .* claims to be .* has replaced since/);
    expect(warned.stderr).not.toContain("--accept-new-server");
  }
});

test("a change is refused while another is under way, and leaves the keys alone", async () => {
  await using server = await startServer();
  const file = join(server.folder, KEYS_FILE);
  const before = await readFile(file, "utf8");
  const lock = lockFile(join(server.folder, "server-keys.lock"));
  expect(await newIdentity({ DATA_DIR: server.folder })).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^share-server: .*server-keys\.ur is being changed by another process\n$/),
  });
  expect(await readFile(file, "utf8")).toBe(before);
  lock?.release();
  expect(await newIdentity({ DATA_DIR: server.folder })).toMatchObject({ code: 0 });
  expect(await newIdentity({ DATA_DIR: join(server.folder, "elsewhere") })).toMatchObject({ code: 2 });
});

test("of two at once, each changes what the other left, or is refused", async () => {
  await using server = await startServer();
  const results = await Promise.all([1, 2].map(() => newIdentity({ DATA_DIR: server.folder })));
  const done = results.filter(({ code }) => code === 0);
  expect(done.length).toBeGreaterThan(0);
  const keys = readServerKeys(await readFile(join(server.folder, KEYS_FILE), "utf8"));
  expect(keys?.retired).toHaveLength(done.length);
});

test("killed at any step, it leaves the keys as they were or as they shall be, and can be run again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "share-keys-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, KEYS_FILE);
  const first = PrivateKeys.generate("ed25519").urString();
  const { xid } = identityOf(PrivateKeys.fromURString(first));
  let changes = 0;
  // The last run is not killed.
  for (const steps of [1, 2, 3, 4, 5, 6, 7, 8, Number.POSITIVE_INFINITY]) {
    await writeFile(file, `${first}\n`, { mode: 0o600 });
    await killedAfter(folder, steps);
    const keys = readServerKeys(await readFile(file, "utf8"));
    if (keys === undefined) throw new Error("the file holds no keys");
    const { identity, retired } = await openServerKeys(keys, 60);
    expect(identity.xid.equals(xid)).toBe(true);
    expect([keys.privateKeys, ...keys.retired].map((one) => one.urString())).toContain(first);
    changes = retired.length;
  }
  expect(changes).toBe(1);
});

/** Kills the command when so many things have happened in the folder, or lets it end. */
async function killedAfter(folder: string, steps: number): Promise<void> {
  const child = beginOperating(["new-identity"], { DATA_DIR: folder });
  let seen = 0;
  const watcher = watch(folder, () => {
    seen += 1;
    if (seen >= steps) child.kill("SIGKILL");
  });
  await once(child, "close");
  watcher.close();
}

const noPostgres = whyNoPostgres();

describe.skipIf(noPostgres)(`on Postgres${noPostgres ? ` (${noPostgres})` : ""}`, () => {
  test("several processes take the new keys from the environment", async () => {
    const database = await createTestDatabase();
    const shared = { DATABASE_URL: database.url("share_server"), WORKERS: "2" };
    const keys = PrivateKeys.generate("ed25519").urString();
    await using server = await startServer({ ...shared, SERVER_PRIVATE_KEYS: keys });
    const kept = await fetchServer({ url: server.url() });
    const { stdout, code } = await newIdentity({ SERVER_PRIVATE_KEYS: keys });
    expect(code).toBe(0);
    const [, value = ""] = /^SERVER_PRIVATE_KEYS=(.*)\n$/.exec(stdout) ?? [];
    await server.kill("SIGTERM");
    await server.restart({ SERVER_PRIVATE_KEYS: value });
    expect(await use(wallet(server, kept))).toBe(1);
    expect((await fetchServer({ url: server.url() })).xid.equals(kept.xid)).toBe(true);
  });
});
