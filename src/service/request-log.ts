import type { Log } from "./context.ts";

/** The same log, whose lines name the request that they are about. */
export function requestLog(log: Log, requestId: string): Log {
  return {
    debug: (fields, text) => log.debug({ request: requestId, ...fields }, text),
    info: (fields, text) => log.info({ request: requestId, ...fields }, text),
    warn: (fields, text) => log.warn({ request: requestId, ...fields }, text),
    error: (fields, text) => log.error({ request: requestId, ...fields }, text),
  };
}
