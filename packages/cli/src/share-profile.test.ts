/** `share profile`: keys by server, under a passphrase or none, and what was there before profiles. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentKeyFor, Envelope, PrivateKeys } from "@bc/envelope";
import { Receipt } from "@bc/share-client";
import { documentToUR, identityOf } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { servePeer } from "../../../test/kit/peer-http.ts";
import { newUser, readProfile, type User } from "../../../test/kit/share-command.ts";

const PASSPHRASE = { SHARE_PASSPHRASE: "correct horse" };

async function setUp() {
  const [served, other] = [await servePeer(), await servePeer()];
  const user = await newUser(served.url);
  return { ...served, ...user, other };
}

const profiles = ({ folder }: Pick<User, "folder">, ...names: readonly string[]) =>
  join(folder, "config", "share", "profiles", ...names);

/** All that an encrypted profile's folder holds, as one text. */
async function textIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.join("");
}

test("each server gets keys of its own, in one file for its owner alone", async () => {
  const { share, folder, url, other, peer } = await setUp();
  const first = await share(["store", "-"], "a share");
  const second = await share(["store", "-", "--url", other.url], "a share");
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.stdout).not.toBe(second.stdout);
  const { path, profile } = await readProfile(folder);
  expect(profile.accounts.map((account) => account.url)).toEqual([url, other.url]);
  expect(new Set(profile.accounts.map(({ keys }) => keys)).size).toBe(2);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(profiles({ folder }, "default"))).mode & 0o777).toBe(0o700);
  expect(await readdir(profiles({ folder }, "default"))).toHaveLength(1);
  const shown = JSON.parse((await share(["keys", "show", "--json"])).stdout);
  expect(first.stdout.trim()).toBe(
    Receipt.of(
      identityOf(PrivateKeys.fromURString(profile.accounts[0]?.keys ?? "")).xid,
      Buffer.from("a share"),
    ).hex(),
  );
  expect(shown).toMatchObject({ file: "the profile default" });
  // The same server at another address has the same account.
  const moved = await servePeer(peer);
  expect((await share(["list", "--url", moved.url, "--json"])).stdout).toContain(first.stdout.trim());
});

test("labels and dates stay with the profile, and the server never sees them", async () => {
  const { share, peer } = await setUp();
  const receipt = (await share(["store", "-", "--label", "blue wallet\u001b"], "a share")).stdout.trim();
  await share(["store", "-"], "another");
  const today = new Date().toISOString().slice(0, 10);
  expect((await share(["list"])).stdout).toContain(`${receipt}  7  ${today}  blue wallet\\u{1b}\n`);
  // Storing it again keeps the label, unless another one is given.
  await share(["store", "-"], "a share");
  const listed = async () => JSON.parse((await share(["list", "--json"])).stdout);
  expect(await listed()).toContainEqual(expect.objectContaining({ receipt, label: "blue wallet\u001b" }));
  await share(["store", "-", "--label", "green"], "a share");
  expect(await listed()).toContainEqual(expect.objectContaining({ receipt, label: "green", backup: null }));
  expect(Buffer.from(peer.shares.get(receipt)?.data ?? []).toString()).toBe("a share");
  const inFile = await share(["store", "-", "--label", "x", "--keys", "keys.ur"], "a share");
  expect(inFile).toMatchObject({ code: 2, stderr: expect.stringContaining("labels are kept in a profile") });
});

