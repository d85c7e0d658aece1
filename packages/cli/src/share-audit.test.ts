/** `share audit`: what was prepared when storing, copies, and a server that has lost what it was given. */
import { chmod, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { PrivateKeys } from "@bc/envelope";
import { documentToUR } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { servePeer } from "../../../test/kit/peer-http.ts";
import { newUser } from "../../../test/kit/share-command.ts";

const A_YEAR = 366;

async function setUp() {
  const served = await servePeer();
  const user = await newUser(served.url);
  const keys = await user.file("keys.ur", `${PrivateKeys.generate("ed25519").urString()}\n`);
  await chmod(join(user.folder, keys), 0o600);
  const { peer } = served;
  const share = (args: readonly string[], input?: string) =>
    user.share([...args, "--keys", keys, "--server", documentToUR(peer.identity.document)], input);
  const store = async (data: string, ...options: readonly string[]) =>
    (await share(["store", "-", ...options], data)).stdout.trim();
  const folder = join(user.folder, `${keys}.audits`, peer.identity.xid.hex());
  const linesOf = async (receipt: string) =>
    (await readFile(join(folder, receipt), "utf8")).trimEnd().split("\n");
  /** The server now has something else under this receipt. */
  const replace = (receipt: string, data: string) => {
    const kept = peer.shares.get(receipt);
    if (kept === undefined) throw new TypeError("nothing is stored");
    peer.shares.set(receipt, { ...kept, data: new TextEncoder().encode(data) });
  };
  return { ...user, peer, share, store, folder, linesOf, replace };
}

test("audits what was stored, without a copy, and tells how many audits are left", async () => {
  const { share, store, folder, linesOf } = await setUp();
  const [one, two] = [await store("one"), await store("two")];
  expect((await stat(join(folder, one))).mode & 0o777).toBe(0o600);
  expect(new Set(await linesOf(one)).size).toBe(A_YEAR);

  const [first, second] = [one, two].sort();
  expect(await share(["audit"])).toMatchObject({
    code: 0,
    stdout: `${first}  intact  ${A_YEAR - 1} audits left\n${second}  intact  ${A_YEAR - 1} audits left\n`,
    stderr: "",
  });
  const again = await share(["audit", one, "--json"]);
  expect(JSON.parse(again.stdout)).toEqual([{ receipt: one, finding: "intact", left: A_YEAR - 2 }]);
  expect([(await linesOf(one)).length, (await linesOf(two)).length]).toEqual([A_YEAR - 2, A_YEAR - 1]);
  expect(await store("one")).toBe(one);
  expect(await linesOf(one)).toHaveLength(A_YEAR);
});

test("a server that has lost a share is found out, and the other shares are audited all the same", async () => {
  const { share, store, replace, peer, file } = await setUp();
  const [gone, wrong, good] = [await store("gone"), await store("wrong"), await store("good")];
  peer.shares.delete(gone);
  const lacking = await share(["audit"]);
  expect(lacking).toMatchObject({ code: 1 });
  expect(lacking.stdout).toContain(`${gone}  GONE: the server does not have it  365 audits left\n`);
  expect(lacking.stdout).toContain(`${good}  intact  365 audits left\n`);
  expect(lacking.stderr).toBe(
    `share: note: if you deleted the share yourself, have it forgotten: share delete ${gone}\n`,
  );

  // The server signs for the right receipt, and computes the proof from something else.
  replace(wrong, "else");
  const lying = await share(["audit", "--json"]);
  expect(lying.code).toBe(4);
  const findings = JSON.parse(lying.stdout).map((it: { finding: string }) => it.finding);
  expect(findings.sort()).toEqual(["intact", "not-proven", "unknown-receipt"]);

  const copies = [await file("wrong.txt", "wrong"), await file("good.txt", "good")];
  const compared = await share(["audit", "--copy", ...copies]);
  expect(compared).toMatchObject({ code: 4 });
  expect(compared.stdout).toBe(`${wrong}  WRONG: the server has something else\n${good}  intact\n`);
});

test("audits end, and the command says in time what to do", async () => {
  const { share, store, file } = await setUp();
  const receipt = await store("few", "--audits", "2");
  const renew = `share: note: store the share ${receipt} again for a year of new audits\n`;
  expect(await share(["audit"])).toMatchObject({
    stdout: `${receipt}  intact  1 audit left\n`,
    stderr: renew,
  });
  expect(await share(["audit"])).toMatchObject({
    stdout: `${receipt}  intact  0 audits left\n`,
    stderr: renew,
  });
  const none = await share(["audit"]);
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain("no audits are prepared for this server; store a share again");
  expect(await share(["audit", "--copy", await file("few.txt", "few")])).toMatchObject({
    code: 0,
    stdout: `${receipt}  intact\n`,
  });
});

test("nothing is prepared where nobody wants it, and a call must be clear", async () => {
  const { share, store, folder, file } = await setUp();
  const receipt = await store("unprepared", "--audits", "0");
  await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
  expect((await share(["audit"])).stderr).toContain("no audits are prepared for this server");
  const both = await share(["audit", receipt, "--copy", await file("copy.txt", "unprepared")]);
  expect(both).toMatchObject({ code: 2, stdout: "" });
  expect((await share(["store", "-", "--audits", "-1"], "a share")).stderr).toContain(
    "--audits -1: from 0 to 10000 audits",
  );
});

test("without a network: the request is carried over, and the answer compared with what was prepared or a copy", async () => {
  const { share, store, replace, peer, file, folder, linesOf } = await setUp();
  const receipt = await store("one");
  const copy = await file("one.txt", "one");
  const carry = async (...args: readonly string[]) => {
    const asked = await share(["request", "audit", ...args]);
    expect(asked.code).toBe(0);
    const id = /^id ([0-9a-f]{64})\n/.exec(asked.stderr)?.[1] ?? "";
    const headers = { "content-type": "text/plain" };
    const request = new Request("http://peer.test/", { method: "POST", body: asked.stdout, headers });
    const answer = await file("answer.ur", await (await peer.transport(request)).text());
    return { asked, open: () => share(["open", answer, "--id", id]) };
  };
  const prepared = await carry(receipt);
  expect(prepared.asked.stderr).toMatch(/\naudits left 365\n$/);
  expect(await linesOf(receipt)).toHaveLength(A_YEAR - 1);
  expect(await prepared.open()).toMatchObject({ code: 0, stdout: `${receipt}  intact\n`, stderr: "" });
  const byCopy = await carry("--copy", copy);
  expect(await byCopy.open()).toMatchObject({ code: 0, stdout: `${receipt}  intact\n` });
  expect((await readdir(folder)).filter((name) => name.startsWith("asked"))).toEqual([]);
  expect(await linesOf(receipt)).toHaveLength(A_YEAR - 1);

  replace(receipt, "else");
  expect(await (await carry(receipt)).open()).toMatchObject({
    code: 4,
    stdout: `${receipt}  WRONG: the server has something else\n`,
  });
  peer.shares.delete(receipt);
  expect(await (await carry("--copy", copy)).open()).toMatchObject({
    code: 1,
    stdout: `${receipt}  GONE: the server does not have it\n`,
  });
  for (const args of [[], [receipt, "--copy", copy]]) {
    const refused = await share(["request", "audit", ...args]);
    expect(refused).toMatchObject({ code: 2, stderr: "share: name one receipt, or one copy with --copy\n" });
  }
});
