/** A primary, and a standby that has every commit before it is acknowledged. */
import { basename } from "node:path";
import { connectPostgres } from "../../../src/store/drivers/postgres.ts";
import { type Cluster, PATIENT, type Role, START_SECONDS } from "./cluster.ts";
import { ownCopy } from "./database.ts";

/** Gives a cluster a synchronous standby, which is running when this resolves. To be removed by the caller. */
export async function addStandby(primary: Cluster): Promise<Cluster> {
  const standby = await ownCopy(primary, true);
  await standby.start();
  const admin = connectPostgres(primary.url("postgres", "postgres"), PATIENT);
  try {
    await admin.sql(`alter system set synchronous_standby_names = '"${basename(standby.folder)}"'`, []);
    await admin.sql("select pg_reload_conf()", []);
    const synchronous = "select from pg_stat_replication where sync_state = 'sync'";
    while ((await admin.sql(synchronous, [])).length === 0);
  } finally {
    await admin.close();
  }
  return standby;
}

/** Makes a standby the primary, which waits for no standby of its own. */
export async function promote(standby: Cluster): Promise<void> {
  await standby.run("pg_ctl", ["promote", "-w", "-t", START_SECONDS, "-D", `${standby.folder}/data`]);
  const admin = connectPostgres(standby.url("postgres", "postgres"), PATIENT);
  try {
    await admin.sql("alter system reset synchronous_standby_names", []);
    await admin.sql("select pg_reload_conf()", []);
  } finally {
    await admin.close();
  }
}

/** One URL for several clusters, as libpq writes it. */
export function urlOfAll(clusters: readonly Cluster[], role: Role, database: string): string {
  const [first = "", ...others] = clusters.map(({ url }) => url(role, database));
  const hosts = others.map((other) => `,${new URL(other).host}`).join("");
  const { host } = new URL(first);
  return `${first.replace(host, `${host}${hosts}`)}?target_session_attrs=read-write`;
}
