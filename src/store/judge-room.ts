import { callForRow } from "./answer.ts";
import { statement } from "./functions.ts";
import type { Sql } from "./sql.ts";

export interface Room {
  /** Whether new accounts and new shares are refused from now on, by every server of this database. */
  readonly isFull: boolean;
  /** What the database takes on its disk. Deleting frees room inside it; only `vacuum full` makes it smaller. */
  readonly totalBytes: number;
}

/** Looks how large the database is, and decides. @param maxTotalBytes null: any size will do. */
export async function judgeRoom(
  sql: Sql,
  { maxTotalBytes, diskIsShort }: { readonly maxTotalBytes: number | null; readonly diskIsShort: boolean },
): Promise<Room> {
  const judging = statement("judge_room", { max_total_bytes: maxTotalBytes, disk_is_short: diskIsShort });
  const row = await callForRow<{ is_full: boolean; total_bytes: number }>(sql, judging);
  return { isFull: row.is_full, totalBytes: row.total_bytes };
}
