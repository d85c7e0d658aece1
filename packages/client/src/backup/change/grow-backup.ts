/** Growing a backup by the shares that were prepared for it: the first places are left as they are. */
import type { PlaceToBe } from "../make-backup.ts";
import { accountAt, type Reach } from "../profile/accounts.ts";
import type { ProfileKeeper } from "../profile/profile.ts";
import { backupNamed, changeSets, isCurrent } from "../profile/share-sets.ts";

/**
 * Gives prepared shares to more places. `storeBackup` stores them. A place that has one already is passed over, so the
 * same call goes on after a crash.
 *
 * The first, smaller set of shares stays; a rotation gives it up.
 *
 * @returns false where no such shares are prepared: then a rotation to more places has to make new ones.
 * @throws {ClientError} when a server cannot be met. Nothing has changed.
 */
export async function growBackup(
  keeper: ProfileKeeper,
  name: string,
  places: readonly PlaceToBe[],
  reach: Reach = {},
): Promise<boolean> {
  const { sets } = backupNamed(keeper, name);
  const has = (urls: readonly PlaceToBe[], url: string) => urls.some((place) => place.url === url);
  const more = (present: readonly PlaceToBe[]) => places.filter(({ url }) => !has(present, url));
  const isDone = sets.some((set) => isCurrent(set) && more(set.places).length === 0);
  if (isDone) return true;
  const prepared = sets.find((set) => isCurrent(set) && more(set.places).length <= (set.spare?.length ?? 0));
  if (prepared === undefined) return false;

  const added = more(prepared.places);
  await Promise.all(added.map((place) => accountAt(keeper, place, reach)));
  await changeSets(keeper, name, (set) => {
    if (set.id !== prepared.id) return set;
    const { spare = [], ...rest } = set;
    const left = spare.slice(added.length);
    const given = added.map(({ url }, index) => ({ url, share: spare[index] ?? "" }));
    return { ...rest, places: [...set.places, ...given], ...(left.length > 0 && { spare: left }) };
  });
  return true;
}
