/**
 * Requests under way that must stay the same when they are sent again: a change of keys and a transfer. Each is
 * in a file beside the keys, from before the command sends it until the command knows its outcome.
 *
 * To the server the same request is one request, however often it comes. So after an interruption the command sends it
 * again, and the server tells what became of it.
 */
import { ARID, Envelope } from "@bc/envelope";
import { type BuiltRequest, type KnownServer, serverFromUR } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { Failure } from "./failure.ts";
import { readFileIfAny, removeFile, writeNewFile } from "./files.ts";
import { hint } from "./hint.ts";
import type { KeyFilePath } from "./key-file.ts";
import type { Settings } from "./settings.ts";
import { tellNote } from "./tell.ts";

/** What is under way, with the command that carries on with it. */
const KINDS = {
  rekey: { what: "a change of keys", command: "rekey" },
  transfer: { what: "a transfer", command: "fallback transfer" },
} as const;

type Kind = keyof typeof KINDS;

export type Pending = {
  readonly url: string;
  readonly server: KnownServer;
  readonly request: BuiltRequest;
  /** Who signed it: the XID of the keys, in hex. */
  readonly signer: string;
};

export function pendingPath({ keysFile }: KeyFilePath, kind: Kind): string {
  return `${keysFile}.${kind}`;
}

/**
 * What is under way, if anything is.
 *
 * @param readMore reads what this kind has more than others, field by field.
 * @throws {Failure} `usage` when the file is damaged.
 */
export async function readPending<More>(
  settings: KeyFilePath,
  kind: Kind,
  readMore: (field: (name: string) => string) => More,
): Promise<(Pending & More) | undefined> {
  const path = pendingPath(settings, kind);
  const bytes = await readFileIfAny(path);
  if (bytes === undefined) return undefined;
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const fields = new Map(Object.entries(Object(content)));
    const field = (name: string) => {
      const value = fields.get(name);
      if (typeof value !== "string") throw new TypeError(`no ${name}`);
      return value;
    };
    return {
      url: field("url"),
      server: await serverFromUR(field("server")),
      request: {
        id: ARID.fromURString(field("id")),
        envelope: Envelope.fromURString(field("request")),
        ...(fields.has("signed") && { signed: Envelope.fromURString(field("signed")) }),
      },
      signer: field("signer"),
      ...readMore(field),
    };
  } catch (cause) {
    throw new Failure("usage", `${path} is damaged; mend it or move it away`, { cause });
  }
}

/** @throws {Failure} `usage` when something of this kind is under way already. */
export async function writePending(
  settings: KeyFilePath,
  kind: Kind,
  { url, server, request, signer }: Pending,
  more: Readonly<Record<string, string>>,
): Promise<void> {
  const { id, envelope, signed } = request;
  const fields = {
    url,
    server: documentToUR(server.document),
    id: id.urString(),
    request: envelope.urString(),
    ...(signed !== undefined && { signed: signed.urString() }),
    signer,
    ...more,
  };
  await writeNewFile(pendingPath(settings, kind), `${JSON.stringify(fields, undefined, 2)}\n`);
}

export async function forgetPending(settings: KeyFilePath, kind: Kind): Promise<void> {
  await removeFile(pendingPath(settings, kind));
}

/** @throws {Failure} `usage` when it is under way at another address than the command's. */
export function expectSameAddress(settings: Settings, kind: Kind, pending: Pending): void {
  if (pending.url === settings.url) return;
  const { what, command } = KINDS[kind];
  throw new Failure(
    "usage",
    `${what} is under way at ${pending.url}; first finish it with: ${hint(settings, command, { url: pending.url })}`,
  );
}

/** @throws {Failure} `usage` when other keys have taken the place of those that signed it. */
export function expectSigner(settings: Settings, kind: Kind, pending: Pending, key: string): void {
  if (pending.signer === key) return;
  const path = pendingPath(settings, kind);
  throw new Failure(
    "usage",
    `${path} belongs to other keys than ${settings.keysFile}; move one of them away`,
  );
}

/** Tells on stderr what is under way, so that nobody wonders why the keys are not those of the account. */
export async function remindOfPending(settings: Settings): Promise<void> {
  for (const kind of ["rekey", "transfer"] as const) {
    const pending = await readPending(settings, kind, () => ({}));
    if (pending === undefined) continue;
    const { what, command } = KINDS[kind];
    const there = pending.url === settings.url ? {} : { url: pending.url };
    tellNote(`${what} is under way; carry on with: ${hint(settings, command, there)}`);
  }
}
