/** Clients that misbehave over Node's own HTTP. */
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { PostedRequest } from "../http/exchange.ts";
import { createHttpListener } from "./http-listener.ts";

const LIMIT = 1_000;

const logged: unknown[] = [];
const noLog = () => {};
const log = { debug: noLog, info: noLog, warn: noLog, error: (fields: object) => void logged.push(fields) };
beforeEach(() => void logged.splice(0));

/** An exchange whose answer says how long the body is, or that it is too long. */
async function post({ contentLength = 0, readBody }: PostedRequest) {
  const body = contentLength > LIMIT ? undefined : await readBody(LIMIT);
  if (body?.length === 3) throw new Error("broken");
  const status = body === undefined ? 413 : 200;
  return { status, headers: {}, body: new TextEncoder().encode(`[${body?.length ?? "too long"}]`) } as const;
}

const fetch = async (request: Request) => new Response(`[${(await request.text()).length} by fetch]`);
const server = createServer(createHttpListener({ fetch, post }, { trustProxy: false, log }));
await once(server.listen(0, "127.0.0.1"), "listening");
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function open(): Promise<Socket> {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  const socket = connect(address.port, "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  return socket;
}

const head = (length: number) => `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n`;

/** The next answer on the connection. */
async function next(socket: Socket): Promise<string> {
  let text = "";
  while (!text.endsWith("]") && !/internal error, request [0-9a-f]{16}$/.test(text))
    text += (await once(socket, "data"))[0];
  return text;
}

test("the body is read whole, in however many pieces it comes", async () => {
  const socket = await open();
  socket.write(head(6));
  socket.write("abc");
  const answer = next(socket);
  socket.write("def");
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK\r\nContent-Length: 3\r\n.*\r\n\r\n\[6\]$/s);
  socket.destroy();
});

test("who is answered before the end of the request may send the rest, and then the next one", async () => {
  const socket = await open();
  for (const connection of ["keep-alive", "close"]) {
    socket.write(head(LIMIT + 1).replace("Host", `Connection: ${connection}\r\nHost`));
    expect(await next(socket)).toMatch(/^HTTP\/1\.1 413 .*\[too long\]$/s);
    socket.write("x".repeat(LIMIT + 1));
  }
  await once(socket, "end");
});

test("who does not tell how much there is to come is answered when it is too much", async () => {
  const socket = await open();
  const chunk = `400\r\n${"x".repeat(0x400)}\r\n`;
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`);
  expect(await next(socket)).toMatch(/^HTTP\/1\.1 413 /);
  socket.write(`${chunk}0\r\n\r\n${head(1)}x`);
  expect(await next(socket)).toMatch(/\[1\]$/);
  socket.destroy();
});

test("who never comes to an end is cut off", async () => {
  const socket = await open();
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const send = () => {
    while (socket.writable && socket.write("x".repeat(100_000)));
  };
  socket.on("drain", send);
  socket.write(head(1e15));
  send();
  await closed;
});

test("who leaves in the middle is no error, and no trouble to others", async () => {
  const socket = await open();
  const left = once(server, "request").then(([request]) => {
    return new Promise((resolve) => request.once("close", resolve));
  });
  socket.write(head(6));
  socket.write("abc", () => socket.destroy());
  await left;
  const other = await open();
  other.write(`${head(1)}x`);
  expect(await next(other)).toMatch(/\[1\]$/);
  other.destroy();
  expect(logged).toEqual([]);
});

test("a fault of the server is logged, and the client told no more than that", async () => {
  const socket = await open();
  socket.write(`${head(3)}abc`);
  expect(await next(socket)).toMatch(/^HTTP\/1\.1 500 .*\r\n\r\ninternal error, request [0-9a-f]{16}$/s);
  socket.destroy();
  expect(logged).toEqual([{ request: expect.any(String), err: new Error("broken") }]);
});

test("all else goes by fetch, with its body", async () => {
  for (const [line, length] of [
    ["GET / HTTP/1.1", 0],
    ["POST /verify HTTP/1.1", 3],
    ["PUT / HTTP/1.1", 5],
  ] as const) {
    const socket = await open();
    socket.write(`${line}\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${"x".repeat(length)}`);
    expect(await next(socket)).toMatch(`[${length} by fetch]`);
    socket.destroy();
  }
});

test.each(["/?a=b", "/verify", "/nothing"])(
  "too much to %s is answered, and the connection serves on",
  async (path) => {
    const socket = await open();
    for (const connection of ["keep-alive", "close"]) {
      const length = 500_000;
      socket.write(
        head(length).replace("POST /", `POST ${path}`).replace("Host", `Connection: ${connection}\r\nHost`),
      );
      socket.write("x".repeat(length));
      const [answer] = await once(socket, "data");
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    }
    await once(socket, "end");
  },
);
