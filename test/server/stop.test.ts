/** How a server ends: soon, whatever is connected to it, and after it has finished what it had begun. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PrivateKeys } from "@bc/envelope";
import { describe, expect, onTestFailed, test } from "vitest";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { type Ended, startServer, type TestServer } from "../kit/spawn-server.ts";

/** Milliseconds after which `docker stop` kills. */
const LIMIT = 10_000;

async function timed(end: Promise<Ended>): Promise<Ended & { readonly took: number }> {
  const begun = performance.now();
  const ended = await end;
  return { ...ended, took: performance.now() - begun };
}

/** A connection on which this much was sent. */
async function connectTo(url: string, sent = ""): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.on("error", () => {});
  if (sent !== "") await new Promise((done) => socket.write(sent, done));
  return socket;
}

/** However it closes. */
function closing(socket: Socket): Promise<void> {
  return new Promise((closed) => socket.once("close", () => closed()));
}

/** A mail server that takes connections and says nothing. */
async function silentMailServer() {
  const connected = Promise.withResolvers<void>();
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    sockets.push(socket);
    connected.resolve();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return {
    environment: {
      SMTP_URL: `smtp://127.0.0.1:${address.port}?ignoreTLS=true`,
      MAIL_FROM: "shares@example.com",
    },
    connected: connected.promise,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A connection with a request that the server has begun to read: it asks for the body. */
async function beginRequest(url: string): Promise<Socket> {
  const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/cbor\r\nContent-Length: 3\r\n`;
  const socket = await connectTo(url, `${head}Expect: 100-continue\r\n\r\n`);
  expect(String(await once(socket, "data"))).toMatch(/^HTTP\/1.1 100 /);
  return socket;
}

test("a stop waits neither for clients that finish no request nor for a mail server that says nothing", async () => {
  using mail = await silentMailServer();
  await using server = await startServer(mail.environment);
  const client = server.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(new Uint8Array(3));
  await client.updateFallback("alice@example.com");
  await mail.connected;

  const bare = await connectTo(server.url());
  const half = await connectTo(server.url(), "POST / HT");
  const short = await beginRequest(server.url());
  const late = await beginRequest(server.url());
  short.write("a");
  const closed = Promise.all([half, short, late].map(closing));
  const ended = timed(server.kill("SIGTERM"));
  await closing(bare);

  late.write("abc");
  const [answer] = await once(late, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
  await closed;
  const { code, signal, stderr, took } = await ended;
  expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: "" });
  expect(took).toBeLessThan(LIMIT);
  expect(server.log().trimEnd().split("\n").at(-1)).toContain('"stopped"');
  expect(server.log()).not.toContain('"level":50');
});

test("a terminal that hangs up stops it too", async () => {
  await using server = await startServer();
  expect(await server.kill("SIGHUP")).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(server.log().trimEnd().split("\n").at(-1)).toContain('"stopped"');
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`a server of two processes${skipped ? ` (${skipped})` : ""}`, () => {
  const HEALTH = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
  const NUMBER = 20;

  async function startPair(): Promise<TestServer> {
    const { url } = await createTestDatabase();
    return startServer({ DATABASE_URL: url("share_server"), WORKERS: "2", LOG_LEVEL: "debug" });
  }

  /** Asks on a connection. @returns true for an answer, false when the connection broke. */
  async function isAnswered(socket: Socket): Promise<boolean> {
    const answered = Promise.withResolvers<boolean>();
    socket.once("data", () => answered.resolve(true));
    socket.once("close", () => answered.resolve(false));
    if (socket.destroyed) return false;
    socket.write(HEALTH);
    return answered.promise;
  }

  test("lets no client wait for one that can't answer, nor for one that is killed; a hang-up stops both", async () => {
    await using server = await startPair();
    const connectAll = () => Promise.all(Array.from({ length: NUMBER }, () => connectTo(server.url())));
    const answersOf = (sockets: readonly Socket[]) => Promise.all(sockets.map(isAnswered));
    const all = (answer: boolean) => Array.from({ length: NUMBER }, () => answer);
    const workers = () => [...server.log().matchAll(/"pid":(\d+)/g)].map(([, pid]) => Number(pid));
    await expect.poll(workers).toHaveLength(2);
    const [one, other] = workers();
    if (one === undefined || other === undefined) throw new Error("no workers");
    // A process that is left stopped would outlive the test.
    onTestFailed(() => {
      for (const pid of [one, other]) process.kill(pid, "SIGCONT");
    });

    process.kill(one, "SIGSTOP");
    const withOther = await connectAll();
    expect(await answersOf(withOther)).toEqual(all(true));
    process.kill(one, "SIGCONT");
    process.kill(other, "SIGSTOP");
    const withOne = await connectAll();
    expect(await answersOf(withOne)).toEqual(all(true));

    const during = connectAll();
    process.kill(other, "SIGKILL");
    expect(await answersOf(await during)).toEqual(all(true));
    expect(await answersOf(withOther)).toEqual(all(false));
    expect(await answersOf(withOne)).toEqual(all(true));

    const ended = await server.kill("SIGHUP");
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(server.log().trimEnd().split("\n").at(-1)).toContain('"all stopped"');
  });

  test("stops although one of them hangs for good", async () => {
    await using server = await startPair();
    const workers = () =>
      [...server.log().matchAll(/"pid":(\d+),"msg":"listening"/g)].map(([, pid]) => Number(pid));
    await expect.poll(workers).toHaveLength(2);
    const [hanging] = workers();
    if (hanging === undefined) throw new Error("no worker");
    onTestFailed(() => void process.kill(hanging, "SIGKILL"));
    process.kill(hanging, "SIGSTOP");
    const ended = await server.kill("SIGTERM");
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(server.log()).toContain(`"pid":${hanging},"msg":"a worker hangs, and is killed"`);
    expect(server.log().trimEnd().split("\n").at(-1)).toContain('"all stopped"');
    expect(() => process.kill(hanging, 0)).toThrow("ESRCH");
  });
});
