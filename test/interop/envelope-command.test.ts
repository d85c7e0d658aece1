/** docs/envelope-cli.sh does what it says, against a real server. */
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { startServer } from "../kit/spawn-server.ts";
import { BUILD_TIMEOUT, buildEnvelopeCli, findEnvelopeCli, WHY_NO_ENVELOPE_CLI } from "./envelope-command.ts";

const SCRIPT = join(import.meta.dirname, "../../docs/envelope-cli.sh");

const { CI } = process.env;
const found = findEnvelopeCli();
const isSkipped = found === undefined && CI !== "true";

describe.skipIf(isSkipped)(
  `docs/envelope-cli.sh${isSkipped ? ` (skipped: ${WHY_NO_ENVELOPE_CLI})` : ""}`,
  () => {
    let cli = found;
    beforeAll(() => {
      cli ??= buildEnvelopeCli();
    }, BUILD_TIMEOUT);

    async function run(url: string): Promise<string> {
      const environment = { ...process.env, ENVELOPE_CLI: cli };
      const { stdout } = await promisify(execFile)("bash", [SCRIPT, url], { env: environment });
      return stdout;
    }

    test("stores a share, plain and sealed, and gets the same receipt for both", async () => {
      await using server = await startServer();
      const output = await run(server.url());
      expect(output).toContain('«"storeShare"» [');
      expect(output).toContain("'hasRecipient': SealedMessage");
      const receipts = output.match(/^[0-9a-f]{64}$/gm);
      expect(receipts).toHaveLength(2);
      expect(new Set(receipts).size).toBe(1);
    });

    test("shows the server's refusal, with its code, and fails", async () => {
      await using server = await startServer({ MAX_SHARE_BYTES: "5" });
      await expect(run(server.url())).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/refused: "data too large" \[\s+"code": "share-too-large"/),
      });
    });
  },
);

test("docs/envelope-cli.sh says what is missing where there is no `envelope`", () => {
  const { status, stderr } = spawnSync("bash", [SCRIPT, "http://127.0.0.1:1"], {
    encoding: "utf8",
    env: { ...process.env, ENVELOPE_CLI: "/nowhere/envelope" },
  });
  expect(status).toBe(1);
  expect(stderr).toContain("install bc-envelope-cli, or set ENVELOPE_CLI");
});
