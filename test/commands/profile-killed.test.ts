/** Commands that change a profile are killed before each of their steps: whatever was in it is there, and opens. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { createClient, fetchServer } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { afterAll, expect, test } from "vitest";
import { newUser, readProfile } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const server = await startServer();
afterAll(() => server.stop());
const url = server.url();
const known = await fetchServer({ url });
const KILLER = pathToFileURL(join(import.meta.dirname, "killed.fixture.ts")).href;

/** A user with a profile, plain, whose account holds one share. */
async function setUp() {
  const user = await newUser(url);
  const keys = PrivateKeys.generate("ed25519");
  const data = randomBytes(40);
  await createClient({ url, keys, server: known }).storeShare(data);
  const profiles = join(user.folder, "config", "share", "profiles", "default");
  await mkdir(profiles, { recursive: true });
  const account = { url, server: documentToUR(known.document), keys: keys.urString() };
  const profile = { accounts: [account], backups: [] };
  await writeFile(join(profiles, "profile-1"), JSON.stringify(profile), { mode: 0o600 });
  const run = (
    args: readonly string[],
    { killBefore = 0, ...variables }: { readonly killBefore?: number; [name: string]: unknown } = {},
  ) =>
    user.share(args, "", {
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
      ...(killBefore > 0 && { NODE_OPTIONS: `--import=${KILLER}`, KILL_BEFORE: `${killBefore}` }),
    });
  return { ...user, keys, data, profiles, run };
}

test("share rekey: said again, it finishes with the very keys that it had sent", async () => {
  let step = 1;
  for (; ; step++) {
    const { run, folder, keys, data } = await setUp();
    const killed = await run(["rekey", "--yes"], { killBefore: step });
    if (killed.code === 0) break;
    const sent = (await readProfile(folder)).profile.accounts[0];
    const resumed = await run(["rekey", "--yes"]);
    expect({ step, ...resumed }).toMatchObject({ code: 0, stderr: "" });
    const [account] = (await readProfile(folder)).profile.accounts;
    if (sent?.rekey !== undefined) expect(account?.keys).toBe(sent.rekey.newKeys);
    expect(account).toMatchObject({ url, xid: keys.publicKeys().xid().hex() });
    expect(account?.rekey).toBeUndefined();
    expect(account?.keys).not.toBe(keys.urString());
    expect(new Uint8Array((await run(["get"])).bytes)).toEqual(data);
  }
  // The profile is written twice, and GET and POST have an answer each.
  expect(step).toBeGreaterThan(8);
});

test("share profile passphrase: the profile opens by the one before or by the new one, and none of it stays open", async () => {
  const user = await setUp();
  const secret = user.keys.urString();
  const everything = async () => {
    const names = (await readdir(user.profiles)).sort();
    return Promise.all(names.map((name) => readFile(join(user.profiles, name), "utf8")));
  };
  let passphrase = "";
  let step = 1;
  for (; ; step++) {
    const next = `passphrase ${step}`;
    const change = { SHARE_PASSPHRASE: passphrase, SHARE_NEW_PASSPHRASE: next };
    const killed = await user.run(["profile", "passphrase"], { killBefore: step, ...change });
    const shown = await Promise.all(
      [passphrase, next].map((given) => user.run(["keys", "show"], { SHARE_PASSPHRASE: given })),
    );
    const opened = shown.map(({ code }) => code === 0);
    // To read it has cleared away what is older. A plain profile opens whatever is given.
    const isPlain = (await everything())[0]?.startsWith("{") === true;
    expect({ step, opened }).toEqual({ step, opened: isPlain ? [true, true] : [!opened[1], opened[1]] });
    if (!isPlain && opened[1]) passphrase = next;
    if (killed.code === 0) break;
  }
  expect(step).toBeGreaterThan(3);
  // The next change clears away what killed commands left of newer ones, too.
  const done = await user.run(["profile", "passphrase"], {
    SHARE_PASSPHRASE: passphrase,
    SHARE_NEW_PASSPHRASE: "last",
  });
  expect(done.code).toBe(0);
  const left = await everything();
  expect(left).toHaveLength(1);
  expect(left.join("")).not.toContain(secret);
});
