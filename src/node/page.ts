/**
 * The files of the exchange page, made when the first browser asks for one: that takes a third of a second, once, and
 * a server that only programs talk to never does it.
 */
import type { PageSource } from "../http/page.ts";
import { buildPage, type PageFiles } from "../page/build.ts";
import type { Log } from "../service/index.ts";

/** @param walletDemo whether the wallet to try the page with is served too. */
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
