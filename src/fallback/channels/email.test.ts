import { createServer, type Server } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { ChannelError } from "../channel.ts";
import { composeMessage } from "../message.ts";
import { emailChannel } from "./email.ts";

const SENDER = { publicUrl: "https://shares.example.com", account: "3f2a9b10" };
const CHALLENGE = { token: "0123456789ABCDEFGHJKMNPQRSTVWXYZ", code: "0A1B-2C1Z" };
const message = composeMessage(
  "m-17",
  { kind: "email", address: "alice@example.com" },
  { topic: "validation", secrets: CHALLENGE, lifetime: 1800 },
  SENDER,
);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** A real SMTP server on loopback that keeps what it gets. */
async function mailServer(options: SMTPServerOptions = {}) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    async onData(stream, { envelope }, done) {
      const raw = Buffer.concat(await stream.toArray());
      const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
      received.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
      done();
    },
    ...options,
  });
  server.on("error", () => {});
  closing.push(() => server.close());
  return { received, url: await listen(server.server) };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `smtp://127.0.0.1:${address.port}`;
}

async function failure(smtpUrl: string, timeout?: number): Promise<ChannelError> {
  const channel = emailChannel({ smtpUrl, from: "shares@example.com", ...(timeout && { timeout }) });
  const error: unknown = await channel.send(message).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ChannelError)) throw new Error("expected a ChannelError", { cause: error });
  expect(error.message).not.toMatch(/alice|0A1B/);
  expect(error.cause).toBeUndefined();
  return error;
}

function refuse(responseCode: number): Error {
  return Object.assign(new Error("no, alice@example.com"), { responseCode });
}

describe("the e-mail channel", () => {
  test("delivers text and HTML from the sender to the contact", async () => {
    const { received, url } = await mailServer();
    await emailChannel({ smtpUrl: url, from: "Shares <shares@example.com>" }).send(message);
    expect(received).toHaveLength(1);
    const [mail] = received;
    expect(mail?.from).toBe("shares@example.com");
    expect(mail?.to).toEqual(["alice@example.com"]);
    const parsed = await PostalMime.parse(mail?.raw ?? "");
    expect(parsed.from).toEqual({ name: "Shares", address: "shares@example.com" });
    expect(parsed.to).toEqual([{ name: "", address: "alice@example.com" }]);
    expect(parsed.subject).toBe(message.subject);
    expect(parsed.text?.trim()).toBe(message.text.trim());
    expect(parsed.html?.trim()).toBe(message.html);
    expect(parsed.attachments).toEqual([]);
  });

  test("puts the link in as it is, and loads nothing", async () => {
    const { received, url } = await mailServer();
    await emailChannel({ smtpUrl: url, from: "shares@example.com" }).send(message);
    const { html = "" } = await PostalMime.parse(received[0]?.raw ?? "");
    const urls = html.match(/https?:[^"<]+/g) ?? [];
    expect(new Set(urls)).toEqual(new Set([`https://shares.example.com/verify?token=${CHALLENGE.token}`]));
  });

  test("gives a repeated message the same Message-ID, and asks for no automatic reply", async () => {
    const { received, url } = await mailServer();
    const channel = emailChannel({ smtpUrl: url, from: "Shares <shares@example.com>" });
    await channel.send(message);
    await channel.send(message);
    const parsed = await Promise.all(received.map(({ raw }) => PostalMime.parse(raw)));
    expect(parsed.map(({ messageId }) => messageId)).toEqual(["<m-17@example.com>", "<m-17@example.com>"]);
    expect(parsed[0]?.headers).toContainEqual(
      expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }),
    );
  });

  test("carries a subject and a body beyond ASCII", async () => {
    const { received, url } = await mailServer();
    const text = `Grüße, ${"ж".repeat(200)}\n`;
    await emailChannel({ smtpUrl: url, from: "shares@example.com" }).send({
      ...message,
      subject: "Schlüssel 🔑",
      text,
    });
    const parsed = await PostalMime.parse(received[0]?.raw ?? "");
    expect(parsed.subject).toBe("Schlüssel 🔑");
    expect(parsed.text).toBe(text);
  });

  test("logs in with the credentials of the URL", async () => {
    const logins: unknown[] = [];
    const { received, url } = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth({ username, password }, _session, done) {
        logins.push([username, password]);
        done(null, { user: username });
      },
    });
    const smtpUrl = url.replace("smtp://", "smtp://post%40example.com:s%3Acret@");
    await emailChannel({ smtpUrl, from: "shares@example.com" }).send(message);
    expect(logins).toEqual([["post@example.com", "s:cret"]]);
    expect(received).toHaveLength(1);
  });
});

