/** The channels that the environment turns on, and the loop that delivers by them on Node. */

import type { Channel } from "../fallback/channel.ts";
import { consoleChannel } from "../fallback/console.ts";
import { emailChannel } from "../fallback/drivers/email.ts";
import { webhookChannel } from "../fallback/webhook.ts";
import { type Config, ConfigError } from "../server/config.ts";
import { type DeliveryContext, deliverDue } from "../service/deliver.ts";

/** Milliseconds between two looks for messages whose time to be tried again has come. */
const DELIVERY_INTERVAL = 10_000;

/**
 * E-mail goes before the webhook, which takes the other kinds. Without either, messages are printed: enough to try
 * the server, and for nothing else.
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
  return channels.length > 0 ? channels : [consoleChannel((text) => process.stdout.write(`${text}\n`))];
}

function named(variables: string, make: () => Channel): Channel {
  try {
    return make();
  } catch (error) {
    throw new ConfigError(`${variables}: ${error instanceof Error ? error.message : "wrong"}`);
  }
}

export type DeliveryLoop = {
  /** There may be something to deliver; returns at once. */
  readonly wake: () => void;
  /** Resolves when what is under way is done; nothing starts after it. */
  readonly stop: () => Promise<void>;
};

/** Delivers when woken and now and then, one round at a time. */
export function startDelivery(delivery: DeliveryContext): DeliveryLoop {
  let stopped = false;
  let wokenMeanwhile = false;
  let underWay: Promise<void> | undefined;
  const wake = () => {
    if (stopped) return;
    wokenMeanwhile = true;
    underWay ??= run();
  };
  const run = async () => {
    while (wokenMeanwhile && !stopped) {
      wokenMeanwhile = false;
      await deliverDue(delivery);
    }
    underWay = undefined;
  };
  const timer = setInterval(wake, DELIVERY_INTERVAL);
  wake();
  return {
    wake: () => void setImmediate(wake),
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await underWay;
    },
  };
}
