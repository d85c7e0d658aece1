/**
 * The check of the embedded database, which belongs to the process that serves: so that one reads every share, slowly, and
 * begins again after CHECK_INTERVAL. On a Postgres server the operator's command does that; the server's role may not.
 *
 * A stop, and a failure of the database, cut it off; it goes on where it was.
 */
import { setTimeout as pass } from "node:timers/promises";
import { type CheckProgress, checkShares, NOT_BEGUN } from "../service/check.ts";
import type { Log } from "../service/index.ts";
import type { StorageKeys } from "../service/storage-keys.ts";
import { lastCheck, recordCheck } from "../store/last-check.ts";
import { reasonOf } from "../store/reason.ts";
import type { Sql } from "../store/sql.ts";
import type { ProgressFile } from "./check-progress.ts";

/** Milliseconds between two looks at whether a check is due, at most. */
const LOOK_INTERVAL = 60_000;
/** Shares a second. The database does one thing after the other, so requests may wait for a portion. */
const RATE = 50;
const PORTION = 5;

export type BackgroundCheckOptions = {
  readonly sql: Sql;
  readonly keys: StorageKeys;
  readonly file: ProgressFile;
  /** Seconds from the end of a check to the next one; 0: there is none. */
  readonly interval: number;
  readonly now: () => Date;
  readonly log: Log;
  /** @param share its name in the log. */
  readonly onDamagedShare: ((share: string) => void) | undefined;
};

/** @returns what stops it, and resolves when it asks nothing of the database any more. */
export function startBackgroundCheck(options: BackgroundCheckOptions): () => Promise<void> {
  const { interval, log } = options;
  if (interval === 0) return () => Promise.resolve();
  const stopping = new AbortController();
  const { signal } = stopping;
  const sleep = (milliseconds: number) => pass(milliseconds, undefined, { signal });
  const running = (async () => {
    while (!signal.aborted) {
      try {
        await sleep(Math.min(interval * 1_000, LOOK_INTERVAL));
        if (await isDue(options)) await checkAll(options, sleep);
      } catch (error) {
        if (!signal.aborted) log.warn({ reason: reasonOf(error) }, "the check of all shares was cut off");
      }
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}

async function isDue({ sql, interval, now }: BackgroundCheckOptions): Promise<boolean> {
  const last = await lastCheck(sql);
  if (last === undefined) return true;
  const age = now().getTime() - last.getTime();
  // The clock may have been fast.
  return age < 0 || age >= interval * 1_000;
}

async function checkAll(
  { sql, keys, file, now, log, onDamagedShare }: BackgroundCheckOptions,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<void> {
  const from = file.read();
  let told = 0;
  const tell = ({ damaged }: CheckProgress) => {
    for (const { account, share } of damaged.slice(told)) {
      log.error({ account, share }, "damaged share");
      onDamagedShare?.(share);
    }
    told = damaged.length;
  };
  // Those that were found before a new start: this process has not met them.
  tell(from);
  const onProgress = (progress: CheckProgress) => {
    tell(progress);
    file.write(progress);
  };
  const { checked, damaged } = await checkShares({
    ...{ sql, keys, from, sleep, onProgress },
    ...{ rate: RATE, portion: PORTION },
  });
  await recordCheck(sql, { now: now(), damaged: damaged.length });
  file.remove();
  if (from !== NOT_BEGUN || checked > 0)
    log.info({ checked, damaged: damaged.length }, "every share was checked");
}
