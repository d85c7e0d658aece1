/** The life of an account from the command line, beside what the tour shows: refusals, JSON, retries, and by carrier. */
import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { createClient, fetchServer, Receipt } from "@bc/share-client";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { openMailbox } from "../kit/mailbox.ts";
import { newUser, readProfile } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const mailbox = await openMailbox();
const server = await startServer(mailbox.environment);
afterAll(async () => {
  await server.stop();
  await mailbox[Symbol.asyncDispose]();
});
const url = server.url();
const known = await fetchServer({ url });
const now = () => new Date();

/** A user with keys, and the client of the same keys to look over the command's shoulder. */
async function setUp() {
  const user = await newUser(url);
  const keys = PrivateKeys.generate("ed25519");
  const path = (name: string) => join(user.folder, name);
  await writeFile(path("keys.ur"), `${keys.urString()}\n`, { mode: 0o600 });
  const share = (args: readonly string[], input?: string | Uint8Array) =>
    user.share([...args, "--keys", "keys.ur", "--server", known.xid.hex()], input);
  const client = createClient({ url, keys, now, server: known });
  const keyFile = async () => (await readFile(path("keys.ur"), "utf8")).trim().split("\n");
  return { ...user, share, keys, client, path, keyFile };
}

type User = Awaited<ReturnType<typeof setUp>>;

async function carry(user: User, args: readonly string[]) {
  const asked = await user.share([...args, "--json"]);
  expect(asked.code).toBe(0);
  const { id, envelope } = JSON.parse(asked.stdout);
  const answer = await fetch(url, {
    method: "POST",
    body: envelope,
    headers: { "content-type": "text/plain" },
  });
  return user.share(["open", "-", "--id", id], await answer.text());
}

test("deletes the named shares, or all when that is said", async () => {
  const { share, client } = await setUp();
  const [one, two, three] = [randomBytes(9), randomBytes(9), randomBytes(9)];
  const receipt = await client.storeShare(one);
  for (const data of [two, three]) await client.storeShare(data);
  expect(await share(["delete", receipt.hex()])).toMatchObject({
    code: 0,
    stdout: `deleted ${receipt.hex()}\n`,
    stderr: "",
  });
  expect(await client.retrieveShares()).toHaveLength(2);
  for (const args of [["delete"], ["delete", "--all", receipt.hex()]]) {
    const unclear = await share(args);
    expect(unclear).toMatchObject({ code: 2, stdout: "" });
    expect(unclear.stderr).toContain("or say --all");
  }
  const second = Receipt.of(client.identity.xid, two).hex();
  expect(JSON.parse((await share(["delete", second, "--json"])).stdout)).toEqual({
    deleted: [second],
    absent: [],
  });
  expect(JSON.parse((await share(["delete", "--all", "-y", "--json"])).stdout)).toEqual({
    deleted: "all",
    absent: [],
  });
  expect(await client.retrieveShares()).toEqual([]);
});

test.each([["delete", "--all"], ["fallback", "remove"], ["rekey"], ["leave"]])(
  "nothing is done without a terminal and without --yes: %s %s",
  async (...args) => {
    const { share, client, path } = await setUp();
    await client.storeShare(randomBytes(9));
    const refused = await share(
      args.filter((arg) => arg !== undefined),
      "yes\n",
    );
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("say --yes\n");
    expect(await client.retrieveShares()).toHaveLength(1);
    expect(existsSync(path("keys.ur.rekey"))).toBe(false);
  },
);

test("shows and removes the contact, as text and as JSON", async () => {
  const { share, client } = await setUp();
  await client.storeShare(randomBytes(9));
  expect((await share(["fallback", "show"])).stdout).toBe("no fallback\n");
  const set = await share(["fallback", "set", "shown@example.com"]);
  expect(set).toMatchObject({
    code: 0,
    stdout:
      "A message goes to shown@example.com. Confirm by its link, or with: share fallback verify CODE --keys keys.ur\n",
  });
  const { code } = await mailbox.next("shown@example.com");
  const wrong = await share(["fallback", "verify", code === "0000-0000" ? "1111-1111" : "0000-0000"]);
  expect(wrong).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "share: the server refused: wrong code (wrong-code)\n",
  });
  expect((await share(["fallback", "show"])).stdout).toBe("shown@example.com  not validated yet\n");
  expect(await share(["fallback", "verify", code])).toMatchObject({ code: 0, stdout: "confirmed\n" });
  expect(JSON.parse((await share(["fallback", "show", "--json"])).stdout)).toEqual({
    contact: "shown@example.com",
    validated: true,
  });
  expect(JSON.parse((await share(["fallback", "remove", "--yes", "--json"])).stdout)).toBeNull();
  expect(await client.retrieveFallback()).toBeNull();
  expect((await mailbox.next("shown@example.com")).subject).toContain("removed");
  const none = await share(["fallback", "set", "nobody"]);
  expect(none).toMatchObject({ code: 1 });
  expect(none.stderr).toContain("(unsupported-fallback)");
});

