/**
 * Compares the reader with the slow one on as many inputs as you like: `node scripts/fuzz-reader.ts COUNT [SEED]`.
 *
 * Ends with 1, and the input in hex, at the first one that they do not agree on.
 */
import { compareReaders, type Verdict } from "../test/reader/compare.ts";
import { inputsOf } from "../test/reader/inputs.ts";

const EACH = 100_000;
// Most inputs are refused, and where an error came from takes longer to note than to refuse it.
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
