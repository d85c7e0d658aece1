/** The reference's command opens an encrypted profile, and the library what the command has locked. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { contentKeyFor, Envelope } from "@bc/envelope";
import { beforeAll, describe, expect, test } from "vitest";
import { servePeer } from "../kit/peer-http.ts";
import { newUser } from "../kit/share-command.ts";
import { BUILD_TIMEOUT, buildEnvelopeCli, findEnvelopeCli, WHY_NO_ENVELOPE_CLI } from "./envelope-command.ts";

const PASSPHRASE = "correct horse batterie stapelé";

const { CI } = process.env;
const found = findEnvelopeCli();
const isSkipped = found === undefined && CI !== "true";

describe.skipIf(isSkipped)(
  `encrypted profiles${isSkipped ? ` (skipped: ${WHY_NO_ENVELOPE_CLI})` : ""}`,
  () => {
    let cli = found ?? "";
    beforeAll(() => {
      cli ||= buildEnvelopeCli();
    }, BUILD_TIMEOUT);

    const run = (args: readonly string[], input: string) =>
      execFileSync(cli, args, { input, encoding: "utf8" }).trim();

    test("the command decrypts a profile with its passphrase, and with no other", async () => {
      const { url } = await servePeer();
      const user = await newUser(url);
      await user.share(["profile", "new", "safe", "--use"], "", { SHARE_PASSPHRASE: PASSPHRASE });
      const stored = await user.share(["store", "-", "--label", "blue ✓"], "a share", {
        SHARE_PASSPHRASE: PASSPHRASE,
      });
      expect(stored.code).toBe(0);
      const folder = join(user.folder, "config", "share", "profiles", "safe");
      const locked = await readFile(join(folder, (await readdir(folder))[0] ?? ""), "utf8");
      const opened = run(["decrypt", "--password", PASSPHRASE], locked);
      const { accounts } = JSON.parse(run(["extract", "string"], opened));
      expect(accounts).toMatchObject([{ url, shares: [{ receipt: stored.stdout.trim(), label: "blue ✓" }] }]);
      expect(spawnSync(cli, ["decrypt", "--password", "wrong"], { input: locked }).status).not.toBe(0);
    });

    test.each(["argon2id", "pbkdf2", "scrypt"])("what it locks by %s is opened here", (method) => {
      const subject = run(["subject", "type", "string", "a profile"], "");
      const words = ["encrypt", "--password", PASSPHRASE, "--password-derivation", method];
      const locked = Envelope.fromURString(run(words, subject));
      const key = contentKeyFor(locked, new TextEncoder().encode(PASSPHRASE));
      expect(locked.decryptSubject(key).asText()).toBe("a profile");
    });
  },
);
