/** `share rekey` is killed before each of its steps, and run again: the account always has keys that are on disk. */
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, createClient, fetchServer } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import { afterAll, expect, test } from "vitest";
import { newUser } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const server = await startServer();
afterAll(() => server.stop());
const url = server.url();
const known = await fetchServer({ url });
const now = () => new Date();

const KILLER = pathToFileURL(join(import.meta.dirname, "killed.fixture.ts")).href;
const DAY = 24 * 60 * 60 * 1000;

/** A user with an account that holds one share. */
async function setUp() {
  const user = await newUser(url);
  const keys = PrivateKeys.generate("ed25519");
  const data = randomBytes(40);
  const client = createClient({ url, keys, now, server: known });
  const receipt = await client.storeShare(data);
  const path = (name: string) => join(user.folder, name);
  await writeFile(path("keys.ur"), `${keys.urString()}\n`, { mode: 0o600 });
  const run = (args: readonly string[], killBefore = 0) =>
    user.share([...args, "--keys", "keys.ur", "--server", known.xid.hex()], "", {
      ...(killBefore > 0 && { NODE_OPTIONS: `--import=${KILLER}`, KILL_BEFORE: `${killBefore}` }),
    });
  const pending = async () => JSON.parse(await readFile(path("keys.ur.rekey"), "utf8"));
  return { ...user, keys, client, data, receipt, path, run, pending };
}

type User = Awaited<ReturnType<typeof setUp>>;

/** The key file opens the account that was there from the start, and nothing else is left lying about. */
async function expectFinished({ keys, path, folder, data, receipt }: User, newKeys?: string) {
  const [ur = "", account = ""] = (await readFile(path("keys.ur"), "utf8")).trim().split("\n");
  const opener = keys.publicKeys().xid();
  if (newKeys !== undefined) expect(ur).toBe(newKeys);
  expect(account).toBe(`account ${opener.hex()} at ${known.xid.hex()}`);
  const client = createClient({ url, keys: PrivateKeys.fromURString(ur), xid: opener, now, server: known });
  expect(await client.retrieveShares()).toEqual([{ receipt, data }]);
  const old = `keys.ur.old-${opener.hex().slice(0, 8)}`;
  expect(await readFile(path(old), "utf8")).toBe(`${keys.urString()}\n`);
  const left = (await readdir(folder)).filter((name) => !name.endsWith(".draft"));
  expect(left.sort()).toEqual(["keys.ur", old]);
}

test("wherever it is killed, said again it finishes with the very keys that it had sent", async () => {
  let step = 1;
  for (; ; step++) {
    const user = await setUp();
    const killed = await user.run(["rekey", "--yes", "--scheme", "ed25519"], step);
    if (killed.code === 0) break;
    expect({ step, ...killed }).toMatchObject({ code: -1, stdout: "" });
    const sent = existsSync(user.path("keys.ur.rekey")) ? (await user.pending()).newKeys : undefined;
    if (sent !== undefined) {
      const reminded = await user.run(["fallback", "show"]);
      expect(reminded.stderr).toContain(
        "share: note: a change of keys is under way; carry on with: share rekey --keys keys.ur\n",
      );
    }
    const resumed = await user.run(sent === undefined ? ["rekey", "--yes"] : ["rekey"]);
    expect({ step, ...resumed }).toMatchObject({ code: 0, stderr: "" });
    await expectFinished(user, sent);
  }
  // Two names for the file of what is under way, GET and POST with an answer each, three steps to the end.
  expect(step).toBeGreaterThan(8);
});

/** Leaves what a command leaves behind that was killed two days ago, before it sent its request. */
async function leaveOldRequest(user: User): Promise<PrivateKeys> {
  const newKeys = PrivateKeys.generate("ed25519");
  const call = { name: "updatePublicKey", parameters: { newPublicKey: newKeys.publicKeys() } } as const;
  const identity = identityOf(user.keys);
  const { id, envelope } = await buildRequest(call, identity, known, {
    date: new Date(Date.now() - 2 * DAY),
  });
  const fields = {
    url,
    server: (await (await fetch(url)).text()).trim(),
    id: id.urString(),
    request: envelope.urString(),
    signer: identity.xid.hex(),
    newKeys: newKeys.urString(),
  };
  await writeFile(user.path("keys.ur.rekey"), JSON.stringify(fields));
  return newKeys;
}

test("a request that grew too old before it arrived is given up, and the keys stay", async () => {
  const user = await setUp();
  await leaveOldRequest(user);
  const { code, stderr } = await user.run(["rekey"]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "share: the request grew too old before it reached the server; start anew\n",
  });
  expect(existsSync(user.path("keys.ur.rekey"))).toBe(false);
  expect(await user.client.retrieveShares()).toHaveLength(1);
  expect((await user.run(["rekey", "--yes"])).code).toBe(0);
  await expectFinished(user);
});

test("a request that was carried out long ago is found out to be, by its keys", async () => {
  const user = await setUp();
  const newKeys = await leaveOldRequest(user);
  await user.client.updatePublicKey(newKeys);
  expect(await user.run(["rekey"])).toMatchObject({ code: 0, stderr: "" });
  await expectFinished(user, newKeys.urString());
});

test("new keys are given up when the server says that it will not have them", async () => {
  const user = await setUp();
  await user.client.deleteAccount();
  const refused = await user.run(["rekey", "--yes"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("(unknown-account)");
  expect((await readdir(user.folder)).sort()).toEqual(["keys.ur"]);
  expect(await readFile(user.path("keys.ur"), "utf8")).toBe(`${user.keys.urString()}\n`);
});

test("what is under way for other keys, or at another address, is left alone", async () => {
  const user = await setUp();
  await leaveOldRequest(user);
  const elsewhere = await user.run(["rekey", "--url", "http://127.0.0.1:1"]);
  expect(elsewhere).toMatchObject({ code: 2, stdout: "" });
  expect(elsewhere.stderr).toContain(`first finish it with: share rekey --url ${url} --keys keys.ur\n`);
  const other = PrivateKeys.generate("ed25519").urString();
  await writeFile(user.path("keys.ur"), other, { mode: 0o600 });
  const foreign = await user.run(["rekey"]);
  expect(foreign.code).toBe(2);
  expect(foreign.stderr).toContain(
    "keys.ur.rekey belongs to other keys than keys.ur; move one of them away\n",
  );
  expect(existsSync(user.path("keys.ur.rekey"))).toBe(true);
  expect(await readFile(user.path("keys.ur"), "utf8")).toBe(other);
});
