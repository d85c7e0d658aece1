/** Changing a backup: another server, more shares, a new key. */
import {
  auditBackup,
  backupNamed,
  beginBackup,
  beginRepair,
  beginRotation,
  checkBackups,
  clientOf,
  confirmContact,
  growBackup,
  joinAll,
  nameContact,
  type ProfileKeeper,
  type Reach,
  type Rotation,
  serversOf,
  settleRotation,
  storeBackup,
} from "@bc/share-client";
import { identityOf, newServerKeys } from "@bc/share-protocol";
import { afterAll, describe, expect, test } from "vitest";
import {
  backUp,
  buildAnew,
  codeAt,
  FIVE,
  FOUR,
  MORE_PLACES,
  network,
  newContact,
  newDevice,
  ONE,
  openPlaces,
  PLACES,
  SECRET,
  SEED,
  secretsAt,
  serviceAt,
  shareCounts,
  sharesAt,
  THREE,
  TWO,
  TWO_OF_THREE,
} from "./places.ts";

const servers = await openPlaces([...PLACES, ...MORE_PLACES]);
afterAll(servers.close);
const OPTIONS = { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE };
const GROWING = { ...OPTIONS, grow: { threshold: 3, count: 5 } };

async function carryOut(keeper: ProfileKeeper, reach: Reach = network()): Promise<Rotation> {
  await storeBackup(keeper, "seed", reach);
  return settleRotation(keeper, "seed", reach);
}

describe("rotating", () => {
  test("puts shares of a new key in the place of the old ones, which no longer join with them", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    const [account] = device.read().accounts;
    const before = account && (await sharesAt(account));
    await beginRotation(device, "seed", {}, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(await secretsAt(device.read())).toEqual([SECRET]);
    expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
    const other = device.read().accounts.filter(({ url }) => url === TWO);
    const after = await sharesAt(other[0] ?? expect.fail());
    expect(joinAll([...(before ?? []), ...after])).toEqual([]);
    expect((await checkBackups(device, [], network())).every(({ proven }) => proven)).toBe(true);
  });

  test("changes nothing as long as too few new shares are proven, and goes on when they are", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    const old = backupNamed(device, "seed").sets[0]?.id;
    await beginRotation(device, "seed", {}, network());
    const alone = network({ down: [TWO, THREE] });
    expect(await carryOut(device, alone)).toMatchObject({ done: false, deleted: [] });
    expect(backupNamed(device, "seed").sets.map(({ state }) => state)).toEqual(["current", "next"]);
    const shares = await secretsAt(device.read(), (url) => url !== ONE);
    expect(shares).toEqual([SECRET]);
    // The same again is the same rotation.
    const next = backupNamed(device, "seed").sets[1]?.id;
    await beginRotation(device, "seed", {}, network());
    expect(backupNamed(device, "seed").sets.map(({ id }) => id)).toEqual([old, next]);
    const rest = await carryOut(device, network({ down: [THREE] }));
    expect(rest).toMatchObject({ done: true });
    expect(await secretsAt(device.read(), (url) => url !== THREE)).toEqual([SECRET]);
    await carryOut(device);
    expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });
    expect(backupNamed(device, "seed").sets.map(({ id }) => id)).toEqual([next]);
  });

  test("is refused where too few servers give their old share, and nothing has changed", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    const before = device.read();
    await expect(beginRotation(device, "seed", {}, network({ down: [TWO, THREE] }))).rejects.toMatchObject({
      code: "unreachable",
    });
    await expect(beginRotation(device, "seed", { places: [{ url: ONE }] }, network())).rejects.toThrow(
      RangeError,
    );
    expect(device.read()).toEqual(before);
  });
});

describe("replacing a server", () => {
  test("leaves the old one without share and account, and the new one with both", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    await beginRepair(device, "seed", { replace: THREE, by: { url: FOUR } }, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(serversOf(backupNamed(device, "seed"))).toEqual([ONE, TWO, FOUR]);
    expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [FOUR]: 1 });
    // Given again, it has been done.
    const before = device.read();
    await beginRepair(device, "seed", { replace: THREE, by: { url: FOUR } }, network());
    expect(device.read()).toEqual(before);
    await expect(
      beginRepair(device, "seed", { replace: FIVE, by: { url: THREE } }, network()),
    ).rejects.toThrow(RangeError);
  });

  test("works while that server is down; its share is deleted when it is back", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    const down = network({ down: [THREE] });
    await beginRepair(device, "seed", { replace: THREE, by: { url: FOUR } }, down);
    const settled = await carryOut(device, down);
    expect(settled.done).toBe(true);
    expect(settled.deleted.filter((outcome) => "error" in outcome)).toMatchObject([{ url: THREE }]);
    expect(await secretsAt(device.read(), (url) => url !== ONE)).toEqual([SECRET]);
    await carryOut(device);
    expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [FOUR]: 1 });
  });

  test("waits for the new contact where it takes that one to get the secret back", async () => {
    const contact = newContact();
    const device = newDevice();
    await backUp(device, SEED, contact);
    await beginRotation(device, "seed", { places: [{ url: ONE }, { url: FOUR }, { url: FIVE }] }, network());
    expect(await carryOut(device)).toMatchObject({ done: false });
    await nameContact(device, FOUR, contact, network());
    expect(await carryOut(device)).toMatchObject({ done: false });
    await confirmContact(device, FOUR, await codeAt(FOUR, contact), network());
    expect(await carryOut(device)).toMatchObject({ done: true });
  });

  test("may be changed for another server before it is done", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    await beginRepair(device, "seed", { replace: THREE, by: { url: FOUR } }, network());
    await storeBackup(device, "seed", network({ down: [ONE, TWO] }));
    await beginRepair(device, "seed", { replace: THREE, by: { url: FIVE } }, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [FIVE]: 1 });
  });
});

