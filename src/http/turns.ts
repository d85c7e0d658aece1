/**
 * Turns: what many requests of one network do at once, they do one after the other, so that others come in between.
 *
 * - Of reads of many shares a network has one under way at a time. A read of a whole account may hand out a megabyte. How
 *   large it is tells only the database; so it waits for the ones before it, and for what they are charged.
 * - Of its requests one begins in each turn of the event loop. Opening one takes up to some milliseconds, and a hundred may
 *   come in together.
 */
export type Turns = {
  /** Resolves when the turn to read many shares has come. The caller calls the result when it is over. */
  readonly take: (network: string) => Promise<() => void>;
  /** Resolves when the next request of the network may begin. */
  readonly begin: (network: string) => Promise<void>;
};

/** @param pause resolves in a later turn of the event loop. */
export function createTurns(pause: () => Promise<void>): Turns {
  /** By network, the end of the last turn that was taken. */
  const last = new Map<string, Promise<void>>();
  /** By network, when the request after the last one that was let in may begin. */
  const next = new Map<string, Promise<void>>();
  return {
    take: async (network) => {
      const before = last.get(network);
      const { promise, resolve } = Promise.withResolvers<void>();
      last.set(network, promise);
      await before;
      return () => {
        if (last.get(network) === promise) last.delete(network);
        resolve();
      };
    },
    begin: async (network) => {
      const before = next.get(network);
      const after = Promise.resolve(before).then(pause);
      next.set(network, after);
      void after.then(() => {
        if (next.get(network) === after) next.delete(network);
      });
      await before;
    },
  };
}
