/** The server of one isolate, put together of what Cloudflare gives it. */

import { identityOf } from "@bc/share-protocol";
import { type Channel, reachableKinds } from "../fallback/channel.ts";
import { createPace } from "../fallback/pace.ts";
import { webhookChannel } from "../fallback/webhook.ts";
import { createApp } from "../http/app.ts";
import type { PageSource } from "../http/page.ts";
import { ConfigError } from "../server/config.ts";
import { policyOf, TRUST_WARNING } from "../server/policy.ts";
import { deliverDue } from "../service/deliver.ts";
import { createStorageCipher } from "../service/storage-cipher.ts";
import { openNeon } from "../store/drivers/neon.ts";
import { withFitCheck } from "../store/fit-check.ts";
import { prune } from "../store/prune.ts";
import { type Assets, type Env, readSettings, type Settings } from "./env.ts";
import { consoleLog } from "./log.ts";

export type Server = {
  readonly fetch: (request: Request, env: Env) => Response | Promise<Response>;
  /** Whether messages may wait since it was last asked. */
  readonly takeWake: () => boolean;
  /** Sends the messages that are due. Never rejects. */
  readonly deliver: () => Promise<void>;
  /** Sends what is due and forgets what is over. Never rejects. */
  readonly keepUp: () => Promise<void>;
};

/** @throws {ConfigError} */
export async function createServer(env: Env): Promise<Server> {
  const settings = readSettings(env);
  const { RATE_LIMITER, ASSETS } = env;
  const now = () => new Date();
  const log = consoleLog(settings.LOG_LEVEL);
  if (settings.FALLBACK_TRUST) log.warn({}, TRUST_WARNING);
  const cipher = await createStorageCipher(settings.STORAGE_KEY);
  const sql = withFitCheck(
    openNeon({ url: settings.DATABASE_URL, endpoint: settings.endpoint }),
    cipher.fingerprint,
  );
  const channels = channelsFrom(settings, now);
  let awake = false;

  const publicUrl = () => settings.PUBLIC_URL ?? "";
  const delivery = { sql, cipher, channels, publicUrl, now, log, pace: createPace() };
  const deliver = async () => {
    if (channels.length > 0) await deliverDue(delivery);
  };
  const app = createApp<Env>(
    {
      identity: identityOf(settings.SERVER_PRIVATE_KEYS),
      sql,
      cipher,
      policy: policyOf(settings, reachableKinds(channels)),
      now,
      log,
      wakeDelivery: () => {
        awake = channels.length > 0;
      },
    },
    {
      maxRequestBytes: settings.MAX_REQUEST_BYTES,
      requestsPerSecond: settings.RATE_LIMIT,
      addressOf: (request) => request.headers.get("cf-connecting-ip") ?? "",
      ...(ASSETS !== undefined && { page: pageFrom(ASSETS) }),
      ...(RATE_LIMITER !== undefined &&
        settings.RATE_LIMIT > 0 && {
          passes: async (address) => (await RATE_LIMITER.limit({ key: address })).success,
        }),
    },
  );

  return {
    fetch: (request, bindings) => app.fetch(request, bindings),
    takeWake: () => {
      const woken = awake;
      awake = false;
      return woken;
    },
    deliver,
    keepUp: async () => {
      await deliver();
      try {
        log.info(await prune(sql, now()), "pruned");
      } catch (error) {
        log.error({ err: error }, "upkeep failed");
      }
    },
  };
}

function pageFrom(assets: Assets): PageSource {
  return async (path) => {
    const response = await assets.fetch(`https://assets.invalid/${path}`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  };
}

/** Without a webhook nobody can be reached, and no fallback is taken: there is no console that its owner alone sees. */
function channelsFrom({ WEBHOOK_URL, WEBHOOK_SECRET }: Settings, now: () => Date): readonly Channel[] {
  if (WEBHOOK_URL === undefined || WEBHOOK_SECRET === undefined) return [];
  try {
    return [webhookChannel({ url: WEBHOOK_URL, secret: WEBHOOK_SECRET, fetch, now })];
  } catch (error) {
    throw new ConfigError(
      `WEBHOOK_URL or WEBHOOK_SECRET: ${error instanceof Error ? error.message : "wrong"}`,
    );
  }
}
