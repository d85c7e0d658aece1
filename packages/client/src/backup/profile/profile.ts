/**
 * What a device knows of its backups. All of it is plain JSON, so that any wallet can keep it, show it, and go on with it
 * after a crash or days later. It holds private keys: keep it where only its owner can read it.
 *
 * The accounts are the person's, one for each server with keys of its own, so that two servers find nothing in common.
 * Several backups share them, because a server has one account for a contact.
 */
import type { EncapsulationScheme, SigningScheme, SplitPlan } from "@bc/envelope";

export type Profile = {
  readonly accounts: readonly Account[];
  readonly backups: readonly Backup[];
  /** What is under way to get lost accounts back. */
  readonly recovery?: Recovery | undefined;
  /** Which keys are made for servers that are met from now on. */
  readonly newKeys?: KeySchemes | undefined;
};

/** How keys sign, and how is sealed to them. What is left out: as `PrivateKeys.generate` makes them. */
export type KeySchemes = {
  readonly signing?: SigningScheme | undefined;
  readonly encapsulation?: EncapsulationScheme | undefined;
};

/** An account at one server. */
export type Account = {
  readonly url: string;
  /** The server's document: `ur:xid/…`. */
  readonly server: string;
  /** `ur:crypto-prvkeys/…`, for this server only. */
  readonly keys: string;
  /** The account's XID in hex, where other keys opened it. */
  readonly xid?: string;
  /** The contact by which the account can be had back. */
  readonly contact?: string;
  /** Whether the server has seen that the contact is the person's. */
  readonly confirmed?: boolean;
  /** A change of keys under way. Until the server answers, nobody knows which keys are the account's. */
  readonly rekey?: (KeptRequest & { readonly newKeys: string }) | undefined;
  /** A transfer to these keys under way, beside those of a recovery. */
  readonly transfer?: (KeptRequest & { readonly contact: string }) | undefined;
  /** What is known of shares that were stored by themselves, for no backup. */
  readonly shares?: readonly KeptShare[];
  /** Audits that are asked for and not answered yet. */
  readonly asked?: readonly AskedAudit[];
};

/** An audit whose request is carried over by other means, until its answer is there. */
export type AskedAudit = {
  /** Of the request, in hex. */
  readonly id: string;
  /** Hex. */
  readonly receipt: string;
  /** Nonce and proof, in hex. */
  readonly audit: string;
};

/** A request that must stay the same when it is sent again: its ID, its envelope, and what is sealed, as URs. */
export type KeptRequest = {
  readonly id: string;
  readonly envelope: string;
  readonly signed?: string | undefined;
};

/** A share at a server, as the device remembers it. */
export type KeptShare = {
  /** Hex. */
  readonly receipt: string;
  /** When it was first stored from here: ISO 8601. */
  readonly stored?: string | undefined;
  /** What the person calls it. The server never sees that. */
  readonly label?: string | undefined;
  /** Prepared audits: nonce and proof, in hex. */
  readonly audits?: readonly string[];
};

/** One secret, in shares at several places. */
export type Backup = {
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  /** Whether the first share of a set tells where the others are. */
  readonly hints: boolean;
  /** Of the secret's envelope, in hex: tells whether another secret is the same. Whoever has the profile has the secret anyway. */
  readonly digest?: string | undefined;
  /** Each brings the secret back for itself. Most backups have one. */
  readonly sets: readonly ShareSet[];
};

/** The shares of one content key. */
export type ShareSet = {
  /** The SHA-256 of the encrypted secret, in hex. All shares of the set carry that, and those of no other. */
  readonly id: string;
  /** ISO 8601. */
  readonly created: string;
  readonly plan: SplitPlan;
  readonly state: ShareSetState;
  /** In the order of the plan's groups. */
  readonly places: readonly Place[];
  /** The shares after those of the places, `ur:envelope/…`, that wait for places to grow to. */
  readonly spare?: readonly string[];
};

export type ShareSetState =
  /** It is there to bring the secret back. */
  | "current"
  /** It takes the place of the current ones as soon as a quorum of it is proven. */
  | "next"
  /** Its shares are to be deleted. */
  | "retired";

/** One share of a set. */
export type Place = {
  readonly url: string;
  /** `ur:envelope/…`, until all servers of the set have theirs. */
  readonly share?: string;
  /** Hex, once the server has the share. */
  readonly receipt?: string;
  /** Prepared audits of the share: nonce and proof, in hex. */
  readonly audits?: readonly string[];
};

export type Recovery = {
  readonly places: readonly RecoveryPlace[];
  /** The backups that it is for, as their recovery sheets name them. None: whatever comes. */
  readonly wanted?: readonly WantedBackup[] | undefined;
  /** The digests of the secrets that the person has already, in hex: of their envelopes, as in {@link Backup.digest}. */
  readonly taken?: readonly string[] | undefined;
  /** Where the person wants the secret, in words of the program that keeps the profile. */
  readonly output?: string | undefined;
};

/** What a recovery sheet says of a backup beside its places. */
export type WantedBackup = {
  readonly name: string;
  /** For people: `2 of 3`. */
  readonly quorum: string;
  /** The first two bytes of the ID of each of its share sets, in hex. */
  readonly shareSets: readonly string[];
};

/** One server that is asked for its account. */
export type RecoveryPlace = {
  readonly url: string;
  readonly contact: string;
  /** The request for the transfer, which sent again asks how it stands. */
  readonly request?: KeptRequest | undefined;
  /** From when on the account comes, once the contact has confirmed and where the server makes transfers wait: ISO 8601. */
  readonly effective?: string | undefined;
  /** What the account held, once it has come: `ur:envelope/…` each. */
  readonly shares?: readonly string[];
};

/** Where a profile is kept. */
export type ProfileKeeper = {
  readonly read: () => Profile;
  /** Resolves when the changed profile will survive a crash. Changes at the same time must not lose one another. */
  readonly update: (change: (profile: Profile) => Profile) => Promise<void>;
};

export const EMPTY_PROFILE: Profile = { accounts: [], backups: [] };
