/**
 * `node bench/command.ts`: how long a person waits for the command `share` before it does anything, as `npm run pack` builds
 * it. Beside it what Node alone takes. Milliseconds, medians.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleCommand } from "../scripts/pack/command.ts";
import { printTable } from "./report.ts";

const RUNS = 21;

const folder = mkdtempSync(join(tmpdir(), "share-start-"));
try {
  await bundleCommand(folder);
  const share = join(folder, "dist/share.js");
  const env = { PATH: process.env["PATH"], HOME: folder };
  execFileSync(process.execPath, [share, "keys", "new"], { env });
  const cases: Readonly<Record<string, readonly string[]>> = {
    "node -e 0": ["-e", "0"],
    "share --version": [share, "--version"],
    "share keys show": [share, "keys", "show"],
    "share --help": [share, "--help"],
  };
  const rows = Object.entries(cases).map(([name, args]) => {
    const times = Array.from({ length: RUNS }, () => {
      const start = performance.now();
      execFileSync(process.execPath, args, { env });
      return performance.now() - start;
    });
    const median = times.toSorted((a, b) => a - b)[RUNS >> 1] ?? 0;
    return [name, Math.round(median)] as const;
  });
  printTable("Start of the command", ["", "ms"], rows);
} finally {
  rmSync(folder, { recursive: true });
}
