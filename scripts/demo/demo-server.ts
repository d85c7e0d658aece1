/** A real server for a demo, as a process of its own with a folder of the demo's. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

const SERVER = join(import.meta.dirname, "../../src/node/main.ts");

export type DemoServer = {
  /** Once it listens. */
  readonly url: () => Promise<string>;
  /** Resolves when it has ended by itself, or by the user's Ctrl-C. */
  readonly ended: () => Promise<void>;
  readonly end: () => Promise<void>;
};

/** @param environment the server gets this, and nothing of the demo's own, which may hold the settings of a server in use. */
export function startDemoServer(folder: string, environment: Readonly<Record<string, string>>): DemoServer {
  const { PATH, SystemRoot } = process.env;
  const server = spawn(process.execPath, [SERVER], {
    env: {
      ...{ PATH, SystemRoot, HOST: "127.0.0.1", PORT: "0", DATA_DIR: folder, LOG_LEVEL: "info" },
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => server.kill());
  const isRunning = () => server.exitCode === null && server.signalCode === null;
  const ended = async () => {
    if (isRunning()) await once(server, "exit");
  };
  return {
    url: () => addressOf(server),
    ended,
    end: async () => {
      server.kill("SIGTERM");
      await ended();
    },
  };
}

/** The address from the server's log, once it listens. */
async function addressOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error("the server has no output");
  for await (const line of createInterface(server.stdout)) {
    const url = urlIn(line);
    if (url === undefined) continue;
    server.stdout.resume();
    return url;
  }
  throw new Error("the server did not start");
}

function urlIn(line: string): string | undefined {
  const entry: unknown = JSON.parse(line);
  const isListening = typeof entry === "object" && entry !== null && "url" in entry;
  return isListening && typeof entry.url === "string" ? entry.url : undefined;
}
