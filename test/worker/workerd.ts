/**
 * The Worker in the real `workerd`, put together as wrangler does it for a deployment, on a free port and with a state of
 * its own. Nothing here reaches the network.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type Client, type ClientOptions, createClient } from "@bc/share-client";
import { createTestHarness } from "wrangler";
import { bytesToHex } from "#bc/dcbor";
import { type NeonEndpoint, openNeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { server } from "../kit/people.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { openWebhookSink, type WebhookSink } from "../kit/webhook-sink.ts";

export const ROOT = join(import.meta.dirname, "../..");
export const CONFIGURATION = join(ROOT, "wrangler.toml");
const WRANGLER = join(
  dirname(createRequire(import.meta.url).resolve("wrangler/package.json")),
  "bin/wrangler.js",
);
/** Wrangler neither reports its use, nor looks for a newer one, nor asks where in the world it is. */
const OFFLINE = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** The bundle as it would be deployed, in a folder of the caller's: `main.js` and esbuild's `bundle-meta.json`. */
export async function buildWorker(folder: string): Promise<void> {
  const words = ["deploy", "--dry-run", "--metafile", "--outdir", folder, "--config", CONFIGURATION];
  const env = { ...process.env, ...OFFLINE };
  await promisify(execFile)(process.execPath, [WRANGLER, ...words], { cwd: ROOT, env });
}

export type TestWorker = AsyncDisposable & {
  readonly url: string;
  /** A wallet's client for it. */
  readonly client: (options: Omit<ClientOptions, "url" | "now">) => Client;
  /** Runs what wrangler.toml schedules, as if its time had come. @returns `ok`, or how it failed. */
  readonly scheduled: () => Promise<string>;
  /** What was logged since the start, line by line. */
  readonly log: () => readonly string[];
  readonly close: () => Promise<void>;
};

export type WorkerOptions = {
  /** Connection string and endpoint of the database. */
  readonly neon: { readonly url: string; readonly endpoint: string };
  /** Variables that differ from the defaults. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Secrets in place of the test's own; an empty one counts as not given. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where {@link buildWorker} has been. Default: it is built anew. */
  readonly build?: string;
};

export type Stage = {
  /** Where {@link buildWorker} has been. */
  readonly build: string;
  readonly neon: NeonEndpoint;
  /** Gets the messages. */
  readonly sink: WebhookSink;
  readonly worker: TestWorker;
  readonly close: () => Promise<void>;
};

/** What the links in messages begin with. */
export const PUBLIC_URL = "https://shares.test";

/** A Worker with a database of its own, whose messages can be read. */
export async function openStage(): Promise<Stage> {
  const build = await mkdtemp(join(tmpdir(), "share-worker-build-"));
  const [database] = await Promise.all([createTestDatabase(), buildWorker(build)]);
  const neon = await openNeonEndpoint(database.url("share_server"));
  const sink = await openWebhookSink();
  const worker = await startWorker({ neon, build, vars: { PUBLIC_URL, ...sink.environment } });
  const close = async () => {
    await worker.close();
    await sink.close();
    await neon.close();
    await rm(build, { recursive: true });
  };
  return { build, neon, sink, worker, close };
}

/** Starts the Worker with the identity of the vectors' server, and without a rate limit. */
export async function startWorker(options: WorkerOptions): Promise<TestWorker> {
  const { neon, vars = {}, secrets = {}, build } = options;
  Object.assign(process.env, OFFLINE);
  const folder = await mkdtemp(join(tmpdir(), "share-worker-"));
  if (build === undefined) await buildWorker(folder);
  const given = {
    DATABASE_URL: neon.url,
    SERVER_PRIVATE_KEYS: server.privateKeys.urString(),
    STORAGE_KEY: bytesToHex(new Uint8Array(32).fill(1)),
    ...secrets,
  };
  const harness = createTestHarness({
    root: ROOT,
    workers: [
      {
        configPath: CONFIGURATION,
        prebuiltWorkerDir: build ?? folder,
        vars: { NEON_ENDPOINT: neon.endpoint, RATE_LIMIT: "0", ...vars },
        secrets: given,
      },
    ],
  });
  const { url } = await harness.listen();
  const close = async () => {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
  };
  return {
    url: url.origin,
    client: (options) => createClient({ ...options, url: url.origin, now: () => new Date() }),
    scheduled: async () => (await harness.getWorker().scheduled({ cron: "*/5 * * * *" })).outcome,
    log: () => harness.getLogs().map(({ message }) => message),
    close,
    [Symbol.asyncDispose]: close,
  };
}
