/**
 * What is under way for a key file: a change of keys and a transfer. Each is in a file beside the keys, from before the
 * command sends the request until the command knows its outcome.
 *
 * To the server the same request is one request, however often it comes. So after an interruption the command sends it
 * again, and the server tells what became of it.
 */
import { PrivateKeys } from "@bc/envelope";
import { fromKeptRequest, serverFromUR, toKeptRequest } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { Failure } from "../failure.ts";
import { readFileIfAny, removeFile, writeNewFile } from "../files.ts";
import type { Pending, PendingKind, PendingKinds } from "./home.ts";
import type { KeyFilePath } from "./key-file.ts";

/** Where the key file is. */
type Path = Pick<KeyFilePath, "keysFile">;

/** What each kind has more than others. */
const FURTHER: { readonly [Kind in PendingKind]: Further<PendingKinds[Kind]> } = {
  rekey: {
    read: (field) => ({ newKeys: PrivateKeys.fromURString(field("newKeys")) }),
    write: ({ newKeys }) => ({ newKeys: newKeys.urString() }),
  },
  transfer: {
    read: (field) => ({ contact: field("contact") }),
    write: ({ contact }) => ({ contact }),
  },
};

type Further<Of extends Pending> = {
  readonly read: (field: (name: string) => string) => Omit<Of, keyof Pending>;
  readonly write: (pending: Of) => Readonly<Record<string, string>>;
};

export function pendingPath({ keysFile }: Path, kind: PendingKind): string {
  return `${keysFile}.${kind}`;
}

/** What is under way, if anything is. @throws {Failure} `usage` when the file is damaged. */
export async function readPending<Kind extends PendingKind>(
  settings: Path,
  kind: Kind,
): Promise<PendingKinds[Kind] | undefined> {
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
    const signed = fields.has("signed") ? field("signed") : undefined;
    const pending: Pending = {
      url: field("url"),
      server: await serverFromUR(field("server")),
      request: fromKeptRequest({ id: field("id"), envelope: field("request"), signed }),
      signer: field("signer"),
    };
    return Object.assign(pending, FURTHER[kind].read(field)) as PendingKinds[Kind];
  } catch (cause) {
    throw new Failure("usage", `${path} is damaged; mend it or move it away`, { cause });
  }
}

/** @throws {Failure} `usage` when something of this kind is under way already. */
export async function writePending<Kind extends PendingKind>(
  settings: Path,
  kind: Kind,
  pending: PendingKinds[Kind],
): Promise<void> {
  const { url, server, signer } = pending;
  const { envelope: request, ...others } = toKeptRequest(pending.request);
  const fields = {
    url,
    server: documentToUR(server.document),
    request,
    ...others,
    signer,
    ...FURTHER[kind].write(pending),
  };
  await writeNewFile(pendingPath(settings, kind), `${JSON.stringify(fields, undefined, 2)}\n`);
}

export async function forgetPending(settings: Path, kind: PendingKind): Promise<void> {
  await removeFile(pendingPath(settings, kind));
}
