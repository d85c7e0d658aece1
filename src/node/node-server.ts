/**
 * One process that serves.
 *
 * Start: secrets → database (the embedded one locks its folder) → listen. Stop: take no more requests, finish those
 * under way, close the database.
 */
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer as createHttpServer, type Server } from "node:http";
import { isIPv6 } from "node:net";
import { resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Registry } from "prom-client";
import { createMetrics, type Metrics, metricsPage } from "../http/metrics.ts";
import { createTurns } from "../http/turns.ts";
import { type Config, ConfigError } from "../server/config.ts";
import { createServer, type ServerParts } from "../server/create-server.ts";
import type { Log } from "../service/index.ts";
import { reasonOf } from "../store/reason.ts";
import type { StoreError } from "../store/sql.ts";
import { startBackgroundCheck } from "./background-check.ts";
import { answerBadRequest } from "./bad-request.ts";
import { channelsFrom } from "./channels.ts";
import { progressFile } from "./check-progress.ts";
import { startDelivery } from "./delivery-loop.ts";
import { countWaits, watchDatabase, watchFreeDisk, watchPool } from "./gauges.ts";
import { addressOf, createHttpListener, type NodeBindings } from "./http-listener.ts";
import type { Listening } from "./log.ts";
import { createPageSource } from "./page.ts";
import { eraseOldKeys } from "./server-keys-file.ts";
import { connectionsCloser, stopParts } from "./stop.ts";
import { openStorage, type ServerStorage } from "./storage.ts";
import { openTracing } from "./tracing.ts";
import { shareMetrics } from "./workers.ts";

/** Milliseconds between two rounds of upkeep. */
const UPKEEP_INTERVAL = 3_600_000;
/** Milliseconds between two looks at the room that is left. */
const ROOM_INTERVAL = 10_000;
/** Milliseconds between two looks at what has happened to accounts. */
const AUDIT_INTERVAL = 10_000;
/** Milliseconds that a client may take to send a request. */
const REQUEST_TIMEOUT = 30_000;
/**
 * Milliseconds without a byte after which the server closes a connection. Otherwise a client that reads no answers
 * could make the server keep them in memory.
 */
const SILENCE_TIMEOUT = 60_000;

export type NodeServer = {
  /** Where it listens, for the log. */
  readonly listening: Listening;
  /** Resolves when everything is closed. */
  readonly stop: () => Promise<void>;
  /** Resolves only if the database fails in such a way that a new process has to open it again. */
  readonly panicked: Promise<StoreError>;
};

/**
 * @throws {ConfigError | StoreError} when the environment, the data folder, the database or the address does not fit.
 */
