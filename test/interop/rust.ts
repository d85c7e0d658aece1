/**
 * The checks in interop/rust, a program of its own on Blockchain Commons' Rust crates: built with cargo into a
 * cache folder, and run.
 */
import { type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(import.meta.dirname, "../..");
const MANIFEST = ["--locked", "--manifest-path", join(ROOT, "interop/rust/Cargo.toml")];
const CACHE = join(ROOT, "node_modules/.cache/share-server-interop");
/** As `rust-version` in Cargo.toml: what the crates need. */
const MINOR_VERSION = 88;

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

/** Builds the program, with cargo's progress on stderr: a minute or more the first time, then no time. */
export async function buildInterop(): Promise<void> {
  const { code } = await cargo(["build", ...MANIFEST], { stdio: ["ignore", "ignore", "inherit"] });
  if (code !== 0) throw new Error(`cargo build ended with ${code}`);
}

/** Answers what the program asks: a contact, to whom a message has gone. */
export type AnswerFor = (contact: string) => Promise<{ readonly link: string; readonly code: string }>;

const NOT_ASKED: AnswerFor = () => Promise.reject(new Error("nobody was to be asked"));

/**
 * Runs the program, which must be built.
 *
 * @param words `vectors DIR`, `native URL`, `depository URL` or `confirmed URL`.
 */
export function runInterop(words: readonly string[], answerFor = NOT_ASKED): Promise<InteropRun> {
  const options: SpawnOptions = { stdio: ["pipe", "pipe", "pipe"] };
  return cargo(["run", "--quiet", ...MANIFEST, "--", ...words], options, answerFor);
}

async function cargo(
  words: readonly string[],
  options: SpawnOptions,
  answerFor = NOT_ASKED,
): Promise<InteropRun> {
  const child = spawn("cargo", words, { ...options, env: { ...process.env, CARGO_TARGET_DIR: CACHE } });
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
