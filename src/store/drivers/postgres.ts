/**
 * A Postgres server, reached over a pool of connections.
 *
 * Statements: a text with parameters is prepared once per connection. The connection must therefore lead to
 * Postgres itself, or to a pooler that keeps prepared statements and start-up parameters.
 *
 * Failure: a connection that saw one is thrown away, and the next call makes another; so nothing has to be done
 * when the database comes back. A database that hangs is given up twice: by Postgres itself after
 * `statementTimeout`, and by this driver a little later, for when Postgres is not there to do it.
 *
 * Secrecy: no error's text or cause holds the URL, or a value of a row.
 */
import pg from "pg";
import { type Sql, type SqlValue, StoreError } from "../sql.ts";

export interface PostgresDatabase {
  readonly sql: Sql;
  /** Waits for the calls under way and closes all connections. Calls after it fail. */
  close(): Promise<void>;
}

export interface PostgresOptions {
  /** Connections at most. They are made when needed, and closed when idle. */
  readonly connections: number;
  /** Milliseconds for one statement; 0 for no limit. Default: 10 seconds. */
  readonly statementTimeout?: number;
}

/** Milliseconds to wait for a connection, also for a free one of the pool. */
const CONNECTION_TIMEOUT = 5_000;
const STATEMENT_TIMEOUT = 10_000;
/** Milliseconds that Postgres gets to report its own timeout. */
const REPORT_TIME = 2_000;
const BYTEA = pg.types.builtins.BYTEA;

/** Connects when first called; nothing is checked before. @param url `postgres://…`, with TLS as `sslmode` says. */
export function connectPostgres(
  url: string,
  { connections, statementTimeout = STATEMENT_TIMEOUT }: PostgresOptions,
): PostgresDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "share-server",
    max: connections,
    connectionTimeoutMillis: CONNECTION_TIMEOUT,
    keepAlive: true,
    types: { getTypeParser: parserFor },
    ...(statementTimeout > 0 && {
      statement_timeout: statementTimeout,
      query_timeout: statementTimeout + REPORT_TIME,
    }),
  });
  // An idle connection that breaks is dropped by the pool; unheard, the event would end the process.
  pool.on("error", () => {});
  const nameOf = statementNames();

  const sql: Sql = async <Row>(text: string, params: readonly SqlValue[]) => {
    try {
      const statement = params.length === 0 ? { text } : { text, name: nameOf(text), values: [...params] };
      const { rows } = await pool.query<Row & object>(statement);
      return rows;
    } catch (error) {
      throw unavailable(error);
    }
  };

  let closing: Promise<void> | undefined;
  return { sql, close: () => (closing ??= pool.end()) };
}

/** A short name for each text. There are as many texts as store functions, so the names are never forgotten. */
function statementNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    return name;
  };
}

function parserFor(type: number, format?: "text" | "binary"): (text: string) => unknown {
  if (type === BYTEA && format !== "binary")
    return (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"));
  return pg.types.getTypeParser(type, format);
}

/** What an operator can do something about, by SQLSTATE or by the system's name for it. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the database cannot be reached: nobody listens at its address",
  ENOTFOUND: "the database cannot be reached: its host has no address",
  ENOENT: "the database cannot be reached: there is no socket at its address",
  EHOSTUNREACH: "the database cannot be reached: there is no way to its address",
  ETIMEDOUT: "the database cannot be reached: its address does not answer",
  ECONNRESET: "the connection to the database broke",
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

/** What a failure of the driver's means. */
export function unavailable(error: unknown): StoreError {
  const code = codeOf(error);
  const reason = code === undefined ? undefined : REASONS[code];
  return new StoreError(
    "unavailable",
    reason ?? `the database failed${code ? ` (${code})` : ""}`,
    causeOf(error),
  );
}

function codeOf(error: unknown): string | undefined {
  // Several addresses were tried, and each failed.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  if (/timeout|timed out/i.test(error.message)) return "57014";
  return /terminated|closed/i.test(error.message) ? "ECONNRESET" : undefined;
}

/** Without `detail`, `parameters` and the like, which quote the rows. */
function causeOf(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const cause = new Error(error.message);
  return error.stack === undefined ? cause : Object.assign(cause, { stack: error.stack });
}
