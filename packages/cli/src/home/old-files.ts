/**
 * What the command kept before there were profiles: one key file for all servers, with files beside it, and the backups.
 * It is taken in once, and the files stay as they are, for `--keys`.
 */
import { join } from "node:path";
import { type Account, EMPTY_PROFILE, type Profile, printable, serverFromUR } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { readFileIfAny } from "../files.ts";
import { type KeyFile, readKeyFileIfAny } from "./key-file.ts";
import { readServers } from "./known-servers.ts";
import { readPending } from "./pending.ts";
import { PENDING } from "./pending-in-account.ts";
import { sharesWithAudits } from "./prepared-audits.ts";
import { profileFromText } from "./profile-text.ts";
import { configurationFolder } from "./profiles.ts";

export type OldFiles = { readonly profile: Profile; readonly notes: readonly string[] };

/** Undefined: there are none. @throws {Failure} `usage` when one is damaged; nothing is taken in then. */
export async function oldFiles(): Promise<OldFiles | undefined> {
  const folder = configurationFolder();
  const [keysFile, profileFile] = [join(folder, "keys.ur"), join(folder, "profile.json")];
  const [backups, keyFile] = [await readFileIfAny(profileFile), await readKeyFileIfAny({ keysFile })];
  if (backups === undefined && keyFile === undefined) return undefined;
  const old =
    backups === undefined
      ? EMPTY_PROFILE
      : profileFromText(new TextDecoder().decode(backups), undefined, printable(profileFile));
  const accounts = keyFile === undefined ? [] : await accountsOf(keyFile, keysFile, folder);
  const taken = new Set(old.accounts.map(({ url }) => url));
  const added = accounts.filter(({ url }) => !taken.has(url));
  return {
    profile: { ...old, accounts: [...old.accounts, ...added] },
    notes: [
      ...(backups === undefined ? [] : [`took in the backups of ${printable(profileFile)}`]),
      ...(keyFile === undefined ? [] : notesOn(keysFile, added, accounts)),
      "the old files stay as they are",
    ],
  };
}

function notesOn(keysFile: string, added: readonly Account[], all: readonly Account[]): readonly string[] {
  const path = printable(keysFile);
  const left = all.filter((account) => !added.includes(account)).map(({ url }) => printable(url));
  return [
    `took in ${path} for ${added.map(({ url }) => printable(url)).join(", ") || "no server"}; at others the profile makes keys of its own, and --keys ${path} goes on with the old ones`,
    ...(left.length === 0
      ? []
      : [`at ${left.join(", ")} a backup has its own account; for the other say --keys ${path}`]),
  ];
}

/** One for each server that is remembered beside the keys, or that something is under way at. */
async function accountsOf(
  { keys, accounts }: KeyFile,
  keysFile: string,
  folder: string,
): Promise<readonly Account[]> {
  const files = { keysFile };
  const [rekey, transfer] = [await readPending(files, "rekey"), await readPending(files, "transfer")];
  const servers = new Map(await readServers(join(folder, "servers.json")));
  for (const { url, server } of [rekey, transfer].filter((it) => it !== undefined)) {
    if (!servers.has(url)) servers.set(url, documentToUR(server.document));
  }
  return Promise.all(
    [...servers].map(async ([url, document]) => {
      const known = await serverFromUR(document);
      const account = accounts.get(known.xid.hex());
      const shares = await sharesWithAudits(files, known);
      return {
        url,
        server: document,
        keys: keys.urString(),
        ...(account !== undefined && { xid: account.hex() }),
        ...(rekey?.url === url && { rekey: PENDING.rekey.toKept(rekey) }),
        ...(transfer?.url === url && { transfer: PENDING.transfer.toKept(transfer) }),
        ...(shares.length > 0 && { shares }),
      };
    }),
  );
}
