/** What the command says to typical mistakes, and how it treats the near misses among them. */
import { readdir } from "node:fs/promises";
import { createServer as createPlainServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { PrivateKeys } from "@bc/envelope";
import { createClient, fetchServer, Receipt } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { openMailbox } from "../kit/mailbox.ts";
import { createPeer } from "../kit/peer.ts";
import { servePeer } from "../kit/peer-http.ts";
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

/** A user with a profile, and the client of its keys. */
async function setUp() {
  const user = await newUser(url);
  await user.share(["info", "-q"]);
  const [account] = (await readProfile(user.folder)).profile.accounts;
  const keys = PrivateKeys.fromURString(account?.keys ?? expect.fail());
  return { ...user, keys, client: createClient({ url, keys, server: known }) };
}

/** The address of a server that is closed when the test ends. */
async function listening(listener: Server): Promise<string> {
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listener.close());
  return `127.0.0.1:${(listener.address() as AddressInfo).port}`;
}

/** What is typed, the exit code, and the last line that the user reads. */
const MISTAKES: readonly (readonly [args: string, code: number, says: string])[] = [
  ["stroe a.txt", 2, "unknown command 'stroe' (Did you mean store?)"],
  ["--urll http://x list", 2, "unknown option '--urll' (Did you mean --url?)"],
  ["store", 2, "the file is missing"],
  ["store nofile.txt", 2, "nofile.txt can't be read: no such file or folder"],
  ["store config", 2, "config can't be read: it is a folder, not a file"],
  ["store empty", 2, "empty is empty; if that is what you mean to keep, say --allow-empty"],
  ["store a.txt b.txt", 2, "store takes 1 argument, not 2: a.txt, b.txt"],
  [
    "list --url localhost:5332",
    2,
    "--url localhost:5332: an address begins with http:// or https://, and has neither a password nor a query",
  ],
  ["list --server https://a.example", 2, "--server https://a.example: an address goes to --url"],
  ["list --timeout 0", 2, "--timeout 0: from 1 to 3600 seconds"],
  ["list --plain --sealed", 2, "--plain and --sealed exclude each other"],
  ["get", 2, "there are 2 shares; name one by its receipt, or a folder for all with -o"],
  ["get abc", 2, "receipt abc: at least four digits are needed"],
  [
    "get share-1",
    2,
    "receipt share-1: a receipt is 64 hex digits, the first four or more of them, or ur:envelope/…",
  ],
  [`get ${"ab".repeat(32)}`, 1, `the server refused: unknown receipt ${"ab".repeat(32)} (unknown-receipt)`],
  ["get -o a.txt", 2, "a.txt is a file; -o takes a folder"],
  ["get -o -", 2, "-o takes a folder; without -o a single share goes to stdout"],
  ["get -o /proc/share/x", 2, "the folder /proc/share can't be made: its file system refuses it"],
  ["delete", 2, "name the receipts of the shares to delete, or say --all"],
  [
    "delete --all",
    2,
    `This deletes all your shares at ${url}. There is no terminal to ask at; if you mean it, say --yes`,
  ],
  ["fallback verify 1234", 2, "code 1234: a code has eight letters and digits, XXXX-XXXX"],
  ["fallback transfer", 2, "no transfer is under way; name the contact"],
  ["list --keys mine.ur", 2, "there are no keys at mine.ur; make some with: share keys new --keys mine.ur"],
  [
    "list --keys damaged.ur",
    2,
    "damaged.ur holds ur:crypto-prvkeys or ur:crypto-prvkey-base, but something is missing or changed: its checksum is wrong",
  ],
  ["open a.txt", 2, "--id is missing, with a value: hex"],
  ["inspect a.txt", 2, "a.txt holds no envelope: neither ur:envelope/… nor CBOR"],
  ["inspect --image a.txt", 2, "the pictures hold no message, and no part of one"],
  [
    "request get --undated --plain",
    2,
    "a request without a date has to be sealed: --undated and --plain exclude each other",
  ],
  [
    "backup a.txt --to http://127.0.0.1:1 --threshold 3",
    2,
    "3 shares are to bring it back, of 1: name more servers, each with --to",
  ],
];

test("one line says what is wrong", async () => {
  const { share, file, keys } = await setUp();
  await file("a.txt", "a share");
  await file("b.txt", "another");
  await file("empty", "");
  await file("damaged.ur", keys.urString().replace(/..$/, "ae"));
  for (const name of ["a.txt", "b.txt"]) await share(["store", name]);
  for (const [args, code, says] of MISTAKES) {
    const run = await share(args.split(" "));
    expect({ args, ...run, stderr: run.stderr.trimEnd().split("\n").at(-1) }).toMatchObject({
      code,
      stdout: "",
      stderr: `share: ${says}`,
    });
  }
});

