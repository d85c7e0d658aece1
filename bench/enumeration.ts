/**
 * Whether time tells a stranger which contacts accounts have. The bench sends `fallbackTransfer` for contacts that an
 * account has and for contacts that nobody has, in random order, through `handle` with a database in memory. It takes
 * two times: that of the answer, and that of the stranger's next few requests while the server delivers the message.
 *
 * That is the best place for an attacker to listen: disks and networks only add noise. Then the store's function alone is
 * timed, on the embedded database and on Postgres: there even a difference shows that the rest hides. The statistic is the AUC of Mann
 * and Whitney: how often a known contact takes longer than an unknown one. 0.5 is a coin. With the noise of a network
 * an attacker sees far less than this bench. `--quick` only shows that it runs.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { PrivateKeys } from "@bc/envelope";
import { buildRequest, serverFromDocument } from "@bc/share-client";
import type { Call, NativeName } from "@bc/share-protocol";
import { identityOf } from "@bc/share-protocol";
import { emailChannel } from "../src/fallback/channels/email.ts";
import { createPace } from "../src/fallback/pace.ts";
import { deliverDue } from "../src/service/deliver.ts";
import { type Context, handle } from "../src/service/index.ts";
import type { NamedContact } from "../src/store/contact-challenge.ts";
import { fallbackTransfer } from "../src/store/fallback-transfer.ts";
import type { Sql } from "../src/store/sql.ts";
import { deliverNow } from "../test/kit/inbox.ts";
import { createCluster, findPostgres } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase } from "../test/kit/postgres/database.ts";
import { createTestService, openTestDatabase, type TestService } from "../test/kit/service.ts";
import {
  NO_CHALLENGE_LIMITS,
  NOW,
  newChallenge,
  newContact,
  newKey,
  openAccount as openStoredAccount,
  request,
  validateContact,
} from "../test/store/fixtures.ts";
import { type MailThread, openMailThread } from "./mail-thread.ts";
import { mannWhitney } from "./mann-whitney.ts";
import { printTable, progress, type Row } from "./report.ts";

export type EnumerationOptions = {
  /** Requests of each kind. */
  readonly samples: number;
  /** Contacts of each kind. */
  readonly contacts: number;
};

const WARM_UP = 200;
/** Milliseconds between two samples on the server's clock, so that no contact reaches its limit of messages. */
const PAUSE = 5 * 60_000;
/** Cheap requests that a stranger sends right after the answer, one after the other. */
const NEXT_REQUESTS = 12;
/** Milliseconds that a request is on its way. Without it the delivery would get no turn between two requests. */
const ON_THE_WAY = 1;
const SHOW_EVERY = 100;

type Kind = "known" | "unknown";
type Times = Record<Kind, number[]>;

/** Measures and prints what an attacker could use. */
export async function enumeration({ samples, contacts }: EnumerationOptions): Promise<void> {
  await using mail = await openMailThread();
  const database = await openTestDatabase();
  try {
    const service = await createTestService(database.sql);
    const names = Array.from({ length: contacts }, (_, i) => `person-${i}`);
    for (const name of names) await openAccount(service, addressOf(name, "known"));
    const ask = askerOf(service, mail);
    const answers: Times = { known: [], unknown: [] };
    const afterwards: Times = { known: [], unknown: [] };
    for (let i = 0; i < WARM_UP + 2 * samples; i++) {
      if (i % SHOW_EVERY === 0) progress(`fallbackTransfer, ${i} of ${WARM_UP + 2 * samples}`);
      const kind = coin() ? "known" : "unknown";
      const name = names[i % contacts] ?? "";
      service.clock.now = new Date(service.clock.now.getTime() + PAUSE);
      const { answer, next } = await ask(addressOf(name, kind));
      if (i < WARM_UP) continue;
      answers[kind].push(answer);
      afterwards[kind].push(next);
    }
    print("fallbackTransfer: the time of an answer, in µs", answers);
    print(`fallbackTransfer: the time of the next ${NEXT_REQUESTS} requests, in µs`, afterwards);
    print("The store's function alone, embedded, in µs", await storeTimes(database.sql, samples, contacts));
  } finally {
    await database.close();
  }
  if (findPostgres() === undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "share-bench-enumeration-"));
  await chmod(folder, 0o711);
  const cluster = await createCluster(join(folder, "cluster"));
  const { sql, close } = (await createTestDatabase(cluster)).connect("share_server", 1);
  print("The store's function alone, on Postgres, in µs", await storeTimes(sql, samples, contacts));
  await close();
  await cluster.remove();
  await rm(folder, { recursive: true });
}

