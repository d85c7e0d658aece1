/** The service inside the test's own process: a database in memory, the vectors' identity, a clock that can be set. */

import { type Client, type ClientOptions, createClient, serverFromDocument } from "@bc/share-client";
import { pino } from "pino";
import { CONTACT_KINDS } from "../../src/fallback/contact.ts";
import { createApp, type HttpOptions } from "../../src/http/app.ts";
import type { Context } from "../../src/service/index.ts";
import { createStorageCipher } from "../../src/service/storage-cipher.ts";
import { type EmbeddedDatabase, openPgliteInMemory } from "../../src/store/drivers/pglite.ts";
import type { Sql } from "../../src/store/sql.ts";
import { migratedDump } from "./data-folder-template.ts";
import { NOW, server } from "./people.ts";

/** What the limits of a fresh server are. */
const POLICY: Context["policy"] = {
  maxAge: 86_400_000,
  maxAhead: 300_000,
  requireRecipient: false,
  quotas: { maxShareBytes: 10_000, maxShares: 1_000, maxAccountBytes: 1_000_000 },
  fallbackKinds: CONTACT_KINDS,
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

export type TestService = {
  readonly context: Context;
  readonly app: ReturnType<typeof createApp<object>>;
  readonly clock: { now: Date };
  /** What was logged, line by line, as the server writes it. */
  readonly log: readonly string[];
  /** A wallet's client that calls the app directly. */
  readonly client: (options: Pick<ClientOptions, "keys" | "xid" | "sealed" | "format">) => Client;
};

/** A service with the identity `server`, at the time {@link NOW} until the clock is set. */
export async function createTestService(
  sql: Sql,
  { http = {}, ...overrides }: Partial<Context> & { readonly http?: Partial<HttpOptions<object>> } = {},
): Promise<TestService> {
  const clock = { now: NOW };
  const log: string[] = [];
  const context: Context = {
    identity: server,
    sql,
    cipher: await createStorageCipher(STORAGE_KEY),
    policy: POLICY,
    now: () => clock.now,
    log: pino({ level: "trace", base: null }, { write: (line) => log.push(line) }),
    wakeDelivery: () => {},
    ...overrides,
  };
  const app = createApp<object>(context, {
    maxRequestBytes: MAX_REQUEST_BYTES,
    requestsPerSecond: 0,
    addressOf: () => "an address",
    ...http,
  });
  const known = serverFromDocument(context.identity.document);
  return {
    context,
    app,
    clock,
    log,
    client: (options) =>
      createClient({
        ...options,
        url: "http://server.test",
        server: known,
        now: context.now,
        transport: async (request) => app.fetch(request, {}),
      }),
  };
}
