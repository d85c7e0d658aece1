/**
 * The files of the exchange page. The server makes them when the first browser asks for one, in a third of a second. A
 * server for programs only never makes them.
 */
import type { PageSource } from "../http/page.ts";
import { buildPage, type PageFiles } from "../page/build.ts";
import type { Log } from "../service/index.ts";

/** @param walletDemo whether the server also serves a wallet to try the page with. */
export function createPageSource(walletDemo: boolean, log: Log): PageSource {
  let files: Promise<PageFiles> | undefined;
  return async (path) => {
    files ??= buildPage(walletDemo).catch((error: unknown) => {
      log.error({ err: error }, "the exchange page can't be made");
      return new Map();
    });
    return (await files).get(path);
  };
}
