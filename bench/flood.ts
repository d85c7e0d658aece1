/**
 * `npm run bench -- flood`: what a flood from one network costs another client of a server with default limits.
 *
 * Each flood sends its body 20 times a second, by the clock, whatever becomes of the answers: once from one address, once
 * from ever new networks of one /48. Meanwhile another client stores shares, ten a second. Its times are told as multiples
 * of those that it had just before the flood.
 */
import { once } from "node:events";
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as pass } from "node:timers/promises";
import { randomBytes } from "@bc/envelope";
import { buildRequest, type KnownServer } from "@bc/share-client";
import type { Format } from "@bc/share-protocol";
import { startServer, type TestServer } from "../test/kit/spawn-server.ts";
import { printTable, progress, quantile, type Row } from "./report.ts";
import { newWallet, storing, type Wallet } from "./sealed-requests.ts";
import { type Body, bodyOf, type Gene, type Party } from "./worst/requests.ts";

const LARGEST = 65_536;
/** Requests a second. */
const CLIENT_RATE = 10;
const FLOOD_RATE = 20;
/** A share of the largest size; a hundred of them fill an account. */
const SHARE_SIZE = 10_000;
const SHARES = 100;

const CLIENT = "192.0.2.1";
const FLOODER = "203.0.113.1";

export type FloodOptions = {
  readonly seconds: number;
  /** How many of the bodies. Default: all. */
  readonly bodies?: number;
  /** Only the floods whose name has this word. */
  readonly named?: string;
};

type Flood = {
  readonly name: string;
  /** The bodies in turn. */
  readonly bodies: readonly Body[];
  /** Requests at once, every second. Default: one after the other, {@link FLOOD_RATE} a second. */
  readonly atOnce?: number;
};

export async function measureFlood({ seconds, bodies, named = "" }: FloodOptions): Promise<void> {
  await using server = await startServer({ RATE_LIMIT: "20", TRUST_PROXY: "1" });
  const client = await createClient(server);
  progress("preparing");
  const all = await floodsFor(server, client.peer);
  const floods = all.filter(({ name }) => name.includes(named)).slice(0, bodies);
  await client.times(seconds);
  const rows: Row[] = [];
  for (const flood of floods) {
    for (const [from, address] of [
      ["one address", () => FLOODER],
      ["one /48", addressInSite],
    ] as const) {
      progress(`${flood.name}, from ${from}`);
      const before = await client.times(seconds);
      const stop = startFlood(server, flood, address);
      const during = await client.times(seconds);
      const counts = await stop();
      const times = (part: number) => quantile(during.times, part) / quantile(before.times, part);
      rows.push([
        `${flood.name}, from ${from}`,
        quantile(before.times, 0.5),
        times(0.5),
        times(0.99),
        during.unanswered,
        counts,
      ]);
    }
  }
  printTable(
    `A client's ${CLIENT_RATE * seconds} storeShares in ${seconds} s, beside a flood of ${FLOOD_RATE} requests a second`,
    ["", "p50 ms without", "p50 ×", "p99 ×", "unanswered", "flood carried out"],
    rows,
  );
}

let site = 0;
/** Each time another /64 of the same /48. */
function addressInSite(): string {
  site = (site + 257) % 65_536;
  return `2001:db8:5:${site.toString(16)}::1`;
}

async function createClient(server: TestServer) {
  const wallet = newWallet("ed25519");
  const agent = new Agent({ keepAlive: true });
  const peer = await server.client({ keys: wallet.privateKeys }).server();
  return {
    peer,
    /** Milliseconds of each answer from the moment when its request was due, and how many were refused or none. */
    times: async (seconds: number) => {
      const prepared: Uint8Array[] = [];
      for (let i = 0; i < seconds * CLIENT_RATE; i++)
        prepared.push((await storing(wallet, randomBytes(100), peer)).body);
      const began = performance.now();
      const taken = await Promise.all(
        prepared.map(async (bytes, i) => {
          const due = (1000 * i) / CLIENT_RATE;
          await pass(due);
          const status = await send(server, agent, { bytes, format: "cbor" }, CLIENT);
          return status === 200 ? performance.now() - began - due : undefined;
        }),
      );
      const times = taken.filter((time) => time !== undefined);
      return { times, unanswered: taken.length - times.length };
    },
  };
}

