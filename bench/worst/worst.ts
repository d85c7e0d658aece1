/**
 * `npm run bench -- worst MINUTES`: searches for the body that costs the server the most for its size.
 *
 * Every kind of content in every place is tried once at the smallest size. Then the dearest ones are changed, a word at
 * a time, and whatever costs more takes the place of what costs less. At the end the dearest of all are made in every
 * size, which shows how their cost grows.
 *
 * The cost is the processor time of `handle`, with a store that answers at once. It is told as a multiple of what a
 * sealed storeShare costs for as many bytes, measured again and again, since machines change their speed.
 */
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, serverFromDocument } from "@bc/share-client";
import { type Format, identityOf } from "@bc/share-protocol";
import { type Context, handle } from "../../src/service/index.ts";
import type { Sql } from "../../src/store/sql.ts";
import { createTestService } from "../../test/kit/service.ts";
import { printTable, progress, type Row } from "../report.ts";
import { CONTENTS, type ContentKind } from "./content.ts";
import { type Body, bodyOf, type Gene, type Party, PLACES, type Place } from "./requests.ts";

/** Bytes. */
const SIZES = [8_192, 16_384, 32_768, 65_536];
const SHARE_SIZE = 10_000;
/** Milliseconds of processor time that a measurement takes at least, since its clock may tick in steps of ten. */
const LONG_ENOUGH = 50;
/** The dearest, which are changed further. */
const KEPT = 12;
const SHOWN = 8;
/** A multiple that is measured again. */
const SEEMS_DEAR = 1.5;
/** Bodies between two measurements of the storeShare. */
const COMPARE_EVERY = 10;

export type WorstOptions = {
  readonly minutes: number;
  /** Bodies of the first round. Default: every kind in every place. */
  readonly firstRound?: number;
};

type Tried = { readonly gene: Gene; readonly multiple: number };

export async function searchWorst({ minutes, firstRound }: WorstOptions): Promise<void> {
  const { context } = await createTestService(answersAtOnce);
  const quiet = { ...context, log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } };
  const sender = identityOf(PrivateKeys.generate("ed25519"));
  const party: Party = {
    sender,
    server: await serverFromDocument(context.identity.document),
    now: context.now(),
  };
  const scale = await createScale(quiet, party);
  const [smallest = 0] = SIZES;

  const end = performance.now() + minutes * 60_000;
  let best: readonly Tried[] = [];
  let count = 0;
  const attempt = async (gene: Gene) => {
    const multiple = await scale(gene, smallest);
    count += 1;
    progress(`${count} bodies, the dearest costs ${best[0]?.multiple.toFixed(1) ?? "?"} times a storeShare`);
    if (multiple === undefined || best.some((other) => nameOf(other.gene) === nameOf(gene))) return;
    best = [...best, { gene, multiple }].toSorted((a, b) => b.multiple - a.multiple).slice(0, KEPT);
  };
  for (const gene of seeds().slice(0, firstRound)) await attempt(gene);
  while (performance.now() < end) {
    const parent = best[Math.floor(Math.random() * best.length)];
    if (parent !== undefined) await attempt(changed(parent.gene));
  }

  const rows: Row[] = [];
  for (const { gene } of best.slice(0, SHOWN)) {
    const multiples: number[] = [];
    for (const size of SIZES) multiples.push((await scale(gene, size)) ?? Number.NaN);
    const growth = multiples.slice(1).map((multiple, i) => (2 * multiple) / (multiples[i] ?? Number.NaN));
    rows.push([nameOf(gene), ...multiples, Math.max(...growth)]);
  }
  printTable(
    `The dearest of ${count} bodies, in multiples of a sealed storeShare of as many bytes`,
    ["", ...SIZES.map((size) => `${size / 1024} KiB`), "twice the size, at most"],
    rows,
  );
}

/** A store with accounts for whoever stores and for nobody else, which takes no time. */
const answersAtOnce: Sql = async (text) => {
  const outcome = text.includes("store_share") ? "ok" : "unknown-account";
  return [{ outcome, transfer_pending: false, account: new Uint8Array(32) }] as never;
};

/** Measures a gene's body of a size, in multiples of the storeShare. Undefined when there is none that small. */
async function createScale(context: Context, party: Party) {
  const call = { name: "storeShare", parameters: { data: randomBytes(SHARE_SIZE) } } as const;
  const { envelope } = await buildRequest(call, party.sender, party.server, { date: party.now });
  const store: Body = { bytes: envelope.cborData(), format: "cbor" };
  let unit = 0;
  let measured = 0;
  return async (gene: Gene, size: number): Promise<number | undefined> => {
    const body = await bodyOf(gene, party, size);
    if (body === undefined) return undefined;
    const multiple = (cost: number) => (cost * SHARE_SIZE) / (unit * body.bytes.length);
    if (measured % COMPARE_EVERY === 0) unit = await costOf(context, store);
    measured += 1;
    const multiples = [multiple(await costOf(context, body))];
    // What seems dear may only have been disturbed, or compared with what was not.
    while (Math.min(...multiples) > SEEMS_DEAR && multiples.length < 4) {
      unit = await costOf(context, store);
      multiples.push(multiple(await costOf(context, body)));
    }
    return Math.min(...multiples);
  };
}

/** Milliseconds of processor time. */
async function costOf(context: Context, { bytes, format }: Body): Promise<number> {
  await answer(context, bytes, format);
  const before = process.cpuUsage();
  for (let times = 1; ; times++) {
    await answer(context, bytes, format);
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1000;
    if (spent >= LONG_ENOUGH) return spent / times;
  }
}

function answer(context: Context, bytes: Uint8Array, format: Format) {
  return handle(context, bytes, { request: format, answer: format });
}

const KINDS = Object.keys(CONTENTS) as readonly ContentKind[];
const PLACE_NAMES = Object.keys(PLACES) as readonly Place[];
const CARRIERS = ["cbor", "ur", "parts", "mixed parts"] as const;

function seeds(): readonly Gene[] {
  const plain = { depth: 1, sealed: false, carried: "cbor", partSize: 100, filling: 0 } as const;
  const filled = KINDS.flatMap((kind) => PLACE_NAMES.map((place) => ({ ...plain, kind, place })));
  const carried = CARRIERS.map(
    (carrier) => ({ ...plain, kind: "bytes", place: "in the note", carried: carrier }) as const,
  );
  return [{ ...plain, kind: "receipts", place: "alone" }, ...carried, ...filled];
}

function changed(gene: Gene): Gene {
  switch (Math.floor(Math.random() * 7)) {
    case 0:
      return { ...gene, kind: pick(KINDS) };
    case 1:
      return { ...gene, place: pick(PLACE_NAMES) };
    case 2:
      return { ...gene, depth: pick([1, 2, 3, 5, 8, 13, 20]) };
    case 3:
      return { ...gene, sealed: !gene.sealed };
    case 4:
      return { ...gene, carried: pick(CARRIERS) };
    case 5:
      return { ...gene, filling: pick([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) };
    default:
      return { ...gene, partSize: pick([10, 20, 50, 100, 300]) };
  }
}

function pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}

function nameOf({ kind, place, depth, sealed, carried, partSize, filling }: Gene): string {
  const parts = carried.endsWith("parts") ? ` of ${partSize}` : "";
  if (kind === "receipts") return `receipts, ${carried}${parts}`;
  const depths = depth > 1 ? `, ${depth} deep` : "";
  const filled = filling > 0 ? `, ${100 * filling} % filled up` : "";
  return `${kind} ${place}${depths}${filled}, ${sealed ? "sealed" : "plain"}, ${carried}${parts}`;
}
