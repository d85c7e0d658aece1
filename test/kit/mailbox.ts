/**
 * A real mail server on loopback that keeps what it gets, and hands it out as its reader would see it: where a server's
 * e-mail goes in tests and trials.
 */
import type { Readable } from "node:stream";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerAddress } from "smtp-server";

export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `XXXX-XXXX`, if it asks for a confirmation. */
  readonly code: string;
  /** The link to confirm with, if it asks for a confirmation. */
  readonly link: string;
  /** What stands behind `token=` in that link. */
  readonly token: string;
};

export type Mailbox = AsyncDisposable & {
  /** What turns a server's e-mail channel on, towards this mailbox. */
  readonly environment: { readonly SMTP_URL: string; readonly MAIL_FROM: string };
  /** Everything that has arrived, oldest first. */
  readonly received: readonly Mail[];
  /** The oldest mail to this address that was not taken yet, and is wanted; waits for it if need be. */
  readonly next: (to: string, isWanted?: (mail: Mail) => boolean) => Promise<Mail>;
  /** Nobody answers at the address any more. */
  readonly close: () => Promise<void>;
  /** After `close`: answers at the same address again. */
  readonly reopen: () => Promise<void>;
};

/**
 * Opens one.
 *
 * @param port 0 picks a free one.
 * @param onMail told of every mail as it arrives.
 * @param knowsUtf8 whether it offers SMTPUTF8, for addresses beyond ASCII.
 */
export async function openMailbox({
  port: wanted = 0,
  onMail = (_mail: Mail) => {},
  knowsUtf8 = true,
} = {}): Promise<Mailbox> {
  const received: Mail[] = [];
  const taken = new Set<Mail>();
  let waiting: (() => void)[] = [];
  let server = await listen(wanted);
  const { port } = address(server);

  async function listen(onPort: number): Promise<SMTPServer> {
    const started = new SMTPServer({
      authOptional: true,
      disableReverseLookup: true,
      hideSMTPUTF8: !knowsUtf8,
      disabledCommands: ["STARTTLS", "AUTH"],
      onData(stream, { envelope }, done) {
        // Half a mail, of a sender that was killed meanwhile, is none.
        keep(stream, envelope.rcptTo).then(() => done(), done);
      },
    });
    // A sender that was killed in the middle of a conversation is no error of the test's.
    started.on("error", () => {});
    await new Promise<void>((done, fail) => {
      started.server.once("error", fail);
      started.listen(onPort, "127.0.0.1", done);
    });
    return started;
  }

  async function keep(stream: Readable, recipients: readonly SMTPServerAddress[]): Promise<void> {
    const raw = Buffer.concat(await stream.toArray());
    for (const { address } of recipients) {
      const mail = await read(raw, address);
      received.push(mail);
      onMail(mail);
    }
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  }

  async function next(to: string, isWanted = (_mail: Mail) => true): Promise<Mail> {
    for (;;) {
      const mail = received.find((it) => it.to === to && !taken.has(it) && isWanted(it));
      if (mail !== undefined) {
        taken.add(mail);
        return mail;
      }
      await new Promise<void>((wake) => waiting.push(wake));
    }
  }

  const close = () => new Promise<void>((done) => server.close(done));
  return {
    environment: {
      SMTP_URL: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
      MAIL_FROM: "Shares <shares@example.com>",
    },
    received,
    next,
    close,
    reopen: async () => {
      server = await listen(port);
    },
    [Symbol.asyncDispose]: close,
  };
}

/**
 * The codes of so many mails to a contact, as `share` takes them: each for the server that sent it. Notices are passed over.
 *
 * @param addressOf where a server is that calls itself otherwise in its links.
 */
export async function codeOptions(
  mailbox: Pick<Mailbox, "next">,
  contact: string,
  count: number,
  addressOf: (origin: string) => string = (origin) => origin,
): Promise<readonly string[]> {
  const codes = new Map<string, string>();
  while (codes.size < count) {
    const { code, link } = await mailbox.next(contact);
    if (code !== "") codes.set(addressOf(new URL(link).origin), code);
  }
  return [...codes].flatMap(([url, code]) => ["--code", `${url}=${code}`]);
}

function address(server: SMTPServer): { readonly port: number } {
  const bound = server.server.address();
  if (bound === null || typeof bound === "string") throw new TypeError("no port");
  return bound;
}

async function read(raw: Buffer, to: string): Promise<Mail> {
  const { subject = "", text = "", html = "" } = await PostalMime.parse(raw);
  const code = /^ {4}([0-9A-Z]{4}-[0-9A-Z]{4})$/m.exec(text)?.[1] ?? "";
  const [link = "", token = ""] = /^ *(https?:\S+\/verify\?token=([0-9A-Z]+))$/m.exec(text)?.slice(1) ?? [];
  return { to, subject, text, html, code, link, token };
}
