#!/usr/bin/env node
/**
 * The server on Node: an embedded Postgres in a data folder or one of its own, HTTP on one port.
 *
 * Start: environment → secrets → database (the embedded one locks its folder) → listen. Stop, at SIGTERM, SIGINT or
 * SIGHUP, or when the embedded database cannot go on: take no more requests, finish those under way, close the
 * database. With `WORKERS` above 1 this process only starts others, each of which does all that.
 */
import cluster from "node:cluster";
import { isIPv6 } from "node:net";
import { identityOf } from "@bc/share-protocol";
import { type HttpBindings, serve } from "@hono/node-server";
import { type Logger, pino } from "pino";
import { reachableKinds } from "../fallback/channel.ts";
import { createPace } from "../fallback/pace.ts";
import { createApp } from "../http/app.ts";
import { createMetrics, metricsPage } from "../http/metrics.ts";
import { type Config, ConfigError, readConfig } from "../server/config.ts";
import { policyOf, TRUST_WARNING } from "../server/policy.ts";
import { prune } from "../store/prune.ts";
import { reasonOf } from "../store/reason.ts";
import { StoreError } from "../store/sql.ts";
import { channelsFrom, startDelivery } from "./channels.ts";
import { countedChannel, countedSql } from "./counted.ts";
import { type Ground, openGround, secretsFor } from "./ground.ts";
import { createPageSource } from "./page.ts";
import { connectionsCloser, stopParts } from "./stop.ts";
import { passMistakeOn, shareMetrics, startWorkers } from "./workers.ts";

/** Milliseconds between two rounds of forgetting what is over. */
const UPKEEP_INTERVAL = 3_600_000;
/** Milliseconds that a client may take to send a request. */
const REQUEST_TIMEOUT = 30_000;
/**
 * Milliseconds without a byte after which a connection is closed. Else a client that does not read its answers would have
 * the server keep them in memory for as long as it likes.
 */
const SILENCE_TIMEOUT = 60_000;

const now = () => new Date();

async function start(config: Config, log: Logger): Promise<void> {
  if (config.FALLBACK_TRUST) log.warn({}, TRUST_WARNING);
  const metrics = createMetrics();
  const channels = channelsFrom(config, now).map((channel) => countedChannel(channel, metrics));
  const ground = await openGround(config, now(), (reason) => log.error({ reason }, "not ready"));
  const sql = countedSql(ground.sql, metrics);

  const identity = identityOf(ground.secrets.privateKeys);
  const { cipher } = ground;
  let { PORT: port } = config;
  const publicUrl = () => config.PUBLIC_URL ?? urlOf(config.HOST, port);
  const delivery = startDelivery({ sql, cipher, channels, publicUrl, now, log, pace: createPace() });
  const page = metricsPage(
    cluster.isWorker ? shareMetrics(metrics.registry) : () => metrics.registry.metrics(),
  );
  const app = createApp(
    {
      identity,
      sql,
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
      page: createPageSource(config.WALLET_DEMO, log),
      ...(config.METRICS && { metrics: { requestBegins: metrics.requestBegins, page } }),
    },
  );

  const server = serve(
    {
      fetch: app.fetch,
      hostname: config.HOST,
      port: config.PORT,
      serverOptions: { requestTimeout: REQUEST_TIMEOUT },
    },
    (listening) => {
      port = listening.port;
      const told = { url: urlOf(config.HOST, port), xid: identity.xid.hex(), data: ground.data };
      if (cluster.isWorker) log.debug({ ...told, pid: process.pid }, "listening");
      else log.info(told, "listening");
    },
  );
  server.setTimeout(SILENCE_TIMEOUT);
  server.on("error", (error) => void fail(aboutAddress(error), log));
  const closeConnections = connectionsCloser(server);
  const upkeep = setInterval(() => maintain(ground, log), UPKEEP_INTERVAL);
  const stop = async () => {
    clearInterval(upkeep);
    await stopParts({ closeConnections, stopDelivery: delivery.stop, closeDatabase: ground.close });
    log.info({}, "stopped");
  };
  onSignal(async () => {
    await stop();
    process.exit(0);
  });
  void ground.panicked.then(async (error) => {
    log.fatal({ err: error }, "stopping: the database is there again after a new start");
    await stop();
    process.exit(1);
  });
}

/** Secrets are made before there are several processes to make them. */
function startAll(config: Config, log: Logger): void {
  if (config.DATABASE_URL === undefined) throw new ConfigError("WORKERS above 1 needs DATABASE_URL");
  const { xid } = identityOf(secretsFor(config).privateKeys);
  const workers = startWorkers(config.WORKERS, log, {
    onListening: (port) => {
      log.info({ url: urlOf(config.HOST, port), xid: xid.hex(), workers: config.WORKERS }, "listening");
    },
    onMistake: (text) => process.stderr.write(`${text}\n`),
    onFailed: () => process.exit(1),
  });
  onSignal(async () => {
    await workers.stop();
    log.info({}, "all stopped");
  });
}

function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function addressOf(request: Request, { incoming }: HttpBindings, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim()
    : undefined;
  return forwarded ?? incoming.socket.remoteAddress ?? "";
}

async function maintain({ sql, maintain: reclaim }: Ground, log: Logger): Promise<void> {
  try {
    log.info(await prune(sql, now()), "pruned");
    await reclaim();
  } catch (error) {
    log.error({ err: error }, "upkeep failed");
  }
}

/** Stops once: a terminal's Ctrl-C reaches workers by themselves, and then through the process that started them. */
function onSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const once = () => {
    if (!stopping) void stop();
    stopping = true;
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, once);
}

/** One line for each mistake of the operator's; the rest is a bug and keeps its stack. */
async function fail(error: unknown, log: Logger): Promise<never> {
  const isMistake = error instanceof ConfigError || error instanceof StoreError;
  if (!isMistake) log.fatal({ err: error }, "cannot start");
  else if (cluster.isWorker) await passMistakeOn(reasonOf(error));
  else process.stderr.write(`${reasonOf(error)}\n`);
  process.exit(1);
}

/** What the system says of the address to listen on, with the names of the variables. */
function aboutAddress(error: Error): Error {
  if (!("syscall" in error)) return error;
  const variables = error.syscall === "getaddrinfo" ? "HOST" : "HOST and PORT";
  return new ConfigError(`${variables}: ${error.message}`);
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

// Whatever this process writes is for its owner alone.
process.umask(0o077);
const config = readConfigOrExit();
const log = pino({ level: config.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime });
try {
  if (config.WORKERS > 1 && cluster.isPrimary) startAll(config, log);
  else await start(config, log);
} catch (error) {
  await fail(error, log);
}
