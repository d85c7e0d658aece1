/** Which backup a command is about. */
import { backupNamed, isCurrent, type ProfileKeeper, printable } from "@bc/share-client";
import { Option } from "commander";
import { Failure } from "../failure.ts";
import { hint } from "../hint.ts";
import type { Settings } from "../settings.ts";

export type BackupOption = { readonly backup?: string };

export function backupOption(): Option {
  return new Option("--backup <name>", "which backup, where you have several");
}

/** The backup's name. @throws {Failure} `usage` when there is none, or it is not clear which. */
export function chosenBackup(keeper: ProfileKeeper, { backup }: BackupOption): string {
  const names = keeper.read().backups.map(({ name }) => name);
  if (backup !== undefined) {
    if (names.includes(backup)) return backup;
    throw new Failure("usage", `there is no backup ${printable(backup)}`);
  }
  const [only, ...others] = names;
  if (only === undefined) throw new Failure("usage", "there are no backups; make one with: share backup");
  if (others.length === 0) return only;
  throw new Failure(
    "usage",
    `there are several backups; name one with --backup: ${names.map(printable).join(", ")}`,
  );
}

/** The same. @throws {Failure} `usage` also for one that is forgotten, and that only has to be deleted somewhere. */
export function keptBackup(keeper: ProfileKeeper, options: BackupOption, settings: Settings): string {
  const name = chosenBackup(keeper, options);
  if (backupNamed(keeper, name).sets.some(isCurrent)) return name;
  const forget = hint(settings, "forget", { backup: name });
  throw new Failure("usage", `${printable(name)} is forgotten; to ask where it is left once more: ${forget}`);
}
