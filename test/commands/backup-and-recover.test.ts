/** From `share backup` on one device to `share recover` on another that has nothing: three servers, real mail. */
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SymmetricKey } from "@bc/envelope";
import { secretEnvelope } from "@bc/share-client";
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
const SEED = SymmetricKey.generate().urString();

function codesOf(contact: string, count: number): Promise<readonly string[]> {
  return codeOptions(mailbox, contact, count);
}

function byUrl(a: { readonly url: string }, b: { readonly url: string }): number {
  return a.url < b.url ? -1 : 1;
}

async function backUp(user: User, contact: string, more: readonly string[] = []): Promise<void> {
  const file = await user.file("seed.ur", `${SEED}\n`);
  const to = urls.flatMap((url) => ["--to", url]);
  const made = await user.share(["backup", file, ...to, "--fallback", contact, ...more]);
  expect(made).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /has its share, proven; \S+ not confirmed yet[\s\S]*No contact is confirmed at/,
    ),
  });
  const codes = await codesOf(contact, 3);
  const confirmed = await user.share(["backup", ...codes, "--json"]);
  expect(JSON.parse(confirmed.stdout)).toMatchObject({
    name: "backup",
    places: urls.map((url) => ({ url, stored: true, proven: true, contact, confirmed: true })),
  });
}

test("a seed comes back to a bare device from two of three servers, with one address and one contact", async () => {
  const contact = "alice@example.com";
  const owner = await newUser();
  await backUp(owner, contact);
  const { path: profile } = await readProfile(owner.folder);
  expect((await stat(profile)).mode & 0o077).toBe(0);
  expect(await readFile(profile, "utf8")).not.toContain("ur:envelope/");
  const status = await owner.share(["status"]);
  expect(status.code).toBe(0);
  const [headings, ...rows] = status.stdout.trim().split("\n");
  expect(headings).toMatch(/^BACKUP +SERVER +REACHABLE +ACCOUNT +SHARE +CONTACT +AGE +LIMITS$/);
  expect(rows).toEqual(
    urls.map((url) =>
      expect.stringMatching(
        new RegExp(`^backup +${url} +yes +yes +proven +${contact} confirmed +0 days +1000 shares`),
      ),
    ),
  );
  await rm(owner.folder, { recursive: true });

  const bare = await newUser();
  const [first = "", second = "", third = ""] = urls;
  const asked = await bare.share(["recover", first, "--fallback", contact]);
  expect(asked).toMatchObject({ code: 3, stdout: expect.stringContaining("Not enough shares yet") });
  // The first share names the other two servers, and these are asked at once.
  const led = await bare.share(["recover", ...(await codesOf(contact, 1))]);
  expect(led.code).toBe(3);
  for (const url of [second, third]) expect(led.stderr).toContain(`names another server: ${url}`);
  const done = await bare.share(["recover", ...(await codesOf(contact, 2)), "-o", "found.ur"]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("found.ur  from ") });
  expect(await readFile(join(bare.folder, "found.ur"), "utf8")).toBe(`${SEED}\n`);
  expect(JSON.parse((await bare.share(["status", "--json"])).stdout)[0]).toMatchObject({
    backup: "recovered",
    proven: true,
    confirmed: true,
  });
});

test("bytes and a dead server: two shares are enough, and scripts get JSON", async () => {
  const contact = "bob@example.com";
  const owner = await newUser();
  await backUp(owner, contact, ["--no-hints", "--threshold", "2"]);
  const [first = "", second = ""] = urls;

  const bare = await newUser();
  const asked = await bare.share([
    "recover",
    first,
    second,
    "http://127.0.0.1:1",
    "--fallback",
    contact,
    "--json",
  ]);
  // Whoever answers first stands first.
  const [standing, began] = [JSON.parse(asked.stdout), [first, second].sort()];
  expect({ ...standing, places: standing.places.toSorted(byUrl) }).toEqual({
    recovered: [],
    places: began.map((url) => ({ url, contact, state: "asked", shares: 0 })),
    backups: [],
  });
  const message = expect.stringMatching(/^cannot reach http:\/\/127\.0\.0\.1:1: ./);
  expect(JSON.parse(asked.stderr)).toMatchObject({
    failures: [{ url: "http://127.0.0.1:1", code: "unreachable", message }],
  });
  const done = await bare.share(["recover", ...(await codesOf(contact, 2)), "--json"]);
  expect(done.code).toBe(0);
  const { recovered } = JSON.parse(done.stdout);
  expect(recovered).toEqual([
    {
      envelope: secretEnvelope(SEED).urString(),
      from: expect.anything(),
      shareSet: expect.stringMatching(/^[0-9a-f]{4}$/),
    },
  ]);
  expect(recovered[0].from.toSorted()).toEqual(began);
});

