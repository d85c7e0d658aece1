/**
 * The files of the pages. The server makes them when the first browser asks for one, in a third of a second. A server for
 * programs only never makes them.
 */
import type { PageSource } from "../http/page.ts";
import { buildPages, type PageChoice, type PageFiles } from "../page/build.ts";
import type { Log } from "../service/index.ts";

/** @param choice the pages that the server has beside the exchange page. */
export function createPageSource(choice: PageChoice, log: Log): PageSource {
  let files: Promise<PageFiles> | undefined;
  return async (path) => {
    files ??= buildPages(choice).catch((error: unknown) => {
      log.error({ err: error }, "the pages can't be made");
      return new Map();
    });
    return (await files).get(path);
  };
}
