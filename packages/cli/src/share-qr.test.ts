/** A machine without a network: the real command, with pictures of QR codes both ways. */
import { join } from "node:path";
import { Envelope } from "@bc/envelope";
import { createCollector } from "@bc/share-client";
import { documentToUR, encodeTransport } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { UR } from "#bc/ur";
import { createPeer, type Peer } from "../../../test/kit/peer.ts";
import { picturesOf, readPicture } from "../../../test/kit/qr-pictures.ts";
import { newUser, type User } from "../../../test/kit/share-command.ts";

const share = new Uint8Array(600).map((_, i) => i & 0xff);

/** Any use of the network ends the command at once, with an exit code that the command never gives. */
const NO_NETWORK = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `import net from "node:net"; import dns from "node:dns"; import { syncBuiltinESMExports } from "node:module";
     const fail = () => process.exit(99);
     globalThis.fetch = net.Socket.prototype.connect = dns.lookup = fail; syncBuiltinESMExports();`,
  )}`,
};

async function newOfflineUser() {
  const user = await newUser();
  const peer = createPeer(() => new Date());
  const offline = (args: readonly string[]) => user.share(args, "", NO_NETWORK);
  return { user, peer, offline, document: documentToUR(peer.identity.document) };
}

/** The other machine: reads the pictures, asks the server, and takes pictures of the answer's codes. */
async function carry(user: User, peer: Peer, pictures: readonly string[]): Promise<readonly string[]> {
  const collector = createCollector("envelope");
  let request: UR | undefined;
  for (const picture of pictures) {
    const collected = collector.add(await readPicture(join(user.folder, picture)));
    if (collected.kind === "complete") request = collected.ur;
  }
  if (request === undefined) throw new TypeError("the pictures hold no request");
  const body = new Uint8Array(encodeTransport(Envelope.fromURString(request.toString()), "ur"));
  const headers = { "content-type": "text/plain" };
  const answer = await peer.transport(new Request("http://peer.test/", { method: "POST", body, headers }));
  const codes = picturesOf(Envelope.fromURString(await answer.text()).ur());
  return Promise.all(codes.map((code, i) => user.file(`answer-${i}.png`, code)));
}

test("a share goes to a server and back as pictures of QR codes, without any use of the network", async () => {
  const { user, peer, offline, document } = await newOfflineUser();
  await user.file("share.bin", share);
  const [code = new Uint8Array()] = picturesOf(UR.parse(document));
  const server = ["--server", await user.file("server.png", code)];

  const stored = await offline(["request", "store", "share.bin", "--qr-dir", "codes", ...server]);
  expect(stored).toMatchObject({ code: 0, stderr: expect.stringMatching(/^id [0-9a-f]{64}\n$/) });
  const pictures = stored.stdout.trim().split("\n");
  expect(pictures[0]).toBe(join("codes", `request-1-of-${pictures.length}.png`));
  const shown = await offline(["inspect", "--ur", "--image", ...pictures]);
  expect(shown.stdout).toMatch(/^ur:envelope\/[a-z]+\n$/);
  const answers = await carry(user, peer, pictures.toReversed());
  expect(answers.length).toBeGreaterThan(1);
  const id = stored.stderr.slice(3).trim();
  const opened = await offline(["open", "--id", id, ...server, "--image", ...answers.toReversed()]);
  expect(opened).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^[0-9a-f]{64}\n$/) });

  const receipt = opened.stdout.trim();
  const asked = await offline(["request", "get", receipt, "--qr-dir", "more", "--json", ...server]);
  const { id: nextId, pictures: more } = JSON.parse(asked.stdout);
  const last = await carry(user, peer, more);
  const got = await offline(["open", "--id", nextId, ...server, "--image", ...last]);
  expect(got.code).toBe(0);
  expect(new Uint8Array(got.bytes)).toEqual(share);
});

test.each([["get"], ["rekey"], ["fallback", "transfer", "alice@example.com"], ["leave"]])(
  "a request needs no network where the server is given: request %s",
  async (...command) => {
    const { offline, document } = await newOfflineUser();
    const built = await offline(["request", ...command, "--server", document, "--cbor"]);
    expect(built).toMatchObject({ code: 0, stderr: expect.stringMatching(/^id [0-9a-f]{64}\n$/) });
    expect(Envelope.fromCborData(new Uint8Array(built.bytes)).urString()).toMatch(/^ur:envelope/);
    // This tries the guard itself: who has not met the server has to ask it.
    const stranger = await newOfflineUser();
    if (command.includes("get")) expect((await stranger.offline(["request", ...command])).code).toBe(99);
  },
);

test("codes are not shown where there is no terminal, nor beside other pictures, nor are sources mixed", async () => {
  const { user, offline, document } = await newOfflineUser();
  await user.file("photo.png", "");
  const server = ["--server", document];
  for (const [args, says] of [
    [
      ["request", "get", "--qr", ...server],
      "there is no terminal to show QR codes in; write pictures with --qr-dir",
    ],
    [["request", "get", "--qr-dir", ".", ...server], "there are pictures in . already"],
    [["request", "get", "--fragment", "100", ...server], "--fragment for --qr-dir"],
    [["inspect", "photo.png", "--camera-dir", "."], "name either a file, or pictures"],
  ] as const) {
    expect(await offline(args)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining(says) });
  }
});