describe("an address with letters beyond ASCII", () => {
  const to = (address: string) => ({ ...message, to: { kind: "email", address } as const });
  const from = "shares@example.com";

  test("gets its message where the mail server knows SMTPUTF8", async () => {
    const { received, url } = await mailServer({ hideSMTPUTF8: false });
    await emailChannel({ smtpUrl: url, from }).send(to("jos\u00e9@example.com"));
    expect(received.map((mail) => mail.to)).toEqual([["jos\u00e9@example.com"]]);
  });

  test.each([false, true])(
    "fails for good where it knows none (pipelining hidden: %s)",
    async (hidePIPELINING) => {
      const { received, url } = await mailServer({ hideSMTPUTF8: true, hidePIPELINING });
      const sent = emailChannel({ smtpUrl: url, from }).send(to("jos\u00e9@example.com"));
      await expect(sent).rejects.toMatchObject({
        name: "ChannelError",
        permanent: true,
        message: "mail server: no SMTPUTF8",
      });
      expect(received).toEqual([]);
    },
  );

  test("only in its domain needs nothing of the mail server", async () => {
    const { received, url } = await mailServer({ hideSMTPUTF8: true });
    await emailChannel({ smtpUrl: url, from }).send(to("jose@xn--bcher-kva.example"));
    expect(received).toHaveLength(1);
  });

  test("is refused by its mail server for good, as any other", async () => {
    const options: SMTPServerOptions = {
      hideSMTPUTF8: false,
      onRcptTo: (_address, _session, done) => done(refuse(550)),
    };
    const { url } = await mailServer(options);
    const sent = emailChannel({ smtpUrl: url, from }).send(to("jos\u00e9@example.com"));
    await expect(sent).rejects.toMatchObject({ permanent: true, message: "mail server: 550" });
  });

  test("waits for an answer no longer than any other", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    closing.push(() => server.close());
    const channel = emailChannel({ smtpUrl: await listen(server), from, timeout: 150 });
    await expect(channel.send(to("jos\u00e9@example.com"))).rejects.toMatchObject({ permanent: false });
  });
});

describe("a sender", () => {
  test.each([
    [
      "beyond ASCII in its domain",
      "B\u00fccher <shares@b\u00fccher.example>",
      "shares@xn--bcher-kva.example",
      "B\u00fccher",
    ],
    [
      "with a name in quotation marks",
      '"Shares, Inc." <shares@example.com>',
      "shares@example.com",
      "Shares, Inc.",
    ],
    ["in brackets alone", "<shares@example.com>", "shares@example.com", ""],
    ["on a machine of the house", "shares@mailhost", "shares@mailhost", ""],
  ])("%s", async (_name, from, address, name) => {
    const { received, url } = await mailServer({ hideSMTPUTF8: true });
    await emailChannel({ smtpUrl: url, from }).send(message);
    const [mail] = received;
    // The test's mail server shows domains as people read them.
    expect(mail?.from).toBe(address.replace("xn--bcher-kva", "b\u00fccher"));
    const parsed = await PostalMime.parse(mail?.raw ?? "");
    expect(parsed.from?.name).toBe(name);
    expect(parsed.messageId).toBe(`<m-17@${address.split("@")[1]}>`);
    const head = mail?.raw.toString("latin1").split("\r\n\r\n")[0];
    expect(head).toMatch(/^\p{ASCII}+$/u);
  });

  test("beyond ASCII before its @ has a Message-ID in ASCII, and needs SMTPUTF8", async () => {
    const from = "B\u00fcro <b\u00fcro@b\u00fccher.example>";
    const { received, url } = await mailServer({ hideSMTPUTF8: false });
    await emailChannel({ smtpUrl: url, from }).send(message);
    const parsed = await PostalMime.parse(received[0]?.raw ?? "");
    expect(received[0]?.from).toBe("b\u00fcro@b\u00fccher.example");
    expect(parsed.messageId).toBe("<m-17@xn--bcher-kva.example>");
    const other = await mailServer({ hideSMTPUTF8: true });
    const sent = emailChannel({ smtpUrl: other.url, from }).send(message);
    // The operator can mend that, so the message waits.
    await expect(sent).rejects.toMatchObject({ permanent: false, message: "mail server: no SMTPUTF8" });
    expect(other.received).toEqual([]);
  });
});

