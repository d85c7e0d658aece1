/**
 * The environment, read once into a plain value.
 *
 * One table describes every variable, and the documentation is made from it. A bad value stops the start with a line
 * that names the variable and what it takes.
 */

import { hexToBytes } from "#bc/dcbor";
import { isDatabaseUrl } from "../store/drivers/database-url.ts";
import { ConfigError } from "./config-error.ts";
import { type IdentityScheme, readIdentityScheme } from "./identity-scheme.ts";
import { readServerKeys } from "./server-keys.ts";

export { ConfigError } from "./config-error.ts";

type Variable<T> = {
  /** What the documentation says. */
  readonly about: string;
  /** What it takes, for people: "a number from 0 to 65535". */
  readonly takes: string;
  readonly fallback: T;
  /** Gives undefined for a text that the variable does not take. */
  readonly parse: (text: string) => T | undefined;
};

/** The longest duration: added to any date, it stays within what JavaScript's dates can hold. */
const MAX_DURATION_DAYS = 3_650;

export const VARIABLES = {
  HOST: text("127.0.0.1", "address to listen on"),
  PORT: integer(5332, 0, 65_535, "port to listen on; 0 picks a free one"),
  PUBLIC_URL: baseUrl("what links in messages start with; by default http://HOST:PORT"),
  DATA_DIR: text("./data", "folder of the database, the server's keys and the storage key"),
  DATABASE_URL: secret(
    "postgres://user:password@host:port/database, with %40 for @ and %2F for / in a password",
    "a Postgres server, instead of the database in the folder",
    (given) => (isDatabaseUrl(given) ? given : undefined),
  ),
  DATABASE_POOL: integer(10, 1, 1_000, "connections to DATABASE_URL that a process makes at most"),
  WORKERS: integer(1, 1, 256, "processes that share the port; more than 1 need DATABASE_URL"),
  SERVER_PRIVATE_KEYS: secret(
    "ur:crypto-prvkeys/…, or what share-server new-identity printed",
    "the server's keys; made at first start",
    readServerKeys,
  ),
  IDENTITY_SCHEME: identityScheme(
    "how the server signs and is sealed to, by keys that it makes: at first start (ed25519+x25519 without it), or for share-server new-identity (as before)",
  ),
  IDENTITY_GRACE: duration(
    2_592_000,
    "how long requests to the server's old keys are opened, once it has new ones; 0 when the old ones were stolen",
  ),
  STORAGE_KEY: secret("64 hex digits", "the key of everything at rest; made at first start", readStorageKey),
  NEW_STORAGE_KEY: secret(
    "64 hex digits",
    "for the command `rekey --storage-key`: the storage key that is to come",
    readStorageKey,
  ),
  SMTP_URL: secret(
    "smtp://user:password@host:port, or smtps://…",
    "turns the e-mail channel on",
    readUrl("smtp:", "smtps:"),
  ),
  MAIL_FROM: optionalText(
    "the sender of e-mail",
    "one mailbox: shares@example.com, or Shares <shares@example.com>",
  ),
  WEBHOOK_URL: secret("https://…", "turns the webhook channel on", readUrl("https:", "http:")),
  WEBHOOK_SECRET: secret(
    "whsec_… with 24 to 64 bytes in base64",
    "signs what the webhook gets",
    readWebhookSecret,
  ),
  TRANSFER_DELAY: duration(0, "waiting time between the confirmation of a transfer and its effect"),
  NODE_ENV: optionalText(
    "production: without a channel no fallbacks are offered, instead of messages printed; no FALLBACK_TRUST",
  ),
  FALLBACK_TRUST: flag(false, "for development: contacts count and transfers happen without confirmation"),
  WALLET_DEMO: flag(false, "for development: serves a wallet to try the page with, at /wallet-demo"),
  RECOVERY_PAGE: flag(
    false,
    "serves the page at /recover, which gets lost shares back with keys of its own: docs/security.md says what that means",
  ),
  DEPOSITORY_NAMES: flag(true, "whether the reference depository's functions are answered too"),
  REQUIRE_RECIPIENT: flag(false, "whether sealed requests too must name this server"),
  REQUIRE_KEY_PROOF: flag(
    false,
    "whether updatePublicKey needs the new key's proof; the depository's clients know none",
  ),
  REQUEST_MAX_AGE: duration(86_400, "how far a request's date may lie in the past"),
  REQUEST_MAX_AHEAD: duration(300, "how far a request's date may lie in the future"),
  MAX_REQUEST_BYTES: integer(65_536, 1_024, 16_777_216, "largest request body"),
  MAX_SHARE_BYTES: integer(10_000, 1, 1_000_000, "largest share"),
  MAX_SHARES: integer(1_000, 1, 100_000, "shares an account"),
  MAX_ACCOUNT_BYTES: integer(1_000_000, 1, 1_000_000_000, "bytes of shares an account"),
  RATE_LIMIT: integer(
    20,
    0,
    1_000_000,
    "requests a second and network, five times as many at once; large ones count more; 0: no limit by network at all",
  ),
  MAX_IN_FLIGHT: integer(
    256,
    8,
    100_000,
    "requests that a process carries out at a time, an eighth of them for one network",
  ),
  MAX_NEW_ACCOUNTS: integer(
    60,
    1,
    1_000_000,
    "accounts that a network may open in an hour, with undated requests of keys that have none",
  ),
  MAX_TOTAL_BYTES: integer(
    0,
    0,
    1_000_000_000_000_000,
    "size of the database at which the server takes no new accounts and shares; 0: any",
  ),
  MIN_FREE_BYTES: integer(
    268_435_456,
    0,
    1_000_000_000_000_000,
    "free room on the disk of DATA_DIR, less than which does the same for the embedded database",
  ),
  MAX_MESSAGES: integer(
    3_600,
    1,
    1_000_000,
    "messages to contacts in an hour, for all; the last half is for codes, the last quarter for those of transfers",
  ),
  CHECK_INTERVAL: duration(
    604_800,
    "how long after one check of all shares the next one begins, on the embedded database; 0: none does",
  ),
  AUDIT_KEEP: duration(34_560_000, "how long the audit keeps what has happened to accounts"),
  TRUST_PROXY: flag(false, "whether the address is the last one of X-Forwarded-For"),
  LOG_LEVEL: choice("info", ["trace", "debug", "info", "warn", "error", "silent"], "what is logged"),
  METRICS: flag(true, "whether GET /metrics answers, in Prometheus's text format"),
} satisfies Record<string, Variable<unknown>>;

