/**
 * `npm run bench -- worst MINUTES`: searches for the requests that cost the server the most for their size, and for those
 * whose cost grows most when their size doubles. It measures both again in the end, for longer.
 *
 * The cost is the processor time of `handle`, with a store that answers at once. It is told as a multiple of what a
 * sealed storeShare costs for as many bytes. Growth is told only between two bodies that meet the same fate: a server
 * that refuses the smaller one early, and carries out the larger one, does not do twice the work of one kind.
 */
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { buildRequest, serverFromDocument } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import type { Sql } from "../../src/store/sql.ts";
import { createTestService } from "../../test/kit/service.ts";
import { printTable, progress, type Row } from "../report.ts";
import { type Compared, compareCosts, growthsOf } from "./compare.ts";
import { nameOf } from "./genes.ts";
import { type Body, bodiesOf, type Gene, type Party } from "./requests.ts";
import { search } from "./search.ts";

/** Bytes, each twice the one before. */
const SIZES = [8_192, 16_384, 32_768, 65_536] as const;
const SHARE_SIZE = 10_000;
/** Requests of each kind that are measured exactly: the dearest, and those that grow most. */
const SHOWN = 8;
const EXACTLY = { rounds: 30, turn: 20 };

export type WorstOptions = {
  /** Of the search, which looks at everything once in any case. */
  readonly minutes: number;
  /** Requests of the first round. Default: every kind in every place. */
  readonly firstRound?: number;
};

export async function searchWorst({ minutes, firstRound }: WorstOptions): Promise<void> {
  const service = await createTestService(answersAtOnce);
  const context = { ...service.context, log: { debug() {}, info() {}, warn() {}, error() {} } };
  const sender = identityOf(PrivateKeys.generate("ed25519"));
  const server = await serverFromDocument(context.identity.document);
  const party: Party = { sender, server, now: context.now() };
  const storeShare = await sealedStore(party);

  const found = await search(context, party, storeShare, {
    sizes: SIZES,
    until: performance.now() + minutes * 60_000,
    firstRound,
  });
  const shown = [...found.dearest.slice(0, SHOWN), ...found.steepest.slice(0, SHOWN)];
  const genes = [...new Map(shown.map((gene) => [nameOf(gene), gene])).values()];
  const rows: Row[] = [];
  for (const gene of genes) {
    const bodies = (await bodiesOf(gene, party, SIZES)) ?? [];
    rows.push(rowOf(gene, await compareCosts(context, bodies, storeShare, EXACTLY)));
    progress(`${rows.length} of ${genes.length} measured again`);
  }
  printTable(
    `The dearest of ${found.tried} requests, and those that grow most: in multiples of a sealed storeShare of as many
bytes, then what twice the bytes cost, in multiples of what they cost once (empty between different fates)`,
    ["", ...SIZES.map(named), ...SIZES.slice(1).map((size) => `to ${named(size)}`), "error"],
    rows,
    2,
  );
}

/** A store with accounts for whoever stores and for nobody else, which takes no time. */
const answersAtOnce: Sql = async (text) => {
  const outcome = text.includes("store_share") ? "ok" : "unknown-account";
  return [{ outcome, transfer_pending: false, account: new Uint8Array(32) }] as never;
};

async function sealedStore({ sender, server, now }: Party): Promise<Body> {
  const call = { name: "storeShare", parameters: { data: randomBytes(SHARE_SIZE) } } as const;
  const { envelope } = await buildRequest(call, sender, server, { date: now });
  return { bytes: envelope.cborData(), format: "cbor" };
}

/** @param bodies of the sizes. */
function rowOf(gene: Gene, bodies: readonly Compared[]): Row {
  const fates = bodies.map(({ fate }) => fate).filter((fate, i, all) => fate !== all[i - 1]);
  const [even, odd] = [growthsOf(bodies, "even"), growthsOf(bodies, "odd")];
  const errors = even.map((growth, i) => Math.abs(growth - (odd[i] ?? 0))).filter((error) => error >= 0);
  return [
    `${nameOf(gene)}: ${fates.join(", then ")}`,
    ...bodies.map(({ multiple }) => multiple),
    ...growthsOf(bodies),
    errors.length > 0 ? Math.max(...errors) : Number.NaN,
  ];
}

function named(size: number): string {
  return `${size / 1024} KiB`;
}
