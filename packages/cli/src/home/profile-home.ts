/**
 * A profile as the home of what the command keeps: keys of its own for each server, so that two servers find nothing in
 * common, and a change under way at one is no matter at another.
 *
 * An account belongs to a server, which its XID names, and lies at an address. Where a server is met without its address
 * (`--server`, offline), or another one has come to its address, its account lies at `ur:xid/…`: no account is ever given
 * up for another.
 */
import { PrivateKeys, XID } from "@bc/envelope";
import {
  type Account,
  findAccount,
  type KnownServer,
  newKeysFor,
  type PreparedAudit,
  type Profile,
  Receipt,
  type ShareSet,
  serverFromUR,
} from "@bc/share-client";
import { documentFromUR, documentToUR, identityOf, readDocument } from "@bc/share-protocol";
import { hexToBytes } from "#bc/dcbor";
import { Failure } from "../failure.ts";
import { type Home, type RememberedShare, UNDER_WAY } from "./home.ts";
import { chooseNewKeys, nameOf, type OpenProfile, openProfile } from "./open-profile.ts";
import type { PassphraseSource } from "./passphrase.ts";
import { PENDING } from "./pending-in-account.ts";
import { auditFrom, auditToText } from "./prepared-audits.ts";
import { profileInUse } from "./profiles.ts";

export type ProfileOptions = {
  /** Undefined: the one in use. */
  readonly name: string | undefined;
  readonly passphrase: PassphraseSource;
  /** The address that the command is about. */
  readonly url: string;
  /** The account's XID, where the user names it. */
  readonly account: XID | undefined;
  /** The XID of the server, where the user names it. */
  readonly namedServer: () => Promise<XID | undefined>;
};

type Server = Pick<KnownServer, "xid" | "document">;

