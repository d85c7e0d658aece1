/** The target of the load: the real server on a Postgres of its own, with durable commits. Linux only. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PrivateKeys } from "@bc/envelope";
import type { KnownServer } from "@bc/share-client";
import { createCluster } from "../test/kit/postgres/cluster.ts";
import { createTestDatabase, type TestDatabase } from "../test/kit/postgres/database.ts";
import { startServer, type TestServer } from "../test/kit/spawn-server.ts";
import { childrenOf, processorTime } from "./processor-time.ts";

export type Target = AsyncDisposable & {
  readonly server: TestServer;
  readonly url: URL;
  readonly peer: KnownServer;
  /** Microseconds of processor time that the server has used. */
  readonly serverTime: () => number;
  /** Microseconds of processor time that Postgres has used. */
  readonly postgresTime: () => number;
};

/** @param extra the server's variables that differ from the defaults. */
export async function startTarget(extra: Readonly<Record<string, string>> = {}): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), "share-bench-"));
  // Postgres may run as another user, who has to get through this folder.
  chmodSync(folder, 0o711);
  const cluster = await createCluster(join(folder, "cluster"), true);
  const database = await createTestDatabase(cluster);
  const server = await startServer({ DATABASE_URL: bySocket(database), ...extra });
  const postmaster = Number(readFileSync(join(cluster.folder, "data/postmaster.pid"), "utf8").split("\n")[0]);
  const timeOf = (pid: number) => processorTime([pid, ...childrenOf(pid)]);
  return {
    server,
    url: new URL(server.url()),
    peer: await server.client({ keys: PrivateKeys.generate() }).server(),
    serverTime: () => timeOf(server.pid()),
    postgresTime: () => timeOf(postmaster),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await cluster.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Over the socket, as deploy.md advises where server and database share a machine. */
function bySocket({ url, cluster }: TestDatabase): string {
  const byNetwork = new URL(url("share_server"));
  byNetwork.search = String(new URLSearchParams({ host: cluster.folder, port: String(cluster.port) }));
  return byNetwork.href;
}