/** Somebody with a share and a confirmed contact, who has lost the keys. */
async function loseKeys(contact: string) {
  const lost = await setUp();
  const data = randomBytes(9);
  const receipt = await lost.client.storeShare(data);
  await lost.client.updateFallback(contact);
  await lost.client.verifyFallback((await mailbox.next(contact)).code);
  return { lost, receipt, data, account: lost.client.identity.xid.hex() };
}

test("a transfer makes keys where there are none, stays one request, and ends with the account", async () => {
  const { lost, receipt, data, account } = await loseKeys("moved@example.com");
  const user = await newUser(url);
  const asked = await user.share(["fallback", "transfer", "moved@example.com", "--json"]);
  expect(JSON.parse(asked.stdout)).toEqual({ state: "processing", contact: "moved@example.com" });
  const pendingTransfer = async () => (await readProfile(user.folder)).profile.accounts[0]?.transfer;
  const pending = await pendingTransfer();
  expect(pending).toMatchObject({ contact: "moved@example.com" });
  const { code } = await mailbox.next("moved@example.com");

  const again = await user.share(["fallback", "transfer"]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^processing: /), stderr: "" });
  expect(await pendingTransfer()).toEqual(pending);
  const early = await user.share(["list"]);
  expect(early).toMatchObject({ code: 1, stdout: "" });
  expect(early.stderr).toMatch(
    /^share: note: a transfer is under way; carry on with: share fallback transfer\n/,
  );
  const warned = await lost.share(["list"]);
  expect(warned).toMatchObject({ code: 0, stderr: expect.stringMatching(/^share: note: .*\n$/) });

  const verified = await user.share(["fallback", "verify", code.toLowerCase().replace("-", "")]);
  expect(verified).toMatchObject({ code: 0, stderr: "" });
  expect(verified.stdout).toBe(`done: the keys in the profile default now have the account ${account}\n`);
  expect(await pendingTransfer()).toBeUndefined();
  expect((await user.share(["list"])).stdout).toBe(`${receipt.hex()}  9\n`);
  expect(new Uint8Array((await user.share(["get"])).bytes)).toEqual(data);
  const retired = await lost.share(["list"]);
  expect(retired).toMatchObject({ code: 1, stdout: "" });
  expect(retired.stderr).toContain("(invalid-sender-key)");
  const none = await user.share(["fallback", "transfer"]);
  expect(none).toMatchObject({ code: 2, stderr: "share: no transfer is under way; name the contact\n" });
});

test("another contact, or a new message, makes another transfer", async () => {
  const { account } = await loseKeys("right@example.com");
  const { share, keyFile, path } = await setUp();
  const request = async () => JSON.parse(await readFile(path("keys.ur.transfer"), "utf8")).request;
  await share(["fallback", "transfer", "wrong@example.com"]);
  const first = await request();
  expect((await share(["fallback", "transfer", "right@example.com"])).code).toBe(0);
  const second = await request();
  const { code: voided } = await mailbox.next("right@example.com");
  expect((await share(["fallback", "transfer", "--again"])).code).toBe(0);
  expect(new Set([first, second, await request()]).size).toBe(3);
  const { token } = await mailbox.next("right@example.com");
  expect(await share(["fallback", "verify", voided])).toMatchObject({ code: 1 });
  await fetch(`${url}/verify`, { method: "POST", body: new URLSearchParams({ token }) });
  const done = await share(["fallback", "transfer", "--json"]);
  expect(JSON.parse(done.stdout)).toEqual({ state: "done", account });
  expect((await keyFile())[1]).toBe(`account ${account} at ${known.xid.hex()}`);
});

test("who leaves has no account, and can come back with the same keys", async () => {
  const { share, client, keyFile } = await setUp();
  await client.storeShare(randomBytes(9));
  await share(["rekey", "--yes"]);
  expect(await keyFile()).toHaveLength(2);
  expect(JSON.parse((await share(["leave", "--yes", "--json"])).stdout)).toEqual({ left: url });
  expect(await keyFile()).toHaveLength(1);
  expect((await share(["list"])).stderr).toContain("(unknown-account)");
  expect(await share(["leave", "--yes"])).toMatchObject({ code: 0 });
  expect((await share(["store", "-"], "a new start")).code).toBe(0);
});

test("a request to change the keys stays the same until its answer has come, also when asked for twice at once", async () => {
  const { share, client } = await setUp();
  await client.storeShare(randomBytes(9));
  const atOnce = await Promise.all([1, 2].map(() => share(["request", "rekey", "--json"])));
  const later = await share(["request", "rekey", "--json"]);
  const printed = [...atOnce, later].filter(({ code }) => code === 0).map(({ stdout }) => stdout);
  expect(printed.length).toBeGreaterThan(1);
  expect(new Set(printed).size).toBe(1);
});

