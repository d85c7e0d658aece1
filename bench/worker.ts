/**
 * `node bench/worker.ts`: what a request costs the Worker, in the real workerd over Neon's protocol to a real Postgres.
 *
 * `--quick` measures less. Processor time is that of the workerd processes. Part of it is workerd's and wrangler's own:
 * `GET /health` does nothing, and so shows how much; the last column subtracts it. The database is on the same machine:
 * with Neon, add a round trip to the elapsed time. Linux only: it reads /proc.
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Envelope, PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, openAnswer, Receipt } from "@bc/share-client";
import { type Identity, identityOf } from "@bc/share-protocol";
import { openNeonEndpoint } from "../src/worker/neon-stand-in.ts";
import { createCluster } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import { buildWorker, startWorker } from "../test/worker/workerd.ts";
import { childrenOf, processorTime } from "./processor-time.ts";
import { median, printTable, progress, type Row } from "./report.ts";

const SHARE_BYTES = 500;
const REQUESTS = process.argv.includes("--quick") ? 60 : 400;

type Cost = { readonly elapsed: number; readonly computed: number };
type Prepared = {
  readonly send: () => Promise<Uint8Array>;
  readonly check: (answer: Uint8Array) => Promise<unknown>;
};

progress("building");
const build = await mkdtemp(join(tmpdir(), "share-worker-bench-"));
await buildWorker(build);
const script = readFileSync(join(build, "main.js"));

progress("starting Postgres and workerd");
const cluster = await createCluster(join(tmpdir(), `share-bench-postgres-${process.pid}`));
const neon = await openNeonEndpoint((await createTestDatabase(cluster)).url("share_server"));
const worker = await startWorker({ neon, build });
// Wrangler starts two: one for the Worker, and one in front of it.
const workerds = childrenOf(process.pid, "workerd");

const wallets = (["ed25519", "schnorr", "ecdsa"] as const).map((scheme) => {
  const share = randomBytes(SHARE_BYTES);
  return { ...identityOf(PrivateKeys.generate(scheme)), scheme, share };
});
type Wallet = (typeof wallets)[number];

const health: Prepared = { send: () => bytesOf(fetch(`${worker.url}/health`)), check: async () => {} };
const first: Row[] = [["the first of all, GET /health", (await measure([health])).elapsed]];
const peer = await worker.client({ keys: PrivateKeys.generate() }).server();
for (const wallet of wallets) {
  const { elapsed } = await measure([await storing(wallet, wallet.share)]);
  const asks = first.length === 1 ? ", which also looks whether the database fits" : "";
  first.push([`the first storeShare, ${wallet.scheme}${asks}`, elapsed]);
}

await measure(repeated(() => health));
const idle = await measure(repeated(() => health));
const rows: Row[] = [["GET /health", idle.elapsed, idle.computed, Number.NaN]];
for (const wallet of wallets) {
  const works = [
    ["storeShare", () => storing(wallet, randomBytes(SHARE_BYTES))],
    ["retrieveShares", () => retrieving(wallet)],
  ] as const;
  for (const [name, prepare] of works) {
    progress(`${name}, ${wallet.scheme}`);
    const { elapsed, computed } = await measure(await Promise.all(repeated(prepare)));
    rows.push([`${name}, ${wallet.scheme}`, elapsed, computed, computed - idle.computed]);
  }
}

printTable(
  "The bundle",
  ["", "kB"],
  [
    ["the script", script.length / 1000],
    ["after gzip", gzipSync(script).length / 1000],
  ],
);
printTable("In a new isolate", ["", "ms"], first);
const what = `Sealed requests one after the other, one share of ${SHARE_BYTES} bytes each`;
printTable(what, ["", "median ms", "mean CPU ms", "less GET /health"], rows);

await worker.close();
await neon.close();
await cluster.remove();
await rm(build, { recursive: true, force: true });

function repeated<T>(make: () => T): T[] {
  return Array.from({ length: REQUESTS }, make);
}

/** Milliseconds: the median of the elapsed time, and the mean of the processor time. */
async function measure(requests: readonly Prepared[]): Promise<Cost> {
  const [times, answers]: [number[], Uint8Array[]] = [[], []];
  const before = processorTime(workerds);
  for (const { send } of requests) {
    const began = performance.now();
    answers.push(await send());
    times.push(performance.now() - began);
  }
  const computed = (processorTime(workerds) - before) / 1_000 / requests.length;
  await Promise.all(requests.map(({ check }, i) => check(answers[i] ?? new Uint8Array())));
  return { elapsed: median(times), computed };
}

function storing(wallet: Wallet, data: Uint8Array): Promise<Prepared> {
  return prepared(wallet, { name: "storeShare", parameters: { data } });
}

function retrieving(wallet: Wallet): Promise<Prepared> {
  const receipts = [Receipt.of(wallet.xid, wallet.share)];
  return prepared(wallet, { name: "retrieveShares", parameters: { receipts } });
}

async function prepared(identity: Identity, call: Parameters<typeof buildRequest>[0]): Promise<Prepared> {
  const { id, envelope } = await buildRequest(call, identity, peer, { date: new Date() });
  const body = new Uint8Array(envelope.cborData());
  const headers = { "content-type": "application/cbor" };
  return {
    send: () => bytesOf(fetch(worker.url, { method: "POST", body, headers })),
    check: (answer) => openAnswer(Envelope.fromCborData(answer), { id, identity, server: peer }),
  };
}

async function bytesOf(response: Promise<Response>): Promise<Uint8Array> {
  return new Uint8Array(await (await response).arrayBuffer());
}
