/**
 * The profiles of a person, each in a folder of its own, and which one is in use.
 *
 *     ~/.config/share/profiles/default/profile-12
 *     ~/.config/share/profile-in-use                 the name of another one, where one is in use
 */
import { readdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { printable } from "@bc/share-client";
import { InvalidArgumentError } from "commander";
import { Failure } from "../failure.ts";
import { readFileIfAny, removeFile, replaceFile } from "../files.ts";

/** It is there without anybody making it. */
export const DEFAULT_PROFILE = "default";

/** After the XDG Base Directory Specification, which says to ignore a relative path. */
export function configurationFolder(): string {
  const { XDG_CONFIG_HOME = "" } = process.env;
  const folder = isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(homedir(), ".config");
  return join(folder, "share");
}

export function folderOf(name: string): string {
  return join(configurationFolder(), "profiles", name);
}

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/** Names are those of folders on every system. */
export function profileNameFrom(text: string): string {
  if (NAME.test(text)) return text;
  throw new InvalidArgumentError("a name has letters, digits, - and _, up to 64");
}

export async function profileInUse(): Promise<string> {
  const bytes = await readFileIfAny(fileInUse());
  const name = new TextDecoder().decode(bytes).trim();
  if (name === "") return DEFAULT_PROFILE;
  try {
    return profileNameFrom(name);
  } catch (cause) {
    throw new Failure("usage", `${fileInUse()} names no profile; mend it or remove it`, { cause });
  }
}

export async function useProfile(name: string): Promise<void> {
  if (name === DEFAULT_PROFILE) await removeFile(fileInUse());
  else await replaceFile(fileInUse(), `${name}\n`);
}

/** In order. The default one is among them, whether anything is in it or not. */
export async function profileNames(): Promise<readonly string[]> {
  const entries = await readdir(join(configurationFolder(), "profiles")).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    },
  );
  return [...new Set([DEFAULT_PROFILE, ...entries.filter((name) => NAME.test(name))])].sort();
}

/** @throws {Failure} `usage` when there is no such profile. */
export async function expectProfile(name: string): Promise<void> {
  if ((await profileNames()).includes(name)) return;
  throw new Failure(
    "usage",
    `there is no profile ${printable(name)}; make it with: share profile new ${printable(name)}`,
  );
}

/** Its keys are gone for good. */
export async function removeProfile(name: string): Promise<void> {
  if ((await profileInUse()) === name) await useProfile(DEFAULT_PROFILE);
  await rm(folderOf(name), { recursive: true, force: true });
}

function fileInUse(): string {
  return join(configurationFolder(), "profile-in-use");
}