test("the same by carrier: requests out, answers in", async () => {
  const user = await setUp();
  const { client, keyFile, path, keys } = user;
  const receipt = await client.storeShare(randomBytes(9));
  expect(await carry(user, ["request", "fallback", "set", "carried@example.com"])).toMatchObject({
    code: 0,
    stdout: "'OK'\n",
  });
  const { code } = await mailbox.next("carried@example.com");
  expect((await carry(user, ["request", "fallback", "verify", code])).code).toBe(0);
  const shown = await carry(user, ["request", "fallback", "show"]);
  expect(shown.stdout).toBe('"carried@example.com" [\n    "validated": true\n]\n');

  const rekeyed = await carry(user, ["request", "rekey"]);
  expect(rekeyed).toMatchObject({ code: 0, stdout: expect.stringContaining(client.identity.xid.hex()) });
  expect(existsSync(path("keys.ur.rekey"))).toBe(false);
  const [ur = "", account] = await keyFile();
  expect(ur).not.toBe(keys.urString());
  expect(account).toBe(`account ${client.identity.xid.hex()} at ${known.xid.hex()}`);
  expect((await mailbox.next("carried@example.com")).subject).toContain("key");
  expect((await user.share(["list"])).stdout).toContain(receipt.hex());

  const other = await setUp();
  expect((await carry(other, ["request", "fallback", "transfer", "carried@example.com"])).stdout).toMatch(
    /^processing: /,
  );
  expect(
    (await carry(other, ["request", "fallback", "verify", (await mailbox.next("carried@example.com")).code]))
      .code,
  ).toBe(0);
  expect((await carry(other, ["request", "fallback", "transfer"])).stdout).toMatch(/^done: /);

  expect((await carry(other, ["request", "delete", receipt.hex()])).stdout).toBe("'OK'\n");
  expect((await other.share(["list"])).stdout).toBe("");
  expect((await carry(other, ["request", "fallback", "remove"])).code).toBe(0);
  expect((await carry(other, ["request", "leave"])).stdout).toBe("'OK'\n");
  expect((await other.share(["list"])).stderr).toContain("(unknown-account)");
});

test("who deletes shares, or the account, keeps no audits of them", async () => {
  const { share, path } = await setUp();
  const folder = path(`keys.ur.audits/${known.xid.hex()}`);
  const store = async (data: string) => (await share(["store", "-"], data)).stdout.trim();
  const [one, two] = [await store("one"), await store("two")];
  expect(readdirSync(folder).sort()).toEqual([one, two].sort());
  expect((await share(["audit"])).code).toBe(0);
  await share(["delete", one]);
  expect(readdirSync(folder)).toEqual([two]);
  await share(["delete", "--all", "--yes"]);
  expect(existsSync(folder)).toBe(false);
  await store("three");
  await share(["leave", "--yes"]);
  expect(existsSync(folder)).toBe(false);
});

test("an owner cancels a transfer; where one has to wait, the command tells until when", async () => {
  const slow = await startServer({ ...mailbox.environment, TRANSFER_DELAY: "3600" });
  onTestFinished(slow.stop);
  const contact = "patient@example.com";
  const [owner, other] = [await newUser(slow.url()), await newUser(slow.url())];
  await owner.share(["store", await owner.file("share", "a share")]);
  await owner.share(["fallback", "set", contact]);
  const { code } = await mailbox.next(contact);
  expect(await owner.share(["fallback", "verify", code])).toMatchObject({ code: 0 });

  const codeOfTransfer = async () => (await mailbox.next(contact, (mail) => mail.code !== "")).code;
  await other.share(["fallback", "transfer", contact]);
  const first = await codeOfTransfer();
  const cancelled = await owner.share(["fallback", "cancel"]);
  expect(cancelled).toMatchObject({ code: 0, stdout: `${contact}  validated\n` });
  expect(await other.share(["fallback", "verify", first])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("challenge-void"),
  });

  // The request that was cancelled is told of once, and then forgotten.
  expect(await other.share(["fallback", "transfer"])).toMatchObject({ code: 1 });
  expect(await other.share(["fallback", "transfer", contact])).toMatchObject({ code: 0 });
  const verified = await other.share(["fallback", "verify", await codeOfTransfer(), "--json"]);
  const { state, effective } = JSON.parse(verified.stdout);
  expect(state).toBe("waiting");
  expect(Date.parse(effective)).toBeGreaterThan(Date.now());
  const asked = await other.share(["fallback", "transfer"]);
  expect(asked.stdout).toContain(`waiting: ${contact} has confirmed. The account comes at `);
});

test("an empty variable counts as not given", async () => {
  const user = await newUser();
  const shown = await user.share(["keys", "show"], "", { SHARE_URL: "", SHARE_KEYS: "", SHARE_PROFILE: "" });
  expect(shown).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("the profile default has no keys for http://127.0.0.1:5332 yet"),
  });
});