test("a server that is not there, and TLS where there is none", async () => {
  const user = await newUser(url);
  const free = createTcpServer();
  const [closed, plain, tls] = await Promise.all([
    listening(free),
    listening(createPlainServer()),
    listening(createTlsServer()),
  ]);
  await new Promise((resolve) => free.close(resolve));
  const cases = [
    [`http://${closed}`, "nothing listens there. Is the server running, and the port right?"],
    [`https://${plain}`, "what listens there does not speak TLS. Should the address begin with http://?"],
    [`http://${tls}`, "Should the address begin with https://?"],
  ] as const;
  for (const [address, says] of cases) {
    const { code, stderr } = await user.share(["info", "--url", address]);
    expect(stderr).toContain(`share: cannot reach ${address}: `);
    expect(stderr).toContain(says);
    expect(code).toBe(3);
  }
});

describe("receipts", () => {
  test("may be shortened to four digits, as long as they say which share is meant", async () => {
    const { share, client } = await setUp();
    const { xid } = client.identity;
    const firstDigits = new Map<string, Uint8Array>();
    let twins: readonly Uint8Array[] = [];
    for (let i = 0; twins.length === 0; i++) {
      const data = new TextEncoder().encode(`share ${i}`);
      const digits = Receipt.of(xid, data).hex().slice(0, 4);
      const other = firstDigits.get(digits);
      if (other !== undefined) twins = [other, data];
      firstDigits.set(digits, data);
    }
    for (const data of twins) await client.storeShare(data);
    const [one = "", two = ""] = twins.map((data) => Receipt.of(xid, data).hex());
    const ambiguous = await share(["get", `${one.slice(0, 4)}…`]);
    expect(ambiguous).toMatchObject({ code: 2, stdout: "" });
    expect(ambiguous.stderr).toContain(one);
    expect(ambiguous.stderr).toContain(two);
    for (const name of [`${one.slice(0, 4)}…${one.slice(-6)}`, `${one.slice(0, 12).toUpperCase()}...`]) {
      expect((await share(["get", name])).stdout).toBe(new TextDecoder().decode(twins[0]));
    }
    const refused = await share(["delete", one.slice(0, 4)]);
    expect(refused.code).toBe(2);
    expect(await client.retrieveShares()).toHaveLength(2);
  });

  test("of shares that are not there are told when they are deleted, and that is no failure", async () => {
    const { share, client } = await setUp();
    const receipt = (await client.storeShare(new TextEncoder().encode("one"))).hex();
    const absent = "ab".repeat(32);
    expect(await share(["delete", absent, `${receipt.slice(0, 8)}…`, "cdcd"])).toMatchObject({
      code: 0,
      stdout: `deleted ${receipt}\n${absent} is not there; nothing to delete\ncdcd is not there; nothing to delete\n`,
      stderr: "",
    });
    const again = await share(["delete", receipt, "--json"]);
    expect(JSON.parse(again.stdout)).toEqual({ deleted: [], absent: [receipt] });
    await client.storeShare(new TextEncoder().encode("two"));
    expect((await share(["delete", receipt])).code).toBe(0);
    expect(await client.retrieveShares()).toHaveLength(1);
  });
});

test("an empty share is kept where that is meant", async () => {
  const { share, client } = await setUp();
  expect((await share(["store", "-", "--allow-empty"])).code).toBe(0);
  expect((await client.retrieveShares()).map(({ data }) => data.length)).toEqual([0]);
});

test("with --json stderr holds one object at most, with a stable code", async () => {
  const { share, folder } = await newUser(url);
  const error = async (args: readonly string[]) => {
    const { stderr, stdout } = await share([...args, "--json"]);
    expect(stdout).toBe("");
    return JSON.parse(stderr);
  };
  expect(await error(["list", "--keys", "keys.ur"])).toMatchObject({
    error: { code: "usage", message: expect.stringContaining("share keys new") },
  });
  expect(await error(["get", "ab".repeat(32)])).toEqual({
    error: { code: "unknown-account", message: expect.stringContaining("the server refused") },
    notes: [expect.stringMatching(/^remembering /)],
  });
  expect(await error(["list", "--url", "http://127.0.0.1:1"])).toMatchObject({
    error: { code: "unreachable" },
  });
  expect(await error(["frobnicate"])).toMatchObject({ error: { code: "usage" } });
  expect(await error([])).toMatchObject({ error: { code: "usage", message: "name a command" } });
  expect((await share(["store", "-", "--json"], "a share")).stderr).toBe("");
  expect(await readdir(folder)).toEqual(["config"]);
});

test("--quiet leaves notes out, and --verbose tells of each exchange", async () => {
  const { share } = await newUser(url);
  expect((await share(["store", "-", "-q"], "a share")).stderr).toBe("");
  const { stderr } = await share(["list", "--verbose"]);
  expect(stderr).toMatch(/^share: POST http\S+\/: HTTP 200 after \d+ ms\n$/);
});

