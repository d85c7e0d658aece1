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

/** The same without a word of waiting: for what goes on while a person is asked something. */
export function quietly(reach: Reach): Reach {
  return { ...reach, transport: told };
}

async function watched(request: Request): Promise<Response> {
  const [started, { host }] = [performance.now(), new URL(request.url)];
  const say = () =>
    tellProgress(`waiting for ${host}, ${Math.round((performance.now() - started) / 1_000)} s`);
  let next: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    // Where lines stay, one is enough.
    if (process.stderr.isTTY) next = setInterval(say, NEXT_WORD);
  }, FIRST_WORD);
  try {
    return await told(request);
  } finally {
    clearTimeout(first);
    clearInterval(next);
    if (next !== undefined) endProgress();
  }
}

/** With what `--verbose` tells. */
async function told(request: Request): Promise<Response> {
  const started = performance.now();
  const milliseconds = () => Math.round(performance.now() - started);
  try {
    const response = await fetch(request);
    noteServerTime(response.headers, new Date());
    tellDetail(`${request.method} ${request.url}: HTTP ${response.status} after ${milliseconds()} ms`);
    return response;
  } catch (error) {
    tellDetail(`${request.method} ${request.url}: no answer after ${milliseconds()} ms`);
    throw error;
  }
}
