import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Envelope, notation, PrivateKeyBase, PrivateKeys, treeNotation } from "@bc/envelope";
import { documentToUR, encodeTransport } from "@bc/share-protocol";
import { describe, expect, test } from "vitest";
import { MultipartEncoder, UR } from "#bc/ur";
import { createPeer } from "../../../test/kit/peer.ts";
import { newUser } from "../../../test/kit/share-command.ts";

const share = new Uint8Array(256).map((_, i) => i);

/** Carries a request over to the peer, as a messenger would. */
async function carry(peer: ReturnType<typeof createPeer>, request: Envelope): Promise<string> {
  const body = new Uint8Array(encodeTransport(request, "ur"));
  const headers = { "content-type": "text/plain" };
  const answer = await peer.transport(new Request("http://peer.test/", { method: "POST", body, headers }));
  return answer.text();
}

test("keys new makes a file for its owner alone, and never overwrites one", async () => {
  const { share, folder } = await newUser();
  const file = join("secret", "keys.ur");
  const made = await share(["keys", "new", "--scheme", "ed25519", "--file", file]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  const path = join(folder, file);
  const content = await readFile(path, "utf8");
  expect(PrivateKeys.fromURString(content.trim()).signing.scheme).toBe("ed25519");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, "secret"))).mode & 0o777).toBe(0o700);

  const again = await share(["keys", "new"], "", { SHARE_KEYS: file });
  expect(again).toMatchObject({ code: 2, stdout: "" });
  expect(again.stderr).toBe(`share: ${file} exists already and is left as it is\n`);
  const nowhere = await share(["keys", "new"]);
  expect(nowhere).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("share keys new --file keys.ur"),
  });
  expect(await readFile(path, "utf8")).toBe(content);
});

test("keys show tells all that is public and nothing that is private", async () => {
  const { share, file } = await newUser();
  const keys = PrivateKeys.generate();
  await file("mine.ur", keys.urString());
  const shown = await share(["keys", "show", "--keys", "mine.ur"]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain(keys.publicKeys().xid().hex());
  expect(shown.stdout).toContain(keys.publicKeys().urString());
  for (const key of [keys.signing, keys.encapsulation]) {
    expect(shown.stdout).not.toContain(Buffer.from(key.data).toString("hex"));
    expect(shown.stdout).not.toContain(key.urString().split("/")[1]);
  }
  expect(shown.stderr).toContain("can be read by others");
  const { stdout } = await share(["--json", "keys", "show", "--keys", "mine.ur"]);
  expect(JSON.parse(stdout)).toMatchObject({ scheme: "schnorr", xid: keys.publicKeys().xid().hex() });
});

test("key material of other tools is taken, anything else is not", async () => {
  const { share, file } = await newUser();
  const base = PrivateKeyBase.generate();
  const shown = await share(["keys", "show", "--json", "--keys", await file("base.ur", base.urString())]);
  expect(JSON.parse(shown.stdout).xid).toBe(base.privateKeys().publicKeys().xid().hex());
  const none = await share([
    "keys",
    "show",
    "--keys",
    await file("none.ur", base.privateKeys().publicKeys().urString()),
  ]);
  expect(none).toMatchObject({ code: 2, stdout: "" });
  expect(none.stderr).toContain(
    "share: none.ur holds ur:crypto-pubkeys, not ur:crypto-prvkeys or ur:crypto-prvkey-base",
  );
  const empty = await share(["keys", "show", "--keys", await file("empty.ur", "no keys")]);
  expect(empty.stderr).toContain("share: empty.ur holds no private keys");
  const missing = await share(["keys", "show", "--keys", "missing.ur"]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain(
    "there are no keys at missing.ur; make some with: share keys new --keys missing.ur",
  );
});

test.each([
  { form: [] },
  { form: ["--cbor"] },
  { form: ["--ur-parts", "5"] },
  { form: ["--plain"] },
] satisfies { form: readonly string[] }[])(
  "a share goes to a server and back without a network: request $form",
  async ({ form }: { readonly form: readonly string[] }) => {
    const user = await newUser();
    const peer = createPeer(() => new Date());
    const server = await user.file("server.ur", `${documentToUR(peer.identity.document)}\n`);
    await user.file("share.bin", share);

    const stored = await user.share([
      "request",
      "store",
      "share.bin",
      "--server",
      server,
      "-o",
      "request",
      ...form,
    ]);
    expect(stored).toMatchObject({ code: 0, stdout: "" });
    const id = /^id ([0-9a-f]{64})\n$/.exec(stored.stderr)?.[1] ?? "";
    const shown = await user.share(["inspect", "request", "--json"]);
    expect(shown.code).toBe(0);
    const request = await readFile(join(user.folder, "request"));
    if (form.includes("--ur-parts")) expect(request.toString().trim().split("\n")).toHaveLength(5);

    const posted = await peer.transport(
      new Request("http://peer.test/", {
        method: "POST",
        body: new Uint8Array(request),
        headers: { "content-type": form.includes("--cbor") ? "application/cbor" : "text/plain" },
      }),
    );
    await user.file("answer", new Uint8Array(await posted.arrayBuffer()));
    const opened = await user.share(["open", "answer", "--id", id, "--server", server]);
    expect(opened).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) });

    const asked = await user.share(["request", "get", opened.stdout.trim(), "--server", server, "--json"]);
    const { id: secondId, envelope } = JSON.parse(asked.stdout);
    const answer = await carry(peer, Envelope.fromURString(envelope));
    const got = await user.share(["open", "-", "--id", secondId, "--server", server], answer);
    expect(got.code).toBe(0);
    expect(new Uint8Array(got.bytes)).toEqual(share);
  },
);

