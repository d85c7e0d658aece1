/**
 * The servers met before, by their addresses: trust on first use.
 *
 * The file keeps the whole document, since the XID alone does not vouch for the key that requests are sealed to. The
 * command asks a remembered server for its document again only when an answer is not by the remembered keys. New keys that
 * those have signed then take their place. Any others are not believed.
 */
import { type KnownServer, serverFromUR } from "@bc/share-client";
import { documentToUR } from "@bc/share-protocol";
import { Failure } from "../failure.ts";
import { readFileIfAny, replaceFile } from "../files.ts";

/** Where the servers are remembered, and which one the command is about. */
type Servers = { readonly serversFile: string; readonly url: string };

/** The server remembered for this address. @throws {Failure} `usage` when the file is damaged. */
export async function rememberedServer({ serversFile, url }: Servers): Promise<KnownServer | undefined> {
  const document = (await readServers(serversFile)).get(url);
  return document === undefined ? undefined : await serverFromUR(document);
}

export async function rememberServer({ serversFile, url }: Servers, server: KnownServer): Promise<void> {
  const servers = await readServers(serversFile);
  const all = Object.fromEntries([...servers, [url, documentToUR(server.document)]]);
  await replaceFile(serversFile, `${JSON.stringify(all, undefined, 2)}\n`);
}

/** The other addresses that servers have been met at. */
export async function otherServersOf({ serversFile, url }: Servers): Promise<readonly string[]> {
  return [...(await readServers(serversFile)).keys()].filter((known) => known !== url);
}

/** Their documents, `ur:xid/…`, by their addresses. @throws {Failure} `usage` when the file is damaged. */
export async function readServers(path: string): Promise<ReadonlyMap<string, string>> {
  const bytes = await readFileIfAny(path);
  if (bytes === undefined) return new Map();
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof content !== "object" || content === null) throw new TypeError("not an object");
    return new Map(Object.entries(content).map(([url, document]) => [url, String(document)]));
  } catch (cause) {
    throw new Failure("usage", `${path} is damaged; mend it or remove it`, { cause });
  }
}
