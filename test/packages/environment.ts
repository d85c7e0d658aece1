/** The environment of somebody who has never seen this project. */
import { delimiter } from "node:path";

/** Without what npm tells its scripts, such as our `ignore-scripts`, and without the Node and the programs of this checkout. */
export function environment(
  extra: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("npm_") && name !== "NODE_OPTIONS",
  );
  const { PATH = "", ...others } = Object.fromEntries(own);
  const folders = PATH.split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...others, PATH: folders.join(delimiter), ...extra };
}