export async function startNodeServer(config: Config, log: Log): Promise<NodeServer> {
  const now = () => new Date();
  const channels = channelsFrom(config, now);
  const metrics = config.METRICS ? createMetrics() : undefined;
  const waits = metrics && countWaits(metrics.registry);
  const storage = await openStorage(config, now(), (reason) => log.error({ reason }, "not ready"), waits);
  if (metrics !== undefined) watch(metrics.registry, storage, now);
  const tracing = await openTracing(process.env, log);
  let url = urlOf(config.HOST, config.PORT);
  const server = createServer<NodeBindings>({
    config,
    serverIdentity: storage.serverIdentity,
    storage: tracing === undefined ? storage : { ...storage, sql: tracing.tracedSql(storage.sql) },
    channels,
    publicUrl: () => config.PUBLIC_URL ?? url,
    now,
    log,
    onMessages: () => delivery.wake(),
    addressOf: ({ headers }, { incoming }) =>
      addressOf(incoming.socket, config.TRUST_PROXY ? headers.get("x-forwarded-for") : undefined),
    pause: nextTurn,
    turns: createTurns(nextTurn),
    page: createPageSource({ walletDemo: config.WALLET_DEMO, recoveryPage: config.RECOVERY_PAGE }, log),
    ...(tracing !== undefined && { onAnswer: tracing.onAnswer }),
    ...(metrics !== undefined && { metrics: withPage(metrics) }),
  });
  const http = createHttpServer(
    { requestTimeout: REQUEST_TIMEOUT },
    createHttpListener(tracing === undefined ? server : { ...server, post: tracing.traced(server.post) }, {
      trustProxy: config.TRUST_PROXY,
      log,
    }),
  );
  http.setTimeout(SILENCE_TIMEOUT);
  http.on("clientError", answerBadRequest);
  const closeConnections = connectionsCloser(http);
  try {
    url = urlOf(config.HOST, await listen(http, config));
  } catch (error) {
    await storage.close();
    throw error;
  }
  const delivery = startDelivery(server.openDelivery());
  const stopCheck = startBackgroundCheck({
    ...{ sql: storage.sql, keys: storage.keys, now, log },
    file: progressFile(resolve(config.DATA_DIR), "background-check.json", storage.fingerprint),
    interval: storage.isEmbedded ? config.CHECK_INTERVAL : 0,
    onDamagedShare: metrics?.damagedShareMet,
  });
  await endOldKeys(config, now(), log);
  const upkeep = setInterval(() => {
    void server.maintain();
    void endOldKeys(config, now(), log);
  }, UPKEEP_INTERVAL);
  const lookForRoom = () => server.lookForRoom(storage.diskIsShort());
  await lookForRoom();
  const roomWatch = setInterval(lookForRoom, ROOM_INTERVAL);
  await server.logAudit();
  const auditLog = setInterval(server.logAudit, AUDIT_INTERVAL);
  return {
    listening: { url, xid: server.identity.xid.hex(), data: storage.data },
    panicked: storage.panicked,
    stop: async () => {
      clearInterval(upkeep);
      clearInterval(roomWatch);
      clearInterval(auditLog);
      await stopParts({
        closeConnections,
        stopDelivery: delivery.stop,
        closeDatabase: async () => {
          await stopCheck();
          await Promise.all([storage.close(), tracing?.stop()]);
        },
      });
    },
  };
}

/** Takes old keys whose grace is over from the disk. Keys of the environment are the operator's to take out. */
async function endOldKeys(config: Config, now: Date, log: Log): Promise<void> {
  if (config.SERVER_PRIVATE_KEYS !== undefined) return;
  try {
    const erased = await eraseOldKeys(resolve(config.DATA_DIR), now, config.IDENTITY_GRACE);
    if (erased) log.info({}, "old keys erased: their time is over");
  } catch (error) {
    log.warn({ reason: reasonOf(error) }, "old keys cannot be erased");
  }
}

export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

function watch(registry: Registry, { sql, freeBytes, pool }: ServerStorage, now: () => Date): void {
  if (freeBytes !== undefined) watchFreeDisk(registry, freeBytes);
  // Before the question to the database, which itself waits for a connection.
  if (pool !== undefined) watchPool(registry, pool);
  watchDatabase(registry, sql, now);
}

function withPage(metrics: Metrics): NonNullable<ServerParts<NodeBindings>["metrics"]> {
  const { registry } = metrics;
  const read = cluster.isWorker ? shareMetrics(registry) : () => registry.metrics();
  return { ...metrics, page: metricsPage(read) };
}

/** Resolves with the port. @throws {ConfigError} when the server can't listen on the address. */
async function listen(http: Server, { HOST, PORT }: Config): Promise<number> {
  http.listen(PORT, HOST);
  try {
    await once(http, "listening");
  } catch (error) {
    throw aboutAddress(error);
  }
  const address = http.address();
  return typeof address === "object" && address !== null ? address.port : PORT;
}

/** The system's complaint about the address to listen on, with the names of the variables. */
function aboutAddress(error: unknown): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  const variables = error.syscall === "getaddrinfo" ? "HOST" : "HOST and PORT";
  return new ConfigError(`${variables}: ${error.message}`);
}
