/**
 * The servers of a recovery, as the page shows them: met, asked, waiting, come.
 *
 * What is done is done by the client's functions for recoveries, `share recover`'s own. This adds what a page needs: who the
 * servers are before they are asked, what to say of each, and the look, every few seconds, whether a link was opened.
 */
import { shortIdentifier, type XID } from "@bc/envelope";
import {
  addLostPlaces,
  askForAccounts,
  ClientError,
  confirmAccount,
  fetchServer,
  findAccount,
  hintedPlaces,
  keyOf,
  type PlaceOutcome,
  type Profile,
  type Reach,
  type RecoveryStanding,
  type SheetPlace,
} from "@bc/share-client";
import { documentFromUR, readDocument } from "@bc/share-protocol";
import { type Failure, failureOf } from "./failure.ts";
import type { RecoverTexts } from "./languages/index.ts";
import type { MemoryKeeper } from "./memory-keeper.ts";

/** Milliseconds between two looks. Where servers wait for days, the longer. */
const EVERY = 5_000;
const SELDOM = 60_000;
/** Milliseconds for an answer. */
const PATIENCE = 20_000;

export type Standing =
  /** Nobody has said yet who is there. */
  | { readonly kind: "meeting" }
  | { readonly kind: "met" }
  /** It was not met, or is not to be asked. */
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "asking" }
  | { readonly kind: "asked" }
  | { readonly kind: "waiting"; readonly effective: Date }
  | { readonly kind: "come"; readonly shares: readonly string[] };

export type Place = Pick<SheetPlace, "url" | "contactKind"> & {
  readonly contact?: string | undefined;
  /** Who says which server is at the address. Undefined: nobody. */
  readonly voucher?: "sheet" | "hint" | "saved" | undefined;
  /** The server, as soon as somebody vouches for it or it was met. */
  readonly server?: XID | undefined;
  readonly standing: Standing;
  /** Something that passes, and that the page tries again after. */
  readonly trouble?: string | undefined;
  /** How the message and the page of its link must name the key that asks. */
  readonly key?: string | undefined;
};

export type NewPlace = Omit<Place, "standing" | "trouble" | "key">;

export type Places = {
  readonly all: () => readonly Place[];
  /** Meets the servers. One that is there already stays, unless it waits to be asked. */
  readonly add: (places: readonly NewPlace[]) => Promise<void>;
  /** Asks a server that was met for the account of a contact, with new keys. */
  readonly ask: (url: string, contact: string) => Promise<void>;
  /** @returns what is wrong with the code. */
  readonly confirm: (url: string, code: string) => Promise<Failure | undefined>;
  /** Meets a server once more, or asks it anew. */
  readonly again: (url: string) => Promise<void>;
  /** Takes a server that was asked back to where it can be asked for another contact. */
  readonly takeBack: (url: string) => Promise<void>;
  /** Looks at once how it stands. */
  readonly look: () => Promise<void>;
  /** Goes on with a recovery from elsewhere, in the place of what is here. */
  readonly resume: (profile: Profile) => Promise<void>;
  /** Forgets all, and asks no more. */
  readonly clear: () => void;
};

const REACH: Reach = { timeout: PATIENCE };

