/** What an owner does while nothing is lost: has servers prove their shares, and has them delete these. */
import { Envelope } from "@bc/envelope";
import {
  auditBackup,
  beginBackup,
  cancelTransfers,
  checkBackups,
  clientOf,
  createClient,
  forgetBackup,
  PrivateKeys,
  type ProfileKeeper,
  storeBackup,
} from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import {
  backUp,
  network,
  newContact,
  newDevice,
  ONE,
  openPlaces,
  PLACES,
  SEED,
  serviceAt,
  THREE,
  TWO,
  TWO_OF_THREE,
} from "./places.ts";

const servers = await openPlaces();
afterAll(servers.close);

function clientAt(device: ProfileKeeper, url: string) {
  const account = device.read().accounts.find((one) => one.url === url);
  if (account === undefined) throw new Error("there is an account at each");
  return clientOf(device, account, network());
}

function withoutAudits(device: ProfileKeeper): Promise<void> {
  return device.update((profile) => ({
    ...profile,
    backups: profile.backups.map((backup) => ({
      ...backup,
      sets: backup.sets.map((set) => ({
        ...set,
        places: set.places.map(({ audits: _, ...place }) => place),
      })),
    })),
  }));
}

function auditsLeft(device: ProfileKeeper): number[] {
  return device
    .read()
    .backups.flatMap(({ sets }) => sets[0]?.places.map(({ audits = [] }) => audits.length) ?? []);
}

test("every server proves its share, and uses up one prepared audit", async () => {
  const contact = newContact();
  const device = newDevice();
  await backUp(device, SEED, contact);
  const [audits = 0] = auditsLeft(device);
  expect(audits).toBeGreaterThan(1);
  expect(await checkBackups(device, [], network())).toMatchObject(
    PLACES.map(({ url }) => ({
      backup: "seed",
      url,
      reachable: true,
      account: true,
      proven: true,
      contact,
      confirmed: true,
      pending: null,
      limits: { maxShares: 1_000 },
    })),
  );
  expect(auditsLeft(device)).toEqual([audits - 1, audits - 1, audits - 1]);
});

test("when the audits are used up, the share comes once, and new ones are made of it", async () => {
  const device = newDevice();
  await backUp(device, SEED, newContact());
  const [audits = 0] = auditsLeft(device);
  await withoutAudits(device);
  for (const outcome of await auditBackup(device, "seed", network())) expect(outcome).toHaveProperty("value");
  expect(auditsLeft(device)).toEqual([audits, audits, audits]);
  for (const outcome of await auditBackup(device, "seed", network())) expect(outcome).toHaveProperty("value");
  expect(auditsLeft(device)).toEqual([audits - 1, audits - 1, audits - 1]);
});

test("a server that is down, one without the share, and one without the account are told apart", async () => {
  const device = newDevice();
  await backUp(device, SEED, newContact());
  await clientAt(device, TWO).deleteAllShares();
  await clientAt(device, THREE).deleteAccount();
  const [one, two, three] = await checkBackups(device, ["seed"], network({ down: [ONE] }));
  expect(one).toMatchObject({
    reachable: false,
    proven: false,
    limits: null,
    error: { code: "unreachable" },
  });
  expect(two).toMatchObject({ reachable: true, account: true, proven: false });
  expect(two?.error).toMatchObject({ refusal: { code: "unknown-receipt" } });
  expect(three).toMatchObject({ reachable: true, account: false, proven: false });
});

test("a server with another share in the place of its own proves nothing", async () => {
  const device = newDevice();
  await backUp(device, SEED, newContact());
  const other = newDevice();
  await backUp(other, SEED, newContact());
  // As if the server had kept receipts, and dropped the shares.
  const audits = other.read().backups[0]?.sets[0]?.places[0]?.audits ?? [];
  await device.update((profile) => ({
    ...profile,
    backups: profile.backups.map((backup) => ({
      ...backup,
      sets: backup.sets.map((set) => ({ ...set, places: set.places.map((place) => ({ ...place, audits })) })),
    })),
  }));
  const [check] = await checkBackups(device, [], network());
  expect(check).toMatchObject({ reachable: true, proven: false, error: { code: "not-proven" } });
});

