/** From a secret on one device to the same secret on another that has nothing, over three servers. */
import { Envelope, notation, SSKR_SHARE, SSKRShare, SymmetricKey, sharesIn } from "@bc/envelope";
import {
  accountAt,
  addLostPlaces,
  adoptRecovered,
  askForAccounts,
  beginBackup,
  beginRotation,
  changeAccount,
  checkBackups,
  clientOf,
  confirmAccount,
  endRecovery,
  hintedPlaces,
  nameContact,
  type ProfileKeeper,
  recoveredSecrets,
  secretEnvelope,
  settleRotation,
  storeBackup,
} from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import {
  backUp,
  codeAt,
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
  THREE,
  TWO,
  TWO_OF_THREE,
} from "./places.ts";

const servers = await openPlaces();
afterAll(servers.close);

async function askAndConfirm(
  device: ProfileKeeper,
  urls: readonly string[],
  contact: string,
  reach = network(),
) {
  await addLostPlaces(
    device,
    urls.map((url) => ({ url, contact })),
    reach,
  );
  const asked = await askForAccounts(device, reach);
  for (const { url } of asked.filter((outcome) => "value" in outcome && outcome.value.state === "asked")) {
    await confirmAccount(device, url, await codeAt(url, contact), reach);
  }
  return askForAccounts(device, reach);
}

/** As a server does it that lies: the same subject with another share under it. */
async function forgeShareAt(owner: ProfileKeeper, url: string): Promise<void> {
  const account = owner.read().accounts.find((one) => one.url === url);
  if (account === undefined) throw new Error("there is an account at each");
  const client = clientOf(owner, account, network());
  const [kept] = await client.retrieveShares();
  if (kept === undefined) throw new Error("a share was stored");
  const share = Envelope.fromCborData(kept.data);
  const data = sharesIn(share)[0]?.data ?? new Uint8Array();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  await client.deleteAllShares();
  await client.storeShare(share.subject().addAssertion(SSKR_SHARE, SSKRShare.fromData(data)).cborData());
}

test("a lost seed comes back from two servers, by the contact alone", async () => {
  const contact = newContact();
  await backUp(newDevice(), SEED, contact);

  const device = newDevice();
  const stood = await askAndConfirm(device, [TWO, THREE], contact);
  expect(stood.map((outcome) => "value" in outcome && outcome.value)).toEqual([
    { state: "come", shares: 1 },
    { state: "come", shares: 1 },
  ]);
  const [recovered, ...others] = recoveredSecrets(device);
  expect(others).toEqual([]);
  expect(recovered).toMatchObject({ secret: SEED, from: [TWO, THREE] });
  expect(recovered?.envelope.isIdenticalTo(secretEnvelope(SEED))).toBe(true);
  await endRecovery(device);
  expect(device.read().accounts).toMatchObject([{ confirmed: true }, { confirmed: true }]);
});

test("the first share leads to the other places; one alone opens nothing", async () => {
  const contact = newContact();
  const owner = newDevice();
  await backUp(owner, new Uint8Array([1, 2, 3]), contact);

  const device = newDevice();
  await askAndConfirm(device, [ONE], contact);
  expect(recoveredSecrets(device)).toEqual([]);
  const hints = hintedPlaces(device);
  expect(hints.map(({ url }) => url).sort()).toEqual([THREE, TWO]);
  const [hint] = hints;
  expect(hint && serviceAt(hint.url).context.identity.xid.equals(hint.server)).toBe(true);

  await askAndConfirm(device, [TWO], contact);
  expect(recoveredSecrets(device)).toMatchObject([{ secret: new Uint8Array([1, 2, 3]), from: [ONE, TWO] }]);
});

test("a server that is down, and one that has another share than it was given, stop nobody", async () => {
  const contact = newContact();
  const owner = newDevice();
  await backUp(owner, SEED, contact);
  await forgeShareAt(owner, ONE);

  const device = newDevice();
  const down = network({ down: [THREE] });
  await askAndConfirm(device, [ONE, TWO], contact);
  expect(recoveredSecrets(device)).toEqual([]);
  const [outcome] = await addLostPlaces(device, [{ url: THREE, contact }], down);
  expect(outcome).toMatchObject({ url: THREE, error: { code: "unreachable" } });
  await askAndConfirm(device, [THREE], contact);
  expect(recoveredSecrets(device)).toMatchObject([{ secret: SEED, from: [TWO, THREE] }]);
});

