/** Cut off anywhere, a change of a backup never leaves the servers without a quorum, and goes on when it is given again. */
import {
  addLostPlaces,
  askForAccounts,
  beginBackup,
  beginRepair,
  beginRotation,
  clientOf,
  confirmAccount,
  forgetBackup,
  growBackup,
  nameContact,
  type Profile,
  type ProfileKeeper,
  type Reach,
  recoveredSecrets,
  settleRotation,
  storeBackup,
} from "@bc/share-client";
import { afterAll, describe, expect, test } from "vitest";
import { type Cut, deviceCutAt, NOTHING } from "./cuts.ts";
import {
  backUp,
  codeAt,
  FIVE,
  FOUR,
  MORE_PLACES,
  network,
  newContact,
  ONE,
  openPlaces,
  PLACES,
  SECRET,
  SEED,
  secretsAt,
  shareCounts,
  sharesAt,
  THREE,
  TWO,
  TWO_OF_THREE,
} from "./places.ts";

const servers = await openPlaces([...PLACES, ...MORE_PLACES]);
afterAll(servers.close);

type Work = {
  /** The profile on the disk before a round. @param last after the round before. */
  readonly start: (last: string | undefined) => Promise<string>;
  readonly run: (keeper: ProfileKeeper, reach: Reach, round: number) => Promise<unknown>;
  /** What holds wherever it was cut off, with the keys that are on the disk. */
  readonly always: (profile: Profile) => Promise<void>;
  /** What holds when it was given again. */
  readonly finally: (profile: Profile, round: number, before: Profile) => Promise<void>;
};

/** One round for each step, which is cut off there, and then run again to its end. @returns how many steps there are. */
async function cutEverywhere(cut: Cut, work: Work): Promise<number> {
  let last: string | undefined;
  for (let at = 1; ; at += 1) {
    const before = await work.start(last);
    const device = deviceCutAt(before, at, cut);
    await work.run(device.keeper, device.reach, at).catch(() => undefined);
    await work.always(JSON.parse(device.kept()));
    const again = deviceCutAt(device.kept(), Number.POSITIVE_INFINITY, cut);
    await work.run(again.keeper, again.reach, at);
    last = again.kept();
    await work.finally(JSON.parse(last), at, JSON.parse(before));
    if (!device.wasCut()) return at - 1;
  }
}

/** A profile with a whole backup. */
async function backedUp(): Promise<string> {
  const device = deviceCutAt(NOTHING, Number.POSITIVE_INFINITY, "once");
  await backUp(device.keeper, SEED, newContact());
  return device.kept();
}

/** The secret comes back from the accounts that a person who has lost the device gets back. */
async function expectQuorum(profile: Profile): Promise<void> {
  const confirmed = profile.accounts.filter((account) => account.confirmed).map(({ url }) => url);
  expect(await secretsAt(profile, (url) => confirmed.includes(url))).toEqual([SECRET]);
}

async function carryOut(keeper: ProfileKeeper, reach: Reach): Promise<void> {
  await storeBackup(keeper, "seed", reach);
  await settleRotation(keeper, "seed", reach);
}

