/** TLS to a Postgres with a certificate of an authority that nobody knows, for `localhost`. */
import { execFileSync } from "node:child_process";
import { chownSync, copyFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Cluster, whyNoPostgres } from "../../../test/kit/postgres/cluster.ts";
import { ownCluster } from "../../../test/kit/postgres/database.ts";
import { connectPostgres } from "./postgres.ts";

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`TLS to Postgres${skipped ? ` (${skipped})` : ""}`, () => {
  let cluster: Cluster;
  const file = (name: string) => join(cluster.folder, name);
  const url = (query: string, host = "localhost") =>
    `${cluster.url("share_owner", "share_server").replace("127.0.0.1", host)}${query}`;

  beforeAll(async () => {
    cluster = await ownCluster();
    makeCertificate("authority", ["-subj", "/CN=authority"]);
    makeCertificate("server", [
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
      ...["-CA", file("authority.pem"), "-CAkey", file("authority.key")],
    ]);
    await serveWith("server");
  });
  afterAll(() => cluster.remove());

  function makeCertificate(name: string, options: readonly string[]): void {
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];
    const files = ["-keyout", file(`${name}.key`), "-out", file(`${name}.pem`)];
    execFileSync("openssl", ["req", "-x509", ...kind, ...files, ...options], { stdio: "ignore" });
  }

  async function serveWith(name: string): Promise<void> {
    const { uid, gid } = statSync(cluster.folder);
    for (const [from, to] of [
      [`${name}.pem`, "data/server.crt"],
      [`${name}.key`, "data/server.key"],
    ] as const) {
      copyFileSync(file(from), file(to));
      chownSync(file(to), uid, gid);
    }
    writeFileSync(file("data/postgresql.auto.conf"), "ssl = on\n", { flag: "a" });
    await cluster.stop("fast");
    await cluster.start();
  }

  async function encrypted(query: string, host?: string): Promise<boolean | string> {
    const { sql, close } = connectPostgres(url(query, host), { connections: 1 });
    try {
      const [row] = await sql<{ ssl: boolean }>(
        "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
        [],
      );
      return row?.ssl === true;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await close();
    }
  }

  test("is as sslmode says, and nobody is warned of anything", async () => {
    const warn = vi.spyOn(process, "emitWarning");
    const trusted = `sslrootcert=${file("authority.pem")}`;
    expect(await encrypted("")).toBe(false);
    expect(await encrypted(`?sslmode=disable&${trusted}`)).toBe(false);
    expect(await encrypted("?sslmode=no-verify")).toBe(true);
    expect(await encrypted(`?${trusted}`)).toBe(true);
    for (const mode of ["verify-full", "require", "verify-ca"]) {
      expect(await encrypted(`?sslmode=${mode}&${trusted}`)).toBe(true);
      expect(await encrypted(`?sslmode=${mode}`)).toMatch(/by no authority that is known here/);
    }
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test("says what is wrong with a certificate", async () => {
    const query = (name: string) => `?sslmode=verify-full&sslrootcert=${file(name)}`;
    expect(await encrypted(query("authority.pem"), "127.0.0.1")).toMatch(/is for another host/);
    await serveWith("authority");
    expect(await encrypted("?sslmode=verify-full")).toMatch(/is signed by itself/);
    expect(() => connectPostgres(url(query("nowhere.pem")), { connections: 1 })).toThrow(
      "the file that sslrootcert of the database URL names cannot be read",
    );
  });
});