test("a backup that was cut off goes on: each server gets its one share of the one split", async () => {
  const device = newDevice();
  await beginBackup(device, { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE }, network());
  const cut = await storeBackup(device, "seed", network({ down: [TWO, THREE] }));
  expect(cut.map((outcome) => "value" in outcome)).toEqual([true, false, false]);
  expect(device.read().backups[0]?.sets[0]?.places.every(({ share }) => share !== undefined)).toBe(true);
  const rest = await storeBackup(device, "seed", network());
  expect(rest.map(({ url }) => url)).toEqual([TWO, THREE]);
  expect(await storeBackup(device, "seed", network())).toEqual([]);
  // Nothing that could open the secret is left on the device but its keys.
  expect(device.read().backups[0]?.sets[0]?.places).toEqual(
    PLACES.map(({ url }) => ({
      url,
      receipt: expect.stringMatching(/^[0-9a-f]{64}$/),
      audits: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64} [0-9a-f]{64}$/)]),
    })),
  );
  for (const account of device.read().accounts) {
    expect(await clientOf(device, account, network()).retrieveShares()).toHaveLength(1);
  }
});

test("two backups come back from the same accounts, each whole", async () => {
  const contact = newContact();
  const owner = newDevice();
  const other = Envelope.new("another secret").addAssertion("note", "mine").urString();
  await backUp(owner, SEED, contact, "seed");
  await backUp(owner, other, contact, "other");
  expect(owner.read().accounts).toHaveLength(3);

  const device = newDevice();
  await askAndConfirm(device, [ONE, THREE], contact);
  expect(
    recoveredSecrets(device)
      .map(({ secret }) => secret)
      .sort(),
  ).toEqual([other, SEED].sort());
});

test("a device that still has its keys asks nobody", async () => {
  const contact = newContact();
  const owner = newDevice();
  await backUp(owner, SEED, contact);
  await addLostPlaces(owner, [{ url: ONE, contact }], network());
  await addLostPlaces(owner, [{ url: TWO, contact }], network());
  expect(recoveredSecrets(owner)).toMatchObject([{ secret: SEED }]);
});

test("keys that are good for something are not replaced when another account is asked for", async () => {
  const device = newDevice();
  const account = await accountAt(device, { url: ONE }, network());
  const client = clientOf(device, account, network());
  const place = { url: ONE, contact: newContact() };
  const asked = async () => {
    const [outcome] = await addLostPlaces(device, [place], network());
    expect(device.read().accounts).toMatchObject([{ keys: account.keys }]);
    expect(device.read().recovery?.places ?? []).toEqual([]);
    return outcome;
  };
  await client.storeShare(new Uint8Array([1, 2, 3]));
  const other = {
    error: new RangeError(`the profile has another account at ${ONE}; recover into another profile`),
  };
  expect(await asked()).toMatchObject(other);
  await client.storeShare(Envelope.new("an envelope, and no share").cborData());
  expect(await asked()).toMatchObject(other);
  await client.deleteAllShares();
  await nameContact(device, ONE, newContact(), network());
  expect(await asked()).toMatchObject(other);
  const { id, envelope } = await client.fallbackTransfer(newContact());
  const transfer = { id: id.urString(), envelope: envelope.urString(), contact: "" };
  await changeAccount(device, ONE, { transfer });
  expect(await asked()).toMatchObject({ error: expect.objectContaining({ name: "RangeError" }) });
});

test("keys of an account that is as new make way for those of the one that is asked for", async () => {
  const contact = newContact();
  await backUp(newDevice(), SEED, contact);
  const device = newDevice();
  const account = await accountAt(device, { url: ONE }, network());
  await changeAccount(device, ONE, { shares: [{ receipt: "00".repeat(32), label: "blue" }] });
  await clientOf(device, account, network()).storeShare(new Uint8Array([1, 2, 3]));
  await clientOf(device, account, network()).deleteAllShares();
  await askAndConfirm(device, [ONE], contact);
  const [come] = device.read().accounts;
  expect(come?.keys).not.toBe(account.keys);
  expect(come?.shares).toMatchObject([{ label: "blue" }]);
  expect(device.read().recovery?.places).toMatchObject([{ shares: [expect.any(String)] }]);
});

test("keys that were replaced elsewhere are lost, and new ones ask for the account", async () => {
  const contact = newContact();
  const owner = newDevice();
  await backUp(owner, SEED, contact);
  const old = structuredClone(owner.read());
  const thief = newDevice();
  await askAndConfirm(thief, [ONE], contact);
  await askAndConfirm(owner, [ONE], contact);
  expect(owner.read().accounts.find(({ url }) => url === ONE)?.keys).not.toBe(
    old.accounts.find(({ url }) => url === ONE)?.keys,
  );
  expect(owner.read().recovery?.places[0]?.shares).toHaveLength(1);
});

