/**
 * A stand-in for Neon's SQL over HTTP, in front of a real Postgres.
 *
 * It speaks what `@neondatabase/serverless` sends for one query: `POST /sql` with the connection string in a header,
 * `{ query, params }` as body, and rows of texts as answer. It refuses what Neon refuses, with Neon's status: a
 * connection string that is odd or has a number for a host, a wrong password, several statements in one query, a
 * request that is too large. Each call has a session of its own, and leaves nothing to the next.
 *
 * It is stricter than Neon, so that no mistake hides: parameters are texts or null. Batches and rows as objects are
 * left out, since the store does not use them.
 *
 * A Postgres that Neon's driver has no URL for, such as one without a password, gets queries by a login of its own.
 */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import { Transform } from "node:stream";
import { json } from "node:stream/consumers";
import pg from "pg";

/** A fault that a test injects in place of an answer. */
export type NeonFault =
  /** The connection breaks before the statement is carried out. */
  | "unreachable"
  /** The statement is carried out, and then the connection breaks. */
  | "lost-answer"
  /** Nothing happens, ever. */
  | "silence"
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

export type NeonEndpoint = AsyncDisposable & {
  /** Where to post to. */
  readonly endpoint: string;
  /** The database's URL, in the form that Neon gives out. */
  readonly url: string;
  /** The queries that have come in, oldest first. */
  readonly queries: readonly string[];
  /** The next query that matches `on` meets the fault. Default: any query. */
  readonly inject: (fault: NeonFault, on?: RegExp) => void;
  readonly close: () => Promise<void>;
};

/** No machine has this name, so a query that bypasses the endpoint fails. */
const HOST = "ep-test-12345678.neon.test";
/** What the driver is told of a database that has a login of its own. */
const ANY_DATABASE = `postgres://worker:worker@${HOST}/share_server`;
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** How a query gets to the real Postgres, whoever sends it. */
export type Login = Pick<pg.PoolConfig, "connectionString" | "ssl">;

/**
 * @param databaseUrl of the real Postgres: `postgres://user:password@host:port/database`.
 * @param login default: by the user and password that come with a query, as at Neon.
 */
