/**
 * A restore to a point in time, from a base backup and the archived log, as docs/runbook.md says: what was stored until then
 * is there, what came later is not, and a request from later that somebody has kept does not run.
 */
import { chmodSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys, randomBytes } from "@bc/envelope";
import { describe, expect, onTestFinished, test } from "vitest";
import { connectPostgres } from "../../src/store/drivers/postgres.ts";
import { operate } from "../kit/operator-command.ts";
import { outcome } from "../kit/outcome.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase, ownCluster, ownCopy } from "../kit/postgres/database.ts";
import { restoreTo } from "../kit/postgres/restore.ts";
import { startServer } from "../kit/spawn-server.ts";

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`on Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  test("a base backup and the archived log restore any moment since", async () => {
    const archive = await mkdtemp(join(tmpdir(), "share-server-archive-"));
    onTestFinished(() => rm(archive, { recursive: true, force: true }));
    chmodSync(archive, 0o777);
    const cluster = await ownCluster();
    onTestFinished(() => cluster.remove());
    const settings = `archive_mode = on\narchive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'\n`;
    writeFileSync(join(cluster.folder, "data/postgresql.auto.conf"), settings, { flag: "a" });
    await cluster.stop("fast");
    await cluster.start();
    const { name, url } = await createTestDatabase(cluster);
    const admin = connectPostgres(cluster.url("postgres", "postgres"), { connections: 1 });

    await using server = await startServer({ DATABASE_URL: url("share_server") });
    const keys = PrivateKeys.generate("ed25519");
    const client = server.client({ keys });
    await client.storeShare(randomBytes(300));
    const base = await ownCopy(cluster, false);
    onTestFinished(() => base.remove());
    await client.storeShare(randomBytes(300));
    await admin.sql("select pg_create_restore_point('before the mistake')", []);
    const deletion = await client.prepare("deleteAccount", {});
    await deletion.send();
    await admin.sql("select pg_switch_wal()", []);
    await admin.close();
    await server.kill("SIGTERM");
    // Stopping in order archives what is left.
    await cluster.stop("fast");

    await restoreTo("before the mistake", base, archive);
    const environment = { REQUEST_MAX_AHEAD: "1s", DATABASE_URL: base.url("share_owner", name) };
    expect(await operate(["restored"], environment)).toMatchObject({ code: 0 });

    await using restored = await startServer({
      DATA_DIR: server.folder,
      DATABASE_URL: base.url("share_server", name),
    });
    const after = restored.client({ keys });
    expect(await outcome(after.resume("deleteAccount", {}, deletion).send())).toBe("expired");
    expect(await after.retrieveShares()).toHaveLength(2);
    while ((await outcome(after.storeShare(randomBytes(300)))) === "expired");
    expect(await after.retrieveShares()).toHaveLength(3);
  });
});
