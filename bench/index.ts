/**
 * `npm run bench`: how fast the server is on this machine, and where the time of a request goes.
 *
 *     npm run bench                          rates over HTTP, and the steps of one request
 *     npm run bench -- layers                where the processor time of a sealed storeShare goes, by a profile
 *     npm run bench -- open-loop             how long answers take when requests come by the clock
 *     npm run bench -- steady MINUTES        whether memory stays as it is under half the highest load
 *     npm run bench -- worst MINUTES         the bodies that cost the most for their size
 *     npm run bench -- flood [NAME]          what a flood from one network costs another client; of all floods, or some
 *     npm run bench -- turns                 how long the requests that take the most hold the event loop
 *     npm run bench -- reference URL LOAD    beside the reference depository, by one load program
 *     npm run bench -- recovery [DELAY]      backup and recovery over three servers: seconds and round trips
 *     npm run bench -- client                what a call costs the client itself, in Node and in Chromium
 *     npm run bench -- schemes               what a request costs by the keys of wallet and server, and its bytes
 *
 * `--quick` measures less, and so less exactly. `--draw FILE` writes curves as SVG, where there are any.
 * The numbers are for people; no check depends on them.
 */
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { measureClient } from "./client.ts";
import { measureCurves } from "./curves.ts";
import { measureFlood } from "./flood.ts";
import { measureLayers } from "./layers.ts";
import { measureOpenLoop } from "./open-loop.ts";
import { measureRecovery } from "./recovery.ts";
import { compareWithReference } from "./reference.ts";
import { printTable, progress } from "./report.ts";
import { measureSchemes } from "./schemes.ts";
import { measureSteady } from "./steady.ts";
import { measureSteps } from "./steps.ts";
import { measureThroughput } from "./throughput.ts";
import { measureTurns } from "./turns.ts";
import { searchWorst } from "./worst/worst.ts";

const { values, positionals } = parseArgs({
  options: { quick: { type: "boolean", default: false }, draw: { type: "string" } },
  allowPositionals: true,
});
const { quick, draw } = values;
const [name = "rates", ...words] = positionals;

const MEASUREMENTS: Readonly<Record<string, () => Promise<void>>> = {
  rates: measureRates,
  layers: () => measureLayers(quick ? 50 : 3_000),
  "open-loop": () => measureOpenLoop(quick ? 50 : 3_000, draw),
  steady: () => (quick ? measureSteady(3, 50) : measureSteady(Number(words[0] ?? 60) * 60, 2_000)),
  client: () => measureClient(quick ? 5 : 200),
  schemes: () => measureSchemes(quick ? { rounds: 1, requests: 20 } : { rounds: 5, requests: 200 }),
  flood: () => measureFlood(quick ? { seconds: 1, bodies: 1 } : { seconds: 15, named: words.join(" ") }),
  worst: () => searchWorst(quick ? { minutes: 0, firstRound: 6 } : { minutes: Number(words[0] ?? 10) }),
  recovery: () => {
    return measureRecovery({ rounds: quick ? 1 : 5, delay: Number(words[0] ?? (quick ? 50 : 200)) });
  },
  turns: () => {
    return measureTurns(
      quick
        ? { runs: 1, accounts: [[2, 100]] }
        : {
            runs: 9,
            accounts: [
              [100, 9_999],
              [1_000, 999],
            ],
          },
    );
  },
  reference: async () => {
    const [url, program] = words;
    if (url === undefined || program === undefined) throw new TypeError("reference takes URL and LOAD");
    const size = quick
      ? { rounds: 1, requests: 50, warmUp: 50 }
      : { rounds: 5, requests: 2_000, warmUp: 6_000 };
    await compareWithReference(url, program, { accounts: 50, connections: [8, 32], ...size });
  },
};

const measure = MEASUREMENTS[name];
if (measure === undefined) throw new TypeError(`takes one of ${Object.keys(MEASUREMENTS).join(", ")}`);
const began = performance.now();
const processor = cpus()[0]?.model ?? "unknown processor";
console.log(`Node ${process.version}, ${cpus().length} × ${processor}${quick ? ", quick" : ""}\n`);
await measure();
progress("");
console.log(`took ${((performance.now() - began) / 1000).toFixed(0)} s`);

async function measureRates(): Promise<void> {
  const curves = measureCurves(quick ? { rounds: 3, repetitions: 200 } : { rounds: 7, repetitions: 500 });
  printTable("The cryptography alone, native, on one core", ["", "µs"], curves.rows);

  for (const scheme of ["ed25519", "schnorr"] as const) {
    const { rows, computing } = await measureSteps(scheme, quick ? 100 : 250);
    printTable(
      `One sealed request by a sender with a key of the scheme ${scheme}, on one core: medians`,
      ["", "storeShare µs", "retrieveShares µs"],
      rows,
    );
    const floor = curves.floor(scheme);
    const [store = 0, retrieve = 0] = computing.map((time) => time / floor);
    console.log(`The cryptography that no server can do without takes ${floor.toFixed(0)} µs; all computing`);
    console.log(`but the database's takes ${store.toFixed(1)} and ${retrieve.toFixed(1)} times that.\n`);
  }

  const throughput = await measureThroughput(
    quick
      ? { rounds: 1, requests: 100, connections: [1, 32] }
      : { rounds: 3, requests: 400, connections: [1, 8, 32] },
  );
  printTable(
    "Sealed requests a second over HTTP, shares of 500 bytes, client on the same machine",
    ...throughput,
  );
}
