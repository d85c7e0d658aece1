/**
 * Audits that were prepared when a share was stored, so that the share need not be kept.
 *
 * A file for each share and server, `keys.ur.audits/<server>/<receipt>`, with a line for each audit: nonce and proof, in
 * hex. Like a receipt, it says nothing of a share that cannot be guessed.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { KnownServer, PreparedAudit } from "@bc/share-client";
import { Receipt } from "@bc/share-client";
import { bytesToHex, hexToBytes } from "#bc/dcbor";
import { Failure } from "./failure.ts";
import { readFileIfAny, removeFile, replaceFile } from "./files.ts";
import type { KeyFilePath } from "./key-file.ts";

/** Keeps audits of a share, in the place of those that were left. */
export async function keepAudits(
  settings: KeyFilePath,
  server: KnownServer,
  receipt: Receipt,
  audits: readonly PreparedAudit[],
): Promise<void> {
  const lines = audits.map(({ nonce, proof }) => `${bytesToHex(nonce)} ${bytesToHex(proof)}`);
  await replaceFile(auditsFile(settings, server, receipt), lines.map((line) => `${line}\n`).join(""));
}

/** The receipts of the shares at this server that audits were prepared of, in order. */
export async function receiptsWithAudits(
  settings: KeyFilePath,
  server: KnownServer,
): Promise<readonly Receipt[]> {
  const names = await readdir(auditsFolder(settings, server)).catch(nothingThere);
  const receipts = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).sort();
  return receipts.map((hex) => Receipt.fromData(hexToBytes(hex)));
}

/**
 * An audit of the share, and how many are left. It is off the disk when this returns: a nonce that the server may have
 * seen proves nothing any more.
 *
 * @throws {Failure} `usage` when there is none, or the file is damaged.
 */
export async function takeAudit(
  settings: KeyFilePath,
  server: KnownServer,
  receipt: Receipt,
): Promise<{ readonly audit: PreparedAudit; readonly left: number }> {
  const path = auditsFile(settings, server, receipt);
  const text = new TextDecoder().decode(await readFileIfAny(path));
  const [line, ...rest] = text.split("\n").filter((it) => it !== "");
  if (line === undefined) {
    const how = "store the share again for a year of new ones, or name a copy of it with --copy";
    throw new Failure("usage", `no audit is prepared of the share ${receipt.hex()}; ${how}`);
  }
  const [, nonce, proof] = /^([0-9a-f]{32,128}) ([0-9a-f]{64})$/.exec(line) ?? [];
  if (nonce === undefined || proof === undefined) {
    throw new Failure("usage", `${path} is damaged; store the share again, or remove the file`);
  }
  await replaceFile(path, rest.map((it) => `${it}\n`).join(""));
  return { audit: { nonce: hexToBytes(nonce), proof: hexToBytes(proof) }, left: rest.length };
}

/** An audit whose request is carried over by other means, until its answer is there. */
export type AskedAudit = { readonly receipt: Receipt; readonly audit: PreparedAudit };

/** @param id of the request, in hex. */
export async function keepAsked(
  settings: KeyFilePath,
  server: KnownServer,
  id: string,
  { receipt, audit }: AskedAudit,
): Promise<void> {
  const line = `${receipt.hex()} ${bytesToHex(audit.nonce)} ${bytesToHex(audit.proof)}\n`;
  await replaceFile(askedFile(settings, server, id), line);
}

/** Undefined: the request with this ID was for no audit, or its answer was read before. */
export async function askedAudit(
  settings: KeyFilePath,
  server: KnownServer,
  id: string,
): Promise<AskedAudit | undefined> {
  const content = await readFileIfAny(askedFile(settings, server, id));
  if (content === undefined) return undefined;
  const fields = /^([0-9a-f]{64}) ([0-9a-f]{32,128}) ([0-9a-f]{64})\n$/.exec(
    new TextDecoder().decode(content),
  );
  const [receipt, nonce, proof] = (fields ?? []).slice(1).map(hexToBytes);
  if (receipt === undefined || nonce === undefined || proof === undefined) {
    throw new Failure("usage", `${askedFile(settings, server, id)} is damaged; ask for another audit`);
  }
  return { receipt: Receipt.fromData(receipt), audit: { nonce, proof } };
}

export async function forgetAsked(settings: KeyFilePath, server: KnownServer, id: string): Promise<void> {
  await removeFile(askedFile(settings, server, id));
}

function askedFile(settings: KeyFilePath, server: KnownServer, id: string): string {
  return join(auditsFolder(settings, server), `asked-${id}`);
}

/** Forgets the audits of shares that are deleted. */
export async function forgetAudits(
  settings: KeyFilePath,
  server: KnownServer,
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

export function auditsFile(settings: KeyFilePath, server: KnownServer, receipt: Receipt): string {
  return join(auditsFolder(settings, server), receipt.hex());
}

function auditsFolder({ keysFile }: KeyFilePath, { xid }: KnownServer): string {
  return join(`${keysFile}.audits`, xid.hex());
}

function nothingThere(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === "ENOENT") return [];
  throw error;
}
