/** What is under way at a server, as it lies in the account of a profile. */
import { PrivateKeys } from "@bc/envelope";
import {
  type Account,
  fromKeptRequest,
  type KeptRequest,
  serverFromUR,
  toKeptRequest,
} from "@bc/share-client";
import type { Pending, PendingKind, PendingKinds } from "./home.ts";

/** How each kind lies in an account. */
export const PENDING: { readonly [Kind in PendingKind]: InAccount<PendingKinds[Kind], Kind> } = {
  rekey: {
    async read(account, url) {
      const { rekey } = account;
      return (
        rekey && {
          ...(await commonIn(account, rekey, url)),
          newKeys: PrivateKeys.fromURString(rekey.newKeys),
        }
      );
    },
    toKept: ({ request, newKeys }) => ({
      ...toKeptRequest(request),
      newKeys: newKeys.urString(),
    }),
  },
  transfer: {
    async read(account, url) {
      const { transfer } = account;
      return transfer && { ...(await commonIn(account, transfer, url)), contact: transfer.contact };
    },
    toKept: ({ request, contact }) => ({ ...toKeptRequest(request), contact }),
  },
};

type InAccount<Of, Kind extends PendingKind> = {
  readonly read: (account: Account, url: string) => Promise<Of | undefined>;
  readonly toKept: (pending: Of) => NonNullable<Account[Kind]>;
};

async function commonIn({ server, keys }: Account, kept: KeptRequest, url: string): Promise<Pending> {
  return {
    url,
    server: await serverFromUR(server),
    request: fromKeptRequest(kept),
    signer: PrivateKeys.fromURString(keys).publicKeys().xid().hex(),
  };
}
