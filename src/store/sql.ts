/**
 * The seam between the store and a database.
 *
 * A driver is one function. Contract:
 *
 * - **One call is one transaction.** The text is a single statement; it takes effect as a whole or not at
 *   all. Where calls are gathered (gather.ts) several of them are one statement: they commit or fail together, and none
 *   of them is answered before the commit.
 * - **Durable.** When the promise resolves, what the statement wrote survives a crash of the process and,
 *   unless the driver says otherwise, a loss of power.
 * - **Concurrent.** Any number of calls may be under way, in any number of processes. The driver may run them
 *   one after the other. Isolation is READ COMMITTED.
 * - **Values.** `bytea` arrives as a plain `Uint8Array` (not as a `Buffer`), `timestamptz` as `Date`,
 *   `integer` as number, SQL null as null. Nothing in the store returns int8 or arrays.
 * - **Errors.** Every failure is a {@link StoreError} with code `unavailable`: no connection, a timeout, a
 *   deadlock, a broken constraint. Whether the statement took effect is then unknown; the same request may be
 *   sent again, because the store remembers what it has done. The cause is for the log only.
 */
export type Sql = <Row>(text: string, params: readonly SqlValue[]) => Promise<Row[]>;

export type SqlValue = string | number | boolean | Date | Uint8Array | null;

/**
 * - `unavailable`: the database did not answer as it should. Trying again may help.
 * - `in-use`: another server has the data folder open.
 * - `schema`: the migrations of this program and those of the database do not fit together.
 * - `storage-key`: what the database holds was encrypted with another key than this server's.
 * - `data-key`: there is a newer data key than the caller knows. Nothing was done; with the newest keys it may be.
 */
export type StoreErrorCode = "unavailable" | "in-use" | "schema" | "storage-key" | "data-key";

/** The one error of the store. What a wallet did wrong is never an error, but an outcome. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
