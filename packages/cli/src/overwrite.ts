/** Asking before a file is overwritten. */
import { type ConfirmOptions, confirm } from "./confirm.ts";
import { readFileIfAny } from "./files.ts";

export type FileToWrite = { readonly path: string; readonly content: Uint8Array };

/**
 * The files that are not there yet as they are to be.
 *
 * @throws {Failure} `usage` when the user does not want to lose what is there, or there is no terminal to ask at. Nothing
 *   is written then.
 */
export async function filesToWrite(
  files: readonly FileToWrite[],
  options: ConfirmOptions,
): Promise<readonly FileToWrite[]> {
  const present = await Promise.all(files.map(({ path }) => readFileIfAny(path)));
  const changed = files.filter(({ content }, i) => {
    const there = present[i];
    return there === undefined || Buffer.compare(there, content) !== 0;
  });
  const lost = changed.filter((file) => present[files.indexOf(file)] !== undefined).map(({ path }) => path);
  if (lost.length > 0) await confirm(`This overwrites ${lost.join(", ")}.`, options);
  return changed;
}
