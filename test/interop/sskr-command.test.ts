/** The reference's `envelope sskr` joins what we split, and we join what it splits. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Envelope, PrivateKeys, randomBytes, SymmetricKey, XID } from "@bc/envelope";
import { type Hint, joinAll, type Secret, secretEnvelope, secretIn, shareOut } from "@bc/share-client";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesToHex } from "#bc/dcbor";
import { BUILD_TIMEOUT, buildEnvelopeCli, findEnvelopeCli, WHY_NO_ENVELOPE_CLI } from "./envelope-command.ts";

const { CI } = process.env;
const found = findEnvelopeCli();
const isSkipped = found === undefined && CI !== "true";

const SEED = "ur:seed/oyadgdeeeygsvlztiokpvwdevsvdjksscmvaetcwsolyvl";
const HINTS: readonly Hint[] = ["https://b.example", "https://c.example"].map((url) => {
  return { url, server: XID.fromData(randomBytes(32)) };
});
const TWO_OF_THREE = { groupThreshold: 1, groups: [{ threshold: 2, count: 3 }] };
const TWO_GROUPS = {
  groupThreshold: 2,
  groups: [
    { threshold: 2, count: 3 },
    { threshold: 1, count: 1 },
  ],
};

const SECRETS: Readonly<Record<string, Secret>> = {
  "a seed": SEED,
  "a symmetric key": SymmetricKey.generate().urString(),
  "private keys": PrivateKeys.generate().urString(),
  "an envelope": Envelope.new("secret").addAssertion("note", "of mine").urString(),
  bytes: randomBytes(1_000),
};

describe.skipIf(isSkipped)(`envelope sskr${isSkipped ? ` (skipped: ${WHY_NO_ENVELOPE_CLI})` : ""}`, () => {
  let cli = found ?? "";
  beforeAll(() => {
    if (found === undefined) cli = buildEnvelopeCli();
  }, BUILD_TIMEOUT);

  async function envelope(...words: readonly string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(cli, words);
    return stdout.trim();
  }

  test.each(Object.entries(SECRETS))("joins what we split, hints and all: %s", async (_, secret) => {
    const [one, two, three] = shareOut(secretEnvelope(secret), TWO_OF_THREE, HINTS).map((share) =>
      share.urString(),
    );
    if (one === undefined || two === undefined || three === undefined) throw new Error("three shares");
    const joined = secretEnvelope(secret).urString();
    expect(await envelope("sskr", "join", one, three)).toBe(joined);
    expect(await envelope("sskr", "join", three, two)).toBe(joined);
    await expect(envelope("sskr", "join", one)).rejects.toMatchObject({ code: 1 });
  });

  test("joins what we split in groups", async () => {
    const shares = shareOut(secretEnvelope(SEED), TWO_GROUPS, HINTS).map((share) => share.urString());
    const quorum = [shares[0] ?? "", shares[2] ?? "", shares[3] ?? ""];
    expect(await envelope("sskr", "join", ...quorum)).toBe(secretEnvelope(SEED).urString());
    await expect(envelope("sskr", "join", ...shares.slice(0, 3))).rejects.toMatchObject({ code: 1 });
  });

  test.each(Object.entries(SECRETS))("splits what we join: %s", async (_, secret) => {
    const made = secretEnvelope(secret).urString();
    const shares = (await envelope("sskr", "split", "-g", "2-of-3", made)).split(" ").map(read);
    expect(shares).toHaveLength(3);
    const [joined, ...others] = joinAll([...shares.slice(1), ...shares.slice(1)]);
    expect(others).toEqual([]);
    expect(joined?.secret.urString()).toBe(made);
    expect(joined && secretIn(joined.secret)).toEqual(secret);
    expect(joinAll(shares.slice(2))).toEqual([]);
  });

  test("splits in groups what we join", async () => {
    const words = ["-t", "2", "-g", "2-of-3", "-g", "1-of-1", secretEnvelope(SEED).urString()];
    const shares = (await envelope("sskr", "split", ...words)).split(" ").map(read);
    const [joined] = joinAll([...shares.slice(0, 2), ...shares.slice(3)]);
    expect(joined && secretIn(joined.secret)).toBe(SEED);
    expect(joinAll(shares.slice(0, 3))).toEqual([]);
  });

  test("makes of a UR and of bytes the envelopes that we make", async () => {
    for (const secret of Object.values(SECRETS)) {
      const made = secretEnvelope(secret).urString();
      if (secret instanceof Uint8Array) {
        expect(await envelope("subject", "type", "data", bytesToHex(secret))).toBe(made);
      } else if (!secret.startsWith("ur:envelope")) {
        expect(await envelope("subject", "type", "ur", secret)).toBe(made);
      }
    }
    // What `share recover` shows of a seed, it reads as the seed.
    expect(await envelope("extract", "ur", "--ur-type", "seed", secretEnvelope(SEED).urString())).toBe(SEED);
  });
});

function read(share: string): Envelope {
  return Envelope.fromURString(share);
}
