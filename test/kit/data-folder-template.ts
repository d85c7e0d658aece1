/**
 * Databases made once and copied, because making one takes the embedded Postgres seconds.
 *
 * The templates lie in the cache of node_modules, named after what they are made of. A test run makes them before its
 * first test file. Several runs may make one at the same time: each makes its own and renames it into place, and the
 * first one stays.
 */
import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "@bc/envelope";
import { newServerKeys } from "@bc/share-protocol";
import { PGlite } from "@electric-sql/pglite";
import { bytesToHex } from "#bc/dcbor";
import packages from "../../package.json" with { type: "json" };
import { openPglite } from "../../src/store/drivers/pglite.ts";
import { readSchema } from "../../src/store/drivers/schema-files.ts";
import { migrate } from "../../src/store/migrate.ts";
import type { Sql } from "../../src/store/sql.ts";
import { NOW } from "./people.ts";

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/share-server");
const ENGINE = packages.dependencies["@electric-sql/pglite"];

/** What vitest calls before a run. */
export default async function makeTemplates(): Promise<void> {
  await migratedDump();
}

/** A migrated database, as PGlite loads it into memory. */
export async function migratedDump(): Promise<Blob> {
  const schema = await readSchema();
  const made = createHash("sha256").update(JSON.stringify(schema)).digest("hex").slice(0, 16);
  const file = join(CACHE, `migrated-${ENGINE}-${made}.tar`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return new Blob([kept]);
  const parent = await mkdtemp(join(tmpdir(), "share-server-template-"));
  const folder = join(parent, "database");
  await cp(await emptyDatabase(), folder, { recursive: true });
  const engine = await PGlite.create(folder);
  const sql: Sql = async <Row>(text: string, params: readonly unknown[]) => {
    return (await engine.query<Row>(text, [...params])).rows;
  };
  await migrate(sql, schema, NOW);
  const dump = await engine.dumpDataDir("none");
  await engine.close();
  await rm(parent, { recursive: true, force: true });
  await mkdir(CACHE, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, new Uint8Array(await dump.arrayBuffer()));
  await rename(draft, file);
  return dump;
}

/** Makes `folder` a data folder as it is after a first start, but for the migrations, with secrets of its own. */
export async function prepareDataFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  await cp(await emptyDatabase(), join(folder, "database"), { recursive: true });
  await writeFile(join(folder, "server-keys.ur"), newServerKeys().urString(), { mode: 0o600 });
  await writeFile(join(folder, "storage-key"), bytesToHex(randomBytes(32)), { mode: 0o600 });
}

/** The folder of a database without any tables. */
async function emptyDatabase(): Promise<string> {
  const kept = join(CACHE, `empty-${ENGINE}`);
  if ((await readFile(join(kept, "PG_VERSION")).catch(() => undefined)) !== undefined) return kept;
  const parent = await mkdtemp(join(tmpdir(), "share-server-template-"));
  const database = await openPglite(join(parent, "data"));
  await database.close();
  await mkdir(CACHE, { recursive: true });
  const draft = `${kept}.${randomUUID()}`;
  await cp(join(parent, "data", "database"), draft, { recursive: true });
  await rm(parent, { recursive: true, force: true });
  await rename(draft, kept).catch(() => rm(draft, { recursive: true, force: true }));
  return kept;
}