describe("a server that was built anew at its address", () => {
  const repair = { replace: THREE, by: { url: THREE } };
  const identities = {
    "under another identity": () => identityOf(newServerKeys()),
    "with an empty database": () => serviceAt(THREE).context.identity,
  };

  test.each(Object.entries(identities))(
    "%s, gets a share again; the secret is there all the time",
    async (_, identity) => {
      const contact = newContact();
      const device = newDevice();
      await backUp(device, SEED, contact);
      await buildAnew(THREE, identity());
      const lost = await checkBackups(device, [], network());
      expect(lost.map(({ proven }) => proven)).toEqual([true, true, false]);

      await beginRepair(device, "seed", repair, network());
      expect(await secretsAt(device.read())).toEqual([SECRET]);
      expect(await carryOut(device)).toMatchObject({ done: true });
      expect(await nameContact(device, THREE, contact, network())).toBe(false);
      await confirmContact(device, THREE, await codeAt(THREE, contact), network());
      expect(await checkBackups(device, [], network())).toMatchObject(
        PLACES.map(({ url }) => ({ url, proven: true, contact, confirmed: true })),
      );
      expect(await secretsAt(device.read(), (url) => url !== ONE)).toEqual([SECRET]);
      expect(await shareCounts(device.read())).toEqual({ [ONE]: 1, [TWO]: 1, [THREE]: 1 });

      // Given again, there is nothing to do.
      const before = backupNamed(device, "seed").sets.map(({ id }) => id);
      await beginRepair(device, "seed", repair, network());
      expect(backupNamed(device, "seed").sets.map(({ id }) => id)).toEqual(before);
    },
  );

  test("keeps its old account in the profile while too few of the others answer", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    await buildAnew(THREE, identityOf(newServerKeys()));
    const { accounts, backups } = device.read();
    await expect(beginRepair(device, "seed", repair, network({ down: [TWO] }))).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(device.read()).toEqual({ accounts, backups });
  });

  test("gets a share again where it has lost that alone, in the same account", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    const [, , account] = device.read().accounts;
    await clientOf(device, account ?? expect.fail(), network()).deleteAllShares();
    await beginRepair(device, "seed", repair, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(device.read().accounts[2]).toEqual(account);
    expect(await secretsAt(device.read(), (url) => url !== ONE)).toEqual([SECRET]);
  });
});

describe("growing", () => {
  test("gives prepared shares to more servers, without a word to the first ones", async () => {
    const device = newDevice();
    await beginBackup(device, GROWING, network());
    await storeBackup(device, "seed", network());
    expect(await secretsAt(device.read())).toEqual([SECRET]);
    const apart = network({ down: [ONE, TWO, THREE] });
    expect(await growBackup(device, "seed", MORE_PLACES, apart)).toBe(true);
    expect(await storeBackup(device, "seed", apart)).toMatchObject(MORE_PLACES.map(({ url }) => ({ url })));
    expect(serversOf(backupNamed(device, "seed"))).toEqual([ONE, TWO, THREE, FOUR, FIVE]);
    expect(await secretsAt(device.read(), (url) => [THREE, FOUR, FIVE].includes(url))).toEqual([SECRET]);
    expect(await secretsAt(device.read(), (url) => [FOUR, FIVE].includes(url))).toEqual([]);
    for (const outcome of await auditBackup(device, "seed", network()))
      expect(outcome).toHaveProperty("value");
    expect(JSON.stringify(device.read())).not.toContain("ur:envelope/");
    expect(await growBackup(device, "seed", MORE_PLACES, apart)).toBe(true);

    // A rotation gives up the first, smaller set: then three are needed.
    await beginRotation(device, "seed", {}, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(await secretsAt(device.read(), (url) => [ONE, TWO].includes(url))).toEqual([]);
    expect(await secretsAt(device.read(), (url) => [ONE, TWO, FIVE].includes(url))).toEqual([SECRET]);
  });

  test("a backup that has not grown keeps what was prepared when its key is rotated", async () => {
    const device = newDevice();
    await beginBackup(device, GROWING, network());
    await storeBackup(device, "seed", network());
    await beginRotation(device, "seed", {}, network());
    expect(await carryOut(device)).toMatchObject({ done: true });
    expect(await growBackup(device, "seed", MORE_PLACES, network())).toBe(true);
    await storeBackup(device, "seed", network());
    expect(await secretsAt(device.read(), (url) => [ONE, FOUR, FIVE].includes(url))).toEqual([SECRET]);
  });

  test("without prepared shares, a rotation brings it to more servers", async () => {
    const device = newDevice();
    await backUp(device, SEED, newContact());
    expect(await growBackup(device, "seed", MORE_PLACES, network())).toBe(false);
    const plan = { groupThreshold: 1, groups: [{ threshold: 3, count: 5 }] };
    await beginRotation(device, "seed", { places: [...PLACES, ...MORE_PLACES], plan }, network());
    await storeBackup(device, "seed", network());
    // The three old places have confirmed contacts, and are a quorum of the new shares.
    expect(await settleRotation(device, "seed", network())).toMatchObject({ done: true });
    expect(await secretsAt(device.read(), (url) => [ONE, TWO].includes(url))).toEqual([]);
    expect(await secretsAt(device.read(), (url) => url !== ONE && url !== TWO)).toEqual([SECRET]);
  });

  test("cannot be prepared where it makes no sense", async () => {
    const device = newDevice();
    for (const grow of [
      { threshold: 2, count: 3 },
      { threshold: 6, count: 5 },
    ]) {
      await expect(beginBackup(device, { ...GROWING, grow }, network())).rejects.toThrow(RangeError);
    }
    expect(device.read().backups).toEqual([]);
  });
});
