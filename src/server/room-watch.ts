/** Watches whether the database may grow, and tells the operator when that changes. */
import type { Log } from "../service/index.ts";
import { judgeRoom } from "../store/judge-room.ts";
import type { Sql } from "../store/sql.ts";

type WatchOptions = {
  readonly sql: Sql;
  readonly log: Log;
  /** Null: any size will do. */
  readonly maxTotalBytes: number | null;
};

const FULL = "full: new accounts and shares are refused; reading, deleting and recovering go on";

/** @returns what looks once. It never rejects. */
export function createRoomWatch({ sql, log, maxTotalBytes }: WatchOptions) {
  let wasFull = false;
  return async (diskIsShort: boolean): Promise<void> => {
    try {
      const { isFull, totalBytes } = await judgeRoom(sql, { maxTotalBytes, diskIsShort });
      if (isFull && !wasFull) log.warn({ totalBytes, diskIsShort }, FULL);
      if (!isFull && wasFull) log.info({ totalBytes }, "there is room again");
      wasFull = isFull;
    } catch (error) {
      log.warn({ err: error }, "could not look for room");
    }
  };
}
