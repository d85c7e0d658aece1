/** The server that the user names with `--server`: its XID document or its XID, or a file with one. */
import type { XID } from "@bc/envelope";
import { fetchServer, type KnownServer, printable, serverFromUR } from "@bc/share-client";
import { decodeText } from "@bc/share-protocol";
import { xidFrom } from "./arguments.ts";
import { urIn } from "./carried-text.ts";
import { readFileAt } from "./files.ts";
import { urFromPictures } from "./picture-input.ts";
import { isPng } from "./png.ts";
import { endpointOf } from "./reach.ts";
import type { Settings } from "./settings.ts";

/** Where the user gave a bare XID, the rest of the document comes over the network, and the server has to prove it. */
export async function givenServer(
  settings: Pick<Settings, "url" | "timeout">,
  given: string,
): Promise<KnownServer> {
  const named = await read(given);
  return named.xid === undefined
    ? await serverFromUR(documentIn(named))
    : await fetchServer(endpointOf(settings), named.xid);
}

/** The XID of the server that the user names. */
export async function namedXid(given: string): Promise<XID> {
  const named = await read(given);
  return named.xid ?? (await serverFromUR(documentIn(named))).xid;
}

type Named = {
  readonly text: string;
  /** Where it is no more than a XID. */
  readonly xid: XID | undefined;
  readonly where: string;
};

async function read(given: string): Promise<Named> {
  const isFile = xidIn(given) === undefined && !/^ur:/i.test(given);
  const text = isFile ? await textIn(given) : given;
  return { text, xid: xidIn(text.trim()), where: isFile ? printable(given) : "--server" };
}

function documentIn({ text, where }: Named): string {
  return urIn(text, ["xid"], { where, what: "XID document of a server" }).toString();
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
