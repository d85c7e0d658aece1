/** Delivers messages on Node: when woken, and now and then. */
import type { Delivery } from "../fallback/deliver.ts";

/** Milliseconds between two looks for messages whose time to be tried again has come. */
const INTERVAL = 10_000;

export type DeliveryLoop = {
  /** There may be something to deliver; returns at once. */
  readonly wake: () => void;
  /** Resolves when what is on its way is done; nothing else starts. */
  readonly stop: () => Promise<void>;
};

export function startDelivery({ deliver, stop }: Delivery): DeliveryLoop {
  const timer = setInterval(deliver, INTERVAL);
  void deliver();
  return {
    wake: () => void setImmediate(deliver),
    stop: async () => {
      clearInterval(timer);
      await stop();
    },
  };
}
