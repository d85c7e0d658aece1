/** A key file as the home of what the command keeps: one pair of keys for all servers, with files beside it. */
import { dirname, join } from "node:path";
import type { XID } from "@bc/envelope";
import { type KeySchemes, Receipt } from "@bc/share-client";
import { identityOf } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { Failure } from "../failure.ts";
import { keepAs } from "../files.ts";
import type { Home } from "./home.ts";
import {
  ensureKeys,
  isShared,
  type KeyFile,
  type KeyFilePath,
  keyFileOf,
  readKeyFile,
  rememberAccount,
  replaceKeyFile,
  warnOfShared,
} from "./key-file.ts";
import { otherServersOf, rememberedServer, rememberServer } from "./known-servers.ts";
import { forgetPending, pendingPath, readPending, writePending } from "./pending.ts";
import {
  askedAudit,
  forgetAsked,
  forgetAudits,
  keepAsked,
  sharesWithAudits,
  takeAudit,
  writeAudits,
} from "./prepared-audits.ts";

export type KeyFileOptions = KeyFilePath & {
  /** The address that the command is about. */
  readonly url: string;
  /** The account's XID, where the user names it. */
  readonly account: XID | undefined;
};

export function keyFileHome({ keysFile, url, account, given }: KeyFileOptions): Home {
  const serversFile = join(dirname(keysFile), "servers.json");
  const files = { keysFile, serversFile, url, given };
  let isWarned = false;
  let schemes: KeySchemes = {};

  /** Warns once where others can read the file. */
  async function read(): Promise<KeyFile> {
    const file = await readKeyFile(files);
    if (!isWarned && (await isShared(keysFile))) warnOfShared(keysFile);
    isWarned = true;
    return file;
  }

  const oldFile = (signer: string) => `${keysFile}.old-${signer.slice(0, 8)}`;

  return {
    place: async () => keysFile,

    rememberedServer: () => rememberedServer(files),
    rememberServer: (server) => rememberServer(files, server),
    otherServers: () => otherServersOf(files),

    async expectKeys() {
      await read();
    },
    async chooseKeys(chosen) {
      schemes = chosen;
    },
    ensureKeys: () => ensureKeys(files, schemes),
    async identityAt(server) {
      const { keys, accounts } = await readKeyFile(files);
      return identityOf(keys, account ?? accounts.get(server.xid.hex()));
    },
    rememberAccount: (server, come) => rememberAccount(files, server, come),
    async forgetAccount(server) {
      await rememberAccount(files, server);
      await forgetAudits(files, server, "all");
    },
    describe: read,
    sharedFile: async () => ((await isShared(keysFile)) ? keysFile : undefined),

    async pending(kind) {
      return await readPending(files, kind);
    },
    keepPending: (kind, pending) => writePending(files, kind, pending),
    forgetPending: (kind) => forgetPending(files, kind),
    async expectSigned(kind, { signer }) {
      const { keys } = await readKeyFile(files);
      if (keys.publicKeys().xid().hex() === signer) return;
      const path = pendingPath(files, kind);
      throw new Failure("usage", `${path} belongs to other keys than ${keysFile}; move one of them away`);
    },
    async rekeyedAccount({ newKeys, server }) {
      const { keys, accounts } = await readKeyFile(files);
      return keys.publicKeys().equals(newKeys.publicKeys()) ? accounts.get(server.xid.hex()) : undefined;
    },
    async replaceKeys({ newKeys, server, signer }, come) {
      await keepAs(keysFile, oldFile(signer));
      await replaceKeyFile(files, keyFileOf(newKeys, new Map([[server.xid.hex(), come]])));
    },
    oldKeysAt: ({ signer }) => oldFile(signer),

    keepsLabels: false,
    sharesAt: (server) => sharesWithAudits(files, server),
    async keepShare(server, { receipt, audits = [] }) {
      if (audits.length === 0) return;
      await writeAudits(files, server, Receipt.fromData(hexToBytes(receipt)), audits);
    },
    takeAudit: (server, receipt) => takeAudit(files, server, receipt),
    keepAsked: (server, id, asked) => keepAsked(files, server, id, asked),
    askedAudit: (server, id) => askedAudit(files, server, id),
    forgetAsked: (server, id) => forgetAsked(files, server, id),
    forgetShares: (server, receipts) => forgetAudits(files, server, receipts),

    backupsHere: async () => [],
    async profile() {
      throw new Failure(
        "usage",
        `a backup has keys of its own for each server, in a profile; leave --keys and SHARE_KEYS away (${keysFile})`,
      );
    },
  };
}