test("profiles are made, used, listed and removed; a key file wins over them", async () => {
  const { share, folder } = await setUp();
  await share(["store", "-"], "of default");
  expect(await share(["profile", "new", "work", "--use"])).toMatchObject({ code: 0 });
  expect(await share(["profile", "new", "work"])).toMatchObject({
    code: 2,
    stderr: "share: the profile work is there already, and is left as it is\n",
  });
  const mine = (await share(["store", "-"], "of work")).stdout.trim();
  expect((await share(["get"])).stdout).toBe("of work");
  expect((await share(["get", "--profile", "default"])).stdout).toBe("of default");
  expect((await share(["get"], "", { SHARE_PROFILE: "default" })).stdout).toBe("of default");
  const rows = JSON.parse((await share(["profile", "list", "--json"])).stdout);
  expect(rows).toMatchObject([
    { name: "default", inUse: false, encrypted: false, folder: profiles({ folder }, "default") },
    { name: "work", inUse: true, encrypted: false },
  ]);
  expect((await share(["profile", "list"])).stdout).toMatch(
    /^ {2}default {2}plain +\S+\n\* work {5}plain +\S+\n$/,
  );

  await share(["keys", "new", "--file", "keys.ur"]);
  for (const extra of [{ SHARE_KEYS: "keys.ur" }, { SHARE_KEYS: "keys.ur", SHARE_PROFILE: "work" }]) {
    expect(await share(["list"], "", extra)).toMatchObject({ code: 0, stdout: "" });
  }
  const both = await share(["list", "--keys", "keys.ur", "--profile", "work"]);
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("choose one") });
  expect((await share(["status", "--keys", "keys.ur"])).stderr).toContain("leave --keys and SHARE_KEYS away");

  expect((await share(["profile", "remove", "work"])).code).toBe(2);
  expect((await share(["profile", "remove", "work", "--yes"])).code).toBe(0);
  expect((await share(["list"])).stdout).not.toContain(mine);
  for (const args of [
    ["list", "--profile", "work"],
    ["profile", "use", "work"],
  ]) {
    const none = await share(args);
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining("share profile new work") });
  }
  for (const name of ["../x", "", ".hidden", "a/b"]) {
    expect(await share(["profile", "new", name])).toMatchObject({ code: 2 });
  }
});

test("what can be given once is refused when it is given twice", async () => {
  const { share, url, other } = await setUp();
  const twice = await share(["list", "--url", url, "--url", other.url]);
  expect(twice).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("it is given twice") });
});

test("a passphrase encrypts all that a profile holds; without it nothing opens, and nothing changes", async () => {
  const { share, folder, url, peer } = await setUp();
  await share(["store", "-", "--label", "blue wallet"], "a share");
  const { profile } = await readProfile(folder);
  const secrets = [profile.accounts[0]?.keys ?? "", url, "blue wallet"];
  const set = await share(["profile", "passphrase"], "", { SHARE_NEW_PASSPHRASE: "correct horse" });
  expect(set).toMatchObject({ code: 0, stderr: "" });
  const encrypted = await textIn(profiles({ folder }, "default"));
  expect(await readdir(profiles({ folder }, "default"))).toHaveLength(1);
  for (const secret of secrets) expect(encrypted).not.toContain(secret);

  for (const [extra, says] of [
    [{}, "there is no terminal to ask at; name a file with --passphrase-file, or set SHARE_PASSPHRASE"],
    [{ SHARE_PASSPHRASE: "" }, "there is no terminal to ask at"],
    [{ SHARE_PASSPHRASE: "wrong" }, "wrong passphrase for the profile default; nothing was changed"],
  ] as const) {
    const refused = await share(["store", "-", "--label", "red"], "another", extra);
    expect(refused).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
  }
  expect(await textIn(profiles({ folder }, "default"))).toBe(encrypted);
  expect(peer.shares.size).toBe(1);

  expect((await share(["list"], "", PASSPHRASE)).stdout).toContain("blue wallet");
  const file = await newUserFile(folder, "passphrase", "correct horse\n");
  expect((await share(["store", "-", "--passphrase-file", file], "another")).code).toBe(0);
  expect((await share(["get", "-o", "shares"], "", { SHARE_PASSPHRASE_FILE: file })).code).toBe(0);
  for (const secret of secrets) expect(await textIn(profiles({ folder }, "default"))).not.toContain(secret);

  // What the file holds is an envelope with the profile as a text.
  const locked = Envelope.fromURString((await textIn(profiles({ folder }, "default"))).trim());
  const opened = locked.decryptSubject(contentKeyFor(locked, new TextEncoder().encode("correct horse")));
  expect(JSON.parse(opened.asText() ?? "").accounts).toHaveLength(1);

  const changed = await share(["profile", "passphrase"], "", {
    ...PASSPHRASE,
    SHARE_NEW_PASSPHRASE: "battery",
  });
  expect(changed.code).toBe(0);
  expect((await share(["list"], "", PASSPHRASE)).code).toBe(2);
  const removed = await share(["profile", "passphrase", "--remove"], "", { SHARE_PASSPHRASE: "battery" });
  expect(removed).toMatchObject({ code: 0, stdout: "the profile default is not encrypted\n" });
  expect((await readProfile(folder)).profile.accounts[0]).toMatchObject({ keys: secrets[0] });
});

async function newUserFile(folder: string, name: string, content: string): Promise<string> {
  await writeFile(join(folder, name), content);
  return name;
}

