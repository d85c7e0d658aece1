/**
 * Turns: of what takes long, a network has one under way at a time, and its others wait.
 *
 * A read of a whole account may hand out a megabyte. How large it is tells only the database; so it waits for the ones
 * before it, and for what they are charged.
 */
export type Turns = {
  /** Resolves when the turn has come. The caller calls the result when it is over. */
  readonly take: (network: string) => Promise<() => void>;
};

export function createTurns(): Turns {
  /** By network, the end of the last turn that was taken. */
  const last = new Map<string, Promise<void>>();
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
  };
}
