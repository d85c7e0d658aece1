/** A store that fails: what the sender is told, what is logged, and that the same request may come again. */

import { PrivateKeys } from "@bc/envelope";
import { OPERATIONS, Receipt } from "@bc/share-protocol";
import { afterAll, expect, test } from "vitest";
import { sealedRequest } from "../../test/kit/compose.ts";
import { alice, idOf } from "../../test/kit/people.ts";
import { post } from "../../test/kit/post.ts";
import { traceOf } from "../../test/kit/secrets.ts";
import { createTestService, openTestDatabase, POLICY } from "../../test/kit/service.ts";
import { type Sql, StoreError } from "../store/sql.ts";

const { storeShare } = OPERATIONS;

const share = new TextEncoder().encode("a share");
const body = storeShare.encode({ data: share });
const database = await openTestDatabase();
afterAll(() => database.close());

type Failing = { sql: Sql; failure: "none" | "before" | "after" };

/** A store that can be made to fail before, or after, it has done what it was asked. */
function failing(): Failing {
  const store: Failing = {
    failure: "none",
    sql: async (text, params) => {
      const broken = new StoreError("unavailable", "connection lost", {
        cause: new Error("ECONNRESET at 10.0.0.7"),
      });
      if (store.failure === "before") throw broken;
      const rows = await database.sql<never>(text, params);
      if (store.failure === "after") throw broken;
      return rows;
    },
  };
  return store;
}

test.each(["before", "after"] as const)("%s it stored, the same request succeeds later", async (failure) => {
  const store = failing();
  const unstable = await createTestService(store.sql);
  const composition = { id: idOf(`fails ${failure}`), body, sender: alice };
  const envelope = await sealedRequest(composition);
  store.failure = failure;
  const refused = await post(unstable, envelope.urString());
  expect(refused).toMatchObject({ status: 503, code: "unavailable", early: false });
  expect(refused.text).toBe("the server is too busy, or its store is not available: try again later");
  expect(refused.headers.get("retry-after")).toBe("5");
  store.failure = "none";
  expect(await post(unstable, envelope.urString())).toMatchObject({ status: 200, code: undefined });
  expect(await unstable.client({ keys: alice.privateKeys }).retrieveShares()).toHaveLength(1);
});

test("nothing is recorded", async () => {
  const store = failing();
  const unstable = await createTestService(store.sql);
  store.failure = "before";
  const keys = PrivateKeys.generate();
  const client = unstable.client({ keys });
  await expect(client.storeShare(share)).rejects.toMatchObject({ refusal: { code: "unavailable" } });
  store.failure = "none";
  await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
});

test("the cause is for the log, and holds no secret there either", async () => {
  const broken = await createTestService((text, params) =>
    database.sql(text.replace("store_share", "store_nothing"), params),
  );
  const keys = PrivateKeys.generate();
  const client = broken.client({ keys });
  const receipt = Receipt.of(client.identity.xid, share);
  const error = await client.storeShare(share).catch((reason: unknown) => reason);
  expect(JSON.stringify(error)).not.toContain("store_nothing");
  const log = broken.log.join("");
  expect(log).toContain("store_nothing");
  for (const secret of [share, receipt.data, client.identity.xid.data, keys.signing.data]) {
    expect(traceOf(secret, log)).toBeUndefined();
  }
});

test("an internal error before the sender is known names its request too, and is not told twice", async () => {
  const broken = await createTestService(database.sql, {
    policy: {
      ...POLICY,
      get requestLimits(): never {
        throw new RangeError("a secret cause");
      },
    },
  });
  const request = (await sealedRequest({ id: idOf("unopened"), body, sender: alice })).urString();
  const [one, other] = [await post(broken, request), await post(broken, request)];
  for (const answer of [one, other]) {
    const text = `internal error, request ${answer.headers.get("x-request-id")}`;
    expect(answer).toMatchObject({ status: 500, code: "internal", text, early: true });
  }
  expect(one.text).not.toBe(other.text);
});

test("what nobody foresaw is an internal error with a fixed text, and the name under which the log has the cause", async () => {
  const broken = await createTestService(async () => {
    throw new RangeError("a secret cause");
  });
  const answer = await post(
    broken,
    (await sealedRequest({ id: idOf("unforeseen"), body, sender: alice })).cborData(),
    { type: "application/cbor" },
  );
  const request = answer.headers.get("x-request-id");
  const text = `internal error, request ${request}`;
  expect(answer).toMatchObject({ status: 200, code: "internal", text, early: false });
  const lines = broken.log.map((line) => JSON.parse(line));
  const line = lines.find(({ err }) => err?.message === "a secret cause");
  expect(line).toMatchObject({ request, msg: "request failed: internal" });
});
