/**
 * The files of a new database, as they are after a clean shutdown.
 *
 * They are made in memory and then written. Postgres starts out with three databases, of which a server uses one; the two
 * templates would be two thirds of the files, and after a crash every file is synced before the server starts.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { syncTree } from "./durable-files.ts";

const OWNER_ONLY = { file: 0o600, folder: 0o700 };
/** Megabytes of one file of the log, which is written full of zeros before it is used. Postgres's default: 16. */
const LOG_FILE_MEGABYTES = 4;
const TEMPLATES = ["template0", "template1"];

/** Writes them to a folder that does not exist yet. They are on the disk when this resolves. */
export async function writeNewDatabase(folder: string, startParams: string[]): Promise<void> {
  const engine = await PGlite.create({
    startParams,
    initDbStartParams: [`--wal-segsize=${LOG_FILE_MEGABYTES}`],
  });
  for (const template of TEMPLATES) {
    await engine.exec(`alter database ${template} is_template false`);
    await engine.exec(`drop database ${template}`);
  }
  const { FS: memory } = engine.Module;
  await engine.close();

  const write = async (from: string, to: string): Promise<void> => {
    await mkdir(to, { mode: OWNER_ONLY.folder });
    for (const name of memory.readdir(from)) {
      if (name === "." || name === "..") continue;
      const [source, target] = [`${from}/${name}`, join(to, name)];
      if (memory.isDir(memory.stat(source).mode)) await write(source, target);
      else await writeFile(target, memory.readFile(source), { mode: OWNER_ONLY.file });
    }
  };
  await write(PGlite.paths.PGDATA, folder);
  await syncTree(folder);
}
