/**
 * The checks in interop/rust, programs of their own on Blockchain Commons' Rust crates, one for each generation of
 * these: built with cargo into a cache folder, and run.
 */
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
/** The packages, and the profile that all is built with. */
export const CARGO_TOML = join(ROOT, "interop/rust/Cargo.toml");
const MANIFEST = ["--locked", "--manifest-path", CARGO_TOML];
/** Where cargo builds: what two programs need alike is built once, and whoever comes while another builds waits. */
export const CARGO_CACHE = join(ROOT, "node_modules/.cache/share-server-interop");
/** As `rust-version` in Cargo.toml: what the crates need. */
const MINOR_VERSION = 88;

/** The crates that were released together: a package of interop/rust each. */
export const GENERATIONS = ["oldest", "middle", "newest"] as const;

export type Generation = (typeof GENERATIONS)[number];

/** Those that `GENERATIONS` names, with blanks between them; else the two at the ends, which all that is between them lies between. */
export function chosenGenerations(): readonly Generation[] {
  const named = process.env["GENERATIONS"]?.split(/\s+/);
  if (named === undefined) return ["oldest", "newest"];
  const chosen = GENERATIONS.filter((generation) => named.includes(generation));
  if (chosen.length !== named.length) throw new Error(`GENERATIONS may name ${GENERATIONS.join(", ")}`);
  return chosen;
}

export type InteropRun = {
  /** 0 when every check passed. */
  readonly code: number | null;
  /** What it printed: `ok …` and `FAILED …` lines, and `N passed, N failed` at the end. */
  readonly output: string;
};

/** Why the program can't be built here, in a few words; undefined when it can. Loads the crates if need be. */
export function whyNoInterop(): string | undefined {
  const cargo = spawnSync("cargo", ["--version"], { encoding: "utf8" });
  if (cargo.status !== 0) return "there is no cargo";
  const minor = Number(/^cargo 1\.(\d+)/.exec(cargo.stdout)?.[1]);
  if (!(minor >= MINOR_VERSION)) return `cargo is older than 1.${MINOR_VERSION}`;
  const fetched = spawnSync("cargo", ["fetch", ...MANIFEST], { stdio: ["ignore", "ignore", "inherit"] });
  return fetched.status === 0 ? undefined : "cargo cannot load the crates";
}

/** Builds the programs, with cargo's progress on stderr: minutes the first time, then no time. */
export async function buildInterop(generations: readonly Generation[]): Promise<void> {
  const packages = generations.flatMap((generation) => ["--package", generation]);
  const { code } = await run("cargo", ["build", ...MANIFEST, ...packages], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, CARGO_TARGET_DIR: CARGO_CACHE },
  });
  if (code !== 0) throw new Error(`cargo build ended with ${code}`);
}

/** Answers what the program asks: a contact, to whom a message has gone. */
export type AnswerFor = (contact: string) => Promise<{ readonly link: string; readonly code: string }>;

const NOT_ASKED: AnswerFor = () => Promise.reject(new Error("nobody was to be asked"));

/**
 * Runs the program of a generation, which must be built.
 *
 * @param words `vectors DIR`, `native URL`, `depository URL`, `confirmed URL` or `documents URL`; of the newest also
 *   `random SEED COUNT` and `notation FILE`.
 */
export function runInterop(
  generation: Generation,
  words: readonly string[],
  answerFor = NOT_ASKED,
): Promise<InteropRun> {
  return run(join(CARGO_CACHE, "debug", generation), words, { stdio: ["pipe", "pipe", "pipe"] }, answerFor);
}

async function run(
  command: string,
  words: readonly string[],
  options: SpawnOptions,
  answerFor = NOT_ASKED,
): Promise<InteropRun> {
  const child = spawn(command, words, options);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", async (line) => {
      const contact = /^asked (\S+)$/.exec(line)?.[1];
      if (contact === undefined) return;
      const answer = await answerFor(contact).catch(() => undefined);
      // Without an answer the program's own check fails, and says at which step.
      child.stdin?.write(answer ? `${answer.link} ${answer.code}\n` : "\n");
    });
  }
  await once(child, "close");
  return { code: child.exitCode, output };
}