test("an answer counts only for its own request and from its own server", async () => {
  const user = await newUser();
  const [peer, other] = [createPeer(() => new Date()), createPeer(() => new Date())];
  const server = documentToUR(peer.identity.document);
  const asked = await user.share(["request", "get", "--server", server, "--json"]);
  const { id, envelope } = JSON.parse(asked.stdout);
  await user.file("answer", await carry(peer, Envelope.fromURString(envelope)));
  expect((await user.share(["open", "answer", "--id", "00".repeat(32), "--server", server])).code).toBe(4);
  const foreign = documentToUR(other.identity.document);
  expect((await user.share(["open", "answer", "--id", id, "--server", foreign])).code).toBe(4);
  expect(await user.share(["open", "answer", "--id", id, "--server", server])).toMatchObject({
    code: 0,
    stdout: "'OK'\n",
  });
});

test("a refusal that was carried back has the exit code of a refusal", async () => {
  const user = await newUser();
  const peer = createPeer(() => new Date());
  const server = documentToUR(peer.identity.document);
  const asked = await user.share(["request", "get", "ab".repeat(32), "--server", server, "--json"]);
  const { id, envelope } = JSON.parse(asked.stdout);
  const answer = await carry(peer, Envelope.fromURString(envelope));
  expect(await user.share(["open", "-", "--id", id, "--server", server], answer)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "share: the server refused: unknown receipt (unknown-receipt)\n",
  });
});

test("inspect shows notation or a tree, without keys, and with control characters made visible", async () => {
  const user = await newUser();
  const envelope = Envelope.new("Alice").addAssertion("knows", "Bob\u001b[2J");
  const shown = await user.share(["inspect", "-"], envelope.cborData());
  expect(shown).toMatchObject({ code: 0, stdout: '"Alice" [\n    "knows": "Bob\\u{1b}[2J"\n]\n' });
  const tree = await user.share(["inspect", "-", "--tree"], ` ${envelope.urString().toUpperCase()}\n`);
  expect(tree.stdout).toBe(`${treeNotation(envelope)}\n`);
  const document = createPeer(() => new Date()).identity.document;
  expect((await user.share(["inspect", "-"], documentToUR(document))).stdout).toBe(`${notation(document)}\n`);
  const none = await user.share(["inspect", "-"], "no envelope");
  expect(none).toMatchObject({
    code: 2,
    stderr: "share: stdin holds no envelope: neither ur:envelope/… nor CBOR\n",
  });
});

