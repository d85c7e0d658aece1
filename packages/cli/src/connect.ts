/** Which server a command speaks to, and how far it is trusted. */
import { readFile } from "node:fs/promises";
import { bytewordsIdentifier, type XID } from "@bc/envelope";
import {
  type Client,
  ClientError,
  createClient,
  fetchServer,
  type KnownServer,
  printable,
  serverFromUR,
} from "@bc/share-client";
import { decodeText, type Identity } from "@bc/share-protocol";
import { xidFrom } from "./arguments.ts";
import { urIn } from "./carried-text.ts";
import { Failure } from "./failure.ts";
import { identityAt, readKeyFile } from "./key-file.ts";
import { rememberedServer, rememberServer } from "./known-servers.ts";
import { tellNote } from "./output.ts";
import { remindOfPending } from "./pending.ts";
import { urFromPictures } from "./picture-input.ts";
import { isPng } from "./png.ts";
import type { Settings } from "./settings.ts";

/** Runs what needs a server, after a reminder of what is under way. */
export async function withClient<T>(
  settings: Settings,
  use: (client: Client) => Promise<T>,
  { reminder = true } = {},
): Promise<T> {
  const file = await readKeyFile(settings);
  if (reminder) await remindOfPending(settings);
  const server = await knownServer(settings);
  return withClientFor(settings, server, identityAt(server, file, settings), use);
}

/** The same where server and keys are known. Where another server answers, the error says so. */
export async function withClientFor<T>(
  settings: Settings,
  server: KnownServer,
  { privateKeys, xid }: Identity,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const { url, sealed } = settings;
  const client = createClient({
    url,
    keys: privateKeys,
    xid,
    server,
    sealed,
    now: () => new Date(),
    onNote: tellNote,
  });
  try {
    return await use(client);
  } catch (error) {
    throw error instanceof ClientError && error.code === "wrong-server"
      ? otherServer(settings, server, error)
      : error;
  }
}

/**
 * The server that the user named; else the one remembered for the address; else the one that answers there, which is
 * remembered from then on.
 */
export async function knownServer(settings: Settings): Promise<KnownServer> {
  const given = settings.server && (await givenServer(settings, settings.server));
  if (given) return given;
  const remembered = settings.acceptNewServer ? undefined : await rememberedServer(settings);
  if (remembered !== undefined) return remembered;
  const server = await fetchServer(settings);
  await rememberServer(settings, server);
  process.stderr.write(`share: remembering ${nameOf(server)} as the server at ${settings.url}\n`);
  return server;
}

/** The known server, once it has shown that it is the one at the address now. */
export async function presentServer(settings: Settings): Promise<KnownServer> {
  const server = await knownServer(settings);
  const present = await fetchServer(settings);
  if (!present.document.isIdenticalTo(server.document)) throw otherServer(settings, server);
  return server;
}

/** Where the user gave a bare XID, the rest of the document comes over the network, and the server has to prove it. */
async function givenServer(settings: Settings, given: string): Promise<KnownServer> {
  const isFile = xidIn(given) === undefined && !/^ur:/i.test(given);
  const text = isFile ? await textIn(given) : given;
  const xid = xidIn(text.trim());
  if (xid !== undefined) return fetchServer(settings, xid);
  const where = isFile ? printable(given) : "--server";
  return serverFromUR(urIn(text, ["xid"], { where, what: "XID document of a server" }).toString());
}

/** A picture stands for the text of its QR code, as the server's page shows it. */
async function textIn(file: string): Promise<string> {
  const bytes = await readFile(file);
  return isPng(bytes) ? (await urFromPictures([file], ["xid"])).toString() : decodeText(bytes);
}

function xidIn(text: string): XID | undefined {
  try {
    return xidFrom(text);
  } catch {
    return undefined;
  }
}

function otherServer({ url, server: given }: Settings, server: KnownServer, cause?: unknown): Failure {
  const hint = given === undefined ? "; if that is as it should be, say --accept-new-server once" : "";
  const text = `the server at ${url} is not the one known here, ${nameOf(server)}${hint}`;
  return new Failure("untrusted", text, { cause });
}

function nameOf({ xid }: KnownServer): string {
  return `${bytewordsIdentifier(xid.data)} (${xid})`;
}
