/**
 * A profile on the disk: one file, `profile-<number>`, in a folder of its own. Each change is a new file with the next
 * number, and only then do older ones go. So a change is there wholly or not at all, and of two commands that change the
 * profile at once, one gets the number; the other reads what that wrote, and makes its change to it.
 *
 * Trap: a command that was held up may get a number that is free again, below the present one. So it looks once more.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readFileIfAny, writeFirst } from "../files.ts";

export type Written = { readonly number: number; readonly text: string };

/** What was written last. Undefined: nothing yet. */
export async function readNewest(folder: string): Promise<Written | undefined> {
  for (;;) {
    const number = await newestIn(folder);
    if (number === 0) return undefined;
    const bytes = await readFileIfAny(fileIn(folder, number));
    // Gone since: there is a newer one.
    if (bytes === undefined) continue;
    await clearAway(folder, number);
    return { number, text: new TextDecoder().decode(bytes) };
  }
}

/** @param before what the change was made to. @returns undefined when another command was faster. */
export async function writeNext(
  folder: string,
  before: Written | undefined,
  text: string,
): Promise<Written | undefined> {
  const number = (before?.number ?? 0) + 1;
  const path = fileIn(folder, number);
  if (!(await writeFirst(path, text))) return undefined;
  if ((await newestIn(folder)) > number) {
    await rm(path, { force: true });
    return undefined;
  }
  await clearAway(folder, number);
  return { number, text };
}

/** The path of what was written last. */
export function fileIn(folder: string, number: number): string {
  return join(folder, `profile-${number}`);
}

/** The files before, and what killed commands left of others: secrets that nothing needs any more. */
async function clearAway(folder: string, number: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, of] = /^profile-(\d+)(?:$|\.)/.exec(name) ?? [];
    const isOld = of !== undefined && (Number(of) < number || (Number(of) === number && name.includes(".")));
    if (isOld) await rm(join(folder, name), { force: true });
  }
}

/** 0: there is none. */
async function newestIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return Math.max(0, ...names.map((name) => Number(/^profile-(\d+)$/.exec(name)?.[1] ?? 0)));
}
