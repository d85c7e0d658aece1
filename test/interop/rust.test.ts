/** The reference implementation reads what we write, and the other way round. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { changeKeysFile } from "../../src/node/server-keys-file.ts";
import { keyMaker } from "../../src/server/identity-scheme.ts";
import { changeServerKeys } from "../../src/server/server-keys.ts";
import { openNeonEndpoint } from "../../src/worker/neon-stand-in.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { startServer } from "../kit/spawn-server.ts";
import { openWebhookSink } from "../kit/webhook-sink.ts";
import { buildWorker, startWorker } from "../worker/workerd.ts";
import {
  type AnswerFor,
  buildInterop,
  chosenGenerations,
  type InteropRun,
  runInterop,
  whyNoInterop,
} from "./rust.ts";

const BUILD_TIMEOUT = 40 * 60_000;
/** Milliseconds until a message must have been printed. */
const MESSAGE_TIMEOUT = 120_000;

const { CI } = process.env;
const missing = whyNoInterop();
const generations = chosenGenerations();
const isSkipped = missing !== undefined && CI !== "true";

const whySkipped = isSkipped ? ` (skipped: ${missing})` : "";

async function build(): Promise<void> {
  if (missing !== undefined) throw new Error(`needed where CI=true: ${missing}`);
  await buildInterop(generations);
}

describe.skipIf(isSkipped).each(generations)(
  `the Rust reference, %s generation${whySkipped}`,
  (generation) => {
    beforeAll(build, BUILD_TIMEOUT);

    test("agrees with every test vector", async () => {
      expectAllPassed(
        await runInterop(generation, ["vectors", join(import.meta.dirname, "../../test-vectors")]),
      );
    });

    test("speaks with the server by its own function names", async () => {
      await using server = await startServer({ FALLBACK_TRUST: "1" });
      expectAllPassed(await runInterop(generation, ["native", server.url()]));
    });

    test("plays the scenario of the reference depository", async () => {
      await using server = await startServer({ FALLBACK_TRUST: "1" });
      expectAllPassed(await runInterop(generation, ["depository", server.url()]));
    });

    test("sends documents with all that it can write in them", async () => {
      await using server = await startServer();
      expectAllPassed(await runInterop(generation, ["documents", server.url()]));
    });

    test("speaks with a server whose keys have changed twice, and knows nothing of rotations", async () => {
      await using server = await startServer({ FALLBACK_TRUST: "1" });
      for (let change = 0; change < 2; change++) {
        await changeKeysFile(server.folder, (keys) => changeServerKeys(keys, new Date(), 0));
      }
      await server.kill("SIGTERM");
      await server.restart();
      for (const scenario of SCENARIOS)
        expectAllPassed(await runInterop(generation, [scenario, server.url()]));
    });

    test.each(["mldsa44+mlkem512", "mldsa65+mlkem768", "mldsa87+mlkem1024", "ed25519+mlkem768"] as const)(
      "speaks with a server whose keys are %s",
      async (scheme) => {
        const SERVER_PRIVATE_KEYS = (await keyMaker(scheme))().urString();
        await using server = await startServer({ FALLBACK_TRUST: "1", SERVER_PRIVATE_KEYS });
        for (const scenario of SCENARIOS)
          expectAllPassed(await runInterop(generation, [scenario, server.url()]));
      },
    );

    test("speaks with a server that has come to ML-DSA and ML-KEM by a change of its keys", async () => {
      await using server = await startServer({ FALLBACK_TRUST: "1" });
      const scheme = "mldsa65+mlkem768";
      await changeKeysFile(server.folder, (keys) => changeServerKeys(keys, new Date(), 0, scheme));
      await server.kill("SIGTERM");
      await server.restart();
      for (const scenario of SCENARIOS)
        expectAllPassed(await runInterop(generation, [scenario, server.url()]));
    });

    test("recovers an account once its contact has confirmed the printed message", async () => {
      await using server = await startServer();
      const read = new Set<string>();
      const answerFor: AnswerFor = (contact) => {
        return vi.waitFor(() => {
          // The server prints each message between its log's lines: the contact, then the link, then the code.
          const messages = server.log().split(/^To: /m).slice(1);
          const text = messages.find(
            (it) => it.startsWith(`${contact}\n`) && linkIn(it) && !read.has(linkIn(it)),
          );
          if (text === undefined) throw new Error(`no message to ${contact}`);
          read.add(linkIn(text));
          return { link: linkIn(text), code: /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(text)?.[0] ?? "" };
        }, MESSAGE_TIMEOUT);
      };
      expectAllPassed(await runInterop(generation, ["confirmed", server.url()], answerFor));
    });
  },
);

const SCENARIOS = ["native", "depository"] as const;
const newest = generations.at(-1) ?? "newest";
const noPostgres = whyNoPostgres();

describe.skipIf(isSkipped || noPostgres)(
  `its newest clients, on Postgres and on a Worker${noPostgres ? ` (${noPostgres})` : ""}`,
  () => {
    beforeAll(build, BUILD_TIMEOUT);

    test.each(SCENARIOS)("%s, on Postgres with two processes", async (scenario) => {
      const database = await createTestDatabase();
      const environment = { DATABASE_URL: database.url("share_server"), WORKERS: "2", FALLBACK_TRUST: "1" };
      await using server = await startServer(environment);
      expectAllPassed(await runInterop(newest, [scenario, server.url()]));
    });

    test("both, in workerd over Neon's protocol", async () => {
      await using place = await workerPlace();
      for (const scenario of SCENARIOS) expectAllPassed(await runInterop(newest, [scenario, place.url]));
    });
  },
);

/** A Worker that trusts contacts, before a database of its own. */
async function workerPlace(): Promise<AsyncDisposable & { readonly url: string }> {
  const build = await mkdtemp(join(tmpdir(), "share-worker-build-"));
  const [database] = await Promise.all([createTestDatabase(), buildWorker(build)]);
  const neon = await openNeonEndpoint(database.url("share_server"));
  const sink = await openWebhookSink();
  const vars = { PUBLIC_URL: "https://shares.test", FALLBACK_TRUST: "1", ...sink.environment };
  const worker = await startWorker({ neon, build, vars });
  return {
    url: worker.url,
    [Symbol.asyncDispose]: async () => {
      await worker.close();
      await sink.close();
      await neon.close();
      await rm(build, { recursive: true });
    },
  };
}

function linkIn(message: string): string {
  return /http\S+\/verify\?token=\S+/.exec(message)?.[0] ?? "";
}

/** Shows what failed, and the end of what was printed, where a summary belongs. */
function expectAllPassed({ code, output }: InteropRun): void {
  const lines = output.trim().split("\n");
  expect(lines.filter((line) => line.startsWith("FAILED"))).toEqual([]);
  expect(lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
  expect(code).toBe(0);
}
