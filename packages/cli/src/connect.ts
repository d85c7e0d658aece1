/** Which server a command speaks to, and how far it is trusted. */

import { bytewordsIdentifier, type XID } from "@bc/envelope";
import {
  type Client,
  ClientError,
  createClient,
  fetchServer,
  followServer,
  type KnownServer,
  printable,
  serverFromUR,
} from "@bc/share-client";
import { decodeText, type Identity } from "@bc/share-protocol";
import { xidFrom } from "./arguments.ts";
import { urIn } from "./carried-text.ts";
import { Failure } from "./failure.ts";
import { readFileAt } from "./files.ts";
import { identityAt, readKeyFile } from "./key-file.ts";
import { rememberedServer, rememberServer } from "./known-servers.ts";
import { remindOfPending } from "./pending.ts";
import { urFromPictures } from "./picture-input.ts";
import { isPng } from "./png.ts";
import { endpointOf, reachOf } from "./reach.ts";
import type { Settings } from "./settings.ts";
import { tell } from "./tell.ts";

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
    ...reachOf(settings),
    now: () => new Date(),
    onRotation: (rotated) => keepRotated(settings, rotated),
  });
  return await explained(settings, server, () => use(client));
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
  const server = await fetchServer(endpointOf(settings));
  await rememberServer(settings, server);
  tell(`remembering ${nameOf(server)} as the server at ${settings.url}`);
  return server;
}

/** The known server, once it has shown that it is the one at the address now. */
export async function presentServer(settings: Settings): Promise<KnownServer> {
  const server = await knownServer(settings);
  return await explained(settings, server, async () => {
    const present = followServer(server, await fetchServer(endpointOf(settings)));
    if (present !== server) await keepRotated(settings, present);
    return present;
  });
}

/**
 * Takes the server's new keys for those known, and says so. Where the user names the server with each command, only the
 * user can change what that says.
 */
export async function keepRotated(settings: Settings, server: KnownServer): Promise<void> {
  const { url, server: given } = settings;
  if (given === undefined) await rememberServer(settings, server);
  const change = server.rotations.at(-1);
  const when = change === undefined ? "" : ` since ${change.date.toISOString().slice(0, 10)}`;
  const hint =
    given === undefined ? "" : "; name it by its new document from now on, which `share info` shows";
  tell(`${nameOf(server)} at ${url} has new keys${when}, signed by those known here${hint}`);
}

/** Runs what meets the server, and tells in the user's terms when that is another one than the known one. */
export async function explained<T>(
  settings: Settings,
  server: KnownServer,
  action: () => Promise<T>,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    if (error.code === "wrong-keys") throw wrongKeys(settings, server, error);
    throw error.code === "wrong-server" ? otherServer(settings, server, error) : error;
  }
}

/** Where the user gave a bare XID, the rest of the document comes over the network, and the server has to prove it. */
async function givenServer(settings: Settings, given: string): Promise<KnownServer> {
  const isFile = xidIn(given) === undefined && !/^ur:/i.test(given);
  const text = isFile ? await textIn(given) : given;
  const xid = xidIn(text.trim());
  if (xid !== undefined) return await fetchServer(endpointOf(settings), xid);
  const where = isFile ? printable(given) : "--server";
  return await serverFromUR(urIn(text, ["xid"], { where, what: "XID document of a server" }).toString());
}

/** A picture stands for the text of its QR code, as the server's page shows it. */
async function textIn(file: string): Promise<string> {
  const bytes = await readFileAt(file);
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

/** No hint how to go on all the same: this is what an attack looks like. */
function wrongKeys({ url }: Settings, server: KnownServer, cause: ClientError): Failure {
  const text = `DANGER: ${url} claims to be ${nameOf(server)}, but ${cause.message}. Send it nothing; ask whoever runs the server`;
  return new Failure("untrusted", text, { cause });
}

/** `FUND BARN KICK RUNS (XID(480c79bf))` */
export function nameOf({ xid }: KnownServer): string {
  return `${bytewordsIdentifier(xid.data)} (${xid})`;
}