test("a new profile never lies open on the disk when a passphrase is given for it", async () => {
  const { share, folder } = await setUp();
  expect(await share(["profile", "new", "safe", "--use"], "", PASSPHRASE)).toMatchObject({
    code: 0,
    stdout: "made the profile safe, encrypted\n",
  });
  expect(await textIn(profiles({ folder }, "safe"))).toMatch(/^ur:envelope\//);
  expect((await share(["store", "-"], "a share", PASSPHRASE)).code).toBe(0);
  expect((await share(["get"], "", PASSPHRASE)).stdout).toBe("a share");
  const damaged = await readdir(profiles({ folder }, "safe"));
  await writeFile(profiles({ folder }, "safe", damaged[0] ?? ""), "ur:envelope/oyadao");
  expect(await share(["get"], "", PASSPHRASE)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("the profile safe is damaged"),
  });
});

test("what was kept before profiles is taken in at the first use, and stays where it is", async () => {
  const { share, folder, url, peer, other } = await setUp();
  // As the command left them: one key file in the configuration folder, with files beside it.
  await mkdir(join(folder, "config", "share"), { recursive: true });
  const keysFile = join("config", "share", "keys.ur");
  await share(["keys", "new", "--file", keysFile]);
  const receipt = (await share(["store", "-", "--keys", keysFile], "a share")).stdout.trim();
  await share(["list", "--keys", keysFile, "--url", other.url]);
  const before = await readFile(join(folder, keysFile), "utf8");
  const backups = {
    accounts: [],
    backups: [{ name: "seed", created: "2026-01-01T00:00:00Z", hints: true, sets: [] }],
  };
  await writeFile(join(folder, "config", "share", "profile.json"), JSON.stringify(backups));

  const taken = await share(["audit"]);
  expect(taken).toMatchObject({ code: 0, stdout: `${receipt}  intact  365 audits left\n` });
  expect(taken.stderr).toContain("took in the backups of ");
  expect(taken.stderr).toMatch(new RegExp(`took in \\S+keys.ur for ${url}, ${other.url};`));
  expect(await readFile(join(folder, keysFile), "utf8")).toBe(before);
  const { profile } = await readProfile(folder);
  expect(profile.backups).toMatchObject([{ name: "seed" }]);
  const keys = before.trim();
  expect(profile.accounts).toMatchObject([
    { url, keys, server: documentToUR(peer.identity.document) },
    { url: other.url, keys },
  ]);
  const again = await share(["list"]);
  expect(again).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining(receipt) });
});

test("old files that are damaged are told, and nothing is taken in", async () => {
  const { share, folder } = await setUp();
  await mkdir(join(folder, "config", "share"), { recursive: true });
  for (const [name, content, says] of [
    ["keys.ur", "no keys at all", "holds no private keys"],
    ["profile.json", "{", "damaged"],
  ] as const) {
    await writeFile(join(folder, "config", "share", name), content);
    expect(await share(["list"])).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
    await expect(readdir(profiles({ folder }))).rejects.toMatchObject({ code: "ENOENT" });
    await writeFile(join(folder, "config", "share", "keys.ur"), PrivateKeys.generate().urString());
  }
});

test("commands at the same time lose nothing of one another's", async () => {
  const { share, folder } = await setUp();
  await share(["list"]);
  const labels = Array.from({ length: 6 }, (_, index) => `label ${index}`);
  const stored = await Promise.all(labels.map((label) => share(["store", "-", "--label", label], label)));
  expect(stored.map(({ code }) => code)).toEqual(labels.map(() => 0));
  const { profile } = await readProfile(folder);
  expect(profile.accounts).toHaveLength(1);
  expect(profile.accounts[0]?.shares?.map(({ label }) => label).sort()).toEqual(labels);
});

test("two servers named by their documents alone have two accounts, whatever the address", async () => {
  const user = await newUser();
  const documents = [1, 2].map(() => documentToUR(createPeer(() => new Date()).identity.document));
  const senders: string[] = [];
  for (const document of [...documents, ...documents]) {
    const shown = await user.share(["request", "get", "--server", document]);
    expect(shown.code).toBe(0);
    senders.push((await user.share(["keys", "show", "--server", document, "--json"])).stdout);
  }
  expect(senders.slice(2)).toEqual(senders.slice(0, 2));
  expect(new Set(senders).size).toBe(2);
});
