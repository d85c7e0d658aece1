import { describe, expect, test } from "vitest";
import { call } from "../../../src/store/answer.ts";
import { statement } from "../../../src/store/functions.ts";
import { judgeRoom } from "../../../src/store/judge-room.ts";
import { measuresOf } from "../../../src/store/measures.ts";
import { prune } from "../../../src/store/prune.ts";
import type { Sql } from "../../../src/store/sql.ts";
import { updateFallback } from "../../../src/store/update-fallback.ts";
import {
  CHALLENGE_LIMITS,
  later,
  NOW,
  newChallenge,
  newContact,
  openAccount,
  random,
  request,
} from "../fixtures.ts";

export function describeMeasures(database: () => Sql): void {
  const read = async (now = NOW) => {
    const measures = await measuresOf(database(), now);
    return Object.fromEntries(
      measures.map(({ measure, label, value }) => [`${measure} ${label}`.trim(), value]),
    );
  };

  describe("what operators watch", () => {
    test("has the messages that wait, and the age of the oldest; not what is too old to be sent", async () => {
      // Far from other tests' messages, which are over by then.
      const then = later(900 * 86_400);
      expect(await read(then)).toMatchObject({
        "messages_waiting validation": 0,
        "oldest_message_seconds validation": 0,
      });
      const { key } = await openAccount(database());
      for (const seconds of [10, 40]) {
        const now = later(seconds, then);
        const change = { contact: newContact(), challenge: newChallenge(now) };
        await updateFallback(database(), request(key, { now }), change, CHALLENGE_LIMITS);
      }
      // The second took the first one's place.
      expect(await read(later(100, then))).toMatchObject({
        "messages_waiting validation": 1,
        "oldest_message_seconds validation": 60,
        "messages_waiting transfer": 0,
        "messages_waiting notice": 0,
      });
      expect(await read(later(100 + 1800, then))).toMatchObject({ "messages_waiting validation": 0 });
    });

    test("has each table's rows and bytes, when it was pruned last, and whether there is room", async () => {
      await openAccount(database());
      // The one row about the database itself is made when its first server comes.
      await call(database(), statement("claim_storage_key", { fingerprint: random() }));
      await prune(database(), later(5));
      await prune(database(), NOW);
      const measures = await read();
      // Others prune at later times.
      expect(measures["last_prune"]).toBeGreaterThanOrEqual(later(5).getTime() / 1000);
      for (const table of ["account", "share", "seen_request", "outbox", "audit_event"]) {
        expect(measures[`table_bytes ${table}`]).toBeGreaterThan(8_000);
        expect(measures[`table_rows ${table}`]).toBeGreaterThanOrEqual(0);
      }
      expect(measures["full"]).toBe(0);
      await judgeRoom(database(), { maxTotalBytes: 1, diskIsShort: false });
      const { full } = await read();
      await judgeRoom(database(), { maxTotalBytes: null, diskIsShort: false });
      expect(full).toBe(1);
    });
  });
}