test("the recovery sheet leads a bare device to the servers, as page, picture and text", async () => {
  const contact = "dora@example.com";
  const owner = await newUser();
  await backUp(owner, contact, ["--no-hints", "--sheet", "sheet.html"]);
  const again = await owner.share(["backup", "--sheet", "sheet.html"]);
  expect(again.stderr).toContain("the recovery sheet is in sheet.html; print it\n");
  expect(await owner.share(["sheet", "sheet.png"])).toMatchObject({ code: 0 });
  const text = await owner.share(["sheet"]);
  expect(text.stdout).not.toContain(contact);
  await owner.file("sheet.txt", text.stdout);
  await owner.file("other.txt", "not a sheet");
  expect(await owner.share(["sheet", "other.txt"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("is no recovery sheet"),
  });
  for (const args of [
    ["sheet", "sheet.pdf"],
    ["backup", "seed.ur", "--sheet", "sheet.pdf"],
  ]) {
    const { code, stderr } = await owner.share(args);
    expect(code).toBe(2);
    expect(stderr).toMatch(/sheet\.pdf: a sheet is \.html to print, \.png for the QR code alone, or \.txt$/m);
  }
  expect(JSON.parse((await owner.share(["sheet", "sheet.html", "--json"])).stdout)).toMatchObject({
    quorum: "2 of 3",
    places: urls.map((url) => ({ url, contactKind: "email" })),
  });

  for (const name of ["sheet.html", "sheet.png", "sheet.txt"]) {
    const bare = await newUser();
    await bare.file(name, await readFile(join(owner.folder, name)));
    const asked = await bare.share(["recover", name, "--fallback", contact, "--json"]);
    const { places } = JSON.parse(asked.stdout);
    expect(places.map(({ url }: { url: string }) => url).sort()).toEqual([...urls].sort());
    if (name !== "sheet.html") continue;
    const done = await bare.share(["recover", ...(await codesOf(contact, 3))]);
    expect(done).toMatchObject({ code: 0, stdout: `${SEED}\n` });
  }
});

test("a backup is forgotten at every server, and scripts are told where not", async () => {
  const contact = "carol@example.com";
  const owner = await newUser();
  await backUp(owner, contact);
  expect(await owner.share(["forget"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("say --yes"),
  });
  const { path: profile } = await readProfile(owner.folder);
  const [first = "", second = "", third = ""] = urls;
  // One of the servers has moved to where nobody is.
  const text = await readFile(profile, "utf8");
  await writeFile(profile, text.replaceAll(second, "http://127.0.0.1:1"));
  const cut = await owner.share(["forget", "--yes", "--json"]);
  expect(cut).toMatchObject({ code: 3, stderr: expect.stringContaining("cannot reach http://127.0.0.1:1") });
  expect(JSON.parse(cut.stdout)).toEqual({
    name: "backup",
    places: [
      { url: first, deleted: true },
      { url: "http://127.0.0.1:1", deleted: false },
      { url: third, deleted: true },
    ],
  });
  expect(JSON.parse((await owner.share(["status", "--json"])).stdout)).toEqual([]);
  expect(await owner.share(["status"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("ask again: share forget --backup backup"),
  });
  const given = await owner.share(["forget", "--yes", "--give-up"]);
  expect(given).toMatchObject({ code: 3, stdout: "http://127.0.0.1:1  may still have its share\n" });
  expect(await owner.share(["forget", "--yes"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("no backups"),
  });
  // Nobody gets anything by the contact any more.
  const bare = await newUser();
  await bare.share(["recover", first, "--fallback", contact]);
  const stood = await bare.share(["recover", "--json"]);
  expect(JSON.parse(stood.stdout)).toMatchObject({ places: [{ url: first, state: "asked", shares: 0 }] });
});

test("a second secret under the name of the first, or other servers, are refused and change nothing", async () => {
  const user = await newUser();
  const [first = "", second = "", third = ""] = urls;
  await user.file("seed.ur", SEED);
  await user.file("other.ur", SymmetricKey.generate().urString());
  const to = ["--to", first, "--to", second];
  expect(await user.share(["backup", "seed.ur", ...to])).toMatchObject({ code: 0 });
  const before = await user.share(["status", "--json"]);
  expect(await user.share(["backup", "other.ur", ...to])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("there is a backup backup already, of another secret"),
  });
  expect(await user.share(["backup", "seed.ur", "--to", first, "--to", third])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${third} has no part in it`),
  });
  for (const plan of [
    ["--threshold", "1"],
    ["--groups", "2of2,2of2"],
    ["--grow", "2of3"],
  ]) {
    expect(await user.share(["backup", "seed.ur", ...to, ...plan])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is a backup backup already, by another plan"),
    });
  }
  const large = await user.file("large", new Uint8Array(5_000));
  expect(await user.share(["backup", large, ...to])).toMatchObject({
    code: 2,
    stderr: "share: a backup holds at most 4096 bytes\n",
  });
  expect(await user.share(["backup", "seed.ur", ...to, "--threshold", "2"])).toMatchObject({ code: 0 });
  expect(JSON.parse((await user.share(["status", "--json"])).stdout)).toHaveLength(
    JSON.parse(before.stdout).length,
  );
  const weak = await user.share(["backup", "other.ur", ...to, "--name", "other", "--threshold", "1"]);
  expect(weak).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("warning: one share alone brings the secret back"),
    stdout: expect.stringContaining("Go on with: share backup --name other --fallback you@example.com"),
  });
  expect(await user.share(["status"])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`${first}: no contact is confirmed`),
  });
});

test("what is missing or cannot be is told in a line, and nothing is stored", async () => {
  const user = await newUser();
  const file = await user.file("seed.ur", SEED);
  const [first = ""] = urls;
  const tries: [string[], string][] = [
    [["backup"], "name the file with the secret"],
    [["backup", file], "name the servers, each with --to"],
    [["backup", file, "--to", first, "--to", first], `${first} is named twice`],
    [["backup", file, "--to", first, "--threshold", "2"], "2 shares are to bring it back, of 1"],
    [["backup", file, "--to", first, "--groups", "2of3,1of1"], "the plan is for 4 different servers"],
    [["backup", await user.file("large", new Uint8Array(5_000)), "--to", first], "at most 4096 bytes"],
    [["backup", await user.file("empty", ""), "--to", first], "nothing to back up"],
    [["recover"], "no recovery is under way; name the servers"],
    [["recover", first], "name the contact, with --fallback"],
  ];
  for (const [args, text] of tries) {
    const run = await user.share(args);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(text)]);
  }
  expect(await user.share(["status"])).toMatchObject({
    code: 0,
    stdout: "no backups; make one with: share backup\n",
  });
});
