/** How servers are reached: with patience as the user has it, and telling what goes on meanwhile. */
import type { Endpoint, Reach } from "@bc/share-client";
import { noteServerTime } from "./clock.ts";
import type { Settings } from "./settings.ts";
import { endProgress, tellDetail, tellNote, tellProgress } from "./tell.ts";

/** Milliseconds after which the command says that it waits, and how often it says so anew. */
const FIRST_WORD = 2_000;
const NEXT_WORD = 1_000;

/** For everything that asks a server. */
export function reachOf({
  timeout,
}: Pick<Settings, "timeout">): Required<Pick<Reach, "timeout" | "transport" | "onNote">> {
  return { timeout, transport: watched, onNote: tellNote };
}

/** The one server that the command is about. */
export function endpointOf(settings: Pick<Settings, "url" | "timeout">): Endpoint {
  return { ...reachOf(settings), url: settings.url };
}

async function watched(request: Request): Promise<Response> {
  const [started, { host }] = [performance.now(), new URL(request.url)];
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  const say = () => tellProgress(`waiting for ${host}, ${seconds()} s`);
  let next: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    // Where lines stay, one is enough.
    if (process.stderr.isTTY) next = setInterval(say, NEXT_WORD);
  }, FIRST_WORD);
  try {
    const response = await fetch(request);
    noteServerTime(response.headers, new Date());
    const took = Math.round(performance.now() - started);
    tellDetail(`${request.method} ${request.url}: HTTP ${response.status} after ${took} ms`);
    return response;
  } catch (error) {
    tellDetail(`${request.method} ${request.url}: no answer after ${seconds()} s`);
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(next);
    if (next !== undefined) endProgress();
  }
}
