/**
 * The embedded database in a thread of its own: neither its work nor its waiting for the disk holds up the thread that
 * takes requests, and where there are several cores both work at the same time.
 *
 * This file is both ends: what a program imports, and what runs in the thread. Calls go over as they are made, and are
 * carried out in that order.
 */
import { once } from "node:events";
import { isMainThread, type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { type Sql, type SqlValue, StoreError, type StoreErrorCode } from "../sql.ts";
import { type EmbeddedDatabase, openPglite } from "./pglite.ts";

type DatabaseCall =
  | { readonly name: "sql"; readonly text: string; readonly params: readonly SqlValue[] }
  | { readonly name: "maintain" | "close" };
type NumberedCall = DatabaseCall & { readonly id: number };

/** An error, as it crosses between the threads. A copy of the error itself would keep only its text and its cause. */
type FailedCall = { readonly code: StoreErrorCode; readonly message: string; readonly cause: unknown };
type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly failure: FailedCall });

/** IDs of the replies that answer no call. Calls count from 1. */
const OPENED = 0;
const PANICKED = -1;

/**
 * As {@link openPglite}. The thread ends when it is closed.
 *
 * @throws {StoreError}
 */
export async function openPgliteThread(dataFolder: string): Promise<EmbeddedDatabase> {
  const thread = new Worker(new URL(import.meta.url), { workerData: dataFolder });
  const awaited = new Map<number, PromiseWithResolvers<unknown>>();
  const panicked = Promise.withResolvers<StoreError>();
  let calls = OPENED;
  let ended: StoreError | undefined;
  let closing: Promise<void> | undefined;

  const replyTo = (id: number): Promise<unknown> => {
    const reply = Promise.withResolvers<unknown>();
    awaited.set(id, reply);
    return reply.promise;
  };
  const call = async (asked: DatabaseCall): Promise<unknown> => {
    if (ended !== undefined) throw ended;
    calls += 1;
    const reply = replyTo(calls);
    thread.postMessage({ ...asked, id: calls } satisfies NumberedCall);
    return reply;
  };
  const end = (cause?: unknown) => {
    ended ??= new StoreError("unavailable", "the embedded database has ended", { cause });
    for (const { reject } of awaited.values()) reject(ended);
    awaited.clear();
    if (closing === undefined) panicked.resolve(ended);
  };
  thread.on("message", (reply: Reply) => {
    const { resolve, reject } =
      reply.id === PANICKED ? { reject: panicked.resolve } : (awaited.get(reply.id) ?? {});
    awaited.delete(reply.id);
    if ("result" in reply) resolve?.(reply.result);
    else reject?.(new StoreError(reply.failure.code, reply.failure.message, { cause: reply.failure.cause }));
  });
  thread.on("error", end);
  thread.on("exit", () => end());

  const sql: Sql = async <Row>(text: string, params: readonly SqlValue[]) => {
    return (await call({ name: "sql", text, params: params.map(alone) })) as Row[];
  };
  const close = async () => {
    const exited = once(thread, "exit");
    await call({ name: "close" });
    await exited;
  };
  await replyTo(OPENED);
  return {
    sql,
    maintain: async () => {
      await call({ name: "maintain" });
    },
    close: () => (closing ??= close()),
    panicked: panicked.promise,
  };
}

/** Copies bytes out of a larger buffer: posted as they are, they would take the whole buffer along. */
function alone(value: SqlValue): SqlValue {
  return value instanceof Uint8Array && value.byteLength < value.buffer.byteLength ? value.slice() : value;
}

async function serve(dataFolder: string, port: MessagePort): Promise<void> {
  const reply = async (id: number, work: () => Promise<unknown>) => {
    try {
      port.postMessage({ id, result: await work() } satisfies Reply);
    } catch (error) {
      port.postMessage({ id, failure: failureOf(error) } satisfies Reply);
    }
  };
  let database: EmbeddedDatabase | undefined;
  await reply(OPENED, async () => {
    database = await openPglite(dataFolder);
  });
  if (database === undefined) return;
  const { sql, maintain, close, panicked } = database;
  void panicked.then((error) => reply(PANICKED, () => Promise.reject(error)));
  port.on("message", async (asked: NumberedCall) => {
    await reply(asked.id, () => {
      if (asked.name === "sql") return sql(asked.text, asked.params);
      return asked.name === "maintain" ? maintain() : close();
    });
    if (asked.name === "close") port.close();
  });
}

function failureOf(error: unknown): FailedCall {
  const known = error instanceof StoreError;
  const { code, message, cause } = known
    ? error
    : new StoreError("unavailable", "the database failed", { cause: error });
  return { code, message, cause };
}

if (!isMainThread && parentPort !== null) await serve(workerData, parentPort);