/** @param onChange told of each change of {@link Places.all}. */
export function createPlaces(
  keeper: MemoryKeeper,
  { texts, onChange }: { readonly texts: RecoverTexts; readonly onChange: () => void },
): Places {
  let places: readonly Place[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** One look at a time: two at once would ask a server twice, and it would send two messages. */
  let looking: Promise<void> = Promise.resolve();

  const find = (url: string) => places.find((place) => place.url === url);

  const change = (url: string, changed: Partial<Place>) => {
    places = places.map((place) => (place.url === url ? { ...place, ...changed } : place));
    onChange();
  };

  const fail = (url: string, error: unknown) => {
    const failure = failureOf(error, url, texts);
    change(url, { standing: { kind: "failed", failure }, trouble: undefined });
  };

  const meet = async ({ url, server }: NewPlace) => {
    change(url, { standing: { kind: "meeting" }, trouble: undefined });
    try {
      const { xid } = await fetchServer({ ...REACH, url }, server);
      change(url, { server: xid, standing: { kind: "met" } });
    } catch (error) {
      fail(url, error);
    }
  };

  const add = async (added: readonly NewPlace[]) => {
    const isFree = ({ url }: NewPlace) => ["failed", "met", undefined].includes(find(url)?.standing.kind);
    const fresh = added.filter((place) => isFree(place) && keyAt(place.url) === undefined);
    const urls = fresh.map(({ url }) => url);
    const meeting = fresh.map((place): Place => ({ ...place, standing: { kind: "meeting" } }));
    places = [...places.filter(({ url }) => !urls.includes(url)), ...meeting];
    onChange();
    await Promise.all(fresh.map(meet));
  };

  const keyAt = (url: string) => {
    const account = findAccount(keeper.read(), url);
    return account === undefined ? undefined : shortIdentifier(keyOf(account).data);
  };

  const ask = async (url: string, contact: string) => {
    change(url, { contact, standing: { kind: "asking" } });
    const [outcome] = await addLostPlaces(keeper, [{ url, server: find(url)?.server, contact }], REACH);
    if (outcome !== undefined && "error" in outcome) return fail(url, outcome.error);
    change(url, { key: keyAt(url) });
    await look();
  };

  const takeBack = async (url: string) => {
    await keeper.update(({ accounts, recovery, ...rest }) => ({
      ...rest,
      accounts: accounts.filter((account) => account.url !== url),
      recovery: { ...recovery, places: (recovery?.places ?? []).filter((place) => place.url !== url) },
    }));
    change(url, { contact: undefined, key: undefined, standing: { kind: "met" }, trouble: undefined });
  };

  const isPending = (url: string) =>
    ["asking", "asked", "waiting"].includes(find(url)?.standing.kind ?? "") && keyAt(url) !== undefined;

  const look = () => {
    looking = looking.then(lookOnce);
    return looking;
  };

  const lookOnce = async () => {
    clearTimeout(timer);
    for (const outcome of await askForAccounts(keeper, REACH, ({ url }) => isPending(url))) take(outcome);
    const hints = hintedPlaces(keeper).filter(({ url }) => find(url) === undefined);
    void add(hints.map((hint) => ({ ...hint, voucher: "hint" })));
    const pending = places.filter(({ url }) => isPending(url));
    if (pending.length === 0) return;
    const isSoon = pending.some(({ standing }) => standing.kind !== "waiting" || isDue(standing.effective));
    timer = setTimeout(() => void look(), isSoon ? EVERY : SELDOM);
  };

  const take = (outcome: PlaceOutcome<RecoveryStanding>) => {
    const { url } = outcome;
    // Taken back meanwhile.
    if (!isPending(url)) return;
    if ("error" in outcome) {
      const failure = failureOf(outcome.error, url, texts);
      if (failure.remedy !== "passing") return fail(url, outcome.error);
      const isAway = outcome.error instanceof ClientError && outcome.error.code === "unreachable";
      return change(url, { trouble: isAway ? texts.failures.forNow : failure.text });
    }
    const { value } = outcome;
    const shares = keeper.read().recovery?.places.find((place) => place.url === url)?.shares ?? [];
    change(url, {
      standing: value.state === "come" ? { kind: "come", shares } : standingOf(value),
      trouble: undefined,
    });
  };

  return {
    all: () => places,
    add,
    ask,
    takeBack,
    look,
    confirm: async (url, code) => {
      try {
        await confirmAccount(keeper, url, code, REACH);
      } catch (error) {
        return failureOf(error, url, texts);
      }
      await look();
      return undefined;
    },
    again: async (url) => {
      const place = find(url);
      if (place === undefined) return;
      if (keyAt(url) === undefined) return meet(place);
      change(url, { standing: { kind: "asking" } });
      await look();
    },
    resume: async (profile) => {
      keeper.replace(profile);
      places = (profile.recovery?.places ?? []).map(({ url, contact, effective, shares }): Place => {
        const account = findAccount(profile, url);
        const server = account && readDocument(documentFromUR(account.server)).xid;
        const standing = standingFrom(effective, shares);
        return { url, contact, server, voucher: "saved", key: keyAt(url), standing };
      });
      onChange();
      await look();
    },
    clear: () => {
      clearTimeout(timer);
      keeper.replace({ accounts: [], backups: [] });
      places = [];
      onChange();
    },
  };
}

function standingOf(value: Exclude<RecoveryStanding, { readonly state: "come" }>): Standing {
  return value.state === "asked" ? { kind: "asked" } : { kind: "waiting", effective: value.effective };
}

/** As a profile keeps it. */
function standingFrom(effective: string | undefined, shares: readonly string[] | undefined): Standing {
  if (shares !== undefined) return { kind: "come", shares };
  return effective === undefined ? { kind: "asking" } : { kind: "waiting", effective: new Date(effective) };
}

function isDue(effective: Date): boolean {
  return effective.getTime() - Date.now() < SELDOM;
}