describe("a text is read as people carry it:", () => {
  const envelope = Envelope.new("Alice");
  const [single = ""] = new MultipartEncoder(envelope.ur(), 1_000);
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

  test.each<[string, string | Uint8Array]>([
    ["a single part", single],
    [
      "folded and quoted in a letter",
      `Hello,\n> ${envelope.urString().replace(/.{20}/g, "$&\n> ")}\n\nAlice`,
    ],
    ["UTF-16, as PowerShell writes files", utf16(`${envelope.urString()}\r\n`)],
  ])("an envelope, %s", async (_name, text) => {
    const { share } = await newUser();
    expect(await share(["inspect", "-"], text)).toMatchObject({ code: 0, stdout: '"Alice"\n' });
  });

  test.each([
    [
      `${envelope.urString()} ${Envelope.new("Bob").urString()}`,
      "holds different messages; give one of them",
    ],
    [envelope.urString().replace(/..$/, "ae"), "something is missing or changed: its checksum is wrong"],
    [PrivateKeys.generate().urString(), "holds ur:crypto-prvkeys, not ur:envelope or ur:xid"],
    ["ur:envelope/1-600/aeae", "holds a message of too many parts"],
    [
      new MultipartEncoder(Envelope.new("Alice".repeat(9)).ur(), 20).nextPart(),
      "holds a part of a message only: 1 of 3 parts",
    ],
  ])("what is no message is named: %s", async (text, says) => {
    const { share } = await newUser();
    expect(await share(["inspect", "-"], text)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `share: stdin ${says.startsWith("holds") ? says : `holds ur:envelope or ur:xid, but ${says}`}\n`,
    });
  });

  test("a server's document and keys", async () => {
    const { share, file } = await newUser();
    const { document, xid } = createPeer(() => new Date()).identity;
    const [part = ""] = new MultipartEncoder(UR.parse(documentToUR(document)), 1_000);
    const keys = PrivateKeys.generate();
    const folded = keys.urString().toUpperCase().replace(/.{40}/g, "$&\r\n");
    const account = `account ${keys.publicKeys().xid().hex()} at ${xid.hex()}`;
    await file("keys.ur", utf16(`${folded}\r\n${account}\r\n`));
    const shown = await share(["--keys", "keys.ur", "keys", "show", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      xid: keys.publicKeys().xid().hex(),
      accounts: { [xid.hex()]: keys.publicKeys().xid().hex() },
    });
    for (const server of [part, await file("server.ur", utf16(part))]) {
      const asked = await share(["--keys", "keys.ur", "request", "get", "--server", server]);
      expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ur:envelope/) });
    }
  });
});

test.each([
  { args: [], says: "name a command" },
  { args: ["keys"], says: "name a command" },
  { args: ["stor"], says: "unknown command 'stor' (Did you mean store?)" },
  { args: ["get", "abc"], says: "receipt abc: at least four digits are needed" },
  { args: ["get", "abcxyz"], says: "receipt abcxyz: a receipt is 64 hex digits" },
  {
    args: ["fallback", "verify", "2MZD-AFY"],
    says: "code 2MZD-AFY: a code has eight letters and digits, XXXX-XXXX",
  },
  {
    args: ["list", "--url", "ftp://host"],
    says: "--url ftp://host: an address begins with http:// or https://",
  },
  { args: ["list", "--server", "http://host"], says: "an address goes to --url" },
  { args: ["list", "--plain", "--sealed"], says: "--plain and --sealed exclude each other" },
  { args: ["store"], says: "the file is missing" },
  { args: ["open", "answer"], says: "--id is missing, with a value: hex" },
  { args: ["completion", "powershell"], says: "shell powershell: Allowed choices are bash, zsh, fish" },
  { args: ["request", "get", "--ur-parts", "0"], says: "--ur-parts 0: from 1 to 512 parts" },
  { args: ["inspect", "nowhere.ur"], says: "no such file" },
])("wrong usage is told in one line: share $args", async ({ args, says }) => {
  const { code, stdout, stderr } = await (await newUser()).share(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  const lines = stderr.trim().split("\n");
  expect(lines.at(-1)).toContain(says);
  expect(lines.at(-1)).toMatch(/^share: /);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test("help is no failure, and tells the exit codes", async () => {
  const { share } = await newUser();
  const help = await share(["--help"]);
  expect(help).toMatchObject({ code: 0, stderr: "" });
  expect(help.stdout).toContain("Exit codes:");
  for (const command of [
    "keys new",
    "keys show",
    "info",
    "store",
    "get",
    "list",
    "delete",
    "fallback set",
    "fallback show",
    "fallback remove",
    "fallback transfer",
    "fallback verify",
    "rekey",
    "leave",
    "request audit",
    "request fallback transfer",
    "request rekey",
    "open",
    "inspect",
  ]) {
    const { code, stdout } = await share([...command.split(" "), "--help"]);
    expect({ command, code }).toEqual({ command, code: 0 });
    expect(stdout).toContain(`$ share ${command.split(" ")[0]}`);
  }
});
