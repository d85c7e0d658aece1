/** Servers in the test's own process, and devices that speak to them. */
import { Envelope, type SplitPlan } from "@bc/envelope";
import {
  type Account,
  beginBackup,
  clientOf,
  confirmContact,
  EMPTY_PROFILE,
  joinAll,
  nameContact,
  type Profile,
  type ProfileKeeper,
  type Reach,
  secretEnvelope,
  storeBackup,
} from "@bc/share-client";
import { type Identity, identityOf, newServerKeys } from "@bc/share-protocol";
import { expect } from "vitest";
import { deliverAll } from "../kit/inbox.ts";
import { NOW } from "../kit/people.ts";
import { createTestService, openTestDatabase, type TestService } from "../kit/service.ts";

export const SEED = "ur:seed/oyadgdeeeygsvlztiokpvwdevsvdjksscmvaetcwsolyvl";
/** What {@link SEED} is as an envelope. */
export const SECRET = secretEnvelope(SEED).urString();
export const TWO_OF_THREE: SplitPlan = { groupThreshold: 1, groups: [{ threshold: 2, count: 3 }] };
/** The servers' addresses. */
export const ONE = "http://one.test";
export const TWO = "http://two.test";
export const THREE = "http://three.test";
export const FOUR = "http://four.test";
export const FIVE = "http://five.test";
/** Where backups go. */
export const PLACES = [ONE, TWO, THREE].map((url) => ({ url }));
/** Where they can grow to, or be moved to. */
export const MORE_PLACES = [FOUR, FIVE].map((url) => ({ url }));

const services = new Map<string, TestService>();
const databases: { readonly close: () => Promise<void> }[] = [];

/** Opens the servers, each with a database of its own; ends when they are closed. @param transferDelay in seconds. */
export async function openPlaces(
  places = PLACES,
  { transferDelay = 0 } = {},
): Promise<{ readonly close: () => Promise<void> }> {
  await Promise.all(places.map(({ url }) => buildAnew(url, identityOf(newServerKeys()), transferDelay)));
  return {
    close: async () => {
      await Promise.all(databases.map(({ close }) => close()));
    },
  };
}

/** Puts a server with an empty database at this address. */
export async function buildAnew(url: string, identity: Identity, transferDelay = 0): Promise<void> {
  const database = await openTestDatabase();
  databases.push(database);
  const { context } = await createTestService(database.sql);
  const policy = { ...context.policy, transferDelay };
  services.set(url, await createTestService(database.sql, { identity, policy }));
}

export function serviceAt(url: string): TestService {
  const service = services.get(url);
  if (service === undefined) throw new Error(`nobody is at ${url}`);
  return service;
}

/** The network of a device. Servers that are `down` do not answer. */
export function network({ down = [] }: { down?: readonly string[] } = {}): Reach {
  return {
    now: () => NOW,
    transport: async (request) => {
      const { origin } = new URL(request.url);
      if (down.includes(origin)) throw new TypeError("down");
      return serviceAt(origin).send(request);
    },
  };
}

/** A device's memory, which holds texts only. */
export function newDevice(): ProfileKeeper {
  let kept = JSON.stringify(EMPTY_PROFILE);
  const read = (): Profile => JSON.parse(kept);
  return {
    read,
    update: async (change) => {
      kept = JSON.stringify(change(read()));
    },
  };
}

let people = 0;
export function newContact(): string {
  people += 1;
  return `person-${people}@example.com`;
}

/** The code that the server sends now. Notices are passed over. */
export async function codeAt(url: string, contact: string): Promise<string> {
  const messages = await deliverAll(serviceAt(url), contact);
  const code = messages.map((message) => message.code).find((one) => one !== undefined);
  if (code === undefined) throw new Error("no message has a code");
  return code;
}

/** A whole backup at {@link PLACES}, with the contact confirmed at each. */
export async function backUp(
  device: ProfileKeeper,
  secret: Uint8Array | string,
  contact: string,
  name = "seed",
): Promise<void> {
  await beginBackup(device, { name, secret, places: PLACES, plan: TWO_OF_THREE }, network());
  for (const outcome of await storeBackup(device, name, network())) expect(outcome).toHaveProperty("value");
  for (const { url } of PLACES) {
    if (await nameContact(device, url, contact, network())) continue;
    expect(await confirmContact(device, url, await codeAt(url, contact), network())).toBe(true);
  }
}

/** The secrets, as envelopes, that these servers' shares bring back. */
export async function secretsAt({ accounts }: Profile, isMeant = (_url: string) => true): Promise<string[]> {
  const meant = accounts.filter(({ url }) => isMeant(url));
  const shares = await Promise.all(meant.map((account) => sharesAt(account)));
  return joinAll(shares.flat()).map(({ secret }) => secret.urString());
}

/** The envelopes that an account holds; none where there is no such account. */
export async function sharesAt(account: Account): Promise<Envelope[]> {
  try {
    const keeper = { read: () => EMPTY_PROFILE, update: async () => {} };
    const shares = await clientOf(keeper, account, network()).retrieveShares();
    return shares.map(({ data }) => Envelope.fromCborData(data));
  } catch {
    return [];
  }
}

/** How many shares each server has, of the profile's accounts. */
export async function shareCounts({ accounts }: Profile): Promise<Record<string, number>> {
  const counts = accounts.map(async (account) => [account.url, (await sharesAt(account)).length] as const);
  return Object.fromEntries(await Promise.all(counts));
}