/** @returns what ends it and tells how many were carried out: neither 429 nor 503. */
function startFlood(server: TestServer, { bodies, atOnce = 1 }: Flood, addressOf: () => string) {
  const agent = new Agent({ keepAlive: true });
  const answers: Promise<number | undefined>[] = [];
  const burst = () => {
    for (let i = 0; i < atOnce; i++) {
      const body = bodies[answers.length % bodies.length];
      if (body !== undefined) answers.push(send(server, agent, body, addressOf()));
    }
  };
  burst();
  const timer = setInterval(burst, (1000 * atOnce) / FLOOD_RATE);
  return async () => {
    clearInterval(timer);
    const statuses = await Promise.all(answers);
    agent.destroy();
    return statuses.filter((status) => status !== undefined && status !== 429 && status !== 503).length;
  };
}

/** The status; undefined when the server closed the connection. */
async function send(server: TestServer, agent: Agent, { bytes, format }: Body, address: string) {
  const headers = {
    "Content-Type": TYPES[format],
    "Content-Length": bytes.length,
    "X-Forwarded-For": address,
  };
  try {
    const outgoing = httpRequest(server.url(), { agent, method: "POST", headers });
    outgoing.end(bytes);
    const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
    await buffer(incoming);
    return incoming.statusCode;
  } catch {
    return undefined;
  }
}

const TYPES: Readonly<Record<Format, string>> = { cbor: "application/cbor", ur: "text/plain" };

async function floodsFor(server: TestServer, peer: KnownServer): Promise<readonly Flood[]> {
  const wallet = newWallet("ed25519");
  const party: Party = { sender: wallet, server: peer, now: new Date() };
  const plain: Gene = {
    kind: "ascii",
    place: "alone",
    depth: 1,
    sealed: false,
    carried: "cbor",
    partSize: 100,
    filling: 0,
  };
  const genes: Readonly<Record<string, Gene>> = {
    "combining marks": { ...plain, kind: "marks" },
    "marks in short runs": { ...plain, kind: "marks in short runs", place: "in the note" },
    "sorted assertions": { ...plain, kind: "known assertions" },
    "many small elements": { ...plain, kind: "nodes of assertions", depth: 5 },
    "claimed and mixed parts": { ...plain, kind: "bytes", place: "in the note", carried: "mixed parts" },
    "1 000 receipts": { ...plain, kind: "receipts" },
  };
  const floods: Flood[] = [{ name: "identical assertions", bodies: [identicalAssertions()] }];
  for (const [name, gene] of Object.entries(genes)) {
    const body = await bodyOf(gene, party, LARGEST);
    if (body !== undefined) floods.push({ name, bodies: [body] });
  }
  const reads = await largeReads(server, wallet, peer);
  return [
    ...floods,
    { name: "large reads", bodies: reads },
    { name: "100 large reads at once", bodies: reads, atOnce: 100 },
  ];
}

/** One known value's assertion 21 000 times, where a node takes each once. */
function identicalAssertions(): Body {
  const [count, head, assertion] = [21_000, [0xd8, 0xc8, 0x99, 0x52, 0x09, 0x00], [0xa1, 0x01, 0x02]];
  const assertions = Array.from({ length: count }, () => assertion).flat();
  return { bytes: Uint8Array.from([...head, ...assertions]), format: "cbor" };
}

/** Requests for all shares of a full account, each with an ID of its own. */
async function largeReads(server: TestServer, wallet: Wallet, peer: KnownServer): Promise<readonly Body[]> {
  const agent = new Agent({ keepAlive: true });
  for (let i = 0; i < SHARES; i++) {
    const { body } = await storing(wallet, randomBytes(SHARE_SIZE), peer);
    await send(server, agent, { bytes: body, format: "cbor" }, `198.51.100.${i}`);
  }
  agent.destroy();
  const call = { name: "retrieveShares", parameters: { receipts: [] } } as const;
  const built = Array.from({ length: 100 }, () => buildRequest(call, wallet, peer, { date: new Date() }));
  return (await Promise.all(built)).map(({ envelope }) => ({ bytes: envelope.cborData(), format: "cbor" }));
}
