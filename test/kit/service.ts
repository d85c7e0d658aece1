/** The service inside the test's own process: a database in memory, the vectors' identity, a clock that can be set. */

import { type Client, type ClientOptions, createClient, serverFromDocument } from "@bc/share-client";
import { REQUEST_LIMITS } from "@bc/share-protocol";
import { pino } from "pino";
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import { type AppOptions, createApp } from "../../src/http/app.ts";
import { createExchange, type Exchange, type ExchangeOptions } from "../../src/http/exchange.ts";
import type { Context } from "../../src/service/index.ts";
import type { StorageCipher } from "../../src/service/storage-cipher.ts";
import { openStorageKeys, type StorageKeys } from "../../src/service/storage-keys.ts";
import { type EmbeddedDatabase, openPgliteInMemory } from "../../src/store/drivers/pglite.ts";
import type { Sql } from "../../src/store/sql.ts";
import { migratedDump } from "./data-folder-template.ts";
import { NOW, server } from "./people.ts";

/** What the limits of a fresh server are. */
export const POLICY: Context["policy"] = {
  maxAge: 86_400_000,
  maxAhead: 300_000,
  requireRecipient: false,
  requireKeyProof: false,
  maxNewAccounts: 60,
  quotas: { maxShareBytes: 10_000, maxShares: 1_000, maxAccountBytes: 1_000_000 },
  requestLimits: REQUEST_LIMITS,
  fallbackKinds: CONTACT_KINDS,
  maxMessages: 3_600,
  transferDelay: 0,
  trustFallback: false,
  depositoryNames: true,
};
/** What the vectors' server encrypts with, and derives the secrets of its messages from. */
export const STORAGE_KEY = new Uint8Array(32).fill(1);
export const MAX_REQUEST_BYTES = 65_536;

/** A migrated database in memory. One serves a whole test file: accounts do not see each other. */
export async function openTestDatabase(): Promise<EmbeddedDatabase> {
  return openPgliteInMemory(await migratedDump());
}

/** The header that tells where a request comes from, as behind a proxy. */
export const FORWARDED_FOR = "x-forwarded-for";

/** Keys with this cipher, parts of which are replaced. */
export function keysWith(
  cipher: StorageCipher,
  replaced: (cipher: StorageCipher) => Partial<StorageCipher>,
): StorageKeys {
  const changed = { ...cipher, ...replaced(cipher) };
  return { cipher: async () => changed, after: async () => changed };
}

type Face = {
  readonly app: ReturnType<typeof createApp<object>>;
  readonly exchange: Exchange;
  readonly context: Context;
};

/** What carries requests to a service. */
export type Transport = (service: Face) => (request: Request) => Promise<Response>;

/** Fetch's shapes, without a network. */
export const fetchTransport: Transport =
  ({ app }) =>
  async (request) =>
    app.fetch(request, {});

export type TestService = Face & {
  /** Sends a request by the service's transport. */
  readonly send: (request: Request) => Promise<Response>;
  /** Where requests come from. */
  readonly caller: { address: string };
  readonly clock: { now: Date };
  /** What was logged, line by line, as the server writes it. */
  readonly log: readonly string[];
  /** A wallet's client that sends by the service's transport. */
  readonly client: (options: Pick<ClientOptions, "keys" | "xid" | "sealed" | "format">) => Client;
};

export type TestServiceOptions = Partial<Context> & {
  readonly http?: Partial<ExchangeOptions> & Partial<AppOptions<object>>;
  /** Default: {@link fetchTransport}. */
  readonly transport?: Transport;
};

/** A service with the identity `server`, at the time {@link NOW} until the clock is set. */
export async function createTestService(
  sql: Sql,
  { http = {}, transport = fetchTransport, ...overrides }: TestServiceOptions = {},
): Promise<TestService> {
  const clock = { now: NOW };
  const log: string[] = [];
  const context: Context = {
    identity: server,
    document: (overrides.identity ?? server).document,
    retired: [],
    sql,
    keys: openStorageKeys(sql, STORAGE_KEY),
    policy: POLICY,
    now: () => clock.now,
    log: pino({ level: "trace", base: null }, { write: (line) => log.push(line) }),
    pause: async () => {},
    wakeDelivery: () => {},
    ...overrides,
  };
  const limits = { maxRequestBytes: MAX_REQUEST_BYTES, requestsPerSecond: 0, maxInFlight: 256 };
  const exchange = createExchange(context, { ...limits, ...http });
  const app = createApp<object>(context, exchange, {
    ...limits,
    addressOf: ({ headers }) => headers.get(FORWARDED_FOR) ?? "an address",
    ...http,
  });
  const caller = { address: "192.0.2.1" };
  const carry = transport({ app, exchange, context });
  const send = (request: Request) => {
    request.headers.set(FORWARDED_FOR, caller.address);
    return carry(request);
  };
  const known = await serverFromDocument(context.document);
  return {
    context,
    app,
    exchange,
    send,
    caller,
    clock,
    log,
    client: (options) =>
      createClient({
        ...options,
        url: "http://server.test",
        server: known,
        now: context.now,
        transport: send,
      }),
  };
}