describe("a failed delivery", () => {
  test.each([
    [550, true],
    [552, true],
    [450, false],
    [421, false],
  ])("is permanent or not as the server's answer to the recipient says: %i", async (code, permanent) => {
    const { url } = await mailServer({ onRcptTo: (_address, _session, done) => done(refuse(code)) });
    expect(await failure(url)).toMatchObject({ permanent, message: `mail server: ${code}` });
  });

  test.each([
    [554, true],
    [451, false],
  ])("is permanent or not as the server's answer to the content says: %i", async (code, permanent) => {
    const { url } = await mailServer({
      onData(stream, _session, done) {
        stream.resume().on("end", () => done(refuse(code)));
      },
    });
    expect(await failure(url)).toMatchObject({ permanent });
  });

  test("is temporary when the server refuses us rather than the contact", async () => {
    const sender = await mailServer({ onMailFrom: (_address, _session, done) => done(refuse(550)) });
    expect((await failure(sender.url)).permanent).toBe(false);
    const login = await mailServer({
      authOptional: false,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: (_auth, _session, done) => done(new Error("no")),
    });
    expect((await failure(login.url.replace("smtp://", "smtp://a:b@"))).permanent).toBe(false);
  });

  test("is temporary when nobody listens", async () => {
    const server = createServer();
    const url = await listen(server);
    await new Promise((done) => server.close(done));
    expect((await failure(url)).permanent).toBe(false);
  });

  test("is temporary when the server dawdles, and hangs up in time", async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      // Greets, then a byte now and then: no idle time-out fires, only an overall limit ends this.
      socket.write("220 hello\r\n250-");
      const drip = setInterval(() => socket.write("x"), 10);
      socket.resume().on("error", () => {});
      socket.on("close", () => {
        clearInterval(drip);
        resolve();
      });
    });
    closing.push(() => server.close());
    expect((await failure(await listen(server), 150)).permanent).toBe(false);
    await hungUp;
  });

  test("is temporary when a server that is not on loopback offers no STARTTLS", async () => {
    const { received, url } = await mailServer();
    // Connects to this machine, yet is no address of it.
    const elsewhere = url.replace("127.0.0.1", "0.0.0.0");
    expect((await failure(elsewhere)).permanent).toBe(false);
    expect(received).toEqual([]);
    await emailChannel({ smtpUrl: `${elsewhere}?ignoreTLS=true`, from: "shares@example.com" }).send(message);
    expect(received).toHaveLength(1);
  });
});

test.each([
  ["https://mail.example.com", "shares@example.com"],
  ["mail.example.com", "shares@example.com"],
  ["", "shares@example.com"],
  ["smtp://mail.example.com", "shares"],
  ["smtp://mail.example.com", ""],
  ["smtp://mail.example.com", "Shares"],
  ["smtp://mail.example.com", "shares@example.com, other@example.com"],
  ["smtp://mail.example.com", "Doe, John <shares@example.com>"],
  ["smtp://mail.example.com", "Shares <shares@example.com> <other@example.com>"],
  ["smtp://mail.example.com", "Shares <shares@example.com> and more"],
  ["smtp://mail.example.com", "All: shares@example.com;"],
  ["smtp://mail.example.com", "Shares shares@example.com"],
  ["smtp://mail.example.com", "Shares <shares>"],
  ["smtp://mail.example.com", "<shares@example.com"],
  ["smtp://mail.example.com", "mailto:shares@example.com"],
  ["smtp://mail.example.com", "shares@exa mple.com"],
  ["smtp://mail.example.com", "shares@"],
  ["smtp://mail.example.com", "Shares\r\nBcc: x <shares@example.com>"],
])("a wrong setting is refused at the start: %j, %j", (smtpUrl, from) => {
  expect(() => emailChannel({ smtpUrl, from })).toThrow(TypeError);
});
