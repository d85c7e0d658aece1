/** What `share recover` says of the backups that have come, and where their secrets go. */
import {
  type BackupThatCame,
  printable,
  type Recovered,
  type Secret,
  type SharesThatCame,
} from "@bc/share-client";
import { Failure } from "../failure.ts";
import { writeSecretFile } from "../files.ts";
import { printJSON, printLine } from "../output.ts";

export type WholeBackup = BackupThatCame & { readonly recovered: Recovered };

export function isWhole(backup: BackupThatCame): backup is WholeBackup {
  return backup.recovered !== undefined;
}

/** `the backup seed (share set 8c1f)`; only a sheet knows the name. */
export function nameOf({ id, wanted }: BackupThatCame): string {
  return wanted === undefined
    ? `a backup of share set ${id}`
    : `the backup ${printable(wanted.name)} (share set ${id})`;
}

/** How many shares of a backup have come, of how many, and from where. */
export function countOf({ sets, from, recovered }: BackupThatCame): string {
  const counts = recovered === undefined ? sets.map(setCount).join("; ") : "enough shares";
  return `${counts}, from ${from.join(", ")}`;
}

function setCount({ groupThreshold, groups }: SharesThatCame): string {
  const [first, ...others] = groups;
  if (first !== undefined && others.length === 0)
    return `${first.come} of the ${first.threshold} shares that it takes`;
  const parts = groups.map(({ come, threshold }, index) => {
    return threshold === undefined
      ? `none of group ${index + 1}`
      : `${come} of ${threshold} of group ${index + 1}`;
  });
  return `${parts.join(", ")}; it takes ${groupThreshold} of ${groups.length} groups`;
}

export type SecretsOutput = {
  /** Undefined: stdout. */
  readonly path: string | undefined;
  readonly json: boolean;
  /** Backups that have come as well, and were not asked for. */
  readonly others: readonly WholeBackup[];
  /** Whether the path is that of another backup: of one that an earlier run has written, or of the sheet's, which has not come. */
  readonly isForAnother: boolean;
};

/**
 * The file is that of the one backup there is, or of the one that a sheet names. Each other one gets a file of its own, named
 * by its share set. A file that has the secret already counts as written.
 *
 * @throws {Failure} `usage` for several without a file, and for a file that is something else.
 */
export async function outputSecrets(
  backups: readonly WholeBackup[],
  { path, json, others, isForAnother }: SecretsOutput,
): Promise<void> {
  if (json) {
    return printJSON({
      recovered: backups.map((backup) => ({
        ...described(backup),
        envelope: backup.recovered.envelope.urString(),
      })),
      ...(others.length > 0 && { others: others.map(described) }),
    });
  }
  if (path === undefined) {
    if (backups.length > 1)
      throw new Failure("usage", `${backups.length} secrets have come; name a file for them with -o`);
    for (const { recovered } of backups) process.stdout.write(bytesOf(recovered.secret));
    return;
  }
  const named = backups.filter(({ wanted }) => wanted !== undefined);
  const [first, ...rivals] = named.length > 0 ? named : backups;
  for (const backup of backups) {
    const hasPath = backup === first && rivals.length === 0 && !isForAnother;
    const file = hasPath ? path : `${path}-${backup.id}`;
    await writeSecretFile(file, bytesOf(backup.recovered.secret));
    printLine(
      `${printable(file)}  from ${backup.recovered.from.map(printable).join(", ")}; ${nameOf(backup)}`,
    );
  }
}

function described({ id, wanted, recovered }: WholeBackup) {
  return { ...(wanted !== undefined && { name: wanted.name }), shareSet: id, from: recovered.from };
}

/** A UR is a line of text. */
function bytesOf(secret: Secret): Uint8Array {
  return typeof secret === "string" ? new TextEncoder().encode(`${secret}\n`) : secret;
}