test("somebody who asks to have an account is told of, at that server", async () => {
  const contact = newContact();
  const device = newDevice();
  await backUp(device, SEED, contact);
  const thief = createClient({ ...network(), url: TWO, keys: PrivateKeys.generate() });
  await (await thief.fallbackTransfer(contact)).send();
  const pending = (await checkBackups(device, [], network())).map((check) => check.pending);
  expect(pending).toEqual([null, expect.stringContaining("pending"), null]);
  await cancelTransfers(device, TWO, network());
  expect(await checkBackups(device, [], network())).toMatchObject(
    PLACES.map(() => ({ pending: null, contact, confirmed: true })),
  );
});

test("a backup that is forgotten leaves nothing: no share, no account, no keys", async () => {
  const device = newDevice();
  await backUp(device, SEED, newContact());
  const clients = PLACES.map(({ url }) => clientAt(device, url));
  for (const outcome of await forgetBackup(device, "seed", network()))
    expect(outcome).toHaveProperty("value");
  expect(device.read()).toEqual({ accounts: [], backups: [] });
  for (const client of clients) {
    await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
  }
});

test("what could not be deleted is known, and is deleted by the same call later", async () => {
  const device = newDevice();
  await backUp(device, SEED, newContact());
  const client = clientAt(device, TWO);
  const outcomes = await forgetBackup(device, "seed", network({ down: [TWO] }));
  expect(outcomes.map((outcome) => "value" in outcome)).toEqual([true, false, true]);
  expect(device.read().accounts.map(({ url }) => url)).toEqual([TWO]);
  expect(await client.retrieveShares()).toHaveLength(1);
  expect(await storeBackup(device, "seed", network())).toEqual([]);
  expect(await forgetBackup(device, "seed", network())).toMatchObject([{ url: TWO, value: undefined }]);
  expect(device.read()).toEqual({ accounts: [], backups: [] });
});

test("an account that another backup uses, or that holds something else, stays", async () => {
  const contact = newContact();
  const device = newDevice();
  await backUp(device, SEED, contact);
  await backUp(device, Envelope.new("another").urString(), contact, "other");
  await clientAt(device, ONE).storeShare(new Uint8Array([1, 2, 3]));
  await forgetBackup(device, "seed", network());
  expect(device.read().accounts).toHaveLength(3);
  expect(await checkBackups(device, [], network())).toMatchObject(
    PLACES.map(() => ({ backup: "other", proven: true })),
  );
  await forgetBackup(device, "other", network());
  expect(device.read().accounts.map(({ url }) => url)).toEqual([ONE]);
  expect(await clientAt(device, ONE).retrieveShares()).toMatchObject([{ data: new Uint8Array([1, 2, 3]) }]);
});

test("a share whose receipt got lost on the way is deleted as well", async () => {
  const device = newDevice();
  await beginBackup(device, { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE }, network());
  const { now } = network();
  const deaf = async (request: Request) => {
    const { pathname, origin } = new URL(request.url);
    const response = await serviceAt(origin).send(request);
    if (request.method === "POST" && pathname === "/") throw new TypeError("the answer is lost");
    return response;
  };
  expect(await storeBackup(device, "seed", { now, transport: deaf })).toMatchObject(
    PLACES.map(() => ({ error: { code: "unreachable" } })),
  );
  const clients = PLACES.map(({ url }) => clientAt(device, url));
  for (const client of clients) expect(await client.retrieveShares()).toHaveLength(1);
  await forgetBackup(device, "seed", network());
  for (const client of clients) {
    await expect(client.retrieveShares()).rejects.toMatchObject({ refusal: { code: "unknown-account" } });
  }
});
