/**
 * What a Postgres URL says, looked at before anybody connects.
 *
 * A password may hold a character that means something in a URL, as in `postgres://user:to@p/secret@host/database`. The
 * text is then another URL, with a part of the password as its host or path: a name server would be asked for it, and
 * errors would name it. So such a URL is refused.
 *
 * This program reads `sslmode` itself, because the package is about to read it differently. It knows `disable`,
 * `verify-full` and `no-verify`. It takes `require` and `verify-ca` for `verify-full`, so that neither leaves a
 * certificate unchecked.
 *
 * Several hosts stand in one URL as libpq writes them: `postgres://user:password@one:5432,two:5432/database`. The package
 * knows one host, so here they become one URL each.
 */
import { StoreError } from "../sql.ts";

export type Tls = {
  readonly mode: "disable" | "verify-full" | "no-verify";
  /** Paths of PEM files: whom to believe, and what this client shows. */
  readonly authorities?: string;
  readonly certificate?: string;
  readonly key?: string;
};

export type DatabaseUrl = {
  /** For each host a URL, without what it says of TLS. */
  readonly connections: readonly string[];
  /** Undefined where it says nothing. */
  readonly tls: Tls | undefined;
};

const MODES: Readonly<Record<string, Tls["mode"]>> = {
  disable: "disable",
  "verify-full": "verify-full",
  require: "verify-full",
  "verify-ca": "verify-full",
  "no-verify": "no-verify",
};
const FILES = { sslrootcert: "authorities", sslcert: "certificate", sslkey: "key" } as const;
/** Other ways to turn TLS on, or checks off. */
const REFUSED = ["ssl", "uselibpqcompat"];
/** What libpq calls the host that takes writes, which is the one that a server uses anyway. */
const SESSION = { parameter: "target_session_attrs", values: ["read-write", "primary"] };

/** Whether a text is `postgres://user:password@host:port/database`, maybe with several hosts, each part escaped as it must be. */
export function isDatabaseUrl(text: string): boolean {
  const urls = urlsOf(text);
  return urls.every(isOneHostUrl) && (urls.length === 1 || urls.every((url) => new URL(url).hostname !== ""));
}

/** One URL for each host of a text. */
function urlsOf(text: string): readonly string[] {
  const [, scheme = "", authority = "", rest = ""] = /^(\w+:\/\/)([^/?]*)(.*)$/s.exec(text) ?? [];
  const user = authority.slice(0, authority.lastIndexOf("@") + 1);
  const hosts = authority.slice(user.length).split(",");
  return hosts.length === 1 ? [text] : hosts.map((host) => `${scheme}${user}${host}${rest}`);
}

/** Whether a text is such a URL with one host, as some drivers want it. */
export function isOneHostUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(text) || text.includes("#") || !URL.canParse(text)) return false;
  const { username, password, hostname, pathname, search } = new URL(text);
  const isWhole = pathname.length > 1 && !hostname.includes(",") && !`${pathname}${search}`.includes("@");
  return isWhole && [username, password, pathname].every(isEscaped);
}

/**
 * What keeps a text from being a database's URL, in words that go on after its name. They repeat none of the text.
 */
export function databaseUrlMistake(text: string): string | undefined {
  if (!isDatabaseUrl(text)) {
    return "takes postgres://user:password@host:port/database, with %40 for @, %2F for / and %23 for # in a password";
  }
  const [first = text] = urlsOf(text);
  const { searchParams } = new URL(first);
  const mode = searchParams.get("sslmode");
  if (mode !== null && !Object.hasOwn(MODES, mode)) {
    return "takes sslmode=disable, sslmode=verify-full (or require, which means the same here) or sslmode=no-verify";
  }
  const refused = REFUSED.find((name) => searchParams.has(name));
  if (refused !== undefined) return `takes no parameter ${refused}; say sslmode=verify-full`;
  const session = searchParams.get(SESSION.parameter);
  const isKnown = session === null || SESSION.values.includes(session);
  return isKnown
    ? undefined
    : `takes ${SESSION.parameter}=${SESSION.values[0]}, or none, which means the same`;
}

/** @throws {StoreError} `unavailable` where there is a {@link databaseUrlMistake}. */
export function readDatabaseUrl(text: string): DatabaseUrl {
  const mistake = databaseUrlMistake(text);
  if (mistake !== undefined) throw new StoreError("unavailable", `the database URL is wrong: it ${mistake}`);
  const urls = urlsOf(text).map((url) => new URL(url));
  const said = urls[0]?.searchParams;
  const mode = said?.get("sslmode") ?? null;
  const files: { -readonly [File in keyof Tls]?: string } = {};
  for (const [parameter, file] of Object.entries(FILES)) {
    const path = said?.get(parameter);
    if (path) files[file] = path;
  }
  for (const { searchParams } of urls) {
    for (const parameter of [...Object.keys(FILES), "sslmode", SESSION.parameter])
      searchParams.delete(parameter);
  }
  const implied = Object.keys(files).length > 0 ? "verify-full" : undefined;
  const chosen = mode === null ? implied : MODES[mode];
  return { connections: urls.map(({ href }) => href), tls: chosen && { ...files, mode: chosen } };
}

function isEscaped(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
