/** The real command in a process of its own, for a user with an empty home. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Profile } from "@bc/share-client";
import { onTestFinished } from "vitest";
import { COMPILE_CACHE } from "./compile-cache.ts";

export type Run = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
};

export type User = {
  readonly folder: string;
  /** @param extra variables of the environment, beside those that every user has. */
  readonly share: (
    args: readonly string[],
    input?: string | Uint8Array,
    extra?: Readonly<Record<string, string>>,
  ) => Promise<Run>;
  /** The path of a new file in the user's folder. */
  readonly file: (name: string, content: string | Uint8Array) => Promise<string>;
};

const SHARE = join(import.meta.dirname, "../../packages/cli/src/share.ts");

/** @param url the server that the user has set in SHARE_URL. */
export async function newUser(url = "http://127.0.0.1:1"): Promise<User> {
  const folder = await mkdtemp(join(tmpdir(), "share-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { PATH } = process.env;
  const env = {
    PATH,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "config"),
    SHARE_URL: url,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
  };

  function share(
    args: readonly string[],
    input: string | Uint8Array = "",
    extra: Readonly<Record<string, string>> = {},
  ): Promise<Run> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [SHARE, ...args],
        { cwd: folder, env: { ...env, ...extra }, encoding: "buffer" },
        (_error, bytes, stderr) =>
          resolve({ code: child.exitCode ?? -1, stdout: bytes.toString(), stderr: stderr.toString(), bytes }),
      );
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(input);
    });
  }

  async function file(name: string, content: string | Uint8Array): Promise<string> {
    await writeFile(join(folder, name), content);
    return name;
  }

  return { folder, share, file };
}

/** A profile that is not encrypted, as it lies on the disk. There is one file of it, unless a command was killed. */
export async function readProfile(
  folder: string,
  name = "default",
): Promise<{ readonly path: string; readonly profile: Profile }> {
  const profiles = join(folder, "config", "share", "profiles", name);
  // A command that was killed may have left the one before, too.
  const numbers = (await readdir(profiles)).flatMap((one) => /^profile-(\d+)$/.exec(one)?.[1] ?? []);
  const path = join(profiles, `profile-${Math.max(...numbers.map(Number))}`);
  return { path, profile: JSON.parse(await readFile(path, "utf8")) };
}
