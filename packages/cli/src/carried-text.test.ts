/** Every text that holds a message holds it for the command too: in envelopes, in files of servers, and in files of keys. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Envelope, PrivateKeys } from "@bc/envelope";
import { documentToUR, identityOf, newServerKeys } from "@bc/share-protocol";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { UR } from "#bc/ur";
import { carriedTexts, inUtf16 } from "../../../test/kit/carried-texts.ts";
import { knownServer } from "./connect.ts";
import { readEnvelope } from "./envelope-input.ts";
import { readKeyFile } from "./home/key-file.ts";
import type { Settings } from "./settings.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "share-carried-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The texts, and the first of them as UTF-16. */
function contents(ur: UR): readonly (readonly [name: string, content: string | Uint8Array])[] {
  return [...carriedTexts(ur), ["as UTF-16 with its mark", inUtf16(`${ur}\r\n`)]];
}

async function fileWith(content: string | Uint8Array): Promise<string> {
  const path = join(folder, "carried");
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

describe("an envelope is read from a file", () => {
  const envelope = Envelope.new("a share of a seed, and some more words so that it makes several parts");
  test.each(contents(envelope.ur()))("%s", async (_name, content) => {
    const read = await readEnvelope({ file: await fileWith(content) }, ["envelope"]);
    expect(read.urString()).toBe(envelope.urString());
  });
});

describe("a server is known by a file", () => {
  const { document, xid } = identityOf(newServerKeys());
  test.each(contents(UR.parse(documentToUR(document))))("%s", async (_name, content) => {
    const settings = { server: await fileWith(content) } as Settings;
    expect((await knownServer(settings)).xid.hex()).toBe(xid.hex());
  });
});

describe("keys are read from a file, with the accounts in it,", () => {
  const keys = PrivateKeys.generate();
  const [account, server] = ["ab12".repeat(16), "cd34".repeat(16)];
  test.each(contents(UR.parse(keys.urString())))("%s", async (_name, content) => {
    const isText = typeof content === "string";
    const keysFile = await fileWith(isText ? `${content}\naccount ${account} at ${server}\n` : content);
    const read = await readKeyFile({ keysFile, given: {} });
    expect(read.keys.urString()).toBe(keys.urString());
    expect([...read.accounts].map(([at, xid]) => [at, xid.hex()])).toEqual(isText ? [[server, account]] : []);
  });

  test.each([`acount ${account} at ${server}`, `account ${account}`, `account ${account} at ${server}0`])(
    "and an account is not lost for a letter: %s",
    async (line) => {
      const keysFile = await fileWith(`${keys.urString()}\n${line}\n`);
      await expect(readKeyFile({ keysFile, given: {} })).rejects.toThrow("should be an account");
    },
  );
});
