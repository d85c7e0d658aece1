/**
 * Requests that somebody has kept, sent again when the server has forgotten them: whatever the clock or the settings say by
 * then, they do not run again.
 */
import { ARID, type Expression, PrivateKeys } from "@bc/envelope";
import type { BuiltRequest } from "@bc/share-client";
import { type Identity, OPERATIONS } from "@bc/share-protocol";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Policy } from "../../src/service/index.ts";
import { closeUntil } from "../../src/store/close-until.ts";
import { prune } from "../../src/store/prune.ts";
import type { Sql } from "../../src/store/sql.ts";
import { requestNode, sealFor, sign } from "../kit/compose.ts";
import { deliverNow } from "../kit/inbox.ts";
import { outcome } from "../kit/outcome.ts";
import { NOW, server } from "../kit/people.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { createTestService, type TestService } from "../kit/service.ts";
import { currentStorage, EMBEDDED } from "../kit/storage.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const share = new TextEncoder().encode("a share");

/** A database that belongs to one test, since what is pruned closes the past for all accounts. */
type Database = { readonly sql: Sql; readonly ownerSql: Sql };

async function ofGround(): Promise<Database> {
  const { sql, close } = await currentStorage().openDatabase();
  onTestFinished(close);
  return { sql, ownerSql: sql };
}

async function postgres(): Promise<Database> {
  const database = await createTestDatabase();
  const [server, owner] = [database.connect("share_server"), database.connect("share_owner", 1)];
  onTestFinished(async () => {
    await Promise.all([server.close(), owner.close()]);
  });
  return { sql: server.sql, ownerSql: owner.sql };
}

async function serviceAt(sql: Sql, passed: number, policy: Partial<Policy> = {}): Promise<TestService> {
  const { context } = await createTestService(sql);
  const service = await createTestService(sql, { policy: { ...context.policy, ...policy } });
  service.clock.now = new Date(NOW.getTime() + passed);
  return service;
}

/** Sealed, so that the date may be missing. */
async function requestOf(sender: Identity, body: Expression, date: Date | null): Promise<BuiltRequest> {
  const id = ARID.generate();
  const addressed = body.withParameter("recipient", server.xid.toCbor());
  return {
    id,
    envelope: await sealFor(server, await sign(requestNode({ id, body: addressed, date, sender }), sender)),
  };
}

/** An account that was deleted, by a request that somebody has kept, and opened anew. */
async function reopenedAccount(sql: Sql, dated = true) {
  const service = await serviceAt(sql, 0);
  const client = service.client({ keys: PrivateKeys.generate("ed25519") });
  await client.storeShare(share);
  const { identity } = client;
  const deletion = await requestOf(identity, OPERATIONS.deleteAccount.encode({}), dated ? NOW : null);
  const deleteBy = ({ client }: TestService, { id, envelope } = deletion) =>
    outcome(client({ keys: identity.privateKeys }).resume("deleteAccount", {}, { id, envelope }).send());
  expect(await deleteBy(service)).toBe("ok");
  await client.storeShare(share);
  return {
    /** Sends the kept request to a server. */
    deleteBy,
    /** A deletion that is new, by the server's clock. */
    deleteNow: async (at: TestService) =>
      deleteBy(at, await requestOf(identity, OPERATIONS.deleteAccount.encode({}), at.clock.now)),
    shares: async (at: TestService) =>
      (await at.client({ keys: identity.privateKeys }).retrieveShares()).length,
    client,
  };
}

const skipped = currentStorage() === EMBEDDED ? whyNoPostgres() : "tried beside the embedded database";

