/**
 * Audits that were prepared when a share was stored, so that the share need not be kept.
 *
 * A file for each share and server, `keys.ur.audits/<server>/<receipt>`, with a line for each audit: nonce and proof, in
 * hex. Like a receipt, it says nothing of a share that cannot be guessed.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KeptShare, KnownServer, PreparedAudit } from "@bc/share-client";
import { Receipt } from "@bc/share-client";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { Failure } from "../failure.ts";
import { readFileIfAny, removeFile, replaceFile } from "../files.ts";
import type { AskedAudit } from "./home.ts";
import type { KeyFilePath } from "./key-file.ts";

/** Where the key file is. */
type Path = Pick<KeyFilePath, "keysFile">;

/** A server, as the files name it. */
type Server = Pick<KnownServer, "xid">;

/** The shares at this server that audits were prepared of, with these. */
export async function sharesWithAudits(settings: Path, server: Server): Promise<readonly KeptShare[]> {
  const receipts = await receiptsWithAudits(settings, server);
  return Promise.all(
    receipts.map(async (receipt) => ({
      receipt: receipt.hex(),
      audits: await readAudits(settings, server, receipt),
    })),
  );
}

/** The receipts of the shares at this server that audits were prepared of, in order. */
async function receiptsWithAudits(settings: Path, server: Server): Promise<readonly Receipt[]> {
  const names = await readdir(auditsFolder(settings, server)).catch(nothingThere);
  const receipts = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
  return receipts.map((hex) => Receipt.fromData(hexToBytes(hex)));
}

/**
 * An audit of the share, and how many are left. It is off the disk when this returns: a nonce that the server may have
 * seen proves nothing any more. Undefined: there is none.
 *
 * @throws {Failure} `usage` when the file is damaged.
 */
export async function takeAudit(
  settings: Path,
  server: Server,
  receipt: Receipt,
): Promise<{ readonly audit: PreparedAudit; readonly left: number } | undefined> {
  const [line, ...rest] = await readAudits(settings, server, receipt);
  if (line === undefined) return undefined;
  const audit = auditFrom(line);
  if (audit === undefined) {
    const path = auditsFile(settings, server, receipt);
    throw new Failure("usage", `${path} is damaged; store the share again, or remove the file`);
  }
  await writeAudits(settings, server, receipt, rest);
  return { audit, left: rest.length };
}

/** Nonce and proof in hex, as they are kept. Undefined: the text is damaged. */
export function auditFrom(text: string): PreparedAudit | undefined {
  const [, nonce, proof] = /^([0-9a-f]{32,128}) ([0-9a-f]{64})$/.exec(text) ?? [];
  if (nonce === undefined || proof === undefined) return undefined;
  return { nonce: hexToBytes(nonce), proof: hexToBytes(proof) };
}

export function auditToText({ nonce, proof }: PreparedAudit): string {
  return `${bytesToHex(nonce)} ${bytesToHex(proof)}`;
}

/** @param id of the request, in hex. */
export async function keepAsked(
  settings: Path,
  server: Server,
  id: string,
  { receipt, audit }: AskedAudit,
): Promise<void> {
  await replaceFile(askedFile(settings, server, id), `${receipt.hex()} ${auditToText(audit)}\n`);
}

/** Undefined: the request with this ID was for no audit, or its answer was read before. */
export async function askedAudit(
  settings: Path,
  server: Server,
  id: string,
): Promise<AskedAudit | undefined> {
  const path = askedFile(settings, server, id);
  const content = await readFileIfAny(path);
  if (content === undefined) return undefined;
  const [, hex, text = ""] = /^([0-9a-f]{64}) (.*)\n$/.exec(new TextDecoder().decode(content)) ?? [];
  const audit = auditFrom(text);
  if (hex === undefined || audit === undefined) {
    throw new Failure("usage", `${path} is damaged; ask for another audit`);
  }
  return { receipt: Receipt.fromData(hexToBytes(hex)), audit };
}

export async function forgetAsked(settings: Path, server: Server, id: string): Promise<void> {
  await removeFile(askedFile(settings, server, id));
}

function askedFile(settings: Path, server: Server, id: string): string {
  return join(auditsFolder(settings, server), `asked-${id}`);
}

/** The prepared audits of a share: nonce and proof, in hex. */
async function readAudits(settings: Path, server: Server, receipt: Receipt): Promise<readonly string[]> {
  const bytes = await readFileIfAny(auditsFile(settings, server, receipt));
  return new TextDecoder()
    .decode(bytes)
    .split("\n")
    .filter((line) => line !== "");
}

/** Keeps audits of a share, in the place of those that were left. */
export async function writeAudits(
  settings: Path,
  server: Server,
  receipt: Receipt,
  audits: readonly string[],
): Promise<void> {
  await replaceFile(auditsFile(settings, server, receipt), audits.map((line) => `${line}\n`).join(""));
}

/** Forgets the audits of shares that are deleted. */
export async function forgetAudits(
  settings: Path,
  server: Server,
  receipts: "all" | readonly Receipt[],
): Promise<void> {
  const kept = await receiptsWithAudits(settings, server);
  if (receipts === "all") {
    await rm(auditsFolder(settings, server), { recursive: true, force: true });
    return;
  }
  for (const receipt of receipts) {
    if (kept.some((it) => it.equals(receipt))) await removeFile(auditsFile(settings, server, receipt));
  }
}

function auditsFile(settings: Path, server: Server, receipt: Receipt): string {
  return join(auditsFolder(settings, server), receipt.hex());
}

function auditsFolder({ keysFile }: Path, { xid }: Server): string {
  return join(`${keysFile}.audits`, xid.hex());
}

function nothingThere(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
