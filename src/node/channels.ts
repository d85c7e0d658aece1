/** The channels that the environment turns on. */

import type { Channel } from "../fallback/channel.ts";
import { consoleChannel } from "../fallback/channels/console.ts";
import { emailChannel } from "../fallback/channels/email.ts";
import { webhookChannel } from "../fallback/channels/webhook.ts";
import { type Config, ConfigError } from "../server/config.ts";

/**
 * With both channels, e-mail takes the e-mail addresses and the webhook gets the other kinds of contacts. With neither,
 * the server prints its messages for the person who tries it. In production it prints none: a reader of the log could
 * take accounts over, and owners would wait for their codes.
 *
 * @throws {ConfigError} when a channel does not take its variables.
 */
export function channelsFrom(config: Config, now: () => Date): readonly Channel[] {
  const { SMTP_URL, MAIL_FROM, WEBHOOK_URL, WEBHOOK_SECRET } = config;
  const channels: Channel[] = [];
  if (SMTP_URL !== undefined && MAIL_FROM !== undefined) {
    channels.push(named("SMTP_URL or MAIL_FROM", () => emailChannel({ smtpUrl: SMTP_URL, from: MAIL_FROM })));
  }
  if (WEBHOOK_URL !== undefined && WEBHOOK_SECRET !== undefined) {
    const options = { url: WEBHOOK_URL, secret: WEBHOOK_SECRET, fetch, now };
    channels.push(named("WEBHOOK_URL or WEBHOOK_SECRET", () => webhookChannel(options)));
  }
  if (channels.length > 0 || config.NODE_ENV === "production") return channels;
  return [consoleChannel((text) => process.stdout.write(`${text}\n`))];
}

function named(variables: string, make: () => Channel): Channel {
  try {
    return make();
  } catch (error) {
    throw new ConfigError(`${variables}: ${error instanceof Error ? error.message : "wrong"}`);
  }
}
