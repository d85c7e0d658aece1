/** The real server under clients that mean no good: too much, too slowly, or not HTTP at all. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { PrivateKeys } from "@bc/envelope";
import { afterAll, expect, test } from "vitest";
import { startServer } from "../kit/spawn-server.ts";
import { currentStorage } from "../kit/storage.ts";

const server = await startServer(await currentStorage().environment());
afterAll(() => server.stop());

function open(url = server.url()): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

async function expectToServe(): Promise<void> {
  const client = server.client({ keys: PrivateKeys.generate() });
  await client.storeShare(new Uint8Array(100));
  expect(await client.retrieveShares()).toHaveLength(1);
}

test.each([
  ["declared", "/", 413],
  ["packed", "/", 415],
  ["in chunks", "/", 413],
  ["declared", "/verify", 413],
  ["in chunks", "/verify", 413],
  ["declared", "/nothing", 413],
])(
  "a body that is %s is refused before it has come, at %s, and every client learns it",
  async (how, path, status) => {
    const size = status === 415 ? 60_000 : 500_000;
    const bytes = new Uint8Array(size);
    const send = async () => {
      const body = how === "in chunks" ? new Blob([bytes]).stream() : bytes;
      const headers = {
        "content-type": "application/cbor",
        ...(how === "packed" && { "content-encoding": "gzip" }),
      };
      const response = await fetch(new URL(path, server.url()), {
        method: "POST",
        body,
        headers,
        duplex: "half",
      });
      await response.arrayBuffer();
      return response.status;
    };
    // Four connections that are kept: one that the server cut would fail the next request on it.
    for (let round = 0; round < 10; round++)
      expect(await Promise.all([send(), send(), send(), send()])).toEqual([status, status, status, status]);
    await expectToServe();
  },
);

test("a body of unknown length is refused once it is too long", async () => {
  const socket = open();
  socket.on("error", () => {});
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  for (let i = 0; i < 20; i++) socket.write(chunk);
  const [first] = (await once(socket, "data")) as [Uint8Array];
  expect(new TextDecoder().decode(first)).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
  await expectToServe();
});

/** Connections that send the beginning of a body, and no more. */
function openSlow(url = server.url()): readonly Socket[] {
  return Array.from({ length: 50 }, () => {
    const socket = open(url);
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nur:envelope/");
    return socket;
  });
}

test("many who send a body slowly keep nobody else waiting", async () => {
  const slow = openSlow();
  await expectToServe();
  for (const socket of slow) socket.destroy();
});

/** Makes a server a hundred times less patient, whatever time it gives a request. */
const IMPATIENCE = `data:text/javascript,
  import http from "node:http";
  import { syncBuiltinESMExports } from "node:module";
  const { createServer } = http;
  http.createServer = ({ requestTimeout, ...options }, ...others) => createServer(
    { ...options, requestTimeout: requestTimeout / 100, connectionsCheckingInterval: 50 }, ...others);
  syncBuiltinESMExports();
`;

test("who sends a body too slowly is told so, and cut off", async () => {
  await using impatient = await startServer({
    NODE_OPTIONS: `--import="${encodeURI(IMPATIENCE).replaceAll("%0A", "")}"`,
  });
  const answers = await Promise.all(openSlow(impatient.url()).map(text));
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test.each([
  ["no HTTP", "hello\r\n\r\n"],
  ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
  [
    "a length and chunks",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  ["endless headers", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(100_000)}\r\n\r\n`],
])("%s is a bad request", async (_name, bytes) => {
  const socket = open();
  socket.on("error", () => {});
  socket.write(bytes);
  const [first] = (await once(socket, "data")) as [Uint8Array];
  expect(new TextDecoder().decode(first)).toMatch(/^HTTP\/1\.1 4\d\d /);
  socket.destroy();
});

test("a client that leaves before the answer does no harm", async () => {
  for (let i = 0; i < 20; i++) {
    const socket = open();
    await once(socket, "connect");
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nur:envelope/");
    socket.destroy();
  }
  await expectToServe();
});

test("nothing of all this was an error of the server", () => {
  const levels = server
    .log()
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { level: number }).level);
  expect(Math.max(...levels)).toBeLessThan(50);
});
