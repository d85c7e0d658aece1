/**
 * `npm run bench -- turns`: for how long at a time the requests that take the most hold the event loop.
 *
 * While it is held, nobody else is served. Each request is carried out by `handle`, with the embedded database in its own
 * thread as in a server, while a loop beside it asks for its turn again and again; what it waits for is the longest turn.
 * The least of some runs is told, since other programs hold the processor, too.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import {
  buildKeyChange,
  buildRequest,
  type KnownServer,
  Receipt,
  serverFromDocument,
} from "@bc/share-client";
import type { Call, Format, Identity, NativeName } from "@bc/share-protocol";
import { type Context, handle } from "../src/service/index.ts";
import { openPgliteThread } from "../src/store/drivers/pglite-thread.ts";
import { readSchema } from "../src/store/drivers/schema-files.ts";
import { migrate } from "../src/store/migrate.ts";
import { createTestService } from "../test/kit/service.ts";
import { median, printTable, progress, type Row } from "./report.ts";
import { newWallet, storing } from "./sealed-requests.ts";
import { bodyOf, type Gene } from "./worst/requests.ts";

const LARGEST = 65_536;

export type TurnsOptions = {
  /** How often each request is sent. */
  readonly runs: number;
  /** Shares and their bytes, for each full account. */
  readonly accounts: readonly (readonly [shares: number, size: number])[];
};

type Sent = { readonly name: string; readonly bytes: Uint8Array; readonly format: Format };

export async function measureTurns({ runs, accounts }: TurnsOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "share-turns-"));
  const database = await openPgliteThread(folder);
  try {
    await migrate(database.sql, await readSchema(), new Date());
    const { context } = await createTestService(database.sql, { now: () => new Date(), pause: nextTurn });
    const peer = await serverFromDocument(context.identity.document);
    const rows: Row[] = [];
    for (const { name, bytes, format } of await requestsFor(context, peer, accounts)) {
      progress(name);
      const turns: number[] = [];
      for (let run = 0; run < runs; run++) turns.push(await longestTurn(context, bytes, format));
      rows.push([name, Math.min(...turns), median(turns)]);
    }
    printTable("The longest turn of a request, in ms", ["", "least", "median"], rows);
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds. */
async function longestTurn(context: Context, bytes: Uint8Array, format: Format): Promise<number> {
  let isOver = false;
  let longest = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const loop = (async () => {
    while (!isOver) {
      await nextTurn();
      look();
    }
  })();
  await nextTurn();
  longest = 0;
  await handle(context, bytes, { request: format, answer: format });
  look();
  isOver = true;
  await loop;
  return longest;
}

async function requestsFor(
  context: Context,
  peer: KnownServer,
  accounts: TurnsOptions["accounts"],
): Promise<readonly Sent[]> {
  const sent: Sent[] = [];
  const add = async (name: string, call: Call<NativeName>, wallet: Identity, format: Format = "cbor") => {
    const { envelope } = await buildRequest(call, wallet, peer, { date: new Date() });
    const bytes = format === "cbor" ? envelope.cborData() : new TextEncoder().encode(envelope.urString());
    sent.push({ name, bytes, format });
  };
  for (const [count, size] of accounts) {
    const wallet = newWallet("ed25519");
    const receipts: Receipt[] = [];
    for (let i = 0; i < count; i++) {
      progress(`storing ${i} of ${count}`);
      const data = randomBytes(size);
      receipts.push(Receipt.of(wallet.xid, data));
      const { body } = await storing(wallet, data, peer);
      await handle(context, body, { request: "cbor", answer: "cbor" });
    }
    const shares = `${count} shares of ${size} bytes`;
    const all = { name: "retrieveShares", parameters: { receipts: [] } } as const;
    await add(`read ${shares}`, all, wallet);
    await add(`read ${shares}, as text`, all, wallet, "ur");
    await add(`read ${shares}, each named`, { ...all, parameters: { receipts } }, wallet);
    const nonce = randomBytes(32);
    await add(`audit ${shares}`, { name: "auditShares", parameters: { receipts: [], nonce } }, wallet);
  }
  const [wallet, stranger] = [newWallet("ed25519"), newWallet("ed25519")];
  const { body } = await storing(wallet, randomBytes(100), peer);
  await handle(context, body, { request: "cbor", answer: "cbor" });
  for (const scheme of ["ed25519", "schnorr", "ecdsa"] as const) {
    const keys = PrivateKeys.generate(scheme);
    const { request } = await buildKeyChange(keys, wallet, peer, { date: new Date() });
    sent.push({ name: `prove a key, ${scheme}`, bytes: request.envelope.cborData(), format: "cbor" });
  }
  return [...sent, ...(await dearestBodies(stranger, peer))];
}

const PLAIN: Gene = {
  kind: "receipts",
  place: "alone",
  depth: 1,
  sealed: false,
  carried: "cbor",
  partSize: 100,
  filling: 0,
};

/** Bodies of the largest size that cost the most, of a stranger. */
async function dearestBodies(sender: Identity, server: KnownServer): Promise<readonly Sent[]> {
  const genes: Readonly<Record<string, Gene>> = {
    "a stranger's 1 000 receipts": PLAIN,
    "as many in parts": { ...PLAIN, carried: "parts" },
    "as many elements as are read": {
      ...PLAIN,
      kind: "nodes of assertions",
      place: "in the note",
      sealed: true,
      filling: 0.7,
    },
    "claimed and mixed parts": { ...PLAIN, kind: "bytes", place: "in the note", carried: "mixed parts" },
  };
  const made = Object.entries(genes).map(async ([name, gene]) => {
    const body = await bodyOf(gene, { sender, server, now: new Date() }, LARGEST);
    return body === undefined ? [] : [{ name, ...body }];
  });
  return (await Promise.all(made)).flat();
}
