/**
 * Puts the server together: the service's context, its HTTP face, the delivery of messages, the pruning.
 *
 * Node and Workers pass in the parts in which they differ. This code does not know which of them it runs on.
 */
import type { Identity } from "@bc/share-protocol";
import type { Hono } from "hono";
import { type Channel, reachableKinds } from "../fallback/channel.ts";
import type { Delivery } from "../fallback/deliver.ts";
import { createPace } from "../fallback/pace.ts";
import { type AppOptions, createApp } from "../http/app.ts";
import { createExchange, type Exchange, type ExchangeOptions } from "../http/exchange.ts";
import type { Metrics } from "../http/metrics.ts";
import { openDelivery } from "../service/deliver.ts";
import type { Answer, Context, Log, ServerIdentity } from "../service/index.ts";
import type { StorageKeys } from "../service/storage-keys.ts";
import { prune } from "../store/prune.ts";
import type { Sql } from "../store/sql.ts";
import { createAuditLog } from "./audit-log.ts";
import type { Config } from "./config.ts";
import { countedChannel, countedSql } from "./counted.ts";
import { policyOf } from "./policy.ts";
import { createRoomWatch } from "./room-watch.ts";

export type ServerParts<Bindings extends object> = {
  readonly config: Config;
  readonly serverIdentity: ServerIdentity;
  readonly storage: {
    readonly sql: Sql;
    readonly keys: StorageKeys;
    /** Upkeep that the database needs every hour or so. Absent: it looks after itself. */
    readonly maintain?: () => Promise<void>;
  };
  /** With no channel the server takes no contacts and sends nothing. */
  readonly channels: readonly Channel[];
  /** What links in messages start with. A function, since the server learns a free port only when it listens. */
  readonly publicUrl: () => string;
  readonly now: () => Date;
  readonly log: Log;
  /** Lets whatever else waits have its turn. */
  readonly pause: () => Promise<void>;
  /** Called when messages may wait. Returns at once; the platform delivers soon, see {@link Server.openDelivery}. */
  readonly onMessages: () => void;
  /** Told of the answer to each `POST /`, within its call. */
  readonly onAnswer?: (answer: Answer) => void;
  /** Absent: nothing is counted. */
  readonly metrics?: Omit<Metrics, "registry"> & { readonly page: Hono };
} & Pick<ExchangeOptions, "passes" | "turns"> &
  Pick<AppOptions<Bindings>, "addressOf" | "page">;

export type Server<Bindings extends object> = {
  readonly identity: Identity;
  /** Answers any request. Never rejects. */
  readonly fetch: (request: Request, bindings: Bindings) => Response | Promise<Response>;
  /** Answers `POST /`, for a platform that gets there without the fetch API. */
  readonly post: Exchange["post"];
  /**
   * Makes what sends messages. Its calls share promises, so Node makes one for the process, and a Worker one for each
   * event. With no channel it does nothing.
   */
  readonly openDelivery: () => Delivery;
  /**
   * Decides whether there is room for new accounts and shares, for all servers of the database; worth doing every ten seconds
   * or so. Never rejects.
   *
   * @param diskIsShort what this platform knows of the database's disk.
   */
  readonly lookForRoom: (diskIsShort: boolean) => Promise<void>;
  /** Logs what has happened to accounts; worth doing every ten seconds or so. Never rejects. */
  readonly logAudit: () => Promise<void>;
  /** Prunes, and does the database's upkeep; worth doing every hour or so. Never rejects. */
  readonly maintain: () => Promise<void>;
};

const NO_CHANNEL = "there is no channel for messages: fallbacks are not offered";
const OLD_KEYS_WARNING = "SERVER_PRIVATE_KEYS holds old keys whose time is over: take them out";
const TRUST_WARNING = "FALLBACK_TRUST is on: anybody who knows a contact can take its account over";

export function createServer<Bindings extends object>(parts: ServerParts<Bindings>): Server<Bindings> {
  const { config, serverIdentity, storage, publicUrl, now, log, metrics } = parts;
  if (config.FALLBACK_TRUST) log.warn({}, TRUST_WARNING);
  const hasOldKeys = serverIdentity.retired.some(({ until }) => until <= now());
  if (config.SERVER_PRIVATE_KEYS !== undefined && hasOldKeys) log.warn({}, OLD_KEYS_WARNING);
  const sql = metrics === undefined ? storage.sql : countedSql(storage.sql, metrics);
  const channels =
    metrics === undefined
      ? parts.channels
      : parts.channels.map((channel) => countedChannel(channel, metrics));
  const hasChannels = channels.length > 0;
  if (!hasChannels) log.warn({}, NO_CHANNEL);
  const context: Context = {
    ...serverIdentity,
    sql,
    keys: storage.keys,
    policy: policyOf(config, reachableKinds(channels)),
    now,
    log,
    pause: parts.pause,
    wakeDelivery: hasChannels ? parts.onMessages : () => {},
    onDamagedShare: metrics?.damagedShareMet,
  };
  const lookForRoom = createRoomWatch({ sql, log, maxTotalBytes: config.MAX_TOTAL_BYTES || null });
  const exchange = createExchange(context, exchangeOptionsOf(parts));
  const app = createApp(context, exchange, appOptionsOf(parts));
  const delivery = {
    ...context,
    channels,
    publicUrl,
    pace: createPace(),
    ...(metrics !== undefined && {
      onLimitReached: metrics.messageLimitReached,
      onGivenUp: () => metrics.messagesGivenUp(1),
    }),
  };
  return {
    identity: serverIdentity.identity,
    fetch: (request, bindings) => app.fetch(request, bindings),
    post: exchange.post,
    openDelivery: () => openDelivery(delivery),
    lookForRoom,
    logAudit: createAuditLog({ sql, log }),
    maintain: async () => {
      try {
        const pruned = await prune(sql, now(), { auditKeep: config.AUDIT_KEEP });
        log.info(pruned, "pruned");
        metrics?.messagesGivenUp(pruned.messages);
        await storage.maintain?.();
      } catch (error) {
        log.error({ err: error }, "upkeep failed");
      }
    },
  };
}

function exchangeOptionsOf<Bindings extends object>(parts: ServerParts<Bindings>): ExchangeOptions {
  const { config, passes, turns, metrics, onAnswer } = parts;
  return {
    maxRequestBytes: config.MAX_REQUEST_BYTES,
    requestsPerSecond: config.RATE_LIMIT,
    maxInFlight: config.MAX_IN_FLIGHT,
    ...(passes !== undefined && { passes }),
    ...(turns !== undefined && { turns }),
    ...((metrics !== undefined || onAnswer !== undefined) && {
      requestBegins: () => {
        const ends = metrics?.requestBegins();
        return (answer) => {
          ends?.(answer);
          onAnswer?.(answer);
        };
      },
    }),
  };
}

function appOptionsOf<Bindings extends object>(parts: ServerParts<Bindings>): AppOptions<Bindings> {
  const { config, addressOf, page, metrics } = parts;
  return {
    maxRequestBytes: config.MAX_REQUEST_BYTES,
    addressOf,
    ...(page !== undefined && { page }),
    recoveryPage: config.RECOVERY_PAGE,
    ...(metrics !== undefined && { metricsPage: metrics.page }),
  };
}
