/** What an operator does with a base backup and the archived log. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectPostgres } from "../../../src/store/drivers/postgres.ts";
import { type Cluster, PATIENT } from "./cluster.ts";

/**
 * Starts a copy of a cluster as the cluster was at a point that it has named in its log, and resolves when it takes writes.
 *
 * @param archive the folder that the cluster's log was archived to.
 */
export async function restoreTo(point: string, copy: Cluster, archive: string): Promise<void> {
  const data = join(copy.folder, "data");
  const recovery = `restore_command = 'cp ${archive}/%f %p'
recovery_target_name = '${point}'
recovery_target_action = 'promote'\n`;
  writeFileSync(join(data, "postgresql.auto.conf"), recovery, { flag: "a" });
  writeFileSync(join(data, "recovery.signal"), "");
  await copy.start();
  const { sql, close } = connectPostgres(copy.url("postgres", "postgres"), PATIENT);
  while ((await sql("select where not pg_is_in_recovery()", [])).length === 0);
  await close();
}
