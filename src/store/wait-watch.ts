/** Told how long calls wait before the database sees them, by the clock that comes with it. */
export interface WaitWatch {
  /** In any unit, from any moment. */
  readonly clock: () => number;
  readonly waited: (time: number) => void;
}
