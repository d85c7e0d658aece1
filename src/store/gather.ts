/**
 * Calls of one process, gathered: many calls, one statement, one commit.
 *
 * A commit waits for the disk, and a statement costs much besides its work; all calls of one statement share both
 * costs. Each function has one queue or several; a key belongs to one of them. While a queue's statement is under way its
 * calls wait, and go together in the next. Nothing waits for a clock: a call that comes alone leaves at once, or at the
 * end of the event loop's turn where others of the same turn may still join it.
 *
 * What "one call is one transaction" (sql.ts) becomes for them:
 *
 * - **Calls that share a statement commit or fail together.** None is answered before the commit.
 * - **A refusal is an outcome, not an error**, so it touches no other call. Each call sees what those before it did:
 *   the functions are volatile, and `union all` carries them out in order.
 * - **When the statement fails, each call goes once more by itself**, so that it fails for its own sake only. Perhaps
 *   the statement took effect, and only its answer was lost. That does no harm: the store knows a call that changes
 *   something by its request, and gives it its first outcome again.
 * - **A statement has one call of a key, and takes its locks in the order of the keys.** This is a part of the order in
 *   which all functions take theirs (requests.sql), so that no two statements wait for each other in a circle. Two calls
 *   of one key would break it: the first locks the account, and the second may have to wait for a copy of itself that
 *   waits for the account. Another call of the key goes with the next statement.
 */
import { type FunctionName, textOf } from "./functions.ts";
import type { Sql, SqlValue } from "./sql.ts";
import type { WaitWatch } from "./wait-watch.ts";

/** What wallets call most, and what never raises an error of its own accord. */
const GATHERED: readonly FunctionName[] = ["store_share", "retrieve_shares", "delete_shares"];

/** Calls in a statement. More would save little, and let the first of them wait for the last. */
const MAX_CALLS = 16;

type Call = {
  /** When it came, if anybody wants to know. */
  readonly since: number;
  readonly params: readonly SqlValue[];
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: unknown) => void;
};

type Row = Readonly<Record<string, unknown>>;

/** When calls leave that find no statement under way, and who is told how long they waited. */
export type GatherOptions = {
  /**
   * Resolves at the end of the event loop's turn, for the calls of one turn to leave together. Default: the first of them
   * leaves at once.
   */
  readonly endOfTurn?: (() => Promise<unknown>) | undefined;
  /**
   * Whether only half of the calls of that turn leave in the first statement. The others follow in the next, so that from
   * then on the database works on one half while this process works on the answers to the other. For a database that
   * carries out one statement at a time: else calls that once came together go on coming together, and one side always
   * waits for the other. Default: all leave in the first.
   */
  readonly inHalves?: boolean;
  /** Default: nobody is told. */
  readonly watch?: WaitWatch | undefined;
};

/**
 * The same database, whose calls to {@link GATHERED} go together. All other calls go as they come.
 *
 * @param queues for each function: so many of its statements may be under way at a time.
 */
export function gathered(sql: Sql, queues: number, options: GatherOptions = {}): Sql {
  const senders = new Map(
    GATHERED.map((name) => [textOf(name), gatherByKey(sql, textOf(name), queues, options)]),
  );
  return <Result>(text: string, params: readonly SqlValue[]) => {
    const send = senders.get(text);
    return send === undefined ? sql<Result>(text, params) : (send(params) as Promise<Result[]>);
  };
}

type Send = (params: readonly SqlValue[]) => Promise<Row[]>;

/** The calls of one text, each in the queue of its key. Keys are hashes, so the queues get equally many. */
function gatherByKey(sql: Sql, text: string, queues: number, options: GatherOptions): Send {
  const senders = Array.from({ length: queues }, () => gather(sql, text, options));
  return (params) => {
    const [key] = params;
    const send = key instanceof Uint8Array ? senders[(key[0] ?? 0) % queues] : undefined;
    if (send === undefined) throw new TypeError("the first parameter of a gathered call is a key");
    return send(params);
  };
}

/** One queue of the calls of one text. */
function gather(sql: Sql, text: string, { endOfTurn, inHalves = false, watch }: GatherOptions): Send {
  const together = textsTogether(text);
  const waiting: Call[] = [];
  let isUnderWay = false;

  async function sendAll(): Promise<void> {
    isUnderWay = true;
    if (endOfTurn !== undefined) await endOfTurn();
    let most = inHalves ? Math.min(Math.ceil(waiting.length / 2), MAX_CALLS) : MAX_CALLS;
    while (waiting.length > 0) {
      const calls = takeOneOfEachKey(waiting, most);
      most = MAX_CALLS;
      if (watch !== undefined) for (const { since } of calls) watch.waited(watch.clock() - since);
      await (calls.length === 1 ? sendEach(calls) : sendTogether(calls));
    }
    isUnderWay = false;
  }

  async function sendTogether(calls: readonly Call[]): Promise<void> {
    try {
      const params = calls.flatMap((call) => call.params);
      const rows = await sql<Row & { readonly call: number }>(together(calls.length), params);
      const rowsOf = calls.map((): Row[] => []);
      for (const { call, ...row } of rows) rowsOf[call]?.push(row);
      for (const [index, { resolve }] of calls.entries()) resolve(rowsOf[index] ?? []);
    } catch {
      await sendEach(calls);
    }
  }

  async function sendEach(calls: readonly Call[]): Promise<void> {
    await Promise.all(calls.map(sendAlone));
  }

  async function sendAlone({ params, resolve, reject }: Call): Promise<void> {
    try {
      resolve(await sql<Row>(text, params));
    } catch (error) {
      reject(error);
    }
  }

  return (params) => {
    const { promise, resolve, reject } = Promise.withResolvers<Row[]>();
    waiting.push({ since: watch?.clock() ?? 0, params, resolve, reject });
    if (!isUnderWay) void sendAll();
    return promise;
  };
}

/**
 * Gives, for a number of calls, the one statement that makes them. Its column `call` says whose each row is, from 0.
 */
function textsTogether(text: string): (calls: number) => string {
  const places = text.match(/\$\d+/g)?.length ?? 0;
  const shifted = (by: number) => text.replace(/\$(\d+)/g, (_, place) => `$${Number(place) + by}`);
  const texts = Array.from({ length: MAX_CALLS }, (_, call) => {
    return `select ${call} as call, called.* from (${shifted(call * places)}) called`;
  });
  return (calls) => texts.slice(0, calls).join(" union all ");
}

/** Takes the calls for one statement, the oldest of each key, off the list. Sorted by key, which is the first parameter. */
function takeOneOfEachKey(waiting: Call[], most: number): Call[] {
  const taken: Call[] = [];
  let index = 0;
  while (index < waiting.length && taken.length < most) {
    const call = waiting[index];
    if (call === undefined || taken.some((other) => byKey(call, other) === 0)) index++;
    else taken.push(...waiting.splice(index, 1));
  }
  return taken.sort(byKey);
}

function byKey({ params: [one] }: Call, { params: [other] }: Call): number {
  if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) return 0;
  const place = one.findIndex((byte, index) => byte !== other[index]);
  return (one[place] ?? 0) - (other[place] ?? 0);
}
