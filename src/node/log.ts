/**
 * What the server writes to stdout: a greeting and readable lines on a terminal, lines of JSON everywhere else.
 */
import { type Logger, levels, pino } from "pino";
import type { Config } from "../server/config.ts";

export type Output = {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
};

/** How the server can be reached, once it listens. */
export type Listening = {
  readonly url: string;
  /** The server's, in hex. */
  readonly xid: string;
  /** Where the data is, without any secret. */
  readonly data: string;
  /** Processes that share the port. Absent: one. */
  readonly workers?: number;
};

export type NodeLog = {
  readonly log: Logger;
  /** Tells the operator that the server listens. */
  readonly announce: (listening: Listening) => void;
};

export function openLog(config: Config, { isTerminal, write }: Output): NodeLog {
  const options = { level: config.LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!isTerminal) {
    const log = pino(options);
    return { log, announce: (listening) => log.info(listening, "listening") };
  }
  const log = pino(options, { write: (line) => write(readableLine(line)) });
  return {
    log,
    announce: (listening) => {
      if (log.isLevelEnabled("info")) write(greeting(listening, config));
    },
  };
}

/** Two lines for the person who has just started the server: where it is, where codes appear, how to stop it. */
export function greeting({ url, data }: Listening, config: Partial<Config>): string {
  return (
    `Share server on ${url} (a browser shows the exchange page there), data in ${data}\n` +
    `${messagesIn(config)}; Ctrl-C stops the server\n`
  );
}

function messagesIn({ SMTP_URL, WEBHOOK_URL, NODE_ENV }: Partial<Config>): string {
  const channels = [SMTP_URL && "by e-mail", WEBHOOK_URL && "through the webhook"].filter(Boolean);
  if (channels.length > 0) return `Messages with codes for contacts leave ${channels.join(" and ")}`;
  return NODE_ENV === "production"
    ? "Fallbacks are not offered: neither SMTP_URL nor WEBHOOK_URL is set"
    : "Messages with codes for contacts appear here";
}

/** A line of the log as people read it: `17:04:05 warn: not ready, reason=…`. Only errors bring a stack. */
export function readableLine(json: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(json) as {
    readonly level: number;
    readonly time: string;
    readonly msg: string;
    readonly err?: { readonly message: string; readonly stack: string };
  };
  const label = level === levels.values["info"] ? "" : `${levels.labels[level]}: `;
  const told = Object.entries(fields).map(([name, value]) => {
    return `, ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  });
  const why = err === undefined ? "" : `\n${err.stack}`;
  return `${time.slice(11, 19)} ${label}${msg}${told.join("")}${why}\n`;
}
