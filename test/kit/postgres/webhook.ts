/** A webhook receiver on loopback, for the messages of several servers. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export type Received = { readonly id: string; readonly type: string; readonly code: string | undefined };

export type WebhookReceiver = AsyncDisposable & {
  /** What turns the channel on. */
  readonly environment: { readonly WEBHOOK_URL: string; readonly WEBHOOK_SECRET: string };
  readonly received: readonly Received[];
  /** The first message of a type, as soon as it is there. */
  readonly message: (type: string) => Promise<Received>;
};

export async function receiveWebhooks(): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (request, response) => {
    const { type, data } = JSON.parse(await text(request)) as { type: string; data: { code?: string } };
    received.push({ id: String(request.headers["webhook-id"]), type, code: data.code });
    response.end();
    for (const look of waiting) look();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");

  const message = (type: string) =>
    new Promise<Received>((resolve) => {
      const look = () => {
        const found = received.find((candidate) => candidate.type === type);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    environment: {
      WEBHOOK_URL: `http://127.0.0.1:${address.port}/`,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    },
    received,
    message,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
