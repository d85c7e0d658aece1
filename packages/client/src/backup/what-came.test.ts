import { Envelope, SymmetricKey, splitToShares } from "@bc/envelope";
import { expect, test } from "vitest";
import { EMPTY_PROFILE, type ProfileKeeper } from "./profile/profile.ts";
import { setIdOf, shortSetId } from "./profile/share-sets.ts";
import { backupsThatCame, isRecoveryWhole } from "./what-came.ts";

const URLS = ["https://a.example", "https://b.example", "https://c.example"];

/** What has come when each server has given its share. */
function cameFrom(shares: Readonly<Record<string, Envelope>>, shareSets: readonly string[]): ProfileKeeper {
  const places = Object.entries(shares).map(([url, share]) => ({
    url,
    contact: "alice@example.com",
    shares: [share.urString()],
  }));
  const wanted = [{ name: "seed", quorum: "2 of 3", shareSets }];
  const profile = { ...EMPTY_PROFILE, recovery: { places, wanted } };
  return { read: () => profile, update: () => Promise.reject(new TypeError("nothing changes here")) };
}

function split(secret: string, threshold: number, count: number): readonly Envelope[] {
  const key = SymmetricKey.generate();
  const plan = { groupThreshold: 1, groups: [{ threshold, count }] };
  return splitToShares(Envelope.new(secret).wrap().encryptSubject(key), key, plan).flat();
}

test("a backup that one server has made up is not that of a sheet, whatever share set it says", () => {
  const [forged] = split("of a thief", 1, 1);
  if (forged === undefined) throw new TypeError("one share was asked for");
  const keeper = cameFrom({ "https://a.example": forged }, [shortSetId(setIdOf(forged))]);
  expect(isRecoveryWhole(keeper)).toBe(false);
  expect(backupsThatCame(keeper)).toMatchObject([{ wanted: undefined, recovered: { from: [URLS[0]] } }]);
});

test("a quorum of servers has the backup of the sheet, and one server the beginning of it", () => {
  const shares = split("of its owner", 2, 3);
  const [first, second] = shares;
  if (first === undefined || second === undefined) throw new TypeError("three shares were asked for");
  const ids = [shortSetId(setIdOf(first))];
  const begun = cameFrom({ "https://a.example": first }, ids);
  expect(isRecoveryWhole(begun)).toBe(false);
  expect(backupsThatCame(begun)).toMatchObject([{ wanted: { name: "seed" }, recovered: undefined }]);
  const whole = cameFrom({ "https://a.example": first, "https://b.example": second }, ids);
  expect(isRecoveryWhole(whole)).toBe(true);
});