async function storeTimes(sql: Sql, samples: number, contacts: number): Promise<Times> {
  const known: NamedContact[] = [];
  for (let i = 0; i < contacts; i++) {
    const { key } = await openStoredAccount(sql);
    known.push(await validateContact(sql, key));
  }
  const all: Record<Kind, readonly NamedContact[]> = { known, unknown: known.map(() => newContact()) };
  const times: Times = { known: [], unknown: [] };
  let now = NOW;
  for (let i = 0; i < WARM_UP + 2 * samples; i++) {
    const kind = coin() ? "known" : "unknown";
    const contact = all[kind][i % contacts] ?? newContact();
    now = new Date(now.getTime() + PAUSE);
    const [asked, challenge] = [request(newKey(), { now }), newChallenge(now)];
    const before = performance.now();
    const { outcome } = await fallbackTransfer(sql, asked, contact, challenge, NO_CHALLENGE_LIMITS);
    const took = (performance.now() - before) * 1000;
    if (outcome !== "processing") throw new Error(outcome);
    if (i >= WARM_UP) times[kind].push(took);
  }
  return times;
}

/** All addresses have one length, so that the two kinds differ in nothing else. */
function addressOf(name: string, kind: Kind): string {
  return `${name}@${kind === "known" ? "home" : "away"}.example`;
}

async function openAccount(service: TestService, contact: string): Promise<void> {
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(new Uint8Array(100));
  await client.call("updateFallback", { fallback: contact });
  const { code } = await deliverNow(service, contact);
  await client.call("verifyFallback", { code: code ?? "" });
}

/** Takes the times of one sample, in microseconds. Resolves when the delivery is done, too. */
function askerOf({ context }: TestService, { url }: MailThread) {
  const channels = [emailChannel({ smtpUrl: url, from: "shares@example.com" })];
  // The service's clock stands still, but the delivery has to see how long sending takes.
  const now = () => new Date(context.now().getTime() + performance.now());
  const delivery = { ...context, channels, publicUrl: () => "http://server.test", now, pace: createPace() };
  let delivered = Promise.resolve();
  // As on Node: the delivery begins in the next turn of the event loop.
  const wakeDelivery = () => {
    delivered = nextTurn().then(() => deliverDue(delivery));
  };
  const server = { ...context, wakeDelivery };

  return async (fallback: string) => {
    const transfer = await requestTo(context, { name: "fallbackTransfer", parameters: { fallback } });
    const reading = { name: "retrieveShares", parameters: { receipts: [] } } as const;
    const next = await Promise.all(Array.from({ length: NEXT_REQUESTS }, () => requestTo(context, reading)));
    const before = performance.now();
    expectOutcome(await handle(server, transfer, { request: "cbor", answer: "cbor" }), undefined);
    const answered = performance.now();
    for (const body of next) {
      await pause(ON_THE_WAY);
      expectOutcome(await handle(server, body, { request: "cbor", answer: "cbor" }), "unknown-account");
    }
    const after = performance.now();
    await delivered;
    return { answer: (answered - before) * 1000, next: (after - answered) * 1000 };
  };
}

/** A request of a stranger: by a new key. */
async function requestTo({ identity, now }: Context, call: Call<NativeName>): Promise<Uint8Array> {
  const sender = identityOf(PrivateKeys.generate("ed25519"));
  const server = await serverFromDocument(identity.document);
  const { envelope } = await buildRequest(call, sender, server, { date: now() });
  return envelope.cborData();
}

function expectOutcome(
  { refused }: { readonly refused: string | undefined },
  expected: string | undefined,
): void {
  if (refused !== expected) throw new Error(`refused: ${refused}`);
}

function print(title: string, { known, unknown }: Times): void {
  const row = (name: string, values: readonly number[]): Row => {
    const sorted = values.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
    return [`${name}, ${values.length} times`, at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)];
  };
  printTable(
    title,
    ["contact", "5 %", "25 %", "median", "75 %", "95 %"],
    [row("known", known), row("unknown", unknown)],
  );
  const { auc, z, p } = mannWhitney(known, unknown);
  console.log(`A known contact takes longer in ${(100 * auc).toFixed(1)} % of pairs (AUC); 50 % is a coin.`);
  console.log(`Mann–Whitney: z = ${z.toFixed(2)}, p = ${p.toPrecision(2)}\n`);
}

function coin(): boolean {
  const [byte = 0] = crypto.getRandomValues(new Uint8Array(1));
  return byte < 128;
}

const isRunAlone = import.meta.url === pathToFileURL(process.argv[1] ?? "").href;
const quick = process.argv.includes("--quick");
if (isRunAlone) await enumeration(quick ? { samples: 20, contacts: 5 } : { samples: 2000, contacts: 50 });
