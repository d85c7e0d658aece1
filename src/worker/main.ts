/**
 * The server on Cloudflare Workers, with Neon as its database.
 *
 * `fetch` answers requests, and sends the messages that come of them after the answer. `scheduled` sends again what
 * could not be sent, and forgets what is over. The database is migrated by the operator's command, never from here.
 *
 * An isolate serves many requests, also at once, and Cloudflare ends a request's input and output with the request. So
 * what is kept for the isolate is made of finished values only: no promise that waits for the network is shared.
 */
import { ConfigError } from "../server/config.ts";
import { StoreError } from "../store/sql.ts";
import { createServer, type Server } from "./create-server.ts";
import type { Env } from "./env.ts";
import { consoleLog } from "./log.ts";

type ExecutionContext = {
  /** Keeps the isolate at it until the promise is settled, at most 30 seconds after the answer. */
  readonly waitUntil: (promise: Promise<unknown>) => void;
};

let kept: Server | undefined;

/** Undefined when the configuration is wrong; the log says how. */
async function serverOf(env: Env): Promise<Server | undefined> {
  try {
    kept ??= await createServer(env);
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
    if (server.takeWake()) context.waitUntil(server.deliver());
    return response;
  },

  async scheduled(_event: unknown, env: Env): Promise<void> {
    await (await serverOf(env))?.keepUp();
  },
};
