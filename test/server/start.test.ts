/** Starts that must fail: the server says so in one line, which names the variable and the cause. */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareDataFolder } from "../kit/data-folder-template.ts";
import { whyNoPostgres } from "../kit/postgres/cluster.ts";
import { createTestDatabase } from "../kit/postgres/database.ts";
import { runServer } from "../kit/spawn-server.ts";

let parent: string;
let folder: string;
let taken: Server;
let PORT: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "share-server-start-"));
  folder = join(parent, "data");
  await prepareDataFolder(folder);
  taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const address = taken.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  PORT = String(address.port);
});
afterAll(async () => {
  taken.close();
  await rm(parent, { recursive: true });
});

const failed = (stderr: unknown) => ({ code: 1, signal: null, stdout: "", stderr });
const inUse = () => `HOST and PORT: listen EADDRINUSE: address already in use 127.0.0.1:${PORT}\n`;

test("on an address that there is not, or that is taken", async () => {
  const nowhere = await runServer({ DATA_DIR: folder, HOST: "nowhere.invalid" });
  expect(nowhere).toEqual(failed(expect.stringMatching(/^HOST: getaddrinfo \w+ nowhere\.invalid\n$/)));
  expect(await runServer({ DATA_DIR: folder, PORT })).toEqual(failed(inUse()));
});

test("in a data folder that is none", async () => {
  const file = join(parent, "file");
  writeFileSync(file, "");
  for (const DATA_DIR of [file, join(file, "below")]) {
    const line = expect.stringMatching(/^DATA_DIR: E\w+: .*, mkdir '.*\/file.*'\n$/);
    expect(await runServer({ DATA_DIR })).toEqual(failed(line));
  }
});

test("with a secret that others may read", async () => {
  const file = join(folder, "storage-key");
  await chmod(file, 0o644);
  const mend = `${file} is open to others than its owner; mend it with: chmod 600 ${file}\n`;
  expect(await runServer({ DATA_DIR: folder })).toEqual(failed(mend));
  await chmod(file, 0o600);
});

const skipped = whyNoPostgres();

describe.skipIf(skipped)(`with several processes${skipped ? ` (${skipped})` : ""}`, () => {
  test("the line comes once", async () => {
    const { url } = await createTestDatabase();
    const environment = { DATA_DIR: folder, DATABASE_URL: url("share_server"), WORKERS: "2" };
    const line = expect.stringMatching(/^HOST and PORT: (listen|bind) EADDRINUSE\b.*\n$/);
    expect(await runServer({ ...environment, PORT })).toEqual(failed(line));
    const broken = `${url("share_server")}?sslrootcert=${parent}/none.pem`;
    const start = await runServer({ ...environment, DATABASE_URL: broken });
    expect(start).toEqual(failed(expect.stringMatching(/^DATABASE_URL: .* cannot be read \(ENOENT\)\n$/)));
  });
});
