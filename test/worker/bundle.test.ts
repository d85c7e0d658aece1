/** What would be deployed: its size, what is in it, and how it takes its configuration. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { REQUIRED_SECRETS } from "../../src/worker/env.ts";
import { newSecrets } from "../../src/worker/new-secrets.ts";
import { buildWorker, CONFIGURATION, ROOT, startWorker, type WorkerOptions } from "./workerd.ts";

/** Bytes after gzip. Cloudflare takes ten times as much; but each is read again whenever an isolate starts. */
const SIZE_LIMIT = 300_000;
/** Nothing answers there. */
const neon = { url: "postgres://user:password@ep-nowhere.neon.test/db", endpoint: "http://127.0.0.1:9/sql" };

let build: string;
beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), "share-worker-build-"));
  await buildWorker(build);
});
afterAll(() => rm(build, { recursive: true, force: true }));

type Output = { readonly inputs: object; readonly imports: readonly { readonly path: string }[] };

function bundle(): Output {
  const { outputs }: { outputs: Record<string, Output> } = JSON.parse(
    readFileSync(join(build, "bundle-meta.json"), "utf8"),
  );
  const [output] = Object.entries(outputs).flatMap(([name, it]) => (name.endsWith(".js") ? [it] : []));
  if (output === undefined) throw new TypeError("there is no bundle");
  return output;
}

test("what wrangler.toml binds is what the Worker knows", async () => {
  const file = join("src", "worker", "configuration.d.ts");
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const words = [wrangler, "types", file, "--include-runtime=false", "--check"];
  // Fails when `npm run types:worker` would write something else.
  await promisify(execFile)(process.execPath, words, { cwd: ROOT });
  const bound = readFileSync(join(ROOT, file), "utf8").matchAll(/^\t([A-Z_]+): /gm);
  expect(Array.from(bound, ([, name]) => name).sort()).toEqual(
    [...REQUIRED_SECRETS, "ASSETS", "RATE_LIMITER"].sort(),
  );
});

describe("the Worker's bundle", () => {
  test("is small", () => {
    expect(gzipSync(readFileSync(join(build, "main.js"))).length).toBeLessThan(SIZE_LIMIT);
  });

  test("leaves out what runs on Node only, and asks the platform for nothing of it but buffers", () => {
    const files = Object.keys(bundle().inputs);
    const foreign =
      /node_modules\/(@electric-sql|pg|nodemailer|pino|prom-client|secp256k1|tiny-secp256k1|@hono\/node-server)\/|keys\/[^/]+\/(node|openssl|installed|recent|bindings|wasm)\.ts|src\/node/;
    expect(files.filter((file) => foreign.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith("portable.ts"))).toHaveLength(4);
    expect(bundle().imports.map(({ path }) => path)).toEqual(["node:buffer"]);
  });
});

describe("wrangler.toml", () => {
  const { secrets, vars, ratelimits, assets, compatibility_date, send_metrics } = unstable_readConfig({
    config: CONFIGURATION,
  });

  test("asks for the secrets that the Worker needs, and holds none", () => {
    expect(secrets?.required).toEqual(REQUIRED_SECRETS);
    expect(vars).toEqual({});
    expect(Object.keys(parseEnv(readFileSync(join(ROOT, ".dev.vars.example"), "utf8")))).toEqual(
      REQUIRED_SECRETS,
    );
  });

  test("names the bindings that the Worker knows", () => {
    expect(ratelimits).toMatchObject([{ name: "RATE_LIMITER" }]);
    expect(assets?.binding).toBe("ASSETS");
    expect(compatibility_date).toBe("2026-10-30");
    expect(send_metrics).toBe(false);
  });
});

describe("a Worker", () => {
  const start = (options: Omit<WorkerOptions, "neon" | "build">) => startWorker({ neon, build, ...options });

  test("without its secrets answers 503 and logs which are missing", async () => {
    const secrets = Object.fromEntries(REQUIRED_SECRETS.map((name) => [name, ""]));
    await using worker = await start({ secrets });
    const response = await fetch(worker.url);
    expect([response.status, await response.text()]).toEqual([503, "not configured"]);
    expect(await worker.scheduled()).toBe("ok");
    const mistakes = REQUIRED_SECRETS.map((name) => `${name} is needed on Workers`);
    expect(JSON.parse(worker.log()[0] ?? "")).toEqual({ level: "error", msg: "cannot start", mistakes });
  });

  test("takes no e-mail channel, no half of a webhook, and no bad value, and does not show them", async () => {
    const vars = {
      SMTP_URL: "smtp://user:hidden@host",
      WEBHOOK_URL: "https://hidden.test",
      MAX_SHARES: "hidden",
    };
    await using worker = await start({ vars });
    expect((await fetch(worker.url)).status).toBe(503);
    expect(worker.log()[0]).toContain("MAX_SHARES takes");
    expect(worker.log().join("")).not.toContain("hidden");
  });

  test("takes no address in numbers for a database, which Neon does not either", async () => {
    const secrets = { DATABASE_URL: "postgres://user:hidden@127.0.0.1:5432/db" };
    await using worker = await start({ secrets });
    expect((await fetch(worker.url)).status).toBe(503);
    expect(worker.log().join("")).toContain("the database URL is not one that Neon takes");
    expect(worker.log().join("")).not.toContain("hidden");
  });

  test("starts with new secrets, and is not ready while there is no database", async () => {
    const secrets = parseEnv(newSecrets()) as Record<string, string>;
    await using worker = await start({ secrets });
    expect((await fetch(worker.url)).status).toBe(200);
    expect(await (await fetch(`${worker.url}/ready`)).text()).toBe("not ready");
    expect(worker.log().join("")).toContain("the endpoint ");
    expect(worker.log().join("")).not.toContain("password");
  });

  test("lets an address ask as often as wrangler.toml says, and tells it then to wait", async () => {
    await using worker = await start({ vars: { RATE_LIMIT: "20" } });
    const ask = async () => {
      const response = await fetch(worker.url, {
        method: "POST",
        body: "",
        headers: { "content-type": "a/b" },
      });
      await response.arrayBuffer();
      return response.status;
    };
    const statuses = await Promise.all(Array.from({ length: 200 }, ask));
    expect(new Set(statuses)).toEqual(new Set([415]));
    // The binding counts by whole periods, and a slow machine may send too few requests within one.
    while (!statuses.includes(429)) statuses.push(...(await Promise.all(Array.from({ length: 201 }, ask))));
  });
});
