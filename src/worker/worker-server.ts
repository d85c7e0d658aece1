/** Makes the server of one isolate from what Cloudflare gives it. */

import type { Channel } from "../fallback/channel.ts";
import { webhookChannel } from "../fallback/channels/webhook.ts";
import { widerNetworks } from "../http/network.ts";
import type { PageSource } from "../http/page.ts";
import { ConfigError } from "../server/config.ts";
import { createServer, type Server } from "../server/create-server.ts";
import { openServerKeys } from "../server/server-keys.ts";
import { fingerprintOf, openStorageKeys } from "../service/storage-keys.ts";
import { openNeon } from "../store/drivers/neon.ts";
import { withFitCheck } from "../store/fit-check.ts";
import { type Assets, type Env, type RateLimiter, readWorkerConfig, type WorkerConfig } from "./env.ts";
import { consoleLog } from "./log.ts";

export type WorkerServer = Server<Env> & {
  /** Whether new messages may wait since the last call. */
  readonly takeWake: () => boolean;
};

/** @throws {ConfigError} */
export async function createWorkerServer(env: Env): Promise<WorkerServer> {
  const config = readWorkerConfig(env);
  const { RATE_LIMITER, ASSETS } = env;
  const now = () => new Date();
  const database = openNeon({ url: config.DATABASE_URL, endpoint: config.endpoint });
  const sql = withFitCheck(database, fingerprintOf(config.STORAGE_KEY));
  let awake = false;
  const server = createServer<Env>({
    config,
    serverIdentity: await openServerKeys(config.SERVER_PRIVATE_KEYS, config.IDENTITY_GRACE),
    storage: { sql, keys: openStorageKeys(sql, config.STORAGE_KEY) },
    channels: channelsFrom(config, now),
    publicUrl: () => config.PUBLIC_URL ?? "",
    now,
    log: consoleLog(config.LOG_LEVEL),
    // An isolate that is busy gets no more requests: Cloudflare starts another.
    pause: async () => {},
    onMessages: () => {
      awake = true;
    },
    addressOf: (request) => request.headers.get("cf-connecting-ip") ?? "",
    ...(ASSETS !== undefined && { page: pageFrom(ASSETS) }),
    ...(RATE_LIMITER !== undefined && {
      passes: (network, requests) => countAtPlatform(RATE_LIMITER, network, requests),
    }),
  });
  return {
    ...server,
    takeWake: () => {
      const woken = awake;
      awake = false;
      return woken;
    },
  };
}

/**
 * The platform's counter has one limit for all and knows no weights. So a large request is counted several times; and of
 * the wider networks, which may send several times as much, it counts one request in so many, at random.
 */
async function countAtPlatform(limiter: RateLimiter, network: string, requests: number): Promise<boolean> {
  const wider = widerNetworks(network).filter(({ weight }) => Math.random() * weight < 1);
  const keys = Array.from({ length: requests }, () => [network, ...wider.map(({ name }) => name)]).flat();
  const counts = await Promise.all(keys.map((key) => limiter.limit({ key })));
  return counts.every(({ success }) => success);
}

function pageFrom(assets: Assets): PageSource {
  return async (path) => {
    const response = await assets.fetch(`https://assets.invalid/${path}`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  };
}

/**
 * The webhook, if the operator has set one up. A Worker has no private console to print messages on, so without a
 * webhook it takes no contacts.
 */
function channelsFrom({ WEBHOOK_URL, WEBHOOK_SECRET }: WorkerConfig, now: () => Date): readonly Channel[] {
  if (WEBHOOK_URL === undefined || WEBHOOK_SECRET === undefined) return [];
  try {
    return [webhookChannel({ url: WEBHOOK_URL, secret: WEBHOOK_SECRET, fetch, now })];
  } catch (error) {
    throw new ConfigError(
      `WEBHOOK_URL or WEBHOOK_SECRET: ${error instanceof Error ? error.message : "wrong"}`,
    );
  }
}
