/**
 * A real Postgres in a folder of its own, on a free port, with the roles that docs/postgres-roles.sql makes.
 *
 * Needs the server's programs, as Debian's package `postgresql` brings them, but no running service. Postgres
 * does not run as root, so root starts it as another user.
 */
import { execFile } from "node:child_process";
import { chownSync, copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const ROLES_SCRIPT = join(import.meta.dirname, "../../../docs/postgres-roles.sql");
const PASSWORD = "postgres test";

export type Role = "postgres" | "share_owner" | "share_server";

export type Cluster = {
  readonly folder: string;
  readonly port: number;
  readonly url: (role: Role, database: string) => string;
  /** Runs one of Postgres's programs as the cluster's superuser. @returns what it printed. */
  readonly run: (program: string, args: readonly string[]) => Promise<string>;
  readonly start: () => Promise<void>;
  /** `fast` ends connections in order; `immediate` is what a crash is like. */
  readonly stop: (mode: "fast" | "immediate") => Promise<void>;
  /** Kills all its processes, as a machine's end would. */
  readonly kill: () => Promise<void>;
  /** Stops it and removes its folder. */
  readonly remove: () => Promise<void>;
};

/** Milliseconds between two looks at whether a killed process is gone. */
const KILL_POLL = 20;
/** What a busy machine may need, where this is the last that it does. */
export const START_SECONDS = "1800";
/** For one who looks after a cluster: it waits where a server would give up. */
export const PATIENT = { connections: 1, statementTimeout: 0, connectionTimeout: 600_000 } as const;

/** The folder of `initdb` and the others, newest version first; undefined if Postgres is not installed. */
export function findPostgres(): string | undefined {
  const version = (folder: string) => Number(folder.split("/").at(-2));
  return globSync("/usr/lib/postgresql/*/bin").sort((a, b) => version(b) - version(a))[0];
}

/** Why tests that need Postgres are skipped here; undefined where they run. With `CI=true` they always run. */
export function whyNoPostgres(): string | undefined {
  const { CI } = process.env;
  if (findPostgres() !== undefined || CI === "true") return undefined;
  return "needs Postgres: apt-get install postgresql";
}

/** What all programs need to reach a cluster that is running. */
export function clusterAt(folder: string, port: number): Cluster {
  const bin = findPostgres();
  if (bin === undefined) throw new Error("Postgres is not installed: apt-get install postgresql");
  const data = join(folder, "data");
  const asUser = unprivileged();
  const run = async (program: string, args: readonly string[]) => {
    const { PATH } = process.env;
    const env = { PATH, PGPASSWORD: PASSWORD, LC_ALL: "C.UTF-8" };
    const { stdout } = await promisify(execFile)(join(bin, program), args, { cwd: folder, env, ...asUser });
    return stdout;
  };
  const stop = async (mode: "fast" | "immediate") => {
    await run("pg_ctl", ["stop", "-D", data, "-m", mode]);
  };
  return {
    folder,
    port,
    url: (role, database) =>
      `postgres://${role}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}`,
    run,
    start: async () => {
      const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`];
      const options = settings.map((setting) => `-c ${setting}`).join(" ");
      await run("pg_ctl", [
        "start",
        "-w",
        "-t",
        START_SECONDS,
        "-D",
        data,
        "-l",
        join(folder, "log"),
        "-o",
        options,
      ]);
    },
    stop,
    kill: async () => {
      const postmaster = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
      // Stopped, it starts no more of them meanwhile.
      process.kill(postmaster, "SIGSTOP");
      const children = childrenOf(postmaster);
      for (const pid of [postmaster, ...children]) killIfAlive(pid);
      // Its port is free, and its files are nobody's, once they are all gone.
      while ([postmaster, ...children].some(isAlive)) await setTimeout(KILL_POLL);
      // Where nobody waits for ended processes, Postgres would take the lost one for alive.
      for (const lock of [join(data, "postmaster.pid"), join(folder, `.s.PGSQL.${port}.lock`)]) {
        rmSync(lock, { force: true });
      }
    },
    remove: async () => {
      await stop("immediate").catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Makes and starts a cluster in a folder that does not exist yet.
 *
 * @param isDurable whether commits are forced to disk. Default: no, since that is Postgres's own affair.
 * @param more further settings, a line each.
 */
export async function createCluster(
  folder: string,
  isDurable = false,
  more: readonly string[] = [],
): Promise<Cluster> {
  makeFolder(folder);
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
  // The other user may lack the right to read this project's folder.
  const rolesScript = join(folder, "roles.sql");
  copyFileSync(ROLES_SCRIPT, rolesScript);

  const cluster = clusterAt(folder, await freePort());
  const initialised = ["-D", join(folder, "data"), "-U", "postgres", "--no-sync", "--locale=C.UTF-8"];
  await cluster.run("initdb", [...initialised, "--auth=scram-sha-256", "--pwfile", passwordFile]);
  const settings = [`fsync = ${isDurable ? "on" : "off"}`, "max_connections = 200", ...more];
  writeFileSync(join(folder, "data/postgresql.auto.conf"), `${settings.join("\n")}\n`, { flag: "a" });
  await cluster.start();

  const connection = [
    "-h",
    "127.0.0.1",
    "-p",
    String(cluster.port),
    "-U",
    "postgres",
    "-v",
    "ON_ERROR_STOP=1",
  ];
  await cluster.run("psql", [...connection, "-q", "-f", rolesScript]);
  for (const role of ["share_owner", "share_server"]) {
    await cluster.run("psql", [...connection, "-q", "-c", `alter role ${role} password '${PASSWORD}'`]);
  }
  return cluster;
}

/**
 * Makes a copy of a running cluster, as `pg_basebackup` does, in a folder that does not exist yet. It is not started.
 *
 * @param isStandby whether it follows the cluster, under the name of its folder.
 */
export async function copyCluster(of: Cluster, folder: string, isStandby: boolean): Promise<Cluster> {
  makeFolder(folder);
  const cluster = clusterAt(folder, await freePort());
  const source = `${of.url("postgres", "postgres")}?application_name=${basename(folder)}`;
  const standby = isStandby ? ["--write-recovery-conf"] : [];
  const data = join(folder, "data");
  await cluster.run("pg_basebackup", [
    "-d",
    source,
    "-D",
    data,
    "--checkpoint=fast",
    "--no-sync",
    ...standby,
  ]);
  return cluster;
}

/** A folder for the user that Postgres runs as. */
function makeFolder(folder: string): void {
  mkdirSync(folder, { mode: 0o700 });
  const { uid, gid } = unprivileged();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
}

/** The processes that another one has started. */
function childrenOf(parent: number): readonly number[] {
  return globSync("/proc/[0-9]*/stat").flatMap((file) => {
    try {
      const { 1: pid, 2: parentPid } = /^(\d+) \(.*\) \S (\d+)/.exec(readFileSync(file, "utf8")) ?? [];
      return Number(parentPid) === parent ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

function killIfAlive(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** A process that has ended and is not waited for counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Who Postgres runs as. Nothing where this process is not root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  // `nobody` of Debian; it owns nothing.
  return { uid: 65_534, gid: 65_534 };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
