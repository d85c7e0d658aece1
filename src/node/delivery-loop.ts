/** Delivers messages on Node: when the service wakes it, and at intervals. */
import type { Delivery } from "../fallback/deliver.ts";

/** Milliseconds between two looks for messages that are due for another try. */
const INTERVAL = 10_000;

export type DeliveryLoop = {
  /** Says that messages may wait. Returns at once. */
  readonly wake: () => void;
  /** Starts no further delivery. Resolves when the one under way is done. */
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
