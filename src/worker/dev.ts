/**
 * `npm run worker`: the Worker in workerd on this machine, on port 8787, against `DATABASE_URL`.
 *
 * Variables come from the environment, or else from `.dev.vars`. If that file is missing, this program makes it, with
 * new keys. In front of a Postgres that is not Neon's it puts a stand-in for Neon's HTTP. Migrate the database first:
 * `npm run migrate`.
 */
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { unstable_startWorker } from "wrangler";
import { VARIABLES } from "../server/config.ts";
import { databaseUrlMistake, isOneHostUrl } from "../store/drivers/database-url.ts";
import { writableConnection } from "../store/drivers/postgres.ts";
import { reasonOf } from "../store/reason.ts";
import { openNeonEndpoint } from "./neon-stand-in.ts";
import { newSecrets } from "./new-secrets.ts";

const ROOT = join(import.meta.dirname, "../..");
const LOCAL_VARIABLES = join(ROOT, ".dev.vars");
const ADDRESS = { hostname: "127.0.0.1", port: 8787 };
const PUBLIC_URL = `http://${ADDRESS.hostname}:${ADDRESS.port}`;

type Environment = Readonly<Record<string, string | undefined>>;

function environment(): Environment {
  if (!existsSync(LOCAL_VARIABLES)) {
    writeFileSync(LOCAL_VARIABLES, newSecrets(), { mode: 0o600, flag: "wx" });
    process.stderr.write(`made ${LOCAL_VARIABLES} with new keys\n`);
  }
  const local = parseEnv(readFileSync(LOCAL_VARIABLES, "utf8"));
  return { PUBLIC_URL, ...local, ...process.env };
}

/** Fails on a port in use. Wrangler would wait for it for ever, and say nothing. */
async function expectFreePort(): Promise<void> {
  const server = createServer();
  server.listen(ADDRESS.port, ADDRESS.hostname);
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : error;
    giveUp(`${ADDRESS.hostname}:${ADDRESS.port} cannot be listened on (${code})`);
  }
  server.close();
  await once(server, "close");
}

function giveUp(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

/** Undefined when the Worker is to ask Neon itself, or a proxy that `NEON_ENDPOINT` names. */
async function standInFor({ DATABASE_URL, NEON_ENDPOINT }: Environment) {
  if (DATABASE_URL === undefined)
    giveUp("DATABASE_URL is needed: postgres://user:password@host:port/database");
  const mistake = databaseUrlMistake(DATABASE_URL);
  if (mistake !== undefined) giveUp(`DATABASE_URL ${mistake}`);
  const isNeon = isOneHostUrl(DATABASE_URL) && new URL(DATABASE_URL).hostname.endsWith(".neon.tech");
  if (isNeon || NEON_ENDPOINT) return undefined;
  try {
    return await openNeonEndpoint(DATABASE_URL, await writableConnection(DATABASE_URL));
  } catch (error) {
    return giveUp(`DATABASE_URL: ${reasonOf(error)}`);
  }
}

process.env["WRANGLER_SEND_METRICS"] = "false";
process.env["CLOUDFLARE_CF_FETCH_ENABLED"] = "false";

await expectFreePort();
const given = environment();
const standIn = await standInFor(given);
const reached = standIn === undefined ? {} : { DATABASE_URL: standIn.url, NEON_ENDPOINT: standIn.endpoint };
const names = [...Object.keys(VARIABLES), "NEON_ENDPOINT"];
const variables = Object.entries({ ...given, ...reached }).filter(
  ([name, value]) => names.includes(name) && value,
);

const worker = await unstable_startWorker({
  config: join(ROOT, "wrangler.toml"),
  bindings: Object.fromEntries(
    variables.map(([name, value]) => [name, { type: "secret_text", value: value ?? "" }]),
  ),
  dev: { server: ADDRESS, inspector: false, persist: false },
});
await worker.ready;

const stop = async () => {
  await worker.dispose();
  await standIn?.close();
  process.exit();
};
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