test("who waits is told so, and no longer than --timeout says", async () => {
  const { share } = await newUser(`http://${await listening(createPlainServer(() => undefined))}`);
  const waited = await share(["list", "--timeout", "3"]);
  expect(waited).toMatchObject({ code: 3, stdout: "" });
  expect(waited.stderr).toMatch(/^share: waiting for 127\.0\.0\.1:\d+, \d s\n/);
  expect(waited.stderr).toContain("there was no answer in time; --timeout waits longer\n");
});

test.each([
  { hours: 27.5, says: "this device's clock is 1 day 3 hours behind the server's: set it right" },
  { hours: -3.25, says: "this device's clock is 3 hours 15 minutes ahead of the server's: set it right" },
])("whoever's clock is wrong is told the difference: $says", async ({ hours, says }) => {
  // Half a minute more, so that neither the way nor a busy machine make a minute of it.
  const now = () => new Date(Date.now() + hours * 3_600_000 + Math.sign(hours) * 30_000);
  const { url: address } = await servePeer(createPeer(now), now);
  const { share } = await newUser(address);
  const refused = await share(["list"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(says);
  const checked = await share(["doctor"]);
  expect(checked.code).toBe(2);
  expect(checked.stdout).toMatch(/^WRONG {2}clock +this device's clock is /m);
});

test("a request without a date is carried out, whatever the clock of the device says", async () => {
  const { share, client, file } = await setUp();
  const document = await file("server.ur", documentToUR(known.document));
  const asked = await share(
    ["request", "--undated", "store", "-", "--server", document, "--json"],
    "undated",
  );
  const { id, envelope } = JSON.parse(asked.stdout);
  const headers = { "content-type": "text/plain" };
  const answer = await (await fetch(url, { method: "POST", body: envelope, headers })).text();
  const opened = await share(["open", "-", "--id", id, "--server", document], answer);
  expect(opened.stdout).toMatch(/^[0-9a-f]{64}\n$/);
  expect(await client.retrieveShares()).toHaveLength(1);
});

test("a second contact does not hide that the first one stays good; hints repeat address and keys", async () => {
  const { share, client } = await setUp();
  await client.storeShare(new Uint8Array(3));
  const set = await share(["fallback", "set", "first@example.com", "--url", url, "--profile", "default"]);
  expect(set.stdout).toContain(`share fallback verify CODE --url ${url} --profile default\n`);
  await share(["fallback", "verify", (await mailbox.next("first@example.com")).code]);
  await share(["fallback", "set", "second@example.com"]);
  const shown = await share(["fallback", "show"]);
  expect(shown.stdout).toBe("second@example.com  not validated yet\n");
  expect(shown.stderr).toContain("a contact that was validated before stays good\n");
});

test("share doctor finds all well, or says what is not", async () => {
  const { share, client } = await setUp();
  const fresh = await share(["doctor"]);
  expect(fresh).toMatchObject({ code: 0, stderr: "" });
  expect(fresh.stdout.match(/^ok {5}\w+/gm)?.map((line) => line.slice(7))).toEqual([
    ...["version", "keys", "server", "clock", "identity", "account"],
  ]);
  expect(fresh.stdout).toContain("none yet");
  await client.storeShare(new Uint8Array(3));
  expect((await share(["doctor"])).stdout).toContain(
    "no contact yet; name one: share fallback set CONTACT\n",
  );
  const other = createPeer(() => new Date()).identity.xid.hex();
  const wrong = await share(["doctor", "--server", other, "--json"]);
  expect(wrong.code).toBe(4);
  expect(JSON.parse(wrong.stdout)).toMatchObject([
    ...[{ ok: true }, { ok: true }, { ok: true }, { ok: true }, { check: "identity", ok: false }],
    { check: "account", ok: null },
  ]);
});

describe("share completion", () => {
  test("offers commands, options, values, and otherwise files", async () => {
    const { share } = await newUser(url);
    const offers = async (...words: readonly string[]) => {
      const { stdout } = await share(["complete", "--", ...words]);
      return stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]);
    };
    expect(await offers("fallback", "s")).toEqual(["set", "show", ":4"]);
    expect(await offers("store", "--all")).toEqual(["--allow-empty", ":4"]);
    expect(await offers("keys", "new", "--scheme", "e")).toEqual(["ecdsa", "ed25519", ":4"]);
    expect(await offers("rekey", "--encapsulation", "mlkem")).toEqual([
      "mlkem512",
      "mlkem768",
      "mlkem1024",
      ":4",
    ]);
    expect(await offers("store", "")).toEqual([":0"]);
  });

  test.each(["bash", "zsh", "fish"])("prints a script for %s", async (shell) => {
    const { share } = await newUser(url);
    const { code, stdout, stderr } = await share(["completion", shell]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("share complete -- ");
  });
});
