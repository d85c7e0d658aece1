/**
 * Files that only their owner may read, written whole or not at all.
 *
 * A file is written under another name beside its place, brought to the disk, and then put in its place in one step:
 * by a link where nothing may be overwritten (a link never replaces), by renaming where something may.
 */
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { Failure } from "./failure.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Writes a file that must not exist yet; its folder is made. @throws {Failure} `usage` when it does exist. */
export async function writeNewFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
    throw new Failure("usage", `${path} exists already and is left as it is`, { cause: error });
  } finally {
    await unlink(draft);
  }
}

/** Writes a file, in the place of an older one if there is one. */
export async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  await rename(await writeDraft(path, content), path);
}

/** A file's bytes, or undefined when there is none. */
export async function readFileIfAny(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** All bytes of a file, or of stdin for `-`. */
export async function readInput(file: string): Promise<Uint8Array> {
  return file === "-" ? buffer(process.stdin) : readFile(file);
}

async function writeDraft(path: string, content: Uint8Array | string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const draft = `${path}.${randomUUID()}.draft`;
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

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}