describe.each([
  { where: currentStorage().name, open: ofGround, skipped: undefined },
  { where: "Postgres", open: postgres, skipped },
])("a request that was kept, on $where", ({ open, skipped }) => {
  describe.skipIf(skipped)(skipped ?? "sent again", () => {
    test("does not run when the clock was fast while the server pruned", async () => {
      const { sql } = await open();
      const account = await reopenedAccount(sql);
      await prune(sql, new Date(NOW.getTime() + 3 * DAY));
      const corrected = await serviceAt(sql, MINUTE);
      expect(await account.deleteBy(corrected)).toBe("expired");
      expect(await account.shares(corrected)).toBe(1);
      expect(await account.deleteNow(corrected)).toBe("ok");
    });

    test("does not run when REQUEST_MAX_AGE has been raised", async () => {
      const { sql } = await open();
      const account = await reopenedAccount(sql);
      await prune(sql, new Date(NOW.getTime() + 2 * DAY));
      const patient = await serviceAt(sql, 2 * DAY, { maxAge: 30 * DAY });
      expect(await account.deleteBy(patient)).toBe("expired");
      expect(await account.shares(patient)).toBe(1);
      expect(await account.deleteNow(patient)).toBe("ok");
    });

    test("does not run when TRANSFER_DELAY has been raised", async () => {
      const { sql } = await open();
      const service = await serviceAt(sql, 0);
      const owner = service.client({ keys: PrivateKeys.generate("ed25519") });
      await owner.storeShare(share);
      const fallback = "alice@example.com";
      const validate = async (at: TestService) => {
        await owner.updateFallback(fallback);
        await owner.verifyFallback((await deliverNow(at, fallback)).code ?? "");
      };
      await validate(service);
      const asking = service.client({ keys: PrivateKeys.generate("ed25519") });
      const kept = await asking.prepare("fallbackTransfer", { fallback });
      await kept.send();
      await owner.updateFallback(null);
      await deliverNow(service, fallback);
      await validate(service);

      await prune(sql, new Date(NOW.getTime() + 2 * DAY));
      const waiting = await serviceAt(sql, 2 * DAY, { transferDelay: (3 * DAY) / 1000 });
      const keys = asking.identity.privateKeys;
      const again = waiting.client({ keys }).resume("fallbackTransfer", { fallback }, kept);
      expect(await outcome(again.send())).toBe("expired");
      await expect(deliverNow(waiting, fallback)).rejects.toThrow("no message");
      expect(
        await outcome(
          waiting
            .client({ keys })
            .fallbackTransfer(fallback)
            .then(({ send }) => send()),
        ),
      ).toBe("ok");
    });

    test("has its first outcome as long as it is remembered, and leaves nothing when it is over", async () => {
      const { sql, ownerSql } = await open();
      const account = await reopenedAccount(sql);
      const remembered = async () =>
        (await ownerSql<{ outcome: string }>("select outcome from store.seen_request", [])).length;
      const before = await remembered();
      await closeUntil(ownerSql, new Date(NOW.getTime() + MINUTE), true);
      const service = await serviceAt(sql, MINUTE);
      expect(await account.deleteBy(service)).toBe("ok");
      expect(await account.deleteNow(service)).toBe("expired");
      expect(await account.shares(service)).toBe(1);
      expect(await remembered()).toBe(before);
    });

    test("does not run either when the release before has remembered it", async () => {
      const { sql, ownerSql } = await open();
      const account = await reopenedAccount(sql);
      // A program of the release before says nothing of dates, and neither do the rows that it left.
      await ownerSql("update store.seen_request set dated_at = null", []);
      await prune(sql, new Date(NOW.getTime() + 3 * DAY));
      expect(await account.deleteBy(await serviceAt(sql, MINUTE))).toBe("expired");
    });

    test("undated, runs after a restore only where the operator has accepted that", async () => {
      const { sql, ownerSql } = await open();
      const account = await reopenedAccount(sql, false);
      const service = await serviceAt(sql, MINUTE);
      // What a backup from before the request does not know.
      await ownerSql("delete from store.seen_request", []);
      await closeUntil(ownerSql, NOW, false);
      expect(await account.deleteBy(service)).toBe("missing-date");
      expect(await account.shares(service)).toBe(1);
      const { identity } = account.client;
      const data = new Uint8Array(3);
      const storing = await requestOf(identity, OPERATIONS.storeShare.encode({ data }), null);
      await account.client.resume("storeShare", { data }, storing).send();
      expect(await account.shares(service)).toBe(2);

      await closeUntil(ownerSql, NOW, true);
      expect(await account.deleteBy(service)).toBe("ok");
      expect(await outcome(account.shares(service))).toBe("unknown-account");
    });
  });
});

describe.skipIf(skipped)(`while a server prunes, on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("a request that waits for its own row to be pruned does not run", async () => {
    const database = await createTestDatabase();
    const [server, pruning, gate] = [
      database.connect("share_server", 1),
      database.connect("share_owner", 1),
      database.connect("share_owner", 1),
    ];
    onTestFinished(async () => {
      await Promise.all([server, pruning, gate].map(({ close }) => close()));
    });
    const account = await reopenedAccount(server.sql);
    const service = await serviceAt(server.sql, MINUTE);
    const waiting = async () => (await gate.sql("select pid from pg_locks where not granted", [])).length;

    await gate.sql("select pg_advisory_lock(1)", []);
    // Pruned, and not committed yet: a server whose clock is fast.
    const pruned = pruning.sql(
      `with pruned as materialized (select * from store.prune(p_now => $1, p_limit => 100))
       select pg_advisory_xact_lock(1) from pruned`,
      [new Date(NOW.getTime() + 3 * DAY)],
    );
    while ((await waiting()) < 1);
    const again = account.deleteBy(service);
    while ((await waiting()) < 2);
    await gate.sql("select pg_advisory_unlock(1)", []);
    await pruned;
    expect(await again).toBe("expired");
    expect(await account.shares(service)).toBe(1);
  });
});
