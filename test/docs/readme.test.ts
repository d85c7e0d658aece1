/** The README's commands, typed in the order in which they stand there. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { COMPILE_CACHE } from "../kit/compile-cache.ts";
import { openMailbox } from "../kit/mailbox.ts";
import { startServer } from "../kit/spawn-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const SHARE = join(ROOT, "packages/cli/src/share.ts");
const CONTACT = "alice@example.com";
const TIMEOUT = 10 * 60_000;

/** The lines of the section's shell blocks, without their comments. */
async function commands(section: string): Promise<readonly string[]> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, text = ""] = readme.split(`## ${section}\n`);
  const blocks = [...(text.split("\n## ")[0] ?? "").matchAll(/```sh\n([\s\S]*?)```/g)];
  return blocks.flatMap(([, block = ""]) =>
    block
      .trim()
      .split("\n")
      .map((line) => line.replace(/ +# .*/, "")),
  );
}

test(
  "the README's commands work in their order",
  async () => {
    await using mailbox = await openMailbox();
    await using server = await startServer(mailbox.environment);
    const folder = await mkdtemp(join(tmpdir(), "share-readme-"));
    const env: NodeJS.ProcessEnv = {
      PATH: process.env["PATH"],
      SHARE_URL: server.url(),
      XDG_CONFIG_HOME: folder,
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    };
    const outputs: string[] = [];
    try {
      for (const line of await commands("Five minutes to a stored share")) {
        const [, variable, value] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
        if (variable !== undefined) {
          env[variable] = value;
          continue;
        }
        const code = line.includes(" verify ") ? (await mailbox.next(CONTACT)).code : "";
        const receipt = outputs.join("").match(/[0-9a-f]{64}$/m)?.[0] ?? "";
        const id = outputs.join("").match(/^(?:.*\n)*.*\bid ([0-9a-f]{64})$/m)?.[1] ?? "";
        const command = line
          .replace(/npm run (--silent )?share --/, `'${process.execPath}' '${SHARE}'`)
          .replace(/[0-9A-Z]{4}-[0-9A-Z]{4}$/, code)
          .replace(/[0-9a-f]+…[0-9a-f]+/, receipt)
          .replace("ID-OF-THE-REQUEST", id)
          .replace("http://127.0.0.1:5332/", `${server.url()}/`)
          .replace(/ (rekey|leave)$/, " $1 --yes");
        const ran = await promisify(execFile)("sh", ["-c", command], { cwd: folder, env });
        outputs.push(ran.stdout + ran.stderr);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    expect(outputs.filter((output) => output === "my share\n")).toHaveLength(1);
    // The last one opens the answer to a request that was built for curl, and shows the receipt that it holds.
    expect(outputs.at(-1)).toMatch(/^[0-9a-f]{64}$/m);
  },
  TIMEOUT,
);
