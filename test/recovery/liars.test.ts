/**
 * Servers that lie or fail during a recovery, with the real command and real mail: each is explained in words, and none stops
 * the secret from coming back while a quorum is left.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Envelope, SSKR_SHARE, SSKRShare, sharesIn } from "@bc/envelope";
import { clientOf, type ProfileKeeper } from "@bc/share-client";
import { afterAll, expect, test } from "vitest";
import { codeOptions, openMailbox } from "../kit/mailbox.ts";
import { passOn, servePeer } from "../kit/peer-http.ts";
import { newUser, readProfile, type User } from "../kit/share-command.ts";
import { startServer } from "../kit/spawn-server.ts";
import { SEED } from "./places.ts";

const mailbox = await openMailbox();
const servers = await Promise.all([1, 2, 3].map(() => startServer(mailbox.environment)));
afterAll(async () => {
  await Promise.all(servers.map(({ stop }) => stop()));
  await mailbox[Symbol.asyncDispose]();
});
const [liar, ...honest] = servers;
if (liar === undefined) throw new Error("there are three");

/** What stands in the place of the first server, once the backup is made. Undefined: the server itself. */
type Lie = {
  readonly transport?: (request: Request) => Promise<Response>;
  /** What the server does to its own data. */
  readonly tamper?: (owner: User, url: string) => Promise<void>;
  readonly says: RegExp;
  /** Whether nobody could be met there, so that the server has no part in the recovery. */
  readonly isUnmet?: true;
  /** What the user gives beside the usual. */
  readonly options?: readonly string[];
};

/** Of the server's document anybody has a copy; a request meets this. */
function onlyRequests(answer: (request: Request) => Promise<Response>) {
  return (request: Request) =>
    request.method === "POST" ? answer(request) : passOn(request, liar?.url() ?? "");
}

async function clientAt(owner: User, url: string) {
  const { profile } = await readProfile(owner.folder);
  const account = profile.accounts.find((one) => one.url === url) ?? expect.fail();
  const keeper: ProfileKeeper = { read: () => profile, update: async () => {} };
  return clientOf(keeper, account);
}

/** Puts other data in the place of the one share. */
async function replaceShare(owner: User, url: string, change: (share: Envelope) => Envelope | Uint8Array) {
  const client = await clientAt(owner, url);
  const [kept] = await client.retrieveShares();
  const changed = change(Envelope.fromCborData(kept?.data ?? expect.fail()));
  await client.deleteAllShares();
  await client.storeShare(changed instanceof Uint8Array ? changed : changed.cborData());
}

const LIES: Readonly<Record<string, Lie>> = {
  "has another share than it was given": {
    tamper: (owner, url) =>
      replaceShare(owner, url, (share) => {
        const data = sharesIn(share)[0]?.data ?? new Uint8Array();
        data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
        return share.subject().addAssertion(SSKR_SHARE, SSKRShare.fromData(data));
      }),
    says: /: its share is not the one that it was given; it is passed over\n/,
  },
  "has an old share": {
    tamper: async (owner, url) => {
      const [old] = await (await clientAt(owner, url)).retrieveShares();
      expect(await owner.share(["rotate"])).toMatchObject({ code: 0 });
      await replaceShare(owner, url, () => old?.data ?? expect.fail());
    },
    says: /: its share fits none of the others: it is of another backup, or an old one\n/,
  },
  "gives what another account holds": {
    tamper: (owner, url) => replaceShare(owner, url, () => new TextEncoder().encode("somebody else's share")),
    says: /: the account has come, and holds no share\n/,
  },
  "answers nobody": {
    transport: onlyRequests(() => new Promise(() => {})),
    says: /: cannot reach http\S+: there was no answer in time; --timeout waits longer\n/,
    options: ["--timeout", "5"],
  },
  "is down": {
    transport: async () => new Response("", { status: 503 }),
    says: /: http\S+ is not available \(HTTP 503\)\n/,
    isUnmet: true,
  },
  refuses: {
    transport: onlyRequests((request) => passOn(request, refusing?.url() ?? "")),
    says: /: the server refused: .*\(unsupported-fallback\)\n/,
  },
  "is another one now, and the one before has not signed for it": {
    transport: (request) => passOn(request, honest[0]?.url() ?? ""),
    says: /: the server at http\S+ is not the expected one\n/,
  },
};

/**
 * The same server after its operator has taken its mail away: it is started on a copy of its keys. Only in production does
 * that leave it without a channel; elsewhere it prints its messages.
 */
const refusing = await startServer({
  NODE_ENV: "production",
  SERVER_PRIVATE_KEYS: (await readFile(join(liar.folder, "server-keys.ur"), "utf8")).trim(),
});
afterAll(refusing.stop);

test.each(Object.entries(LIES))(
  "one %s",
  async (name, { transport, tamper, says, isUnmet, options = [] }) => {
    const { url, replaceWith } = await servePeer();
    replaceWith({ transport: (request) => passOn(request, liar.url()) });
    const urls = [url, ...honest.map((server) => server.url())];
    const contact = `${name.replaceAll(/\W+/g, ".")}@example.com`;
    const codes = (count: number) => {
      return codeOptions(mailbox, contact, count, (origin) => (origin === liar.url() ? url : origin));
    };
    const owner = await newUser();
    await owner.file("seed.ur", SEED);
    const to = urls.flatMap((one) => ["--to", one]);
    expect(await owner.share(["backup", "seed.ur", ...to, "--fallback", contact])).toMatchObject({ code: 0 });
    await owner.share(["backup", "--fallback", contact, ...(await codes(3))]);
    const { stdout: sheet } = await owner.share(["sheet"]);
    await tamper?.(owner, url);
    if (transport !== undefined) replaceWith({ transport });

    const bare = await newUser();
    await bare.file("sheet.txt", sheet);
    const asked = await bare.share(["recover", "sheet.txt", "--fallback", contact, ...options]);
    expect(asked).toMatchObject({ code: 3, stdout: expect.stringContaining("Not enough shares yet") });
    if (isUnmet) expect(asked.stdout).toContain(`reached: share recover ${url} --fallback ${contact}\n`);
    const done = await bare.share(["recover", ...(await codes(tamper === undefined ? 2 : 3)), ...options]);
    expect(done).toMatchObject({ code: 0, stdout: `${SEED}\n` });
    expect(asked.stderr + done.stderr).toMatch(says);
  },
);