test("what has come back is a backup of the new device, which brings it to more servers again", async () => {
  const contact = newContact();
  const owner = newDevice();
  const grow = { threshold: 3, count: 5 };
  await beginBackup(
    owner,
    { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE, grow },
    network(),
  );
  await storeBackup(owner, "seed", network());
  await backUp(owner, Envelope.new("another").urString(), contact, "other");
  for (const { url } of PLACES) await nameContact(owner, url, contact, network());

  const device = newDevice();
  await askAndConfirm(device, [ONE, THREE], contact);
  await adoptRecovered(device, "recovered", network());
  await endRecovery(device);
  const { backups } = device.read();
  expect(backups.map(({ name, hints }) => ({ name, hints }))).toEqual([
    { name: "recovered", hints: true },
    { name: "recovered-2", hints: true },
  ]);
  // Of the larger split too little came to bring the secret back.
  expect(backups.map(({ sets }) => sets.map(({ plan }) => plan.groups))).toEqual([
    [[{ threshold: 2, count: 2 }]],
    [[{ threshold: 2, count: 2 }]],
  ]);
  const checks = await checkBackups(device, [], network());
  expect(checks.map(({ url, proven, confirmed }) => ({ url, proven, confirmed }))).toEqual(
    [ONE, THREE, ONE, THREE].map((url) => ({ url, proven: true, confirmed: true })),
  );
  const seed = backups.find(({ sets }) => sets[0]?.id === owner.read().backups[0]?.sets[0]?.id);
  const places = [{ url: ONE }, { url: THREE }, { url: TWO }];
  await beginRotation(device, seed?.name ?? "", { places, plan: TWO_OF_THREE }, network());
  await storeBackup(device, seed?.name ?? "", network());
  expect(await settleRotation(device, seed?.name ?? "", network())).toMatchObject({ done: true });
  expect(await secretsAt(device.read(), (url) => url !== ONE)).toEqual([SECRET]);
});

test("a forged share that came is none of the recovered backup's", async () => {
  const contact = newContact();
  const owner = newDevice();
  await backUp(owner, SEED, contact);
  await forgeShareAt(owner, ONE);
  const device = newDevice();
  await askAndConfirm(device, [ONE, TWO, THREE], contact);
  await adoptRecovered(device, "recovered", network());
  const [backup] = device.read().backups;
  expect(backup?.sets[0]?.places.map(({ url }) => url)).toEqual([TWO, THREE]);
});

test("a wrong code is refused, and the right one still counts", async () => {
  const contact = newContact();
  await backUp(newDevice(), SEED, contact);
  const device = newDevice();
  await addLostPlaces(device, [{ url: ONE, contact }], network());
  await askForAccounts(device, network());
  const code = await codeAt(ONE, contact);
  const wrong = `${code[0] === "0" ? "1" : "0"}${code.slice(1)}`;
  await expect(confirmAccount(device, ONE, wrong, network())).rejects.toMatchObject({ code: "refused" });
  await confirmAccount(device, ONE, code, network());
  expect(await askForAccounts(device, network())).toMatchObject([{ value: { state: "come", shares: 1 } }]);
});

test("what cannot be a backup is refused before anything is stored", async () => {
  const device = newDevice();
  const begin = (change: object) =>
    beginBackup(
      device,
      { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE, ...change },
      network(),
    );
  await expect(begin({ places: PLACES.slice(1) })).rejects.toThrow(RangeError);
  await expect(begin({ places: [PLACES[0], PLACES[0], PLACES[1]] })).rejects.toThrow(RangeError);
  await expect(begin({ secret: new Uint8Array(5_000) })).rejects.toThrow(RangeError);
  await expect(begin({ secret: "" })).rejects.toThrow(RangeError);
  await expect(
    beginBackup(
      device,
      { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE },
      network({ down: [TWO] }),
    ),
  ).rejects.toMatchObject({ code: "unreachable" });
  expect(device.read().backups).toEqual([]);
  await begin({});
  await expect(begin({})).rejects.toThrow(/already/);
});

test("what a server gets shows no more than that it is a share", async () => {
  const device = newDevice();
  await beginBackup(device, { name: "seed", secret: SEED, places: PLACES, plan: TWO_OF_THREE }, network());
  const [place] = device.read().backups[0]?.sets[0]?.places ?? [];
  const share = Envelope.fromURString(place?.share ?? "");
  expect(share.subject().isEncrypted()).toBe(true);
  expect(() => share.decryptSubject(SymmetricKey.generate())).toThrow(
    expect.objectContaining({ code: "decryption-failed" }),
  );
  expect(notation(share)).not.toContain("Seed");
});
