/**
 * The real server as a process of its own, on a free port and in a data folder of its own.
 *
 * Ready means that its log says `listening`; nothing here waits for a fixed time. It ends no process but its own.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, type ClientOptions, createClient } from "@bc/share-client";
import { COMPILE_CACHE } from "./compile-cache.ts";
import { prepareDataFolder } from "./data-folder-template.ts";

const PROGRAM = join(import.meta.dirname, "../../src/node/main.ts");
/** The server gets of the developer's environment only what a process needs to run. */
const INHERITED = ["PATH", "HOME", "TMPDIR", "SystemRoot", "TEMP"];

/** Milliseconds for one answer: on a busy machine many requests at once take longer than a wallet would wait. */
const PATIENCE = 240_000;

type Environment = Readonly<Record<string, string>>;

export type Ended = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type TestServer = AsyncDisposable & {
  readonly folder: string;
  /** Another one after each restart, for each start takes another port. */
  readonly url: () => string;
  readonly pid: () => number;
  /** Everything it has logged so far, over all its starts. */
  readonly log: () => string;
  /** Resolves when it has ended by itself. */
  readonly ended: () => Promise<Ended>;
  /** Sends the signal and waits for the end. */
  readonly kill: (signal: NodeJS.Signals) => Promise<Ended>;
  /** Starts it again on the same folder, after `kill`. @param changed variables that are others from then on. */
  readonly restart: (changed?: Environment) => Promise<void>;
  /** Ends it, if it runs, and removes the folder. */
  readonly stop: () => Promise<void>;
  /** A wallet's client for it, which outlives restarts. */
  readonly client: (options: Omit<ClientOptions, "url" | "now">) => Client;
};

/**
 * Starts a server without a rate limit.
 *
 * @param extra variables that differ from the defaults.
 * @param isFirstStart whether the server makes its data folder itself, which takes seconds. Default: it finds one
 *   that is prepared.
 */
export async function startServer(extra: Environment = {}, isFirstStart = false): Promise<TestServer> {
  const parent = await mkdtemp(join(tmpdir(), "share-server-"));
  const folder = join(parent, "data");
  if (!isFirstStart && extra["DATABASE_URL"] === undefined) await prepareDataFolder(folder);
  let environment: Environment = { DATA_DIR: folder, RATE_LIMIT: "0", ...extra };
  let log = "";
  let running = await launch().catch(async (error: unknown) => {
    await rm(parent, { recursive: true, force: true });
    throw error;
  });

  async function launch() {
    const started = run(environment);
    started.child.stdout?.on("data", (text: string) => {
      log += text;
    });
    return { ...started, url: await listening(started) };
  }

  async function kill(signal: NodeJS.Signals): Promise<Ended> {
    running.child.kill(signal);
    return running.ended;
  }

  async function stop(): Promise<void> {
    await kill("SIGKILL");
    await rm(parent, { recursive: true, force: true });
  }

  return {
    folder,
    url: () => running.url,
    pid: () => running.child.pid ?? 0,
    log: () => log,
    ended: () => running.ended,
    kill,
    restart: async (changed = {}) => {
      environment = { ...environment, ...changed };
      running = await launch();
    },
    stop,
    client: (options) => {
      // The address given to the client stands for whichever port the server has now.
      const transport = (request: Request) =>
        fetch(new Request(new URL(new URL(request.url).pathname, running.url), request));
      return createClient({
        transport,
        timeout: PATIENCE,
        ...options,
        url: "http://server.test",
        now: () => new Date(),
      });
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Runs a server that is expected not to start. One that does is ended, with the signal to show for it. */
export async function runServer(environment: Environment): Promise<Ended> {
  const started = run(environment);
  await listening(started).then(
    () => started.child.kill("SIGKILL"),
    () => {},
  );
  return started.ended;
}

type Run = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

/** A test file that breaks leaves no server behind, unless its own process is killed. */
const alive = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

function run(environment: Environment): Run {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...Object.fromEntries(inherited), PORT: "0", NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  child.once("exit", () => alive.delete(child));
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      written[name] += text;
    });
  }
  const ended = once(child, "close").then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
    ...written,
  }));
  return { child, ended };
}

/** Where the server listens, if the line tells: as JSON, or in the greeting for a terminal. */
function urlIn(line: string): string | undefined {
  // Messages to contacts are printed between the log's lines.
  if (!line.startsWith("{")) return /^Share server on (\S+) /.exec(line)?.[1];
  const { msg, url } = JSON.parse(line) as { msg?: string; url?: string };
  return msg === "listening" ? url : undefined;
}

/** Resolves with the URL that the server announces. */
async function listening({ child, ended }: Run): Promise<string> {
  const announced = new Promise<string>((resolve) => {
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    lines.on("line", (line) => {
      const url = urlIn(line);
      if (url !== undefined) resolve(url);
    });
  });
  const failed = ended.then(({ stderr, stdout }) => {
    throw new Error(`the server did not start: ${stderr}${stdout}`);
  });
  return Promise.race([announced, failed]);
}
