/**
 * Files that only their owner may read, written whole or not at all, and on the disk when the function returns.
 *
 * A file is written under another name beside its place, brought to the disk, and then put in its place in one step:
 * by a link where nothing may be overwritten (a link never replaces), by renaming where something may. Then the
 * folder is brought to the disk too, since the file's name stands there.
 */
import { randomUUID, timingSafeEqual } from "node:crypto";
import { link, lstat, mkdir, open, readFile, rename, rm, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { Option } from "commander";
import { Failure } from "./failure.ts";
import { DRAFT_NAME } from "./file-problem.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Writes a file that must not exist yet; its folder is made. @throws {Failure} `usage` when it does exist. */
export async function writeNewFile(path: string, content: Uint8Array | string): Promise<void> {
  if (await writeFirst(path, content)) return;
  throw alreadyThere(path);
}

/**
 * The same for a secret that a run before, cut off since, may have written already: a file with just that content, which only
 * its owner may read, counts as written.
 */
export async function writeSecretFile(path: string, secret: Uint8Array): Promise<void> {
  if ((await writeFirst(path, secret)) || (await isAsWritten(path, secret))) return;
  throw alreadyThere(path);
}

/** The same; of several processes that write at once, one does, and the others get false. */
export async function writeFirst(path: string, content: Uint8Array | string): Promise<boolean> {
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
  } catch (error) {
    if (!isAlreadyThere(error) && !isMissing(error)) throw error;
    return false;
  } finally {
    // Whoever came first may have cleared it away.
    await rm(draft, { force: true });
  }
  await syncFolderOf(path);
  return true;
}

/** Writes a file, in the place of an older one if there is one. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await rename(await writeDraft(path, content), path);
  await syncFolderOf(path);
}

/** Gives a file a second name, unless a file has that name already. */
export async function keepAs(path: string, copy: string): Promise<void> {
  try {
    await link(path, copy);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  await syncFolderOf(copy);
}

/** Removes a file, which may be gone already. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolderOf(path);
}

/** A file's bytes, or undefined when there is none. */
export async function readFileIfAny(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFileAt(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** All bytes of a file, or of stdin for `-`. */
export async function readInput(file: string): Promise<Uint8Array> {
  return file === "-" ? buffer(process.stdin) : readFileAt(file);
}

/** For what keeps the content of a file. */
export function allowEmptyOption(): Option {
  return new Option("--allow-empty", "take a file with nothing in it");
}

/** All bytes of a file, or of stdin for `-`. @throws {Failure} `usage` when there are none, and none were expected. */
export async function readContent(
  file: string,
  { allowEmpty }: { readonly allowEmpty?: true },
): Promise<Uint8Array> {
  const bytes = await readInput(file);
  if (bytes.length > 0 || allowEmpty) return bytes;
  const name = file === "-" ? "stdin" : file;
  throw new Failure("usage", `${name} is empty; if that is what you mean to keep, say --allow-empty`);
}

/** A file's bytes. Where it is a folder, the platform's error does not tell which. */
export async function readFileAt(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path }) : error;
  }
}

/**
 * Makes a folder and those above it. Node's own way, `recursive`, never returns where a file system says of a folder
 * that is there that it is not, as /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, OWNER_ONLY_FOLDER);
  } catch (error) {
    if (isAlreadyThere(error)) return;
    if (!isMissing(error) || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, OWNER_ONLY_FOLDER).catch((again: unknown) => {
      if (!isAlreadyThere(again)) throw again;
    });
  }
}

async function writeDraft(path: string, content: Uint8Array | string): Promise<string> {
  await makeFolder(dirname(path));
  const draft = `${path}.${randomUUID()}${DRAFT_NAME}`;
  const file = await open(draft, "wx", OWNER_ONLY);
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    await unlink(draft);
    throw error;
  } finally {
    await file.close();
  }
  return draft;
}

/** Windows opens no folders, and brings names to the disk by itself. */
async function syncFolderOf(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(dirname(path));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function alreadyThere(path: string): Failure {
  return new Failure("usage", `${path} exists already and is left as it is`);
}

/** Whether a file is as this program leaves it. That takes the same time however much of the content is the same. */
async function isAsWritten(path: string, content: Uint8Array): Promise<boolean> {
  const there = await lstat(path);
  // Windows keeps no such permissions.
  const isOwners = process.platform === "win32" || (there.mode & 0o777) === OWNER_ONLY;
  if (!there.isFile() || !isOwners || there.size !== content.length) return false;
  const present = await readFileAt(path);
  return present.length === content.length && timingSafeEqual(present, content);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
