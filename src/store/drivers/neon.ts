/**
 * Neon: Postgres over HTTP, for places that keep no connections. One call is one `fetch`, and one transaction.
 *
 * Durability: Neon answers a commit once a majority of its log keepers have it on disk.
 *
 * Concurrency: every call stands alone. Nothing of a session outlives its call, so there is nothing to share or to
 * close.
 *
 * Secrecy: the package sends the connection string, password included, as a header of each request, and quotes it in
 * the error about a bad one. So this driver checks the string itself, follows no redirect, and makes its errors from
 * the few parts that hold neither the string nor values.
 */
import { Buffer } from "node:buffer";
import { NeonDbError, neon, neonConfig, types } from "@neondatabase/serverless";
import { type Sql, type SqlValue, StoreError } from "../sql.ts";
import { BYTEA, decodeBytea } from "./bytea.ts";
import { isOneHostUrl } from "./database-url.ts";

export interface NeonOptions {
  /** `postgres://user:password@host/database`; the host is a name, not a number. */
  readonly url: string;
  /**
   * Where to post to instead of Neon's address for the host: a proxy of one's own, or a test's. The package keeps it
   * for the whole program, so all databases of a program go to one endpoint. Default: Neon's own.
   */
  readonly endpoint?: string | undefined;
  /** Milliseconds that a call may take. Default: 10 000; a suspended Neon database wakes in well under one second. */
  readonly timeout?: number;
}

const TIMEOUT = 10_000;

/** @throws {StoreError} `unavailable` when the URL is not as {@link NeonOptions} says. Nothing is sent yet. */
export function openNeon({ url, endpoint, timeout = TIMEOUT }: NeonOptions): Sql {
  if (!isNeonUrl(url)) throw new StoreError("unavailable", "the database URL is not one that Neon takes");
  if (endpoint !== undefined) neonConfig.fetchEndpoint = endpoint;
  const { query } = neon(url);
  return async <Row>(text: string, params: readonly SqlValue[]) => {
    const signal = AbortSignal.timeout(timeout);
    const fetchOptions = { signal, redirect: "manual" };
    try {
      const rows = await query(text, params.map(encode), { fetchOptions, types: { getTypeParser } });
      return rows as Row[];
    } catch (error) {
      const cause = new Error(signal.aborted ? `no answer within ${timeout} ms` : explain(error));
      throw new StoreError("unavailable", "the Neon database did not carry out a statement", { cause });
    }
  };
}

function isNeonUrl(text: string): boolean {
  if (!isOneHostUrl(text)) return false;
  const { username, password, hostname } = new URL(text);
  const isName = /[a-z]/i.test(hostname) && !hostname.startsWith("[");
  return isName && username !== "" && password !== "";
}

function encode(value: SqlValue): string | number | boolean | null {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  return value instanceof Date ? value.toISOString() : value;
}

/** The package's own parsers, but for bytes: it would give those as its own kind of `Buffer`. */
function getTypeParser(type: number): (text: string) => unknown {
  return type === BYTEA ? decodeBytea : types.getTypeParser(type);
}

/**
 * What went wrong, for the log. Takes only the code and the sentence from the database's error: its details quote
 * values.
 */
function explain(error: unknown): string {
  if (!(error instanceof NeonDbError)) return "the answer is not Neon's";
  if (error.code) return `${error.code}: ${error.message}`;
  const [status] = /HTTP status \d+/.exec(error.message) ?? [];
  if (status !== undefined) return `the endpoint answered with ${status}`;
  return error.sourceError === undefined
    ? "the endpoint refused the request"
    : "the endpoint was not reached";
}
