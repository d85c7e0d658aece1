/**
 * Where the time of one request goes: each step on its own, many times, with the database on disk.
 *
 * The steps are those of `src/service/handle.ts`. The store and the cipher have clocks of their own; "the rest" of a
 * step is its time without theirs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Envelope, PrivateKeys, randomBytes, type SigningScheme } from "@bc/envelope";
import { buildRequest, Receipt, serverFromDocument } from "@bc/share-client";
import type { Call } from "@bc/share-protocol";
import {
  decodeTransport,
  encodeTransport,
  type Identity,
  identityOf,
  openRequest,
  readRequest,
  signResult,
} from "@bc/share-protocol";
import type { Context } from "../src/service/index.ts";
import type { ShareCipher } from "../src/service/key-cipher.ts";
import { perform } from "../src/service/operations.ts";
import { openPglite } from "../src/store/drivers/pglite.ts";
import { readSchema } from "../src/store/drivers/schema-files.ts";
import { migrate } from "../src/store/migrate.ts";
import type { Sql } from "../src/store/sql.ts";
import { createTestService, keysWith } from "../test/kit/service.ts";
import { median, progress, type Row } from "./report.ts";

const OPENING = "the rest of opening: shape, ID, sender";
const OPERATION = "the rest of the operation: names, receipts";
const STEPS = [
  "decode and parse",
  "unseal",
  "verify the signature",
  OPENING,
  "date, function, parameters, recipient",
  "encryption at rest",
  "SQL",
  OPERATION,
  "sign and seal the answer",
  "encode the answer",
] as const;
type Step = (typeof STEPS)[number];

const SHARE_BYTES = 500;

export type StepCosts = {
  readonly rows: readonly Row[];
  /** Microseconds of all steps but SQL, for each operation. */
  readonly computing: readonly number[];
};

export async function measureSteps(scheme: SigningScheme, repetitions: number): Promise<StepCosts> {
  const folder = await mkdtemp(join(tmpdir(), "share-bench-"));
  const database = await openPglite(folder);
  try {
    await migrate(database.sql, await readSchema(), new Date());
    const wallet = identityOf(PrivateKeys.generate(scheme));
    const carryOut = await createTimedService(database.sql, wallet);
    const stored: Receipt[] = [];
    const columns = [
      await medians(repetitions, scheme, async (took) => {
        const data = randomBytes(SHARE_BYTES);
        await carryOut({ name: "storeShare", parameters: { data } }, took);
        stored.push(Receipt.of(wallet.xid, data));
      }),
      await medians(repetitions, scheme, async (took, i) => {
        const receipts = stored.slice(i, i + 1);
        await carryOut({ name: "retrieveShares", parameters: { receipts } }, took);
      }),
    ];
    const sums = columns.map((column) => STEPS.reduce((sum, step) => sum + column[step], 0));
    const rows: Row[] = STEPS.map((step) => [step, ...columns.map((column) => column[step])]);
    return {
      rows: [...rows, ["sum", ...sums]],
      computing: columns.map((column, i) => (sums[i] ?? 0) - column.SQL),
    };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Costs = Record<Step, number>;

/** The median of each step in microseconds, once everything has warmed up. */
async function medians(
  repetitions: number,
  scheme: string,
  run: (took: Costs, i: number) => Promise<void>,
): Promise<Costs> {
  const all: Costs[] = [];
  for (let i = 0; i < repetitions; i++) {
    if (i % 50 === 0) progress(`steps of a request, ${scheme}: ${i} of ${repetitions}`);
    const took = Object.fromEntries(STEPS.map((step) => [step, 0])) as Costs;
    await run(took, i);
    all.push(took);
  }
  const warm = all.slice(Math.floor(repetitions / 4));
  return Object.fromEntries(STEPS.map((step) => [step, median(warm.map((took) => took[step]))])) as Costs;
}

const NAMES = ["storeShare", "retrieveShares"] as const;

type Timed = (call: Call<(typeof NAMES)[number]>, took: Costs) => Promise<void>;

/** Carries out requests step by step, and adds what each step took. */
async function createTimedService(sql: Sql, wallet: Identity): Promise<Timed> {
  let took = {} as Costs;
  const timed = async <T>(step: Step, work: () => T | Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    took[step] += (performance.now() - began) * 1000;
    return result;
  };

  const { context: plain } = await createTestService(sql);
  const timedShares = (shares: ShareCipher): ShareCipher => ({
    ...shares,
    encrypt: (...values) => timed("encryption at rest", () => shares.encrypt(...values)),
    decrypt: (...values) => timed("encryption at rest", () => shares.decrypt(...values)),
  });
  const keys = keysWith(await plain.keys.cipher(), ({ shares }) => ({ shares: timedShares(shares) }));
  const context: Context = {
    ...plain,
    sql: (...values) => timed("SQL", () => sql(...values)),
    keys,
    now: () => new Date(),
  };
  const { identity, policy } = context;
  const operationNamed = (given: unknown) => NAMES.find((name) => name === given);
  const server = await serverFromDocument(identity.document);
  const key = identity.privateKeys.encapsulation;
  let turn = 0;

  return async (call, costs) => {
    const { envelope } = await buildRequest(call, wallet, server, { date: context.now() });
    const body = envelope.cborData();
    took = costs;

    // Opening does the three steps below and more; the difference is the cost of the rest. The second to run finds warm
    // caches, so the two take turns.
    const open = () => timed(OPENING, () => openRequest(body, [key]));
    turn += 1;
    const first = turn % 2 === 0 ? await open() : undefined;
    const received = await timed("decode and parse", () => {
      return Envelope.fromCborData(decodeTransport(body, "cbor"), { strict: true });
    });
    const signed = await timed("unseal", () => received.decryptToRecipient(key, { strict: true }));
    await timed("verify the signature", () => signed.hasSignatureFrom(wallet.publicKeys.signing));
    const known = took["decode and parse"] + took.unseal + took["verify the signature"];
    const opened = first ?? (await open());
    took[OPENING] -= known;

    const request = await timed("date, function, parameters, recipient", () => {
      return readRequest(opened, { ...policy, operationNamed, now: context.now(), recipient: identity.xid });
    });
    const outcome = await timed(OPERATION, () => perform(context, request));
    took[OPERATION] -= took.SQL + took["encryption at rest"];
    const answer = await timed("sign and seal the answer", () => signResult(identity, opened, outcome));
    await timed("encode the answer", () => encodeTransport(answer, "cbor"));
  };
}