export function profileHome({ name, passphrase, url, account: named, namedServer }: ProfileOptions): Home {
  let opened: Promise<OpenProfile> | undefined;

  /** Opens it at the first call, and gives the same from then on. */
  function open(): Promise<OpenProfile> {
    opened ??= nameInUse().then((it) => openProfile(it, passphrase));
    return opened;
  }

  const nameInUse = async () => name ?? (await profileInUse());

  const accountOf = (profile: Profile, server: Pick<Server, "xid">) => {
    const same = profile.accounts.filter((account) => serverOf(account).equals(server.xid));
    return same.find((account) => account.url === url) ?? same[0];
  };

  /** The account at the server of the command. */
  async function present(): Promise<Account | undefined> {
    const [profile, xid] = [(await open()).read(), await namedServer()];
    return xid === undefined ? findAccount(profile, url) : accountOf(profile, { xid });
  }

  async function accountAt(server: Server): Promise<Account> {
    const keeper = await open();
    const known = accountOf(keeper.read(), server);
    if (known !== undefined) return known;
    const keys = newKeysFor(keeper.read());
    await keeper.update((profile) => withServer(profile, server, keys));
    const added = accountOf(keeper.read(), server);
    if (added === undefined) throw new TypeError("an account was added");
    return added;
  }

  /** @param keys for a server that nothing is known of yet. */
  function withServer(profile: Profile, server: Server, keys: string): Profile {
    const document = documentToUR(server.document);
    const atAddress = findAccount(profile, url);
    const known = accountOf(profile, server);
    const others = profile.accounts.filter((account) => account !== known);
    if (known !== undefined) {
      const isFree = atAddress === undefined && !known.url.startsWith("http");
      const account = { ...known, server: document, ...(isFree && { url }) };
      return { ...profile, accounts: [...others, account] };
    }
    const address = atAddress === undefined ? url : server.xid.urString();
    return { ...profile, accounts: [...others, { url: address, server: document, keys }] };
  }

  async function change(server: Server, changed: (account: Account) => Account): Promise<void> {
    const { url: address } = await accountAt(server);
    await (await open()).update((profile) => ({
      ...profile,
      accounts: profile.accounts.map((one) => (one.url === address ? changed(one) : one)),
    }));
  }

  async function changeShares(
    server: Server,
    changed: (shares: NonNullable<Account["shares"]>) => Account["shares"],
  ): Promise<void> {
    await change(server, (account) => ({ ...account, shares: changed(account.shares ?? []) ?? [] }));
  }

  return {
    place: async () => nameOf(await nameInUse()),

    async rememberedServer() {
      const account = findAccount((await open()).read(), url);
      return account && (await serverFromUR(account.server));
    },
    async rememberServer(server) {
      const keeper = await open();
      const keys = newKeysFor(keeper.read());
      await keeper.update((profile) => {
        const before = findAccount(profile, url);
        if (before === undefined || accountOf(profile, server) !== undefined) {
          return withServer(profile, server, keys);
        }
        // Another server, which the user takes: it may have the accounts of the one before.
        const others = profile.accounts.filter((account) => account !== before);
        const aside = { ...before, url: serverOf(before).urString() };
        const accounts = [...others, aside, { ...before, server: documentToUR(server.document) }];
        return { ...profile, accounts };
      });
    },
    otherServers: async () => [],

    async expectKeys() {
      await open();
    },
    async chooseKeys(chosen) {
      await chooseNewKeys(await open(), chosen);
    },
    async ensureKeys(server) {
      await accountAt(server);
    },
    async identityAt(server) {
      const { keys, xid } = await accountAt(server);
      return identityOf(PrivateKeys.fromURString(keys), named ?? xidFrom(xid));
    },
    rememberAccount: (server, come, contact) =>
      change(server, (account) => ({ ...account, xid: come.hex(), contact, confirmed: true })),
    forgetAccount: (server) => change(server, ({ url, server, keys }) => ({ url, server, keys })),
    async describe() {
      const account = await present();
      if (account === undefined) return undefined;
      const xid = xidFrom(account.xid);
      return {
        keys: PrivateKeys.fromURString(account.keys),
        accounts: new Map(xid === undefined ? [] : [[serverOf(account).hex(), xid]]),
      };
    },

    async sharedFile() {
      return (await open()).sharedFile();
    },

    async pending(kind) {
      const account = await present();
      const kept = account?.[kind];
      if (account === undefined || kept === undefined) return undefined;
      return await PENDING[kind].read(account, url);
    },
    async keepPending(kind, pending) {
      await change(pending.server, (account) => {
        if (account[kind] !== undefined) {
          throw new Failure("usage", `${UNDER_WAY[kind].what} is under way already; give the command again`);
        }
        return { ...account, [kind]: PENDING[kind].toKept(pending) };
      });
    },
    async forgetPending(kind) {
      const account = await present();
      if (account?.[kind] === undefined) return;
      const { xid, document } = await serverFromUR(account.server);
      await change({ xid, document }, (one) => ({ ...one, [kind]: undefined }));
    },
    expectSigned: async () => undefined,
    rekeyedAccount: async () => undefined,
    replaceKeys: ({ server, newKeys }, come) =>
      change(server, (account) => ({
        ...account,
        keys: newKeys.urString(),
        xid: come.hex(),
        rekey: undefined,
      })),
    oldKeysAt: () => undefined,

    keepsLabels: true,
    async sharesAt(server) {
      const { shares = [], url: address } = await accountAt(server);
      const all = [...shares, ...sharesOfBackups((await open()).read(), address)];
      return all.sort((a, b) => (a.receipt < b.receipt ? -1 : 1));
    },
    keepShare: (server, { receipt, stored, label, audits = [] }) =>
      changeShares(server, (shares) => {
        const known = shares.find((share) => share.receipt === receipt);
        const share = {
          receipt,
          stored: known?.stored ?? stored,
          label: label ?? known?.label,
          audits: audits.length > 0 ? audits : (known?.audits ?? []),
        };
        return [...shares.filter((one) => one !== known), share];
      }),
    async takeAudit(server, receipt) {
      let taken: { audit: PreparedAudit; left: number } | undefined;
      await changeShares(server, (shares) =>
        shares.map((share) => {
          if (share.receipt !== receipt.hex()) return share;
          const [text, ...rest] = share.audits ?? [];
          const audit = text === undefined ? undefined : auditFrom(text);
          taken = audit && { audit, left: rest.length };
          return { ...share, audits: rest };
        }),
      );
      return taken;
    },
    keepAsked: (server, id, { receipt, audit }) =>
      change(server, (account) => ({
        ...account,
        asked: [...(account.asked ?? []), { id, receipt: receipt.hex(), audit: auditToText(audit) }],
      })),
    async askedAudit(server, id) {
      const { asked = [] } = await accountAt(server);
      const found = asked.find((one) => one.id === id);
      const audit = found && auditFrom(found.audit);
      return found && audit && { receipt: Receipt.fromData(hexToBytes(found.receipt)), audit };
    },
    async forgetAsked(server, id) {
      await change(server, (account) => ({
        ...account,
        asked: (account.asked ?? []).filter((one) => one.id !== id),
      }));
    },
    forgetShares: (server, receipts) =>
      changeShares(server, (shares) =>
        receipts === "all"
          ? []
          : shares.filter((share) => !receipts.some((it) => it.hex() === share.receipt)),
      ),

    profile: open,
    async backupsHere() {
      const { backups } = (await open()).read();
      const isHere = ({ places }: ShareSet) => places.some((place) => place.url === url);
      return backups.filter(({ sets }) => sets.some(isHere)).map(({ name }) => name);
    },
  };
}

/** What a profile knows of shares that belong to its backups. */
function sharesOfBackups({ backups }: Profile, url: string): readonly RememberedShare[] {
  return backups.flatMap(({ name, sets }) =>
    sets.flatMap(({ places, created }) =>
      places.flatMap((place) =>
        place.url === url && place.receipt !== undefined
          ? [{ receipt: place.receipt, stored: created, backup: name }]
          : [],
      ),
    ),
  );
}

function serverOf({ server }: Account): XID {
  return readDocument(documentFromUR(server)).xid;
}

function xidFrom(hex: string | undefined): XID | undefined {
  return hex === undefined ? undefined : XID.fromData(hexToBytes(hex));
}
