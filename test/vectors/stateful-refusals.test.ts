/** The vectors that need more than an envelope, carried out: after what comes before, and over HTTP. */

import { REFUSAL_CODES } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fingerprintOf } from "../../src/service/storage-keys.ts";
import { expectFit } from "../../src/store/fit-check.ts";
import { judgeRoom } from "../../src/store/judge-room.ts";
import { type Sql, type SqlValue, StoreError } from "../../src/store/sql.ts";
import { confirmDue, exchange } from "../depository/depository.ts";
import { flipBit } from "../kit/flip-bit.ts";
import { post } from "../kit/post.ts";
import { createTestService, openTestDatabase, STORAGE_KEY, type TestService } from "../kit/service.ts";
import { requestRefusals } from "./request-refusals.ts";
import { type Circumstances, statefulRefusals } from "./stateful-refusals.ts";
import { transportRefusals } from "./transport-refusals.ts";

const database = await openTestDatabase();
afterAll(() => database.close());

beforeAll(async () => {
  await expectFit(database.sql, fingerprintOf(STORAGE_KEY));
});

const [stateful, transport, stateless] = await Promise.all([
  statefulRefusals(),
  transportRefusals(),
  requestRefusals(),
]);

function sqlWith({ fault }: Circumstances): Sql {
  if (fault === "database-down") return () => Promise.reject(new StoreError("unavailable", "down"));
  if (fault === "unforeseen") return () => Promise.reject(new RangeError("unforeseen"));
  if (fault === "damaged-shares") return withDamagedShares;
  return database.sql;
}

/** The same database, where a bit of every share that is read has flipped. */
async function withDamagedShares<Row>(text: string, params: readonly SqlValue[]): Promise<Row[]> {
  const rows = await database.sql<Row & { readonly data?: Uint8Array | null }>(text, params);
  return rows.map((row) =>
    row.data == null ? row : { ...row, data: flipBit(row.data, 8 * row.data.length - 1) },
  );
}

async function serviceWith(settings: Circumstances): Promise<TestService> {
  const { context } = await createTestService(database.sql);
  const quotas = { ...context.policy.quotas, ...settings };
  return createTestService(sqlWith(settings), { policy: { ...context.policy, ...settings, quotas } });
}

async function beFull(isFull: boolean): Promise<void> {
  await judgeRoom(database.sql, { maxTotalBytes: null, diskIsShort: isFull });
}

describe("with what a server has stored", () => {
  test.each(stateful)("$code: $name", async ({ settings, before, sender, envelope, code }) => {
    const service = await serviceWith(settings);
    for (const step of before) {
      if ("confirm" in step) await confirmDue(service, step.confirm);
      else expect(await exchange(service, step.request, sender)).toMatchObject({ outcome: step.outcome });
    }
    await beFull(settings.isFull === true);
    expect(await exchange(service, envelope, sender)).toMatchObject({ outcome: code });
    await beFull(false);
  });
});

describe("over HTTP", () => {
  test.each(transport)("$status $code: $name", async (vector) => {
    const { body, contentType, accept, requestsPerSecond = 0, times = 1 } = vector;
    const service = await createTestService(database.sql, { http: { requestsPerSecond } });
    const send = () => {
      return post(service, body, { ...(contentType && { type: contentType }), ...(accept && { accept }) });
    };
    for (let i = 1; i < times; i++) expect((await send()).code).toBeUndefined();
    expect(await send()).toMatchObject({ status: vector.status, code: vector.code, early: true });
  });
});

test("every code has a vector", () => {
  const codes = new Set([...stateful, ...transport, ...stateless].map(({ code }) => code));
  expect([...codes].sort()).toEqual([...REFUSAL_CODES].sort());
});
