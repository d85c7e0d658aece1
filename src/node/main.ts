#!/usr/bin/env node
/**
 * The server on Node, as a process: a Postgres server or an embedded Postgres in the data folder, HTTP on one port.
 *
 * It stops at SIGTERM, SIGINT or SIGHUP, or when the embedded database cannot go on. With `WORKERS` above 1 this
 * process serves no requests: it starts the workers that do.
 */
import cluster from "node:cluster";
import { type Config, ConfigError, readConfig } from "../server/config.ts";
import { openServerKeys } from "../server/server-keys.ts";
import { reasonOf } from "../store/reason.ts";
import { StoreError } from "../store/sql.ts";
import { type NodeLog, openLog } from "./log.ts";
import { startNodeServer, urlOf } from "./node-server.ts";
import { secretsFor } from "./storage.ts";
import { passMistakeOn, startWorkers } from "./workers.ts";

async function start(config: Config, { log, announce }: NodeLog): Promise<void> {
  const server = await startNodeServer(config, log);
  onSignal(async () => {
    await server.stop();
    log.info({}, "stopped");
    process.exit(0);
  });
  void server.panicked.then(async (error) => {
    log.fatal({ err: error }, "stopping: the database is there again after a new start");
    await server.stop();
    log.info({}, "stopped");
    process.exit(1);
  });
  // Last, since a program that reads this line may stop the server at once.
  if (cluster.isWorker) log.debug({ ...server.listening, pid: process.pid }, "listening");
  else announce(server.listening);
}

/** This process makes the secrets, before there are several that would. */
async function startAll(config: Config, { log, announce }: NodeLog): Promise<void> {
  const { DATABASE_URL, HOST, WORKERS: count } = config;
  if (DATABASE_URL === undefined) throw new ConfigError("WORKERS above 1 needs DATABASE_URL");
  const { identity } = await openServerKeys((await secretsFor(config)).serverKeys, config.IDENTITY_GRACE);
  const xid = identity.xid.hex();
  const workers = startWorkers(count, log, {
    onListening: (port) => announce({ url: urlOf(HOST, port), xid, data: "DATABASE_URL", workers: count }),
    onMistake: (text) => process.stderr.write(`${text}\n`),
    onFailed: () => process.exit(1),
  });
  onSignal(async () => {
    await workers.stop();
    log.info({}, "all stopped");
  });
}

/** Stops once. Ctrl-C reaches a worker twice: from the terminal, and through the process that started the worker. */
function onSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const once = () => {
    if (!stopping) void stop();
    stopping = true;
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, once);
}

/** Logs one line for each mistake of the operator's. Any other error is a bug and keeps its stack. */
async function fail(error: unknown, { log }: NodeLog): Promise<never> {
  const isMistake = error instanceof ConfigError || error instanceof StoreError;
  if (!isMistake) log.fatal({ err: error }, "cannot start");
  else if (cluster.isWorker) await passMistakeOn(reasonOf(error));
  else process.stderr.write(`${reasonOf(error)}\n`);
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

// Only the user that runs this process may read the files that it makes.
process.umask(0o077);
const config = readConfigOrExit();
const log = openLog(config, {
  isTerminal: process.stdout.isTTY,
  write: (text) => process.stdout.write(text),
});
try {
  if (config.WORKERS > 1 && cluster.isPrimary) await startAll(config, log);
  else await start(config, log);
} catch (error) {
  await fail(error, log);
}
