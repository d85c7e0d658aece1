/** A recovery sheet as text, for a printer or a note. The UR at its end is what programs read. */
import { bytewordsIdentifier } from "@bc/envelope";
import { printable } from "../../printable.ts";
import { type RecoverySheet, type SheetPlace, sheetToEnvelope } from "./recovery-sheet.ts";

export const CONTACT_KINDS: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  phone: "a phone number",
  uri: "an address of another kind",
};

/** Lines of up to 100 characters, but for the last one, which is the UR. */
export function recoverySheetText(sheet: RecoverySheet): string {
  const { name, date, shareSets, places } = sheet;
  return [
    `RECOVERY SHEET of the backup ${printable(name)}, ${date}`,
    ...shareSets.map((id) => `share set ${printable(id)}`),
    "",
    quorumSentence(sheet),
    "",
    ...groupsOf(sheet).flatMap(({ title, places: inGroup }) => [
      ...(title === undefined ? [] : [title, ""]),
      ...inGroup.flatMap((place) => placeLines(place, places.indexOf(place))),
    ]),
    "To get the secret back, on any device: share recover SHEET (this file), or share recover ADDRESS…",
    "Each server sends a code to the contact that you named. This sheet holds no secret; keep it where you find it.",
    "",
    sheetToEnvelope(sheet).urString(),
    "",
  ].join("\n");
}

/** How many of the shares it takes. The servers come after that. */
export function quorumSentence({ quorum, plan, places }: RecoverySheet): string {
  if (plan !== undefined) {
    const { groupThreshold, groups } = plan;
    return groupThreshold === groups.length
      ? "It takes shares of every group:"
      : `It takes shares of ${groupThreshold} of the ${groups.length} groups:`;
  }
  if (places.length === 1) return "It takes the share at this server:";
  return `It takes ${quorum} of the shares at these servers:`;
}

type SheetGroup = { readonly title?: string; readonly places: readonly SheetPlace[] };

/** The servers by their groups. Where there is one group, or it is not known which there are, it has no title. */
export function groupsOf({ plan, places }: RecoverySheet): readonly SheetGroup[] {
  if (plan === undefined) return [{ places }];
  const left = [...places];
  return plan.groups.map(({ threshold, count }, index) => {
    const shares =
      count === 1 ? "the share at this server" : `${threshold} of the ${count} shares at these servers`;
    return { title: `Group ${index + 1}: ${shares}`, places: left.splice(0, count) };
  });
}

/** What a sheet says of a server's contact. */
export function contactText({ contact, contactKind }: SheetPlace): string {
  if (contact !== undefined) return printable(contact);
  return contactKind === undefined ? "none" : (CONTACT_KINDS[contactKind] ?? printable(contactKind));
}

function placeLines(place: SheetPlace, index: number): readonly string[] {
  const { url, server } = place;
  return [
    `  ${index + 1}. ${printable(url)}`,
    `     server   ${bytewordsIdentifier(server.data)}`,
    `              ${server.hex()}`,
    `     contact  ${contactText(place)}`,
    "",
  ];
}
