/**
 * Whether the time of an answer tells who has a contact: `fallbackTransfer` for contacts that an account has, and for
 * contacts that nobody has, in random order, through `handle` with a database in memory.
 *
 * That is the quietest place to listen at: disks and networks only add noise. The statistic is the AUC of Mann and Whitney:
 * how often a request for a known contact takes longer than one for an unknown contact. 0.5 is a coin; with the noise of a
 * network an attacker sees far less than what is measured here.
 */
import { pathToFileURL } from "node:url";
import { PrivateKeys } from "#bc/keys";
import { buildRequest, serverFromDocument } from "../src/client/index.ts";
import { CONTACT_KINDS } from "../src/fallback/contact.ts";
import type { Message } from "../src/fallback/message.ts";
import { deliverDue } from "../src/service/deliver.ts";
import { handle } from "../src/service/index.ts";
import { createTestService, openTestDatabase, type TestService } from "../src/testing/service.ts";
import { type Identity, identityOf } from "../src/wire/identity.ts";
import { printTable, progress, type Row } from "./report.ts";

export type EnumerationOptions = {
  /** Requests of each kind. */
  readonly samples: number;
  /** Contacts of each kind. */
  readonly contacts: number;
};

const WARM_UP = 200;
/** Milliseconds between two samples on the server's clock, so that no contact is asked too often. */
const PAUSE = 5 * 60_000;
const DELIVER_EVERY = 100;

type Kind = "known" | "unknown";

/** Measures, and prints what an attacker would have to work with. */
export async function enumeration({ samples, contacts }: EnumerationOptions): Promise<void> {
  const database = await openTestDatabase();
  try {
    const service = await createTestService(database.sql);
    const names = Array.from({ length: contacts }, (_, i) => `person-${i}`);
    for (const name of names) await openAccount(service, addressOf(name, "known"));
    const times: Record<Kind, number[]> = { known: [], unknown: [] };
    for (let i = 0; i < WARM_UP + 2 * samples; i++) {
      if (i % DELIVER_EVERY === 0) {
        await deliverAll(service);
        progress(`fallbackTransfer, ${i} of ${WARM_UP + 2 * samples}`);
      }
      const kind = coin() ? "known" : "unknown";
      const name = names[i % contacts] ?? "";
      service.clock.now = new Date(service.clock.now.getTime() + PAUSE);
      const time = await timeOf(service, addressOf(name, kind));
      if (i >= WARM_UP) times[kind].push(time);
    }
    print(times);
  } finally {
    await database.close();
  }
}

/** Of one length, so that only the contact's being known differs. */
function addressOf(name: string, kind: Kind): string {
  return `${name}@${kind === "known" ? "home" : "away"}.example`;
}

async function openAccount(service: TestService, contact: string): Promise<void> {
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(new Uint8Array(100));
  await client.call("updateFallback", { fallback: contact });
  const [message] = await deliverAll(service);
  await client.call("verifyFallback", { code: message?.code ?? "" });
}

async function deliverAll({ context }: TestService): Promise<readonly Message[]> {
  const sent: Message[] = [];
  const send = async (message: Message) => {
    sent.push(message);
  };
  const channels = [{ kinds: CONTACT_KINDS, send }];
  await deliverDue({ ...context, channels, publicUrl: () => "http://server.test" });
  return sent;
}

/** Microseconds from request to answer, for a key that nobody has seen before. */
async function timeOf({ context }: TestService, fallback: string): Promise<number> {
  const identity: Identity = identityOf(PrivateKeys.generate("ed25519"));
  const call = { name: "fallbackTransfer", parameters: { fallback } } as const;
  const server = serverFromDocument(context.identity.document);
  const { envelope } = await buildRequest(call, identity, server, { date: context.now() });
  const body = envelope.cborData();
  const before = performance.now();
  const { refused } = await handle(context, body, { request: "cbor", answer: "cbor" });
  const after = performance.now();
  if (refused !== undefined) throw new Error(`refused: ${refused}`);
  return (after - before) * 1000;
}

function print({ known, unknown }: Record<Kind, readonly number[]>): void {
  const row = (name: string, values: readonly number[]): Row => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return [`${name}, ${values.length} times`, at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)];
  };
  printTable(
    "fallbackTransfer: the time of an answer, in µs",
    ["contact", "5 %", "25 %", "median", "75 %", "95 %"],
    [row("known", known), row("unknown", unknown)],
  );
  const { auc, z, p } = mannWhitney(known, unknown);
  console.log(`A known contact takes longer in ${(100 * auc).toFixed(1)} % of pairs (AUC); 50 % is a coin.`);
  console.log(`Mann–Whitney: z = ${z.toFixed(2)}, p = ${p.toPrecision(2)}\n`);
}

/** The chance that a value of `a` is above one of `b`, and how surely it is not one half. Ties count half. */
export function mannWhitney(
  a: readonly number[],
  b: readonly number[],
): { auc: number; z: number; p: number } {
  const pooled = [
    ...a.map((value) => ({ value, first: true })),
    ...b.map((value) => ({ value, first: false })),
  ];
  pooled.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  for (let start = 0; start < pooled.length; ) {
    let end = start;
    while (end < pooled.length && pooled[end]?.value === pooled[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (const item of pooled.slice(start, end)) if (item.first) rankSum += rank;
    start = end;
  }
  const pairs = a.length * b.length;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const z = (u - pairs / 2) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12);
  return { auc: u / pairs, z, p: twoSided(z) };
}

/** The chance that a standard normal lies further out than `z`, either way: Abramowitz and Stegun, 26.2.17. */
function twoSided(z: number): number {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * tail * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
}

function coin(): boolean {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  return byte < 128;
}

const isRunAlone = import.meta.url === pathToFileURL(process.argv[1] ?? "").href;
if (isRunAlone) await enumeration({ samples: 2000, contacts: 50 });
