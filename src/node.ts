#!/usr/bin/env node
/**
 * The server on Node: an embedded Postgres in a data folder, HTTP on one port.
 *
 * Start: environment → secrets → database (which locks the folder) → migrations → listen. Stop, at SIGTERM or
 * SIGINT: take no more requests, finish those under way, close the database.
 */
import { existsSync } from "node:fs";
import { isIPv6 } from "node:net";
import { join, resolve } from "node:path";
import { type HttpBindings, type ServerType, serve } from "@hono/node-server";
import { type Logger, pino } from "pino";
import { type Config, ConfigError, readConfig } from "./config.ts";
import { reachableKinds } from "./fallback/channel.ts";
import type { ContactKind } from "./fallback/contact.ts";
import { createApp } from "./http/app.ts";
import { channelsFrom, startDelivery } from "./node/channels.ts";
import { loadSecrets } from "./node/secrets.ts";
import type { Policy } from "./service/index.ts";
import { createStorageCipher } from "./service/storage-cipher.ts";
import { readMigrations } from "./store/drivers/migration-files.ts";
import { type EmbeddedDatabase, openPglite } from "./store/drivers/pglite.ts";
import { migrate } from "./store/migrate.ts";
import { prune } from "./store/prune.ts";
import { StoreError } from "./store/sql.ts";
import { identityOf } from "./wire/identity.ts";

/** Milliseconds between two rounds of forgetting what is over. */
const UPKEEP_INTERVAL = 3_600_000;
/** What one round forgets at most, of each kind. */
const PRUNE_LIMIT = 10_000;
/** Milliseconds that a client may take to send a request. */
const REQUEST_TIMEOUT = 30_000;

const now = () => new Date();

async function start(config: Config, log: Logger): Promise<void> {
  const folder = resolve(config.DATA_DIR);
  const channels = channelsFrom(config, now);
  const given = { privateKeys: config.SERVER_PRIVATE_KEYS, storageKey: config.STORAGE_KEY };
  const secrets = loadSecrets(folder, given, !existsSync(join(folder, "database")));
  const database = await openPglite(folder);
  await migrate(database.sql, await readMigrations(), now());

  const identity = identityOf(secrets.privateKeys);
  const cipher = await createStorageCipher(secrets.storageKey);
  const publicUrl = config.PUBLIC_URL ?? urlOf(config.HOST, config.PORT);
  const delivery = startDelivery({ sql: database.sql, cipher, channels, publicUrl, now, log });
  const app = createApp(
    {
      identity,
      sql: database.sql,
      cipher,
      policy: policyOf(config, reachableKinds(channels)),
      now,
      log,
      wakeDelivery: delivery.wake,
    },
    {
      maxRequestBytes: config.MAX_REQUEST_BYTES,
      requestsPerSecond: config.RATE_LIMIT,
      addressOf: (request, bindings: HttpBindings) => addressOf(request, bindings, config.TRUST_PROXY),
    },
  );

  const server = serve(
    {
      fetch: app.fetch,
      hostname: config.HOST,
      port: config.PORT,
      serverOptions: { requestTimeout: REQUEST_TIMEOUT },
    },
    ({ port }) => {
      log.info({ url: urlOf(config.HOST, port), xid: identity.xid.hex(), data: folder }, "listening");
    },
  );
  server.on("error", (error) => fail(error, log));
  const upkeep = setInterval(() => maintain(database, log), UPKEEP_INTERVAL);
  stopOnSignal(server, async () => {
    clearInterval(upkeep);
    await delivery.stop();
    await database.close();
    log.info({}, "stopped");
  });
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function policyOf(config: Config, fallbackKinds: readonly ContactKind[]): Policy {
  return {
    fallbackKinds,
    transferDelay: config.TRANSFER_DELAY,
    trustFallback: config.FALLBACK_TRUST,
    depositoryNames: config.DEPOSITORY_NAMES,
    maxAge: config.REQUEST_MAX_AGE * 1000,
    maxAhead: config.REQUEST_MAX_AHEAD * 1000,
    requireRecipient: config.REQUIRE_RECIPIENT,
    quotas: {
      maxShareBytes: config.MAX_SHARE_BYTES,
      maxShares: config.MAX_SHARES,
      maxAccountBytes: config.MAX_ACCOUNT_BYTES,
    },
  };
}

function addressOf(request: Request, { incoming }: HttpBindings, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()
    : undefined;
  return forwarded ?? incoming.socket.remoteAddress ?? "";
}

async function maintain(database: EmbeddedDatabase, log: Logger): Promise<void> {
  try {
    log.info(await prune(database.sql, now(), PRUNE_LIMIT), "pruned");
    await database.maintain();
  } catch (error) {
    log.error({ err: error }, "upkeep failed");
  }
}

/** Stops once, at the first signal. */
function stopOnSignal(server: ServerType, close: () => Promise<void>): void {
  const stop = () => {
    server.close(() => void close());
    if ("closeIdleConnections" in server) server.closeIdleConnections();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** One line for each mistake of the operator's; the rest is a bug and keeps its stack. */
function fail(error: unknown, log: Logger): void {
  if (error instanceof ConfigError || error instanceof StoreError) {
    process.stderr.write(`${error.message}\n`);
  } else if (error instanceof Error && "syscall" in error) {
    process.stderr.write(`${error.message}\n`);
  } else {
    log.fatal({ err: error }, "cannot start");
  }
  process.exit(1);
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

const config = readConfigOrExit();
const log = pino({ level: config.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime });
start(config, log).catch((error: unknown) => fail(error, log));
