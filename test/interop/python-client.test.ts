/** docs/examples/client.py, which knows nothing but the documents, against a real server. */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startServer } from "../kit/spawn-server.ts";

const SCRIPT = join(import.meta.dirname, "../../docs/examples/client.py");

const { CI, PYTHON } = process.env;
/** Another Python, earlier on the path, may lack the package that the system's has. */
const python = [PYTHON ?? "python3", "/usr/bin/python3"].find((candidate) => {
  return spawnSync(candidate, ["-c", "import cryptography"]).status === 0;
});
const isSkipped = python === undefined && CI !== "true";
const why = "there is no Python with the package cryptography";

describe.skipIf(isSkipped)(`docs/examples/client.py${isSkipped ? ` (skipped: ${why})` : ""}`, () => {
  test("stores a share, sealed, reads it back, and understands a refusal", async () => {
    await using server = await startServer();
    const { stdout } = await promisify(execFile)(python ?? why, [SCRIPT, server.url()]);
    expect(stdout).toMatch(/^again +a share$/m);
    expect(stdout).toMatch(/^all +1$/m);
    expect(stdout).toMatch(/^refused +unknown receipt 0{64} \(unknown-receipt\)$/m);
  });
});
