/**
 * What Cloudflare gives the Worker: texts, which are the variables of `src/server/config.ts`, and the bindings that wrangler.toml
 * names.
 */
import { type Config, ConfigError, readConfig } from "../server/config.ts";

/** Without these there is no Worker: it has no folder to make them in. */
export const REQUIRED_SECRETS = ["DATABASE_URL", "SERVER_PRIVATE_KEYS", "STORAGE_KEY"] as const;
/** What a Worker cannot do; given all the same, it is a mistake that should not pass in silence. */
const NODE_ONLY = ["SMTP_URL", "MAIL_FROM"] as const;

export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Static files, by their path in a URL whose host does not matter. */
export interface Assets {
  fetch(url: string): Promise<Response>;
}

export type Env = Readonly<Record<string, unknown>> & {
  /** Counts requests by address. Without it each isolate counts for itself. */
  readonly RATE_LIMITER?: RateLimiter;
  /** The files of the exchange page. Without them browsers get what programs get. */
  readonly ASSETS?: Assets;
  /** Where to reach the database instead of Neon's own address. For tests and for proxies of one's own. */
  readonly NEON_ENDPOINT?: string;
};

export type WorkerConfig = Config & {
  readonly [Name in (typeof REQUIRED_SECRETS)[number]]: NonNullable<Config[Name]>;
} & { readonly endpoint: string | undefined };

/** @throws {ConfigError} with a line for each mistake; no line shows a value. */
export function readWorkerConfig(env: Env): WorkerConfig {
  const texts = Object.entries(env).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const nodeOnly = NODE_ONLY.filter((name) => env[name]);
  // Left out, so that nothing is asked to go with them.
  const leftOut = Object.fromEntries(NODE_ONLY.map((name) => [name, undefined]));
  const config = readConfig({ ...Object.fromEntries(texts), ...leftOut });
  const { DATABASE_URL, SERVER_PRIVATE_KEYS, STORAGE_KEY, WEBHOOK_URL, PUBLIC_URL } = config;
  const needed = { DATABASE_URL, SERVER_PRIVATE_KEYS, STORAGE_KEY };
  const neededToo = WEBHOOK_URL === undefined ? {} : { PUBLIC_URL };
  const mistakes = [
    ...missing(needed).map((name) => `${name} is needed on Workers`),
    ...missing(neededToo).map((name) => `${name} is needed with WEBHOOK_URL`),
    ...nodeOnly.map((name) => `${name} works on Node only`),
  ];
  if (
    DATABASE_URL === undefined ||
    SERVER_PRIVATE_KEYS === undefined ||
    STORAGE_KEY === undefined ||
    mistakes.length > 0
  )
    throw new ConfigError(mistakes.join("\n"));
  return { ...config, DATABASE_URL, SERVER_PRIVATE_KEYS, STORAGE_KEY, endpoint: env.NEON_ENDPOINT };
}

function missing(values: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(values).filter((name) => values[name] === undefined);
}
