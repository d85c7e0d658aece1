/** What a person is told before shares of a backup are deleted one server at a time. */
import { printable } from "@bc/share-client";
import type { Settings } from "../settings.ts";

/** A sentence for the question, or nothing where no share of a backup is at the server. */
export async function backupsWarning({ home }: Pick<Settings, "home">): Promise<string> {
  const names = await home.backupsHere();
  if (names.length === 0) return "";
  return ` Among them is a share of ${names.map(printable).join(", ")}: to move a backup say share repair, to delete it share forget.`;
}
