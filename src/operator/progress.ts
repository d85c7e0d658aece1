/** How fast a command goes through the whole database, and how it tells how far it has come. */
import { InvalidArgumentError } from "commander";

/** Shares a second. */
export const USUAL_RATE = 1_000;
const MAX_RATE = 1_000_000;

export function rateFrom(text: string): number {
  const rate = Number(text);
  if (!/^\d+$/.test(text) || rate < 1 || rate > MAX_RATE) {
    throw new InvalidArgumentError(`From 1 to ${MAX_RATE} shares a second.`);
  }
  return rate;
}

/** On a terminal: one line that each call overwrites. */
export function tellProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}\u001b[K\r`);
}
