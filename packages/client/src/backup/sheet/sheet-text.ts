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
  const { name, date, quorum, shareSets, places } = sheet;
  return [
    `RECOVERY SHEET of the backup ${printable(name)}, ${date}`,
    ...shareSets.map((id) => `share set ${printable(id)}`),
    "",
    `It takes ${quorum} of the shares at these servers:`,
    "",
    ...places.flatMap(placeLines),
    "To get the secret back, on any device: share recover SHEET (this file), or share recover ADDRESS…",
    "Each server sends a code to the contact that you named. This sheet holds no secret; keep it where you find it.",
    "",
    sheetToEnvelope(sheet).urString(),
    "",
  ].join("\n");
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
