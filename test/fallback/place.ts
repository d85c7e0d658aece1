/** Where a fallback lives: a server that wallets call, that sends mail, and whose confirmation page can be opened. */

import { PrivateKeys, type XID } from "@bc/envelope";
import type { Client } from "@bc/share-client";
import { expect } from "vitest";
import type { Channel } from "../../src/fallback/channel.ts";
import { emailChannel } from "../../src/fallback/channels/email.ts";
import type { Message } from "../../src/fallback/message.ts";
import { deliverDue } from "../../src/service/deliver.ts";
import type { Policy } from "../../src/service/index.ts";
import type { Sql } from "../../src/store/sql.ts";
import type { Mail, Mailbox } from "../kit/mailbox.ts";
import { pressing } from "../kit/outcome.ts";
import { createTestService } from "../kit/service.ts";
import type { TestServer } from "../kit/spawn-server.ts";

export type Place = {
  readonly client: (options: {
    readonly keys: PrivateKeys;
    readonly xid?: XID | undefined;
    readonly onNote?: (note: string) => void;
  }) => Client;
  readonly mailTo: (contact: string) => Promise<Mail>;
  /** Opens the link of a mail, or presses the button there. */
  readonly openPage: (token: string) => Promise<Response>;
  readonly pressButton: (token: string) => Promise<Response>;
};

/** A real server, set up to send its mail to `mailbox`. */
export function realPlace(server: TestServer, mailbox: Mailbox): Place {
  return {
    client: server.client,
    mailTo: mailbox.next,
    openPage: (token) => fetch(`${server.url()}/verify?token=${token}`),
    pressButton: (token) => fetch(`${server.url()}/verify`, pressing(token)),
  };
}

export type LocalPlace = Place & {
  readonly wait: (milliseconds: number) => void;
  readonly deliver: () => Promise<void>;
  /** Messages to other contacts than e-mail, which went nowhere. */
  readonly kept: readonly Message[];
};

/** The service in this process, with a clock of its own. Its mail goes the same way. */
export async function localPlace(
  sql: Sql,
  mailbox: Mailbox,
  policy: Partial<Policy> = {},
): Promise<LocalPlace> {
  const { context } = await createTestService(sql);
  const service = await createTestService(sql, { policy: { ...context.policy, ...policy } });
  const { clock } = service;
  const { SMTP_URL, MAIL_FROM } = mailbox.environment;
  const kept: Message[] = [];
  const keeping: Channel = {
    kinds: ["phone", "uri"],
    send: async (message) => {
      kept.push(message);
    },
  };
  const channels = [emailChannel({ smtpUrl: SMTP_URL, from: MAIL_FROM }), keeping];
  const deliver = () =>
    deliverDue({ ...service.context, channels, publicUrl: () => "https://shares.example.com" });
  return {
    kept,
    deliver,
    client: service.client,
    mailTo: async (contact) => {
      await deliver();
      return mailbox.next(contact);
    },
    openPage: async (token) => service.app.request(`/verify?token=${token}`),
    pressButton: async (token) => service.app.request("/verify", pressing(token)),
    wait: (milliseconds) => {
      clock.now = new Date(clock.now.getTime() + milliseconds);
    },
  };
}

export const share = new TextEncoder().encode("a share");

let contacts = 0;

/** An e-mail address that nobody else in this test file has. */
export function newContact(): string {
  contacts += 1;
  return `person-${contacts}@example.com`;
}

/** A new key, and what the server told it beside its answers. @param xid the account that it is to speak for. */
export function newWallet(place: Place, xid?: XID) {
  const keys = PrivateKeys.generate("ed25519");
  const notes: string[] = [];
  return { keys, notes, client: place.client({ keys, xid, onNote: (note) => notes.push(note) }) };
}

/** An account with a share and, if one is given, a contact that counts. */
export async function newOwner(place: Place, contact?: string) {
  const wallet = newWallet(place);
  const receipt = await wallet.client.storeShare(share);
  if (contact !== undefined) await validate(place, wallet.client, contact);
  return { ...wallet, receipt };
}

/** Gives the account this contact, and confirms it by code. */
export async function validate(place: Place, client: Client, contact: string): Promise<void> {
  await client.call("updateFallback", { fallback: contact });
  await client.call("verifyFallback", { code: (await place.mailTo(contact)).code });
}

/** A new key asks for the account with this contact. @returns also the mail that asks the contact. */
export async function askForTransfer(place: Place, contact: string) {
  const wallet = newWallet(place);
  const transfer = await wallet.client.prepare("fallbackTransfer", { fallback: contact });
  expect(await transfer.send()).toEqual({ account: undefined });
  return { ...wallet, transfer, mail: await place.mailTo(contact) };
}
