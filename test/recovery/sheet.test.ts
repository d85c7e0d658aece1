/** The recovery sheet: what it says, what it never says, and that it leads back. */
import { Envelope, notation } from "@bc/envelope";
import {
  addLostPlaces,
  beginBackup,
  createCollector,
  nameContact,
  readRecoverySheet,
  recoverySheetOf,
  recoverySheetPage,
  recoverySheetText,
  sheetToEnvelope,
  storeBackup,
} from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import {
  MORE_PLACES,
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

async function backedUp(name = "seed", contact = newContact()) {
  const device = newDevice();
  const grow = { threshold: 3, count: 5 };
  await beginBackup(device, { name, secret: SEED, places: PLACES, plan: TWO_OF_THREE, grow }, network());
  await storeBackup(device, name, network());
  await nameContact(device, ONE, contact, network());
  await nameContact(device, TWO, "+15551234567", network());
  return { device, contact };
}

function sheetIn(text: string) {
  const collected = createCollector("envelope").add(text);
  if (collected.kind !== "complete") throw new Error(`no UR: ${collected.kind}`);
  return readRecoverySheet(Envelope.fromURString(collected.ur.toString()));
}

test("it tells servers, kinds of contacts and how many shares it takes, as text, as a page, and as an envelope", async () => {
  const { device } = await backedUp();
  const sheet = recoverySheetOf(device, "seed");
  expect(sheet).toMatchObject({
    name: "seed",
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    quorum: "2 of 3",
    // Of the set in use, and of the one to grow to.
    shareSets: device
      .read()
      .backups[0]?.sets.map(({ id }) => id.slice(0, 4))
      .sort(),
    places: [{ url: ONE, contactKind: "email" }, { url: TWO, contactKind: "phone" }, PLACES[2]],
  });
  for (const { url, server } of sheet.places) {
    expect(serviceAt(url).context.identity.xid.equals(server)).toBe(true);
  }
  for (const text of [recoverySheetText(sheet), recoverySheetPage(sheet)]) {
    const read = sheetIn(text);
    expect({ ...read, places: undefined }).toEqual({ ...sheet, places: undefined });
    for (const place of sheet.places) {
      expect(text).toContain(place.server.hex());
      const same = read.places.find(({ url }) => url === place.url);
      expect(same).toMatchObject({ contactKind: place.contactKind, contact: undefined });
      expect(same?.server.equals(place.server)).toBe(true);
    }
  }
});

const PAIR = { threshold: 2, count: 2 };
const ONE_OF_TWO = { threshold: 1, count: 2 };
const LONE = { threshold: 1, count: 1 };

test.each([
  {
    plan: { groupThreshold: 2, groups: [PAIR, LONE] },
    quorum: "2 of 2 groups (2 of 2 and 1 of 1)",
    says: [
      "It takes shares of every group:",
      "Group 1: 2 of the 2 shares at these servers",
      ONE,
      TWO,
      "Group 2: the share at this server",
      THREE,
    ],
  },
  {
    plan: { groupThreshold: 1, groups: [LONE, ONE_OF_TWO] },
    quorum: "1 of 2 groups (1 of 1 or 1 of 2)",
    says: [
      "It takes shares of 1 of the 2 groups:",
      "Group 1: the share at this server",
      ONE,
      "Group 2: 1 of the 2 shares at these servers",
      TWO,
      THREE,
    ],
  },
  {
    plan: { groupThreshold: 2, groups: [LONE, LONE, LONE] },
    quorum: "2 of 3 groups (1 of 1, 1 of 1, 1 of 1)",
    says: ["It takes shares of 2 of the 3 groups:", "Group 3: the share at this server", THREE],
  },
  {
    plan: { groupThreshold: 1, groups: [LONE] },
    quorum: "1 of 1",
    says: ["It takes the share at this server:", ONE],
  },
])("it says of groups which servers are in them: $quorum", async ({ plan, quorum, says }) => {
  const device = newDevice();
  const places = PLACES.slice(
    0,
    plan.groups.reduce((sum, { count }) => sum + count, 0),
  );
  await beginBackup(device, { name: "seed", secret: SEED, places, plan }, network());
  const sheet = recoverySheetOf(device, "seed");
  expect(sheet.quorum).toBe(quorum);
  for (const text of [recoverySheetText(sheet), recoverySheetPage(sheet)]) {
    let rest = text;
    for (const words of says) {
      expect(rest).toContain(words);
      rest = rest.slice(rest.indexOf(words));
    }
    expect(sheetIn(text).quorum).toBe(quorum);
  }
});

test("it holds no key, no share and no receipt, and contacts only where they are asked for", async () => {
  const { device, contact } = await backedUp();
  const sheet = recoverySheetOf(device, "seed");
  const texts = [recoverySheetText(sheet), recoverySheetPage(sheet), notation(sheetToEnvelope(sheet))];
  const { accounts, backups } = device.read();
  const places = backups.flatMap(({ sets }) => sets.flatMap((set) => set.places));
  const secrets = [
    ...accounts.map(({ keys }) => keys),
    ...places.flatMap(({ receipt = "", share = "" }) => [receipt, share]),
    contact,
    "+15551234567",
  ].filter((secret) => secret !== "");
  expect(secrets.length).toBeGreaterThan(8);
  for (const text of texts) for (const secret of secrets) expect(text).not.toContain(secret);

  const told = recoverySheetOf(device, "seed", { contacts: true });
  expect(sheetIn(recoverySheetText(told)).places).toContainEqual(
    expect.objectContaining({ url: ONE, contact }),
  );
});

test("what a server or a person has named cannot leave its place on the page, or drive a terminal", async () => {
  const name = `<script>alert(1)</script>"'&\u001b[2J`;
  const { device } = await backedUp(name);
  const sheet = recoverySheetOf(device, name);
  expect(recoverySheetPage(sheet)).not.toContain("<script");
  expect(recoverySheetText(sheet)).not.toContain("\u001b");
  expect(sheetIn(recoverySheetPage(sheet)).name).toBe(name);
});

test("it vouches for the servers: another one at the same address is not believed", async () => {
  const { device } = await backedUp();
  const [place] = recoverySheetOf(device, "seed").places;
  const [other] = recoverySheetOf(device, "seed").places.filter(({ url }) => url !== ONE);
  if (place === undefined || other === undefined) throw new Error("there are three");
  const bare = newDevice();
  const lost = { ...place, server: other.server, contact: "alice@example.com" };
  expect(await addLostPlaces(bare, [lost], network())).toMatchObject([{ error: { code: "wrong-server" } }]);
  expect(bare.read()).toEqual({ accounts: [], backups: [] });
  await addLostPlaces(bare, [{ ...lost, server: place.server }], network());
  expect(bare.read().accounts).toHaveLength(1);
});

test.each([
  Envelope.new("recovery sheet"),
  Envelope.new("another sheet").addAssertion("name", "seed"),
  Envelope.new(MORE_PLACES.length),
])("another envelope is no sheet: %#", (envelope) => {
  expect(() => readRecoverySheet(envelope)).toThrow(RangeError);
});
