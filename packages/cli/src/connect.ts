/** Which server a command speaks to, and how far it is trusted. */
import { bytewordsIdentifier } from "@bc/envelope";
import {
  type Client,
  ClientError,
  createClient,
  fetchServer,
  followServer,
  type KnownServer,
} from "@bc/share-client";
import type { Identity } from "@bc/share-protocol";
import { Failure } from "./failure.ts";
import { givenServer } from "./given-server.ts";
import { endpointOf, reachOf } from "./reach.ts";
import type { Settings } from "./settings.ts";
import { tell } from "./tell.ts";
import { remindOfPending } from "./under-way.ts";

/** Runs what needs a server, after a reminder of what is under way. */
export async function withClient<T>(
  settings: Settings,
  use: (client: Client) => Promise<T>,
  { reminder = true } = {},
): Promise<T> {
  const { home } = settings;
  await home.expectKeys();
  if (reminder) await remindOfPending(settings);
  const server = await knownServer(settings);
  return withClientFor(settings, server, await home.identityAt(server), use);
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
  const remembered = settings.acceptNewServer ? undefined : await settings.home.rememberedServer();
  if (remembered !== undefined) return remembered;
  const server = await fetchServer(endpointOf(settings));
  await settings.home.rememberServer(server);
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
  if (given === undefined) await settings.home.rememberServer(server);
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
