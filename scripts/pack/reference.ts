/** Makes the reference of what the libraries export by TypeDoc, with a page for each library. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { installTools } from "./tools.ts";

/** Writes it into `folder`, in place of what is there. @throws when the target of a comment's link does not exist. */
export async function writeReference(folder: string): Promise<void> {
  const typedoc = join(await installTools(), "typedoc/bin/typedoc");
  const words = ["--options", join(import.meta.dirname, "typedoc.json"), "--out", folder];
  await promisify(execFile)(process.execPath, [typedoc, ...words]);
}