describe.each<Cut>(["power", "once"])("cut off at every step (%s)", (cut) => {
  test("a backup", async () => {
    let contact = "";
    const steps = await cutEverywhere(cut, {
      start: async () => {
        contact = newContact();
        return NOTHING;
      },
      run: async (keeper, reach) => {
        const options = { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE };
        if (keeper.read().backups.length === 0) await beginBackup(keeper, options, reach);
        await storeBackup(keeper, "seed", reach);
        for (const { url } of PLACES) await nameContact(keeper, url, contact, reach);
      },
      always: async () => undefined,
      finally: async (profile) => {
        expect(await shareCounts(profile)).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
        expect(profile.accounts.map((account) => account.contact)).toEqual([contact, contact, contact]);
        expect(JSON.stringify(profile)).not.toContain("ur:envelope");
        expect(await secretsAt(profile, (url) => url !== ONE)).toEqual([SECRET]);
      },
    });
    expect(steps).toBeGreaterThan(20);
  });

  test("a recovery", async () => {
    let contact = "";
    /** A code that came before the cut is still in the person's hand: its message is sent once. */
    let codes = new Map<string, string>();
    const steps = await cutEverywhere(cut, {
      start: async () => {
        contact = newContact();
        codes = new Map();
        const owner = deviceCutAt(NOTHING, Number.POSITIVE_INFINITY, cut);
        await backUp(owner.keeper, SEED, contact);
        return NOTHING;
      },
      run: async (keeper, reach) => {
        const lost = [TWO, THREE].map((url) => ({ url, contact }));
        await addLostPlaces(keeper, lost, reach);
        for (const { url, ...outcome } of await askForAccounts(keeper, reach)) {
          if (!("value" in outcome) || outcome.value.state !== "asked") continue;
          const code = codes.get(url) ?? (await codeAt(url, contact));
          codes.set(url, code);
          await confirmAccount(keeper, url, code, reach);
        }
        await askForAccounts(keeper, reach);
        if (recoveredSecrets(keeper).length === 0) throw new TypeError("not yet");
      },
      always: async () => undefined,
      finally: async (profile) => {
        expect(await secretsAt(profile)).toEqual([SECRET]);
        expect(profile.recovery?.places.map(({ shares }) => shares?.length)).toEqual([1, 1]);
      },
    });
    expect(steps).toBeGreaterThan(15);
  });

  test("a rotation", async () => {
    const steps = await cutEverywhere(cut, {
      start: async (last) => last ?? (await backedUp()),
      run: async (keeper, reach) => {
        await beginRotation(keeper, "seed", {}, reach);
        await carryOut(keeper, reach);
      },
      always: expectQuorum,
      finally: async (profile) => {
        expect(await shareCounts(profile)).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
      },
    });
    expect(steps).toBeGreaterThan(25);
  });

  test("another server in the place of one", async () => {
    const steps = await cutEverywhere(cut, {
      start: async (last) => last ?? (await backedUp()),
      // There and back.
      run: async (keeper, reach, round) => {
        const [replace, url] = round % 2 === 1 ? [THREE, FOUR] : [FOUR, THREE];
        await beginRepair(keeper, "seed", { replace, by: { url } }, reach);
        await carryOut(keeper, reach);
      },
      always: expectQuorum,
      finally: async (profile, round) => {
        expect(await shareCounts(profile)).toEqual({
          [ONE]: 1,
          [TWO]: 1,
          [round % 2 === 1 ? FOUR : THREE]: 1,
        });
      },
    });
    expect(steps).toBeGreaterThan(30);
  });

  test("a server that has lost the account, in its own place", async () => {
    const steps = await cutEverywhere(cut, {
      start: async (last) => {
        const kept = last ?? (await backedUp());
        const { accounts }: Profile = JSON.parse(kept);
        const account = accounts.find(({ url }) => url === THREE) ?? expect.fail();
        await clientOf(
          deviceCutAt(kept, Number.POSITIVE_INFINITY, cut).keeper,
          account,
          network(),
        ).deleteAccount();
        return kept;
      },
      run: async (keeper, reach) => {
        await beginRepair(keeper, "seed", { replace: THREE, by: { url: THREE } }, reach);
        await carryOut(keeper, reach);
      },
      always: expectQuorum,
      finally: async (profile) => {
        expect(await shareCounts(profile)).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
      },
    });
    expect(steps).toBeGreaterThan(25);
  });

  test("growing to more servers", async () => {
    const device = deviceCutAt(NOTHING, Number.POSITIVE_INFINITY, cut);
    const options = { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE };
    await beginBackup(device.keeper, { ...options, grow: { threshold: 3, count: 5 } }, device.reach);
    await storeBackup(device.keeper, "seed", device.reach);
    const steps = await cutEverywhere(cut, {
      start: async () => device.kept(),
      run: async (keeper, reach) => {
        await growBackup(keeper, "seed", MORE_PLACES, reach);
        await storeBackup(keeper, "seed", reach);
      },
      always: async (profile) => expect(await secretsAt(profile)).toEqual([SECRET]),
      finally: async (profile) => {
        expect(await shareCounts(profile)).toEqual({ [ONE]: 2, [TWO]: 2, [THREE]: 2, [FOUR]: 1, [FIVE]: 1 });
        expect(await secretsAt(profile, (url) => ![TWO, THREE].includes(url))).toEqual([SECRET]);
      },
    });
    expect(steps).toBeGreaterThan(10);
  });

  test("forgetting: nothing is left anywhere", async () => {
    const steps = await cutEverywhere(cut, {
      start: backedUp,
      run: async (keeper, reach) => {
        if (keeper.read().backups.length > 0) await forgetBackup(keeper, "seed", reach);
      },
      always: async () => undefined,
      finally: async (profile, _round, before) => {
        expect(profile).toEqual({ accounts: [], backups: [] });
        const left = await Promise.all(before.accounts.map((account) => sharesAt(account)));
        expect(left.flat()).toEqual([]);
      },
    });
    expect(steps).toBeGreaterThan(20);
  });
});
