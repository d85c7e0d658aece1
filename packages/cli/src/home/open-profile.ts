/** A profile, opened: read, unlocked where it is locked, and kept on the disk from then on. */
import {
  EMPTY_PROFILE,
  type KeySchemes,
  type Profile,
  type ProfileKeeper,
  printable,
} from "@bc/share-client";
import { Failure } from "../failure.ts";
import { tellNote } from "../tell.ts";
import { isShared, warnOfShared } from "./key-file.ts";
import { oldFiles } from "./old-files.ts";
import { type PassphraseSource, passphraseFor } from "./passphrase.ts";
import { fileIn, readNewest, type Written, writeNext } from "./profile-folder.ts";
import { isEncrypted, type Lock, lockOf, newLock, profileFromText, profileToText } from "./profile-text.ts";
import { DEFAULT_PROFILE, expectProfile, folderOf } from "./profiles.ts";

export type OpenProfile = ProfileKeeper & {
  /** Writes the profile under another passphrase from now on; undefined takes it away. */
  readonly relock: (passphrase: string | undefined) => Promise<void>;
  /** The file of the profile, where others can read it too. */
  readonly sharedFile: () => Promise<string | undefined>;
};

export function nameOf(profile: string): string {
  return `the profile ${printable(profile)}`;
}

/**
 * Opens a profile. The default one takes the files of before in, at its first use.
 *
 * @throws {Failure} `usage` when there is none of this name, its passphrase is wrong, or it is damaged.
 */
export async function openProfile(name: string, passphrase: PassphraseSource): Promise<OpenProfile> {
  await expectProfile(name);
  const where = nameOf(name);
  const folder = folderOf(name);
  const written = await readNewest(folder);
  if (written !== undefined) {
    const path = fileIn(folder, written.number);
    if (await isShared(path)) warnOfShared(path);
    const lock = isEncrypted(written.text)
      ? lockOf(written.text, await passphraseFor(where, passphrase), where)
      : undefined;
    return keeperOf({ folder, where, written, lock, profile: profileFromText(written.text, lock, where) });
  }
  const opened = keeperOf({ folder, where, written, lock: undefined, profile: EMPTY_PROFILE });
  const old = name === DEFAULT_PROFILE ? await oldFiles() : undefined;
  if (old !== undefined) {
    await opened.update((profile) => (profile === EMPTY_PROFILE ? old.profile : profile));
    for (const note of old.notes) tellNote(note);
  }
  return opened;
}

/**
 * Makes a profile, on the disk when this resolves.
 *
 * @param newKeys which keys it makes.
 * @throws {Failure} `usage` when there is one of this name.
 */
export async function makeProfile(
  name: string,
  passphrase: string | undefined,
  newKeys: KeySchemes,
): Promise<void> {
  const folder = folderOf(name);
  const lock = passphrase === undefined ? undefined : newLock(passphrase);
  const before = await readNewest(folder);
  const text = profileToText(withNewKeys(EMPTY_PROFILE, newKeys), lock);
  const made = before === undefined ? await writeNext(folder, undefined, text) : undefined;
  if (made === undefined)
    throw new Failure("usage", `${nameOf(name)} is there already, and is left as it is`);
}

/** The profile makes these keys from now on. What is left out stays as it was. */
export async function chooseNewKeys({ read, update }: ProfileKeeper, chosen: KeySchemes): Promise<void> {
  const profile = read();
  if (withNewKeys(profile, chosen) !== profile) await update((present) => withNewKeys(present, chosen));
}

function withNewKeys(profile: Profile, { signing, encapsulation }: KeySchemes): Profile {
  if (signing === undefined && encapsulation === undefined) return profile;
  const { newKeys } = profile;
  return {
    ...profile,
    newKeys: {
      signing: signing ?? newKeys?.signing,
      encapsulation: encapsulation ?? newKeys?.encapsulation,
    },
  };
}

type State = {
  readonly folder: string;
  readonly where: string;
  written: Written | undefined;
  lock: Lock | undefined;
  profile: Profile;
};

function keeperOf(state: State): OpenProfile {
  const { folder, where } = state;
  let last: Promise<void> = Promise.resolve();

  /** Makes a change to what is on the disk, whoever has written that. */
  async function commit(change: (profile: Profile) => Profile, lock: () => Lock | undefined): Promise<void> {
    for (;;) {
      const changed = change(state.profile);
      const next = lock();
      const written = await writeNext(folder, state.written, profileToText(changed, next));
      if (written !== undefined) {
        Object.assign(state, { written, lock: next, profile: changed });
        return;
      }
      await reread();
    }
  }

  async function reread(): Promise<void> {
    const written = await readNewest(folder);
    if (written === undefined) throw new Failure("usage", `${where} was removed meanwhile`);
    try {
      state.profile = profileFromText(written.text, state.lock, where);
    } catch (cause) {
      const text = `${where} got another passphrase meanwhile; give the command again`;
      throw new Failure("usage", text, { cause });
    }
    state.written = written;
  }

  /** One after the other, so that changes at the same time do not lose one another. */
  function inTurn(turn: () => Promise<void>): Promise<void> {
    const done = last.then(turn);
    last = done.catch(() => undefined);
    return done;
  }

  return {
    async sharedFile() {
      const path = fileIn(folder, state.written?.number ?? 0);
      return (await isShared(path)) ? path : undefined;
    },
    read: () => state.profile,
    update: (change) => inTurn(() => commit(change, () => state.lock)),
    relock: (passphrase) => {
      const lock = passphrase === undefined ? undefined : newLock(passphrase);
      return inTurn(() =>
        commit(
          (profile) => profile,
          () => lock,
        ),
      );
    },
  };
}
