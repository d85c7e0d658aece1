/**
 * The server, put together: the service's context, its HTTP face, the delivery of messages, the pruning.
 *
 * Node and Workers supply the parts in which they differ; nothing here knows which of them it runs on.
 */
import type { PrivateKeys } from "@bc/envelope";
import { type Identity, identityOf } from "@bc/share-protocol";
import type { Hono } from "hono";
import { type Channel, reachableKinds } from "../fallback/channel.ts";
import type { Delivery } from "../fallback/deliver.ts";
import { createPace } from "../fallback/pace.ts";
import { type AppOptions, createApp } from "../http/app.ts";
import { createExchange, type Exchange, type ExchangeOptions } from "../http/exchange.ts";
import type { Metrics } from "../http/metrics.ts";
import { openDelivery } from "../service/deliver.ts";
import type { Context, Log } from "../service/index.ts";
import type { StorageCipher } from "../service/storage-cipher.ts";
import { prune } from "../store/prune.ts";
import type { Sql } from "../store/sql.ts";
import type { Config } from "./config.ts";
import { countedChannel, countedSql } from "./counted.ts";
import { policyOf } from "./policy.ts";

export type ServerParts<Bindings extends object> = {
  readonly config: Config;
  readonly privateKeys: PrivateKeys;
  readonly storage: {
    readonly sql: Sql;
    readonly cipher: StorageCipher;
    /** What the database wants done every hour or so. Absent: it looks after itself. */
    readonly maintain?: () => Promise<void>;
  };
  /** How contacts are reached. With none of them the server takes no contacts and sends nothing. */
  readonly channels: readonly Channel[];
  /** What links in messages start with. Asked for each message, since a free port is known only late. */
  readonly publicUrl: () => string;
  readonly now: () => Date;
  readonly log: Log;
  /** Called when messages may wait: the platform then delivers soon, see {@link Server.openDelivery}. Returns at once. */
  readonly onMessages: () => void;
  /** Absent: nothing is counted. */
  readonly metrics?: Omit<Metrics, "registry"> & { readonly page: Hono };
} & Pick<ExchangeOptions, "passes"> &
  Pick<AppOptions<Bindings>, "addressOf" | "page">;

export type Server<Bindings extends object> = {
  readonly identity: Identity;
  /** Answers any request. Never rejects. */
  readonly fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>;
  /** Answers what is posted to `/`, for a platform that has a shorter way there than fetch. */
  readonly post: Exchange["post"];
  /** What sends messages: one for each stretch of time in which promises may be shared. With no channel it does nothing. */
  readonly openDelivery: () => Delivery;
  /** Forgets what is over; worth doing every hour or so. Never rejects. */
  readonly maintain: () => Promise<void>;
};

const NO_CHANNEL = "there is no channel for messages: fallbacks are not offered";
const TRUST_WARNING = "FALLBACK_TRUST is on: anybody who knows a contact can take its account over";

export function createServer<Bindings extends object>(parts: ServerParts<Bindings>): Server<Bindings> {
  const { config, privateKeys, storage, publicUrl, now, log, metrics } = parts;
  if (config.FALLBACK_TRUST) log.warn({}, TRUST_WARNING);
  const { cipher } = storage;
  const sql = metrics === undefined ? storage.sql : countedSql(storage.sql, metrics);
  const channels =
    metrics === undefined
      ? parts.channels
      : parts.channels.map((channel) => countedChannel(channel, metrics));
  const hasChannels = channels.length > 0;
  if (!hasChannels) log.warn({}, NO_CHANNEL);
  const identity = identityOf(privateKeys);
  const context: Context = {
    identity,
    sql,
    cipher,
    policy: policyOf(config, reachableKinds(channels)),
    now,
    log,
    wakeDelivery: hasChannels ? parts.onMessages : () => {},
  };
  const exchange = createExchange(context, exchangeOptionsOf(parts));
  const app = createApp(context, exchange, appOptionsOf(parts));
  const delivery = {
    ...context,
    channels,
    publicUrl,
    pace: createPace(),
    ...(metrics !== undefined && { onLimitReached: metrics.messageLimitReached }),
  };
  return {
    identity,
    fetch: (request, bindings) => app.fetch(request, bindings),
    post: exchange.post,
    openDelivery: () => openDelivery(delivery),
    maintain: async () => {
      try {
        log.info(await prune(sql, now()), "pruned");
        await storage.maintain?.();
      } catch (error) {
        log.error({ err: error }, "upkeep failed");
      }
    },
  };
}

function exchangeOptionsOf<Bindings extends object>(parts: ServerParts<Bindings>): ExchangeOptions {
  const { config, passes, metrics } = parts;
  return {
    maxRequestBytes: config.MAX_REQUEST_BYTES,
    requestsPerSecond: config.RATE_LIMIT,
    // Who switches the limits off means the platform's, too.
    ...(passes !== undefined && config.RATE_LIMIT > 0 && { passes }),
    ...(metrics !== undefined && { requestBegins: metrics.requestBegins }),
  };
}

function appOptionsOf<Bindings extends object>(parts: ServerParts<Bindings>): AppOptions<Bindings> {
  const { config, addressOf, page, metrics } = parts;
  return {
    maxRequestBytes: config.MAX_REQUEST_BYTES,
    addressOf,
    ...(page !== undefined && { page }),
    ...(metrics !== undefined && { metricsPage: metrics.page }),
  };
}
