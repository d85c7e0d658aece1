/** The log of a Worker: one line of JSON on the console for each entry. Workers Logs parses these lines. */
import type { Config } from "../server/config.ts";
import type { Log } from "../service/index.ts";

/** The values of `LOG_LEVEL`, in pino's order. */
const LEVELS: readonly Config["LOG_LEVEL"][] = ["trace", "debug", "info", "warn", "error", "silent"];

export function consoleLog(threshold: Config["LOG_LEVEL"]): Log {
  const write = (level: "debug" | "info" | "warn" | "error") => (fields: object, msg: string) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
    // biome-ignore lint/suspicious/noConsole: the console is where a Worker's log goes.
    console[level](JSON.stringify({ level, msg, ...fields }, plain));
  };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

/** Makes errors visible: JSON shows none of their properties. */
function plain(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { type: name, message, stack, ...("code" in value && { code: value.code }), cause };
}
