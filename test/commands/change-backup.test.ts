/** A backup that changes: other servers, more of them, another key. Real servers, real mail. */
import { readFile } from "node:fs/promises";
import { SymmetricKey } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { codeOptions, openMailbox } from "../kit/mailbox.ts";
import type { Peer } from "../kit/peer.ts";
import { passOn, servePeer } from "../kit/peer-http.ts";
import { newUser, type Run, readProfile } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";

const mailbox = await openMailbox();
const servers = await Promise.all([1, 2, 3, 4].map(() => startServer(mailbox.environment)));
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()));
  await mailbox[Symbol.asyncDispose]();
});
const [FIRST = "", SECOND = "", THIRD = "", FOURTH = ""] = servers.map(({ url }) => url());
const SEED = SymmetricKey.generate().urString();

function to(...urls: readonly string[]): string[] {
  return urls.flatMap((url) => ["--to", url]);
}

/** What an address leads to. */
function behind(url: string): Pick<Peer, "transport"> {
  return { transport: (request) => passOn(request, url) };
}

function placesIn({ stdout }: Run): unknown {
  return JSON.parse(stdout).places;
}

test("another server takes the place of one, with its contact, and the old one is left with nothing", async () => {
  const contact = "alice@example.com";
  const owner = await newUser();
  await owner.file("seed.ur", SEED);
  await owner.share(["backup", "seed.ur", ...to(FIRST, SECOND, THIRD), "--fallback", contact]);
  const given = await codeOptions(mailbox, contact, 3);
  expect(await owner.share(["backup", "--fallback", contact, ...given])).toMatchObject({ code: 0 });

  const args = ["repair", "--replace", THIRD, "--with", FOURTH];
  // Two of the new shares are in accounts with a confirmed contact: the old ones can go.
  expect(placesIn(await owner.share([...args, "--json"]))).toEqual([
    { url: FIRST, stored: true, proven: true, contact, confirmed: true },
    { url: SECOND, stored: true, proven: true, contact, confirmed: true },
    { url: FOURTH, stored: true, proven: true, contact, confirmed: false },
  ]);
  const { code } = await mailbox.next(contact);
  const confirmed = await owner.share([...args, "--code", `${FOURTH}=${code}`, "--json"]);
  expect(placesIn(confirmed)).toMatchObject([{}, {}, { url: FOURTH, confirmed: true }]);
  expect(await owner.share(["rotate"])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("make a new one with: share sheet --backup backup sheet.html"),
  });
  const status = await owner.share(["status", "--json"]);
  expect(JSON.parse(status.stdout)).toMatchObject(
    [FIRST, SECOND, FOURTH].map((url) => ({ url, proven: true, confirmed: true })),
  );

  for (const [wrong, text] of [
    [["repair", "--replace", THIRD], "name both"],
    [["repair", "--replace", "http://127.0.0.1:1", "--with", THIRD], "has no share of the backup"],
    [["grow"], "--to"],
    [["rotate", "--backup", "another"], "there is no backup another"],
  ] as const) {
    expect(await owner.share(wrong)).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
  }
});

test("a server that is gone keeps its old share: the owner is told how to ask again, and how to end that", async () => {
  const { url, replaceWith } = await servePeer();
  replaceWith(behind(THIRD));
  const owner = await newUser();
  await owner.file("seed.ur", SEED);
  await owner.share(["backup", "seed.ur", ...to(FIRST, SECOND, url)]);
  replaceWith({ transport: async () => new Response("", { status: 503 }) });
  const replaced = await owner.share(["repair", "--replace", url, "--with", FOURTH]);
  expect(replaced.stderr).toContain(`warning: ${url} may still have its old share\n`);
  expect(replaced.stderr).toContain(
    "to ask again: share repair --backup backup; if it is gone for good: share repair --backup backup --give-up\n",
  );
  const given = await owner.share(["repair", "--give-up"]);
  expect(given.stderr).toContain(
    `${url} may still have its old share, and is not asked to delete it again\n`,
  );
  expect(given.stderr).not.toContain("to ask again");
  expect(await owner.share(["repair", "--give-up"])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("no old share is left, so there is nothing to give up"),
  });

  // A backup that is forgotten can only be forgotten everywhere.
  replaceWith(behind(THIRD));
  await owner.share(["backup", "seed.ur", ...to(FIRST, url), "--name", "other"]);
  replaceWith({ transport: async () => new Response("", { status: 503 }) });
  await owner.share(["forget", "--backup", "other", "--yes"]);
  for (const args of [["repair"], ["repair", "--give-up"], ["rotate"], ["grow", ...to(SECOND)], ["sheet"]]) {
    expect(await owner.share([...args, "--backup", "other"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("share forget --backup other"),
    });
  }
});

test("a server that was built anew at its address takes its own place, and the owner is told", async () => {
  const { url, replaceWith } = await servePeer();
  replaceWith(behind(THIRD));
  const owner = await newUser();
  await owner.file("seed.ur", SEED);
  await owner.share(["backup", "seed.ur", ...to(FIRST, SECOND, url)]);
  replaceWith(behind(FOURTH));
  const status = await owner.share(["status"]);
  expect(status).toMatchObject({ code: 1 });
  expect(status.stdout).toContain(`${url}: another server answers there`);
  expect(status.stdout).toContain(`share repair --replace ${url} --with ${url}`);

  const repaired = await owner.share(["repair", "--replace", url, "--with", url, "--json"]);
  expect(repaired).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/: [A-Z ]+ is gone; [A-Z ]+ is there now, and gets a share/),
  });
  expect(placesIn(repaired)).toMatchObject([FIRST, SECOND, url].map((one) => ({ url: one, proven: true })));
  const after = JSON.parse((await owner.share(["status", "--json"])).stdout);
  expect(after).toMatchObject([FIRST, SECOND, url].map((one) => ({ url: one, proven: true })));
});

test("a backup grows by the share that was prepared, or by new ones", async () => {
  const owner = await newUser();
  await owner.file("seed.ur", SEED);
  const grow = ["--grow", "3of4"];
  await owner.share(["backup", "seed.ur", ...to(FIRST, SECOND, THIRD), ...grow, "--name", "prepared"]);
  const grown = await owner.share(["grow", ...to(FOURTH), "--json"]);
  expect(grown).toMatchObject({ code: 0 });
  expect(JSON.parse(grown.stdout)).toMatchObject({
    plan: { groups: [{ threshold: 3, count: 4 }] },
    places: [FIRST, SECOND, THIRD, FOURTH].map((url) => ({ url, stored: true, proven: true })),
  });
  const profile = await readFile((await readProfile(owner.folder)).path, "utf8");
  expect(JSON.parse(profile).backups[0].sets.map(({ state }: { state: string }) => state)).toEqual([
    "current",
    "current",
  ]);
  expect(await owner.share(["rotate"])).toMatchObject({ code: 0 });

  await owner.share(["backup", "seed.ur", ...to(FIRST, SECOND), "--name", "small"]);
  expect(await owner.share(["grow", ...to(FOURTH)])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("name one with --backup: prepared, small"),
  });
  const anew = await owner.share(["grow", ...to(FOURTH), "--backup", "small", "--json"]);
  expect(JSON.parse(anew.stdout)).toMatchObject({
    plan: { groups: [{ threshold: 2, count: 3 }] },
    places: [FIRST, SECOND, FOURTH].map((url) => ({ url, stored: true, proven: true })),
  });
});
