/** Blockchain Commons' `envelope` command: found where it is, or built with cargo into a cache folder. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CARGO_CACHE, CARGO_TOML } from "./rust.ts";

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/envelope-cli");
/** The one that docs/envelope-cli.sh was written for. */
const VERSION = "0.35.0";
/** Milliseconds, on a busy machine. */
export const BUILD_TIMEOUT = 40 * 60_000;
export const WHY_NO_ENVELOPE_CLI = "there is no `envelope`: cargo install bc-envelope-cli";

/** What to call: `ENVELOPE_CLI`, else the one on the PATH, else one that was built here before. */
export function findEnvelopeCli(): string | undefined {
  const { ENVELOPE_CLI } = process.env;
  const candidates = [ENVELOPE_CLI ?? "envelope", join(CACHE, "bin/envelope")];
  return candidates.find((command) => spawnSync(command, ["--version"]).status === 0);
}

/**
 * Builds it, in a minute or two on two cores; in no time where that was done before, or is done meanwhile.
 *
 * @throws {Error} when it can't be built.
 */
export function buildEnvelopeCli(): string {
  const what = ["bc-envelope-cli", "--locked", "--version", VERSION, "--root", CACHE];
  const { status } = spawnSync("cargo", ["install", ...what, "--debug", "--config", CARGO_TOML], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, CARGO_TARGET_DIR: CARGO_CACHE },
  });
  const built = join(CACHE, "bin/envelope");
  if (status !== 0 || !existsSync(built))
    throw new Error(`cargo install bc-envelope-cli ended with ${status}`);
  return built;
}
