/**
 * Where the command keeps who the user is, and what goes with that: a key file with files beside it
 * ({@link keyFileHome}), or a profile ({@link profileHome}).
 *
 * Contract: whatever a function here changes is on the disk when it resolves, whole or not at all. A file that is damaged
 * is a {@link Failure} `usage`, and is left as it is.
 */
import type { PrivateKeys, XID } from "@bc/envelope";
import {
  type BuiltRequest,
  type KeptShare,
  type KeySchemes,
  type KnownServer,
  type PreparedAudit,
  type ProfileKeeper,
  Receipt,
} from "@bc/share-client";
import type { Identity } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";

/** A request under way that must stay the same when it is sent again. */
export type Pending = {
  readonly url: string;
  readonly server: KnownServer;
  readonly request: BuiltRequest;
  /** Who signed it: the XID of the keys, in hex. */
  readonly signer: string;
};

export type PendingKeyChange = Pending & { readonly newKeys: PrivateKeys };
export type PendingTransfer = Pending & { readonly contact: string };

/** What can be under way. */
export type PendingKinds = { readonly rekey: PendingKeyChange; readonly transfer: PendingTransfer };

export type PendingKind = keyof PendingKinds;

/** For people, with the command that carries on. */
export const UNDER_WAY = {
  rekey: { what: "a change of keys", command: "rekey" },
  transfer: { what: "a transfer", command: "fallback transfer" },
} as const satisfies Record<PendingKind, object>;

export type KeysAtHand = {
  readonly keys: PrivateKeys;
  /** By the XIDs of their servers, in hex: accounts that other keys opened. */
  readonly accounts: ReadonlyMap<string, XID>;
};

/** An audit whose answer is not there yet. */
export type AskedAudit = { readonly receipt: Receipt; readonly audit: PreparedAudit };

/** A share at a server, with the name of the backup that it belongs to, if it does. */
export type RememberedShare = KeptShare & { readonly backup?: string };

/** Those of the shares that audits were prepared of. */
export function receiptsWithAudits(shares: readonly KeptShare[]): readonly Receipt[] {
  const prepared = shares.filter(({ audits = [] }) => audits.length > 0);
  return prepared.map(({ receipt }) => Receipt.fromData(hexToBytes(receipt)));
}

export type Home = {
  /** Where it is, for people: the path of the key file, or `the profile alice`. */
  place(): Promise<string>;

  /** The server remembered for the address. */
  rememberedServer(): Promise<KnownServer | undefined>;
  /** Remembers the server for the address; in a profile, with keys for it. */
  rememberServer(server: KnownServer): Promise<void>;
  /** Other servers that the same keys are used at. */
  otherServers(): Promise<readonly string[]>;

  /** @throws {Failure} `usage` when somebody has to make keys first. */
  expectKeys(): Promise<void>;
  /** Which keys are made from now on. What is left out stays as it was; a profile remembers it. */
  chooseKeys(chosen: KeySchemes): Promise<void>;
  /** Makes keys for the server where there are none, and tells. */
  ensureKeys(server: KnownServer): Promise<void>;
  /** Who the user is to the server. */
  identityAt(server: KnownServer): Promise<Identity>;
  /** Remembers that the keys have this account at the server, by a transfer to this contact. */
  rememberAccount(server: KnownServer, account: XID, contact: string): Promise<void>;
  /** Forgets what was known of the account at the server, but not the keys. */
  forgetAccount(server: KnownServer): Promise<void>;
  /** The keys for the server of the command. Undefined: the first command there makes some. */
  describe(): Promise<KeysAtHand | undefined>;
  /** The file with the keys, where others can read it too. */
  sharedFile(): Promise<string | undefined>;

  /** What is under way at the server of the command. */
  pending<Kind extends PendingKind>(kind: Kind): Promise<PendingKinds[Kind] | undefined>;
  /** @throws {Failure} `usage` when something of this kind is under way already. */
  keepPending<Kind extends PendingKind>(kind: Kind, pending: PendingKinds[Kind]): Promise<void>;
  forgetPending(kind: PendingKind): Promise<void>;
  /** @throws {Failure} `usage` when other keys have taken the place of those that signed it. */
  expectSigned(kind: PendingKind, pending: Pending): Promise<void>;
  /** The account, once the new keys are in place. */
  rekeyedAccount(pending: PendingKeyChange): Promise<XID | undefined>;
  /** Puts the new keys in the place of the old ones. */
  replaceKeys(pending: PendingKeyChange, account: XID): Promise<void>;
  /** Where the old keys are kept, in case they are in use elsewhere. Undefined: they were for this server alone. */
  oldKeysAt(pending: PendingKeyChange): string | undefined;

  /** Whether it remembers what shares are called. */
  readonly keepsLabels: boolean;
  /** What is remembered of the shares at the server, in the order of receipts. */
  sharesAt(server: KnownServer): Promise<readonly RememberedShare[]>;
  /** Remembers a share. What it says of one that is known already takes the place of what was known. */
  keepShare(server: KnownServer, share: KeptShare): Promise<void>;
  /**
   * An audit of the share, and how many are left. It is off the disk when this resolves: a nonce that the server may have
   * seen proves nothing any more. Undefined: none is prepared.
   */
  takeAudit(
    server: KnownServer,
    receipt: Receipt,
  ): Promise<{ readonly audit: PreparedAudit; readonly left: number } | undefined>;
  /** Keeps an audit whose request is carried over by other means. @param id of the request, in hex. */
  keepAsked(server: KnownServer, id: string, asked: AskedAudit): Promise<void>;
  /** Undefined: the request with this ID was for no audit, or its answer was read before. */
  askedAudit(server: KnownServer, id: string): Promise<AskedAudit | undefined>;
  forgetAsked(server: KnownServer, id: string): Promise<void>;
  /** Forgets shares that are deleted. */
  forgetShares(server: KnownServer, receipts: "all" | readonly Receipt[]): Promise<void>;

  /** The profile with its backups. @throws {Failure} `usage` where a key file is used, which has none. */
  profile(): Promise<ProfileKeeper>;
  /** The backups with a share at the address of the command, by their names. */
  backupsHere(): Promise<readonly string[]>;
};
