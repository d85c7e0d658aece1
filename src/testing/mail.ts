/** A real SMTP server on loopback that keeps what it gets: where a server's e-mail goes in tests and trials. */
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

export type Mail = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** What stands in a message that asks for a confirmation; empty in others. */
  readonly code: string;
  readonly link: string;
};

export type MailServer = AsyncDisposable & {
  /** For `SMTP_URL`. */
  readonly url: string;
  /** The oldest mail to this address that was not given before; waits for one. */
  readonly next: (to: string) => Promise<Mail>;
};

/**
 * Starts one.
 *
 * @param port 0 picks a free one.
 * @param onMail told of every mail as it arrives.
 */
export async function startMailServer({ port = 0, onMail = (_mail: Mail) => {} } = {}): Promise<MailServer> {
  const unread: Mail[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    async onData(stream, _session, done) {
      const mail = await readMail(Buffer.concat(await stream.toArray()));
      onMail(mail);
      unread.push(mail);
      for (const look of waiting) look();
      done();
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening at a port");
  function next(to: string): Promise<Mail> {
    return new Promise((resolve) => {
      const look = () => {
        const index = unread.findIndex((mail) => mail.to === to);
        const [mail] = index < 0 ? [] : unread.splice(index, 1);
        if (mail === undefined) return;
        waiting.delete(look);
        resolve(mail);
      };
      waiting.add(look);
      look();
    });
  }

  return {
    url: `smtp://127.0.0.1:${address.port}?ignoreTLS=true`,
    next,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readMail(raw: Buffer): Promise<Mail> {
  const { to = [], subject = "", text = "" } = await PostalMime.parse(raw);
  return {
    to: to.map(({ address }) => address).join(", "),
    subject,
    text: text.trim(),
    code: /^\s*([0-9A-Z]{4}-[0-9A-Z]{4})\s*$/m.exec(text)?.[1] ?? "",
    link: /^\s*(https?:\S+)\s*$/m.exec(text)?.[1] ?? "",
  };
}