export async function openNeonEndpoint(databaseUrl: string, login?: Login): Promise<NeonEndpoint> {
  const behind = new URL(login === undefined ? databaseUrl : ANY_DATABASE);
  const url = new URL(behind);
  url.host = HOST;
  url.port = "";
  const pools = new Map<string, pg.Pool>();
  const queries: string[] = [];
  const faults: { readonly fault: NeonFault; readonly on: RegExp }[] = [];

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let result: Result;
    try {
      if (request.method !== "POST" || request.url !== "/sql") throw new RefusedQuery(404, "not found");
      const connectionString = checkHeaders(request.headers);
      const { query, params } = checkPayload(await readBody(request));
      queries.push(query);
      const fault = takeFault(query);
      if (fault === "silence") return;
      if (fault === "unreachable") return void request.socket.destroy();
      if (typeof fault === "object")
        return void response.writeHead(fault.status, fault.headers).end(fault.body);
      result = { status: 200, body: await run(poolFor(connectionString), query, params) };
      if (fault === "lost-answer") return void request.socket.destroy();
    } catch (error) {
      result = refusalFor(error);
    }
    const text = JSON.stringify(result.body);
    if (text.length > MAX_RESPONSE_BYTES) return void response.writeHead(507).end("response is too large");
    response.writeHead(result.status, { "content-type": "application/json" }).end(text);
  }

  function takeFault(query: string): NeonFault | undefined {
    const index = faults.findIndex(({ on }) => on.test(query));
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
  }

  function poolFor(connectionString: URL): pg.Pool {
    const { href } = connectionString;
    const known = pools.get(href);
    if (known !== undefined) return known;
    const pool = new pg.Pool({
      ...(login ?? loginOf(connectionString)),
      types: { getTypeParser: () => (text: unknown) => text },
    });
    pool.on("error", () => {});
    pools.set(href, pool);
    return pool;
  }

  function loginOf({ username, password, pathname }: URL): pg.PoolConfig {
    return {
      host: behind.hostname,
      port: Number(behind.port),
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
      database: decodeURIComponent(pathname.slice(1)),
    };
  }

  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await Promise.all([...pools.values()].map((pool) => pool.end()));
  }

  return {
    endpoint: `http://127.0.0.1:${address.port}/sql`,
    url: url.href,
    queries,
    inject: (fault, on = /./) => void faults.push({ fault, on }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Result = { readonly status: number; readonly body: object };

/** A refusal by Neon itself, not by Postgres. */
class RefusedQuery extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The order of the checks is Neon's. */
function checkHeaders(headers: IncomingHttpHeaders): URL {
  const header = headers["neon-connection-string"];
  if (typeof header !== "string") throw new RefusedQuery(400, "invalid header: neon-connection-string");
  if (!URL.canParse(header)) throw new RefusedQuery(400, "invalid connection string");
  const url = new URL(header);
  if (!/^postgres(ql)?:$/.test(url.protocol)) throw new RefusedQuery(400, "incorrect scheme");
  if (url.pathname.length < 2) throw new RefusedQuery(400, "missing database name");
  if (url.username === "") throw new RefusedQuery(400, "missing username");
  if (url.password === "")
    throw new RefusedQuery(400, "missing authentication credentials: required password");
  if (url.hostname === "" || isIP(url.hostname) !== 0 || url.hostname.startsWith("["))
    throw new RefusedQuery(400, "missing hostname");
  if (url.hostname !== HOST) throw new RefusedQuery(400, "the requested endpoint could not be found");
  for (const name of ["neon-raw-text-output", "neon-array-mode"]) {
    if (headers[name] !== "true") throw new RefusedQuery(400, `${name} is not true`);
  }
  return url;
}

type Payload = { readonly query: string; readonly params: readonly (string | null)[] };

function checkPayload(payload: unknown): Payload {
  if (typeof payload !== "object" || payload === null || !("query" in payload))
    throw new RefusedQuery(400, "could not parse the HTTP request body: no query");
  const { query } = payload;
  const params: unknown = "params" in payload ? payload.params : [];
  if (typeof query !== "string" || !Array.isArray(params) || !params.every(isTextOrNull))
    throw new RefusedQuery(400, "could not parse the HTTP request body: query or params of another type");
  return { query, params };
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let size = 0;
  const limited = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      size += chunk.length;
      const over = size > MAX_REQUEST_BYTES;
      done(
        over ? new RefusedQuery(413, `request is too large (max is ${MAX_REQUEST_BYTES} bytes)`) : null,
        chunk,
      );
    },
  });
  try {
    return await json(request.pipe(limited));
  } catch (error) {
    if (error instanceof RefusedQuery) throw error;
    throw new RefusedQuery(400, "could not parse the HTTP request body: not JSON");
  }
}

/** Uses the extended protocol, which takes one statement only, and wipes the session afterwards. */
async function run(pool: pg.Pool, text: string, params: Payload["params"]): Promise<object> {
  const client = await pool.connect();
  try {
    const statement = { text, values: [...params], rowMode: "array" as const, queryMode: "extended" };
    const { command, rowCount, rows, fields } = await client.query<string[]>(statement);
    await client.query("rollback");
    await client.query("discard all");
    client.release();
    return {
      command,
      rowCount,
      rows,
      fields: fields.map((it) => ({ ...it, format: "text" })),
      rowAsArray: true,
    };
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const ERROR_FIELDS = [
  ...[
    "detail",
    "hint",
    "position",
    "internalPosition",
    "internalQuery",
    "where",
    "schema",
    "table",
    "column",
  ],
  ...["dataType", "constraint", "file", "line", "routine"],
];

function refusalFor(error: unknown): Result {
  const none = Object.fromEntries(ERROR_FIELDS.map((name) => [name, null]));
  if (error instanceof pg.DatabaseError) {
    const { message, severity, code } = error;
    const given = ERROR_FIELDS.map((name) => [name, Reflect.get(error, name) ?? null]);
    return { status: 400, body: { message, severity, code, ...Object.fromEntries(given) } };
  }
  const status = error instanceof RefusedQuery ? error.status : 500;
  const message = error instanceof RefusedQuery ? error.message : "couldn't connect to compute node";
  return { status, body: { message, severity: "", code: "", ...none } };
}
