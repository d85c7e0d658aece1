/** Delivers messages on Node: when woken, and now and then. */

/** Milliseconds between two looks for messages whose time to be tried again has come. */
const INTERVAL = 10_000;

export type DeliveryLoop = {
  /** There may be something to deliver; returns at once. */
  readonly wake: () => void;
  /** Resolves when the round under way is done; no other starts. */
  readonly stop: () => Promise<void>;
};

/** @param deliver one round: sends what is due, and never rejects. Only one is under way at a time. */
export function startDelivery(deliver: () => Promise<void>): DeliveryLoop {
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
      await deliver();
    }
    underWay = undefined;
  };
  const timer = setInterval(wake, INTERVAL);
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
