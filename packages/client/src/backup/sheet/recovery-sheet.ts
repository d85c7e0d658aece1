/**
 * The recovery sheet: what a person keeps on paper for the day when every device is lost. It says where the shares are
 * and how many it takes, and holds no secret: no key, no share, and no contact unless that was asked for.
 *
 * As an envelope it names the places as hints do:
 * `"recovery sheet" ['date': …, "name": …, "quorum": "2 of 3", "share set": "8c1f", 'dereferenceVia': URI(address) ['id': XID,
 * "contact kind": "email"] …]`.
 */
import { DATE, DEREFERENCE_VIA, Envelope, type SplitPlan } from "@bc/envelope";
import { documentFromUR, readDocument } from "@bc/share-protocol";
import { findAccount } from "../profile/accounts.ts";
import type { ProfileKeeper } from "../profile/profile.ts";
import { backupNamed, isCurrent, serversOf, shortSetId } from "../profile/share-sets.ts";
import { type Hint, hintsIn, placeEnvelope } from "../secret/share-out.ts";

export type SheetPlace = Hint & {
  /** What sort of contact the account has: `email`, `phone` or `uri`. */
  readonly contactKind?: string | undefined;
  /** The contact itself, only where it was asked for. */
  readonly contact?: string | undefined;
};

export type RecoverySheet = {
  /** The name of the backup. */
  readonly name: string;
  /** When the shares were made: ISO 8601, the day. */
  readonly date: string;
  /** For people: `2 of 3`, or `2 of 2 groups (2 of 3 and 1 of 1)`. */
  readonly quorum: string;
  /** Where there are several groups. A sheet that was read does not tell. */
  readonly plan?: SplitPlan;
  /**
   * The first two bytes of the ID of each share set that is current, in hex. By them a recovery knows the backup among others of
   * the same contact. Sorted. None on sheets of earlier versions.
   */
  readonly shareSets: readonly string[];
  /** In the order of the plan. */
  readonly places: readonly SheetPlace[];
};

const SUBJECT = "recovery sheet";

/**
 * The sheet of a backup, as its servers are now.
 *
 * @param contacts whether the contacts are on it. Default: only their kinds.
 * @throws {RangeError} when the profile has no such backup.
 */
export function recoverySheetOf(
  keeper: ProfileKeeper,
  name: string,
  { contacts = false }: { readonly contacts?: boolean | undefined } = {},
): RecoverySheet {
  const backup = backupNamed(keeper, name);
  const urls = serversOf(backup);
  const set = backup.sets.find((one) => isCurrent(one) && one.places.length === urls.length);
  if (set === undefined) throw new RangeError(`the backup ${name} has been given up`);
  const places = urls.map((url): SheetPlace => {
    const account = findAccount(keeper.read(), url);
    if (account === undefined) throw new RangeError(`no keys are kept for ${url}`);
    const { contact } = account;
    return {
      url,
      server: readDocument(documentFromUR(account.server)).xid,
      ...(contact !== undefined && { contactKind: kindOf(contact), ...(contacts && { contact }) }),
    };
  });
  const shareSets = backup.sets
    .filter(isCurrent)
    .map(({ id }) => shortSetId(id))
    .toSorted();
  const { created, plan } = set;
  const sheet = { name, date: created.slice(0, 10), quorum: quorumText(plan), shareSets, places };
  return plan.groups.length > 1 ? { ...sheet, plan } : sheet;
}

export function sheetToEnvelope({ name, date, quorum, shareSets, places }: RecoverySheet): Envelope {
  return Envelope.new(SUBJECT)
    .addAssertion(DATE, date)
    .addAssertion("name", name)
    .addAssertion("quorum", quorum)
    .addAssertionEnvelopes(shareSets.map((id) => Envelope.newAssertion("share set", id)))
    .addAssertionEnvelopes(places.map((place) => Envelope.newAssertion(DEREFERENCE_VIA, envelopeOf(place))));
}

/** @throws {RangeError} for another envelope, or a sheet without places. */
export function readRecoverySheet(envelope: Envelope): RecoverySheet {
  const places = envelope.objectsForPredicate(DEREFERENCE_VIA).flatMap((object) =>
    hintsIn(Envelope.new(SUBJECT).addAssertion(DEREFERENCE_VIA, object)).map((hint) => ({
      ...hint,
      contactKind: textUnder(object, "contact kind"),
      contact: textUnder(object, "contact"),
    })),
  );
  if (envelope.subject().asText() !== SUBJECT || places.length === 0)
    throw new RangeError("no recovery sheet");
  return {
    name: textUnder(envelope, "name") ?? "",
    date: textUnder(envelope, DATE) ?? "",
    quorum: textUnder(envelope, "quorum") ?? "",
    shareSets: envelope
      .objectsForPredicate("share set")
      .flatMap((object) => object.asText() ?? [])
      .toSorted(),
    places,
  };
}

function envelopeOf({ contactKind, contact, ...hint }: SheetPlace): Envelope {
  const place = placeEnvelope(hint);
  const named = contactKind === undefined ? place : place.addAssertion("contact kind", contactKind);
  return contact === undefined ? named : named.addAssertion("contact", contact);
}

/** Undefined where there is none, or more than one. */
function textUnder(
  envelope: Envelope,
  predicate: Parameters<Envelope["objectsForPredicate"]>[0],
): string | undefined {
  const [object, ...others] = envelope.objectsForPredicate(predicate);
  return others.length > 0 ? undefined : object?.asText();
}

/** It begins with a number of servers that it takes at least: a recovery reads that. */
function quorumText({ groupThreshold, groups }: SplitPlan): string {
  const each = groups.map(({ threshold, count }) => `${threshold} of ${count}`);
  if (each.length === 1) return each.join();
  const between = groupThreshold === groups.length ? " and " : groupThreshold === 1 ? " or " : ", ";
  return `${groupThreshold} of ${groups.length} groups (${each.join(between)})`;
}

/** As servers sort contacts. */
function kindOf(contact: string): string {
  if (contact.startsWith("+")) return "phone";
  return /^[a-z][a-z0-9+.-]*:/i.test(contact) ? "uri" : "email";
}
