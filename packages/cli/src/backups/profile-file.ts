/**
 * The file with the backups: `profile.json` beside the keys. It holds the keys of each server's account, so nobody but
 * its owner can read it, and each change is on the disk before the next step.
 */
import { EMPTY_PROFILE, type Profile, type ProfileKeeper } from "@bc/share-client";
import { Failure } from "../failure.ts";
import { readFileIfAny, replaceFile } from "../files.ts";
import type { Settings } from "../settings.ts";

/** @throws {Failure} `usage` when the file is damaged. */
export async function openProfile({ profileFile }: Pick<Settings, "profileFile">): Promise<ProfileKeeper> {
  let written = await textAt(profileFile);
  let profile = written === undefined ? EMPTY_PROFILE : profileIn(written, profileFile);
  let last: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    // Two commands at once would lose each other's keys.
    if ((await textAt(profileFile)) !== written) {
      throw new Failure("usage", `another command has changed ${profileFile}; give this one again`);
    }
    const next = `${JSON.stringify(profile, undefined, 2)}\n`;
    await replaceFile(profileFile, next);
    written = next;
  }

  return {
    read: () => profile,
    update(change) {
      profile = change(profile);
      const done = last.then(write);
      last = done.catch(() => undefined);
      return done;
    },
  };
}

async function textAt(path: string): Promise<string | undefined> {
  const bytes = await readFileIfAny(path);
  return bytes && new TextDecoder().decode(bytes);
}

function profileIn(text: string, path: string): Profile {
  try {
    const profile: Profile = JSON.parse(text);
    const isWhole =
      Array.isArray(profile.accounts) && profile.backups.every(({ sets }) => Array.isArray(sets));
    if (!isWhole) throw new TypeError("no profile");
    return profile;
  } catch (cause) {
    throw new Failure("usage", `${path} is damaged; mend it or move it away`, { cause });
  }
}
