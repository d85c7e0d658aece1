import {
  Envelope,
  PrivateKeys,
  SSKR_SHARE,
  SSKRShare,
  SymmetricKey,
  sharesIn,
  splitToShares,
} from "@bc/envelope";
import { documentToUR, identityOf, newServerKeys } from "@bc/share-protocol";
import { expect, test } from "vitest";
import { adoptRecovered, uselessPlaces } from "./adopt-recovered.ts";
import { EMPTY_PROFILE, type Profile, type ProfileKeeper } from "./profile/profile.ts";
import { recoveredSecrets } from "./what-came.ts";

const URLS = ["https://a.example", "https://b.example"] as const;
const [A, B] = URLS;
const TWO_OF_THREE = [{ threshold: 2, count: 3 }];

/** A device that the servers have given these shares. */
async function deviceWith(shares: Readonly<Record<string, readonly Envelope[]>>): Promise<ProfileKeeper> {
  const { document } = await identityOf(newServerKeys());
  const urls = Object.keys(shares);
  const accounts = urls.map((url) => {
    return { url, server: documentToUR(document), keys: PrivateKeys.generate().urString() };
  });
  const places = urls.map((url) => {
    return { url, contact: "alice@example.com", shares: shares[url]?.map((share) => share.urString()) ?? [] };
  });
  let profile: Profile = { ...EMPTY_PROFILE, accounts, recovery: { places } };
  return {
    read: () => profile,
    update: async (change) => {
      profile = change(profile);
    },
  };
}

function split(groups: readonly { threshold: number; count: number }[], groupThreshold = 1) {
  const key = SymmetricKey.generate();
  const secret = Envelope.new("a seed").wrap().encryptSubject(key);
  const [first, second, third] = splitToShares(secret, key, { groupThreshold, groups }).flat();
  if (first === undefined || second === undefined || third === undefined) throw new RangeError("too few");
  return [first, second, third] as const;
}

/** The same but for the last bit. */
function forged(share: Envelope): Envelope {
  const data = sharesIn(share)[0]?.data ?? expect.fail();
  data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
  return share.subject().addAssertion(SSKR_SHARE, SSKRShare.fromData(data));
}

test("a server that gives a forged share before its own has a place in the recovered backup", async () => {
  const [first, second] = split(TWO_OF_THREE);
  const device = await deviceWith({ [A]: [forged(first), first], [B]: [second] });
  expect(recoveredSecrets(device)).toMatchObject([{ from: [A, B] }]);
  expect(await adoptRecovered(device, "recovered")).toEqual([]);
  const [backup] = device.read().backups;
  expect(backup?.sets.map(({ places }) => places.map(({ url }) => url))).toEqual([[A, B]]);
  expect(uselessPlaces(device)).toEqual([]);
});

test("a server that has changed what lies beside its share has a place, too", async () => {
  const [first, second, third] = split(TWO_OF_THREE);
  const key = SymmetricKey.generate();
  const other = Envelope.new("a seed").wrap().encryptSubject(key);
  const changed = other.addAssertion(SSKR_SHARE, sharesIn(first)[0] ?? expect.fail());
  const device = await deviceWith({ [A]: [changed], [B]: [second], "https://c.example": [third] });
  expect(recoveredSecrets(device)).toHaveLength(1);
  await adoptRecovered(device, "recovered");
  expect(device.read().backups[0]?.sets[0]?.places).toHaveLength(3);
});

test("the plan of a recovered backup has no group that none has come of", async () => {
  const [lone] = split([
    { threshold: 1, count: 1 },
    { threshold: 2, count: 2 },
  ]);
  const device = await deviceWith({ [A]: [lone] });
  await adoptRecovered(device, "recovered");
  const plan = { groupThreshold: 1, groups: [{ threshold: 1, count: 1 }] };
  expect(device.read().backups).toMatchObject([{ sets: [{ plan }] }]);
});

test("a secret whose shares are all at one server makes no backup, and the caller learns of it", async () => {
  const [first, second] = split(TWO_OF_THREE);
  const device = await deviceWith({ [A]: [first, second] });
  const [recovered] = recoveredSecrets(device);
  expect(await adoptRecovered(device, "recovered")).toEqual([recovered?.envelope.digest().hex()]);
  expect(device.read().backups).toEqual([]);
});
