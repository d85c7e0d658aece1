/**
 * What Cloudflare gives the Worker: the variables of `src/server/config.ts` as texts, and the bindings that
 * wrangler.toml names.
 */
import { type Config, ConfigError, readConfig } from "../server/config.ts";

/** The operator has to give these: a Worker has no folder to make secrets or a database in. */
export const REQUIRED_SECRETS = ["DATABASE_URL", "SERVER_PRIVATE_KEYS", "STORAGE_KEY"] as const;
/** Variables that a Worker has no use for. An operator who sets one expects e-mail, so it is a mistake to report. */
const NODE_ONLY = ["SMTP_URL", "MAIL_FROM"] as const;

export interface RateLimiter {
  limit(options: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Static files, by the path of a URL. Its host does not matter. */
export interface Assets {
  fetch(url: string): Promise<Response>;
}

export type Env = Readonly<Record<string, unknown>> & {
  /** Counts requests by network. Absent: each isolate counts for itself. */
  readonly RATE_LIMITER?: RateLimiter;
  /** The files of the exchange page. Absent: browsers get what programs get. */
  readonly ASSETS?: Assets;
  /** Where to reach the database instead of Neon's own address. For tests, and for the operator's own proxy. */
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
  // Left out, or the check of pairs would demand a second variable for one that must go.
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
