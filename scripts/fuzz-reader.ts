/**
 * Compares the reader with the slow one on as many inputs as you like: `node scripts/fuzz-reader.ts COUNT [SEED]`.
 *
 * Stops at the first input on which the two disagree: prints it in hex, and exits with 1.
 */
import { compareReaders, type Verdict } from "../test/reader/compare.ts";
import { inputsOf } from "../test/reader/inputs.ts";

const EACH = 100_000;
// The readers refuse most inputs, and recording a stack takes longer than refusing.
Error.stackTraceLimit = 0;

const [count = "1000000", seed = "1"] = process.argv.slice(2);
const found: Record<Verdict, number> = { accepted: 0, refused: 0, "beyond the limits": 0 };
let done = 0;
for (const input of inputsOf(Number(seed), Number(count))) {
  found[compareReaders(input)] += 1;
  done += 1;
  if (done % EACH === 0 || done === Number(count)) {
    console.log(JSON.stringify({ seed: Number(seed), inputs: done, ...found }));
  }
}
