/**
 * A Postgres server, reached over a pool of connections.
 *
 * Statements: a text with parameters is prepared once per connection. The connection must therefore lead to
 * Postgres itself, or to a pooler that keeps prepared statements and start-up parameters.
 *
 * Failure: the driver throws away a connection that saw one, and the next call makes another. So nothing has to be done
 * when the database comes back. A statement that hangs is ended by Postgres itself after `statementTimeout`, or a
 * little later by this driver, in case Postgres is no longer there.
 *
 * Several hosts: all statements go to the one that takes writes, see writable-host.ts.
 *
 * Secrecy: of the URL, an error's text and cause hold at most the names of the user and the database. Of a row they
 * hold no value.
 */
import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { type Sql, type SqlValue, StoreError } from "../sql.ts";
import type { WaitWatch } from "../wait-watch.ts";
import { BYTEA, decodeBytea } from "./bytea.ts";
import { readDatabaseUrl, type Tls } from "./database-url.ts";
import { statementNames } from "./statement-names.ts";
import { findWritable, onWritableHost } from "./writable-host.ts";

export interface PostgresDatabase {
  readonly sql: Sql;
  /** Connections that there are, those of them that nobody uses, and calls that wait for one. */
  readonly pool: () => { readonly total: number; readonly idle: number; readonly waiting: number };
  /** Waits for the calls under way and closes all connections. Calls after it fail. */
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Connections at most. They are made when needed, and closed when idle. */
  readonly connections: number;
  /** Milliseconds for one statement; 0 for no limit. Default: 10 seconds. */
  readonly statementTimeout?: number;
  /** Milliseconds to wait for a connection, also for a free one of the pool. Default: 5 seconds. */
  readonly connectionTimeout?: number;
  /** Told how long each call has waited for a connection. */
  readonly watch?: WaitWatch | undefined;
}

const CONNECTION_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 10_000;
/** Milliseconds that Postgres gets to report its own timeout. */
const REPORT_TIME = 2_000;

/**
 * Connects when first called.
 *
 * @param url `postgres://…`, with TLS as its `sslmode` says.
 * @throws {StoreError} `unavailable` when the URL is wrong, or names a file that cannot be read.
 */
export function connectPostgres(url: string, options: PostgresOptions): PostgresDatabase {
  return onWritableHost(connectionsTo(url).map((host) => connectHost(host, options)));
}

function connectHost(
  host: Connection,
  {
    connections,
    statementTimeout = STATEMENT_TIMEOUT,
    connectionTimeout = CONNECTION_TIMEOUT,
    watch,
  }: PostgresOptions,
): PostgresDatabase {
  const pool = new pg.Pool({
    ...host,
    application_name: "share-server",
    max: connections,
    connectionTimeoutMillis: connectionTimeout,
    keepAlive: true,
    types: { getTypeParser: parserFor },
    ...(statementTimeout > 0 && {
      statement_timeout: statementTimeout,
      query_timeout: statementTimeout + REPORT_TIME,
    }),
  });
  // The pool drops an idle connection that breaks. Without a listener the event would end the process.
  pool.on("error", () => {});
  const nameOf = statementNames();

  const sql: Sql = async <Row>(text: string, params: readonly SqlValue[]) => {
    try {
      const statement = params.length === 0 ? { text } : { text, name: nameOf(text), values: [...params] };
      const begun = watch?.clock() ?? 0;
      const client = await pool.connect();
      watch?.waited(watch.clock() - begun);
      return await runOn<Row>(client, statement);
    } catch (error) {
      throw unavailable(error);
    }
  };

  let closing: Promise<void> | undefined;
  const state = () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount });
  return { sql, pool: state, close: () => (closing ??= pool.end()) };
}

/** As the pool's own `query` does it: a connection on which anything failed is not used again. */
async function runOn<Row>(client: pg.PoolClient, statement: pg.QueryConfig): Promise<Row[]> {
  // A connection that breaks fails the statement, and then tells again. Without a listener that would end the process.
  const ignore = () => {};
  client.on("error", ignore);
  let failed = true;
  try {
    const { rows } = await client.query<Row & object>(statement);
    failed = false;
    return rows;
  } finally {
    client.off("error", ignore);
    client.release(failed);
  }
}

type Connection = Pick<pg.ClientConfig, "connectionString" | "ssl">;

