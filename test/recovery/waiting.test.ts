/** Servers that make transfers wait tell until when, and a recovery goes on then. */
import { addLostPlaces, askForAccounts, confirmAccount, recoveredSecrets } from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import { NOW } from "../kit/people.ts";
import {
  backUp,
  codeAt,
  network,
  newContact,
  newDevice,
  openPlaces,
  PLACES,
  SEED,
  serviceAt,
} from "./places.ts";

const DELAY = 3 * 86_400;
const servers = await openPlaces(PLACES, { transferDelay: DELAY });
afterAll(servers.close);

test("after the code, each server says when the account comes, and then it comes", async () => {
  const contact = newContact();
  await backUp(newDevice(), SEED, contact);
  const device = newDevice();
  const urls = PLACES.slice(0, 2).map(({ url }) => url);
  await addLostPlaces(
    device,
    urls.map((url) => ({ url, contact })),
    network(),
  );
  expect(await askForAccounts(device, network())).toMatchObject(
    urls.map(() => ({ value: { state: "asked" } })),
  );
  for (const url of urls) await confirmAccount(device, url, await codeAt(url, contact), network());

  const effective = new Date(NOW.getTime() + DELAY * 1000);
  const waiting = await askForAccounts(device, network());
  expect(waiting).toEqual(urls.map((url) => ({ url, value: { state: "waiting", effective } })));
  expect(device.read().recovery?.places.map((place) => place.effective)).toEqual(
    urls.map(() => effective.toISOString()),
  );
  expect(recoveredSecrets(device)).toEqual([]);

  const later = { ...network(), now: () => effective };
  for (const url of urls) serviceAt(url).clock.now = effective;
  expect(await askForAccounts(device, later)).toMatchObject(
    urls.map(() => ({ value: { state: "come", shares: 1 } })),
  );
  expect(recoveredSecrets(device)).toMatchObject([{ secret: SEED, from: urls }]);
});