type Variables = typeof VARIABLES;
export type Config = { readonly [Name in keyof Variables]: Variables[Name]["fallback"] };

/** Two variables that the operator sets together or not at all. */
const PAIRS = [
  ["SMTP_URL", "MAIL_FROM"],
  ["WEBHOOK_URL", "WEBHOOK_SECRET"],
] as const;

/** Most bytes that a request to store a share has besides the share. As a UR the whole request is twice as long. */
const REQUEST_OVERHEAD = 2_048;

/** @throws {ConfigError} when a variable has a value that it does not take, or when two contradict each other. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const mistakes: string[] = [];
  const values = Object.entries<Variable<unknown>>(VARIABLES).map(([name, variable]) => {
    const given = environment[name];
    if (given === undefined || given === "") return [name, variable.fallback];
    const value = variable.parse(given);
    if (value === undefined) mistakes.push(`${name} takes ${variable.takes}`);
    return [name, value];
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.join("\n"));
  const config = Object.fromEntries(values) as Config;
  const contradictions = contradictionsOf(config);
  if (contradictions.length > 0) throw new ConfigError(contradictions.join("\n"));
  return config;
}

function contradictionsOf(config: Config): string[] {
  const { MAX_SHARE_BYTES, MAX_ACCOUNT_BYTES, MAX_REQUEST_BYTES, NODE_ENV, FALLBACK_TRUST } = config;
  const halves = PAIRS.flatMap(([one, other]) => {
    if (config[one] !== undefined && config[other] === undefined) return [`${other} is needed with ${one}`];
    return config[one] === undefined && config[other] !== undefined ? [`${one} is needed with ${other}`] : [];
  });
  const least = MAX_SHARE_BYTES + REQUEST_OVERHEAD;
  return [
    ...halves,
    ...(NODE_ENV === "production" && FALLBACK_TRUST
      ? ["FALLBACK_TRUST takes 0 where NODE_ENV is production"]
      : []),
    ...(MAX_SHARE_BYTES > MAX_ACCOUNT_BYTES ? ["MAX_SHARE_BYTES takes no more than MAX_ACCOUNT_BYTES"] : []),
    ...(MAX_REQUEST_BYTES < least
      ? [`MAX_REQUEST_BYTES takes ${least} or more with this MAX_SHARE_BYTES: a request is a share and more`]
      : []),
  ];
}

function text(fallback: string, about: string): Variable<string> {
  return { about, takes: "a text", fallback, parse: (given) => given };
}

function optionalText(about: string, takes = "a text"): Variable<string | undefined> {
  return { about, takes, fallback: undefined, parse: (given) => given };
}

/** A URL that the server can append a path and a query to. */
function baseUrl(about: string): Variable<string | undefined> {
  const read = readUrl("http:", "https:");
  const parse = (given: string) => (/[?#]/.test(given) ? undefined : read(given));
  return { about, takes: "an http or https URL without ? and #", fallback: undefined, parse };
}

function readUrl(...protocols: readonly string[]): (given: string) => string | undefined {
  return (given) => (URL.canParse(given) && protocols.includes(new URL(given).protocol) ? given : undefined);
}

function readWebhookSecret(given: string): string | undefined {
  return /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/.test(given) ? given : undefined;
}

function integer(fallback: number, min: number, max: number, about: string): Variable<number> {
  const parse = (given: string) => {
    const value = /^\d{1,16}$/.test(given) ? Number(given) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  };
  return { about, takes: `a whole number from ${min} to ${max}`, fallback, parse };
}

function flag(fallback: boolean, about: string): Variable<boolean> {
  const values: Readonly<Record<string, boolean>> = { "1": true, on: true, "0": false, off: false };
  return { about, takes: "1 or 0", fallback, parse: (given) => values[given.toLowerCase()] };
}

function choice(fallback: string, options: readonly string[], about: string): Variable<string> {
  const parse = (given: string) => options.find((option) => option === given);
  return { about, takes: `one of ${options.join(", ")}`, fallback, parse };
}

const SECONDS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds. */
function duration(fallback: number, about: string): Variable<number> {
  const parse = (given: string) => {
    const [, digits, unit] = /^(\d{1,8})([smhd]?)$/.exec(given) ?? [];
    const value = digits === undefined ? Number.NaN : Number(digits) * (SECONDS[unit ?? ""] ?? 1);
    return value <= MAX_DURATION_DAYS * 86_400 ? value : undefined;
  };
  const takes = `seconds, or a number with s, m, h or d, ${MAX_DURATION_DAYS}d at most`;
  return { about, takes, fallback, parse };
}

function identityScheme(about: string): Variable<IdentityScheme | undefined> {
  const takes =
    "ed25519, schnorr, ecdsa, mldsa44, mldsa65 or mldsa87 to sign, a +, and x25519, mlkem512, mlkem768 or mlkem1024 to be sealed to, as mldsa65+mlkem768";
  return { about, takes, fallback: undefined, parse: readIdentityScheme };
}

function secret<T>(
  takes: string,
  about: string,
  parse: (given: string) => T | undefined,
): Variable<T | undefined> {
  return { about, takes, fallback: undefined, parse };
}

/** 32 bytes as 64 hex digits. */
export function readStorageKey(given: string): Uint8Array | undefined {
  return /^[0-9a-f]{64}$/i.test(given.trim()) ? hexToBytes(given.trim()) : undefined;
}
