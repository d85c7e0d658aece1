/**
 * A mail server in a thread of its own, so that its work takes no time from the measured thread. It takes every
 * message, and answers as fast as a mail server on a machine nearby. The package smtp-server would be too slow: it
 * waits for a tenth of a second before it greets, and by then the stranger's requests are over.
 */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { parentPort, Worker } from "node:worker_threads";

/** Milliseconds from a command to its answer. */
const ANSWER_DELAY = 5;

export type MailThread = AsyncDisposable & {
  /** `smtp://…`, for the e-mail channel. */
  readonly url: string;
};

export async function openMailThread(): Promise<MailThread> {
  const thread = new Worker(new URL(import.meta.url));
  const [port] = await once(thread, "message");
  return {
    url: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    [Symbol.asyncDispose]: async () => {
      await thread.terminate();
    },
  };
}

async function serve(): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => {
    // A sender may leave in the middle of a conversation.
    converse(socket).catch(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

async function converse(socket: Socket): Promise<void> {
  const reply = (text: string) => setTimeout(() => socket.write(`${text}\r\n`), ANSWER_DELAY);
  let isContent = false;
  reply("220 mail.test ready");
  for await (const line of createInterface({ input: socket })) {
    if (isContent) {
      isContent = line !== ".";
      if (!isContent) reply("250 taken");
    } else if (/^data$/i.test(line)) {
      isContent = true;
      reply("354 go on");
    } else if (/^quit$/i.test(line)) {
      socket.end("221 bye\r\n");
    } else {
      reply("250 fine");
    }
  }
}

if (parentPort !== null) parentPort.postMessage(await serve());
