/** `share recover` where a contact has several backups, or was mistyped: the secret that was asked for, and no other. */
import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SymmetricKey } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { codeOptions, openMailbox } from "../kit/mailbox.ts";
import { newUser, readProfile, type User } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const mailbox = await openMailbox();
const servers = await Promise.all([1, 2, 3].map(() => startServer(mailbox.environment)));
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()));
  await mailbox[Symbol.asyncDispose]();
});
const urls = servers.map(({ url }) => url());
const [ONE = "", TWO = "", THREE = ""] = urls;
const to = urls.flatMap((url) => ["--to", url]);

/** The codes of a recovery by their servers: each takes the options of one. */
async function codesByServer(contact: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const options = await codeOptions(mailbox, contact, urls.length);
  const all = urls.map((url) => {
    const code = options.find((one) => one.startsWith(`${url}=`)) ?? expect.fail();
    return [url, ["--code", code]] as const;
  });
  return new Map(all);
}

/** Two backups with one contact: any two servers have the first, and the second takes all three. */
async function backUpTwo(contact: string) {
  const owner = await newUser();
  const [first, second] = [SymmetricKey.generate().urString(), SymmetricKey.generate().urString()];
  await owner.file("first.ur", first);
  await owner.file("second.ur", second);
  const made = await owner.share(["backup", "first.ur", ...to, "--no-hints", "--fallback", contact]);
  expect(made).toMatchObject({ code: 0 });
  await owner.share(["backup", "--fallback", contact, ...(await codeOptions(mailbox, contact, urls.length))]);
  const groups = ["--groups", "2of2,1of1", "--no-hints", "--name", "second", "--fallback", contact];
  expect(await owner.share(["backup", "second.ur", ...to, ...groups])).toMatchObject({ code: 0 });
  const sheet = (await owner.share(["sheet", "--backup", "second"])).stdout;
  return { first, second, sheet };
}

async function isThere(user: User, name: string): Promise<boolean> {
  return access(join(user.folder, name)).then(
    () => true,
    () => false,
  );
}

async function textOf(user: User, name: string): Promise<string> {
  return (await readFile(resolve(user.folder, name), "utf8")).trim();
}

test("with a sheet, the backup that it names comes, though another has its quorum before", async () => {
  const contact = "alice@example.com";
  const { first, second, sheet } = await backUpTwo(contact);
  const bare = await newUser();
  await bare.file("second.txt", sheet);
  await bare.share(["recover", "second.txt", "--fallback", contact, "-o", "second.out"]);
  const codes = await codesByServer(contact);

  const early = await bare.share(["recover", ...(codes.get(ONE) ?? []), ...(codes.get(TWO) ?? [])]);
  expect(early.code).toBe(3);
  expect(early.stdout).toMatch(
    /Another backup has come than the sheet names: a backup of share set [0-9a-f]{4}, /,
  );
  expect(early.stdout).toContain("the backup second (share set");
  expect(early.stdout).toMatch(/2 of 2 of group 1, none of group 2; it takes 2 of 2 groups/);
  expect(early.stdout).not.toContain(first);
  expect(await isThere(bare, "second.out")).toBe(false);

  // The file is remembered, and the other backup is told.
  const done = await bare.share(["recover", ...(codes.get(THREE) ?? [])]);
  expect(done).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/second\.out {2}from .*the backup second/),
  });
  expect(done.stderr).toContain("another backup has come, too");
  expect(await textOf(bare, "second.out")).toBe(second);
  // Its accounts have come: no code and no contact are needed for the other one.
  const all = await bare.share(["recover", ...urls, "--all", "-o", "all.out"]);
  expect(all.code).toBe(0);
  const files = [...all.stdout.matchAll(/(\S*all\.out-[0-9a-f]{4}) /g)].map(([, file = ""]) => file);
  const secrets = await Promise.all(files.map((file) => textOf(bare, file)));
  expect(secrets.sort()).toEqual([first, second].sort());
});

test("without a sheet, the first secret tells that there is more, and the recovery goes on", async () => {
  const contact = "bob@example.com";
  const { first, second } = await backUpTwo(contact);
  const bare = await newUser();
  await bare.share(["recover", ...urls, "--fallback", contact, "-o", "found"]);
  const codes = await codesByServer(contact);
  const one = await bare.share(["recover", ...(codes.get(ONE) ?? []), ...(codes.get(TWO) ?? [])]);
  expect(one.code).toBe(0);
  expect(one.stderr).toContain("shares of another backup have come, too");
  expect(await textOf(bare, "found")).toBe(first);
  const two = await bare.share(["recover", ...(codes.get(THREE) ?? [])]);
  const [, file = ""] = /(\S*found-[0-9a-f]{4}) /.exec(two.stdout) ?? expect.fail(two.stderr);
  expect(await textOf(bare, file)).toBe(second);
  const over = await bare.share(["recover"]);
  expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining("no recovery is under way") });
});

test("a mistyped contact is corrected where it is not confirmed, and a recovery can be given up", async () => {
  const contact = "carol@example.com";
  const { first } = await backUpTwo(contact);
  const bare = await newUser();
  const wrong = await bare.share(["recover", ONE, TWO, "--fallback", "carlo@example.com"]);
  expect(wrong.stdout).toContain("if an account has the contact carlo@example.com");
  const bad = await bare.share(["recover", "--fallback", `${ONE}=carol@`]);
  expect(bad.stderr).toContain(`${ONE} is asked anew, for the contact carol@`);
  const line = bad.stdout.split("\n").find((each) => each.startsWith(ONE));
  expect(line).toBe(`${ONE}  it could not be asked for carol@, as said above`);
  const right = await bare.share(["recover", ONE, TWO, "--fallback", contact]);
  for (const url of [ONE, TWO]) {
    expect(right.stderr).toContain(`${url} is asked anew, for the contact ${contact}`);
    expect(right.stderr).toContain(`${url} waits: give its code by --code ${url}=CODE`);
  }
  const codes = await codeOptions(mailbox, contact, 2);
  const stray = await bare.share(["recover", "--code", `${THREE}=2MZD-AFYH`]);
  expect(stray).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${THREE} is not in this recovery`),
  });
  const half = await bare.share(["recover", ...codes.slice(0, 2)]);
  expect(half.stdout).toContain("1 of the 2 shares that it takes");

  const ended = await bare.share(["recover", "--give-up"]);
  expect(ended.code).toBe(0);
  expect(ended.stdout).toMatch(/its account stays in the profile\n/);
  expect(ended.stdout).toMatch(/ {2}given up\n/);
  const { profile } = await readProfile(bare.folder);
  expect(profile.recovery).toBeUndefined();
  expect(profile.accounts).toHaveLength(1);
  // The account that has come needs no code; the other one is asked again.
  await bare.share(["recover", ONE, TWO, "--fallback", contact]);
  const again = await bare.share(["recover", ...(await codeOptions(mailbox, contact, 1)), "--json"]);
  expect(JSON.parse(again.stdout)).toMatchObject({ recovered: [{ from: expect.any(Array) }] });
  expect(again.stdout).not.toContain(first);
});