/** What the package has to know of each host of a URL. @throws {StoreError} `unavailable` */
function connectionsTo(url: string): readonly Connection[] {
  const { connections, tls } = readDatabaseUrl(url);
  const ssl = tls && tlsOptions(tls);
  return connections.map((connectionString) => ({ connectionString, ...(ssl !== undefined && { ssl }) }));
}

/** What the package has to know of the host that takes writes. @throws {StoreError} `unavailable` */
export async function writableConnection(url: string): Promise<Connection> {
  const connections = connectionsTo(url);
  const hosts = connections.map((connection) => connectHost(connection, { connections: 1 }));
  try {
    const writable = await findWritable(hosts);
    return connections[hosts.indexOf(writable)] ?? {};
  } finally {
    await Promise.all(hosts.map(({ close }) => close()));
  }
}

function tlsOptions({ mode, authorities, certificate, key }: Tls): ConnectionOptions | false {
  if (mode === "disable") return false;
  return {
    ...(mode === "no-verify" && { rejectUnauthorized: false }),
    ...(authorities !== undefined && { ca: readPem("sslrootcert", authorities) }),
    ...(certificate !== undefined && { cert: readPem("sslcert", certificate) }),
    ...(key !== undefined && { key: readPem("sslkey", key) }),
  };
}

function readPem(parameter: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = `the file that ${parameter} of the database URL names cannot be read`;
    throw new StoreError("unavailable", why, { cause: causeOf(error) });
  }
}

function parserFor(type: number, format?: "text" | "binary"): (text: string) => unknown {
  if (type === BYTEA && format !== "binary") return decodeBytea;
  return pg.types.getTypeParser(type, format);
}

const UNKNOWN_AUTHORITY =
  "the database's certificate is by no authority that is known here; sslrootcert=FILE names one";

/** What an operator can do something about, by SQLSTATE or by the system's error code. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the database cannot be reached: nobody listens at its address",
  ENOTFOUND: "the database cannot be reached: its host has no address",
  EAI_AGAIN: "the database cannot be reached: nobody tells its host's address",
  ENOENT: "the database cannot be reached: there is no socket at its address",
  EHOSTUNREACH: "the database cannot be reached: there is no way to its address",
  ENETUNREACH: "the database cannot be reached: there is no way to its address",
  ETIMEDOUT: "the database cannot be reached: its address does not answer",
  ECONNRESET: "the connection to the database broke",
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "the database's certificate is signed by itself; sslrootcert=FILE names it as one to believe",
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  ERR_TLS_CERT_ALTNAME_INVALID: "the database's certificate is for another host than the URL's",
  CERT_HAS_EXPIRED: "the database's certificate has expired",
  CERT_NOT_YET_VALID: "the database's certificate is not valid yet",
  "08006": "a node of the database does not answer",
  "28P01": "the database refuses the user or the password",
  "28000": "the database refuses the user or the way of connecting",
  "3D000": "there is no database of that name",
  "42501":
    "the database role lacks a right; `share-server migrate --grant ROLE` gives those that a server needs",
  "42704": "the database knows no role of that name",
  "53100": "the disk of the database is full",
  "53300": "the database has no connection free",
  "57014": "the database took too long",
  "57P01": "the database is shutting down",
  "57P03": "the database is starting up or shutting down",
};

/** The same for what the package says without a code. */
const REASONS_BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/timeout|timed out/i, "the database took too long"],
  [/terminated|closed/i, "the connection to the database broke"],
  [/does not support SSL/, "the database offers no TLS"],
  [/client password must be/, "the database wants a password, and its URL has none"],
];

/** What a failure of the driver's means. */
export function unavailable(error: unknown): StoreError {
  const code = codeOf(error);
  const reason =
    code === undefined
      ? REASONS_BY_TEXT.find(([text]) => error instanceof Error && text.test(error.message))?.[1]
      : REASONS[code];
  return new StoreError("unavailable", reason ?? `the database failed${code ? ` (${code})` : ""}`, {
    cause: causeOf(error),
  });
}

function codeOf(error: unknown): string | undefined {
  // Several addresses were tried, and each failed.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/**
 * Takes the sentence from Postgres's error, but not `detail`, `parameters` and the like, which quote the rows. From the
 * system's error it takes only the code, because the sentence quotes the host.
 */
function causeOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  if (code !== undefined && !(error instanceof pg.DatabaseError)) return new Error(code);
  const cause = new Error(error.message);
  return error.stack === undefined ? cause : Object.assign(cause, { stack: error.stack });
}
