/** As on one node, and what directories and an account's own row tell besides; asked at the coordinator and at a worker. */
import { afterAll, beforeAll } from "vitest";
import type { PostgresDatabase } from "../../src/store/drivers/postgres.ts";
import { describeAtNodes } from "../kit/citus/describe-at-nodes.ts";
import { type Damage, describeInvariants } from "../store/invariants.ts";

/** What references and unique indexes keep from happening on one node. */
const DAMAGES: readonly Damage[] = [
  [/has its current key/, "delete from store.account_key where key_id <> xid and xid = $1"],
  [/an account knows is its key/, "delete from store.account_key where key_id <> xid and xid = $1"],
  [/knows each of its/, "insert into store.account_key (key_id, xid, since) values (sha256($1), $1, now())"],
  [/knows each of its/, "delete from store.later_key where xid = $1"],
  [/a key belongs to an account/, "delete from store.account where xid = $1"],
  [/challenge is of an account/, "delete from store.account where xid = $1"],
  [/leads to its account/, "update store.contact_owner set xid = sha256(xid) where xid = $1"],
  [/leads to an account that has it/, "delete from store.contact where xid = $1"],
  [/tells that it has a challenge/, "update store.challenge set state = 'open' where xid = $1"],
];

describeAtNodes("on Citus", (asked) => {
  let server: PostgresDatabase;
  let owner: PostgresDatabase;
  beforeAll(() => {
    const { database, node } = asked();
    server = database.connect();
    owner = database.connectTo(node, "share_owner");
  });
  afterAll(() => Promise.all([server.close(), owner.close()]));

  describeInvariants(
    () => server.sql,
    () => owner.sql,
    DAMAGES,
  );
});
