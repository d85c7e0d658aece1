/**
 * The server on Cloudflare Workers, with Neon as its database.
 *
 * `fetch` answers a request, and then sends the messages that it has caused. `scheduled` sends again the messages that
 * failed, and prunes the database. Only the operator's command migrates the database.
 *
 * An isolate serves many requests at once, and Cloudflare ends a request's input and output with the request. So the
 * isolate keeps finished values only: requests share no promise that waits for the network.
 */
import { ConfigError } from "../server/config.ts";
import { StoreError } from "../store/sql.ts";
import type { Env } from "./env.ts";
import { consoleLog } from "./log.ts";
import { createWorkerServer, type WorkerServer } from "./worker-server.ts";

type ExecutionContext = {
  /** Keeps the isolate running until the promise is settled, for at most 30 seconds after the answer. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
};

let kept: WorkerServer | undefined;

/** Undefined when the server can't start. The log then says why. */
async function serverOf(env: Env): Promise<WorkerServer | undefined> {
  try {
    kept ??= await createWorkerServer(env);
  } catch (error) {
    const isMistake = error instanceof ConfigError || error instanceof StoreError;
    const fields = isMistake ? { mistakes: error.message.split("\n") } : { err: error };
    consoleLog("error").error(fields, "cannot start");
  }
  return kept;
}

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const server = await serverOf(env);
    if (server === undefined) return new Response("not configured", { status: 503 });
    const response = await server.fetch(request, env);
    if (server.takeWake()) context.waitUntil(server.openDelivery().deliver());
    return response;
  },

  async scheduled(_event: unknown, env: Env): Promise<void> {
    const server = await serverOf(env);
    await server?.openDelivery().deliver();
    await server?.lookForRoom(false);
    await server?.logAudit();
    await server?.maintain();
  },
};
