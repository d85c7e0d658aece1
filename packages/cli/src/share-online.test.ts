import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { documentToUR } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { createPeer } from "../../../test/kit/peer.ts";
import { servePeer } from "../../../test/kit/peer-http.ts";
import { newUser, readProfile } from "../../../test/kit/share-command.ts";

const HEX_LINE = /^[0-9a-f]{64}\n$/;

async function setUp() {
  const served = await servePeer();
  const user = await newUser(served.url);
  return { ...served, ...user };
}

test("stores shares, lists them and gets them back, from files and stdin", async () => {
  const { share, file, folder } = await setUp();
  const bytes = new Uint8Array(300).map((_, i) => i);
  const first = await share(["store", await file("share.bin", bytes)]);
  expect(first).toMatchObject({ code: 0, stdout: expect.stringMatching(HEX_LINE) });
  const second = await share(["store", "-", "--plain", "--json"], "a share");
  const receipts = [first.stdout.trim(), JSON.parse(second.stdout).receipt];

  const list = await share(["list"]);
  const today = new Date().toISOString().slice(0, 10);
  expect(list.stdout.trim().split("\n")).toEqual(
    [`${receipts[0]}  300  ${today}`, `${receipts[1]}  7  ${today}`].sort(),
  );
  const one = await share(["get", receipts[0]]);
  expect(new Uint8Array(one.bytes)).toEqual(bytes);
  expect((await share(["get", "-o", "shares"])).code).toBe(0);
  expect((await readdir(join(folder, "shares"))).sort()).toEqual(receipts.sort());
});

test("several shares need a folder, where no other file is overwritten", async () => {
  const { share, folder } = await setUp();
  const receipt = (await share(["store", "-"], "one")).stdout.trim();
  await share(["store", "-"], "two");
  for (const args of [["get"], ["get", receipt, "ab".repeat(32)]]) {
    const several = await share(args);
    expect(several).toMatchObject({ code: 2, stdout: "" });
    expect(several.stderr).toContain("folder");
  }
  expect(await share(["get", receipt, "-o", "."])).toMatchObject({ code: 0, stdout: `${receipt}  3\n` });
  const path = join(folder, receipt);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await share(["get", receipt, "-o", "."])).stdout).toBe(`${receipt}  3  was there already\n`);
  await writeFile(path, "mine");
  expect(await share(["get", "-o", "."])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: `share: This overwrites ${receipt}. There is no terminal to ask at; if you mean it, say --yes\n`,
  });
  expect(await readFile(path, "utf8")).toBe("mine");
  expect(await readdir(folder)).toHaveLength(2);
  expect((await share(["get", receipt, "-o", ".", "--yes"])).code).toBe(0);
  expect(await readFile(path, "utf8")).toBe("one");
  const { stdout } = await share(["get", receipt, "--json"]);
  expect(JSON.parse(stdout)).toEqual([{ receipt, base64: Buffer.from("one").toString("base64") }]);
});

test("a refusal has its code and its exit code", async () => {
  const { share } = await setUp();
  expect(await share(["get", "ab".repeat(32), "--server", "server.ur"])).toMatchObject({ code: 2 });
  const unknown = await share(["get", "ab".repeat(32)]);
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain("share: the server refused: unknown receipt (unknown-receipt)\n");
});

test("the server met first is remembered, and another one at its address is not spoken to", async () => {
  const { share, folder, url, replaceWith } = await setUp();
  const first = await share(["store", "-"], "a share");
  expect(first.stderr).toMatch(/^share: remembering [A-Z ]+ \(XID\([0-9a-f]{8}\)\) as the server at http/);
  expect((await share(["list"])).stderr).toBe("");
  const { path, profile } = await readProfile(folder);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(profile.accounts.map((account) => account.url)).toEqual([url]);

  const other = createPeer(() => new Date());
  replaceWith(other);
  for (const args of [["list"], ["info"], ["store", "-"]]) {
    const refused = await share(args, "a share");
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain(`share: the server at ${url} is not the one known here`);
  }
  expect((await share(["list", "--accept-new-server"])).code).toBe(0);
  expect((await share(["list"])).code).toBe(0);
});

test("a server can be named by its document, by its XID, or by a file, and another at its address is not believed", async () => {
  const { share, file, peer } = await setUp();
  const document = documentToUR(peer.identity.document);
  const { xid } = peer.identity;
  for (const server of [document, xid.urString(), xid.hex(), await file("server.ur", document)]) {
    expect(await share(["list", "--server", server])).toMatchObject({ code: 0, stderr: "" });
  }
  const other = createPeer(() => new Date()).identity;
  for (const server of [documentToUR(other.document), other.xid.urString()]) {
    expect((await share(["list", "--server", server])).code).toBe(4);
  }
});

test("info tells about the server", async () => {
  const { share, peer } = await setUp();
  const { stdout } = await share(["info"]);
  expect(stdout).toContain(peer.identity.xid.hex());
  expect(stdout).toMatch(/^name +peer$/m);
  expect(JSON.parse((await share(["info", "--json"])).stdout)).toMatchObject({
    xid: peer.identity.xid.hex(),
    info: { name: "peer" },
  });
});

test("a server that is not there has an exit code of its own", async () => {
  const { share } = await newUser("http://127.0.0.1:1");
  const gone = await share(["list"]);
  expect(gone).toMatchObject({ code: 3, stdout: "" });
  expect(gone.stderr).toMatch(/^share: cannot reach http:\/\/127\.0\.0\.1:1: .+\n$/);
});

test("a damaged memory of servers is told, not overwritten", async () => {
  const { share, file, folder } = await setUp();
  await share(["keys", "new", "--file", "keys.ur"]);
  await file("servers.json", "{");
  const damaged = await share(["list", "--keys", "keys.ur"]);
  expect(damaged.code).toBe(2);
  expect(damaged.stderr).toContain("is damaged");
  expect(await readFile(join(folder, "servers.json"), "utf8")).toBe("{");
});
