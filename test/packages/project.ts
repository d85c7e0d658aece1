/** A project of somebody else, in an empty folder, with the packages as they would be published. */
import { execFile } from "node:child_process";
import { cpSync, globSync, statSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { pack, type Tarballs } from "../../scripts/pack/pack.ts";
import { environment } from "./environment.ts";

/** Bytes; the largest is a whole package. */
const MAX_OUTPUT = 64_000_000;

export type Project = AsyncDisposable & {
  readonly folder: string;
  readonly tarballs: Tarballs;
  /** The path of a new file, in the project's folder. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** What a program prints. @throws when it fails. */
  readonly run: (
    program: string,
    words: readonly string[],
    extra?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  /** Bytes of what npm installed. */
  readonly installedSize: () => number;
};

/** Packs, and installs the three libraries as their users would: together, and with no flag. */
export async function createProject(): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), "share-project-"));
  const tarballs = await pack(join(folder, "tarballs"));

  async function run(
    program: string,
    words: readonly string[],
    extra: Readonly<Record<string, string>> = {},
  ) {
    const { stdout } = await promisify(execFile)(program, words, {
      cwd: folder,
      env: environment(extra),
      maxBuffer: MAX_OUTPUT,
    });
    return stdout;
  }

  cpSync(join(import.meta.dirname, "app"), folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", tarballs.envelope, tarballs.protocol, tarballs.client]);

  return {
    folder,
    tarballs,
    run,
    write: async (name, text) => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    },
    installedSize: () => {
      const files = globSync("node_modules/**", { cwd: folder }).map((path) => statSync(join(folder, path)));
      return files.reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
