/** Where a server's messages to contacts go by its webhook channel. Signatures are not looked at: the server's clock jumps. */
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

export type Purpose = "validation" | "transfer";

export type Inbox = AsyncDisposable & {
  /** What turns a server's webhook channel on, towards this inbox. */
  readonly environment: { readonly WEBHOOK_URL: string; readonly WEBHOOK_SECRET: string };
  /** The codes that came to this address, newest first. */
  readonly codes: (address: string, purpose: Purpose) => readonly string[];
  /** Nobody reads what comes to this address any more. */
  readonly forget: (address: string) => void;
  /** How many messages came. */
  readonly count: () => number;
};

type Body = { readonly type: string; readonly data: { readonly address: string; readonly code?: string } };

export async function openInbox(): Promise<Inbox> {
  const codes = new Map<string, string[]>();
  let count = 0;
  const server = createServer(async (request, response) => {
    try {
      const { type, data } = JSON.parse(await text(request)) as Body;
      const key = keyOf(data.address, type.replace("fallback.", ""));
      count += 1;
      if (data.code !== undefined) codes.set(key, [data.code, ...(codes.get(key) ?? [])]);
      response.end();
    } catch {
      // The server was killed in the middle of it.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    environment: {
      WEBHOOK_URL: `http://127.0.0.1:${address.port}/`,
      WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
    },
    codes: (of, purpose) => codes.get(keyOf(of, purpose)) ?? [],
    forget: (of) => {
      for (const purpose of ["validation", "transfer"]) codes.delete(keyOf(of, purpose));
    },
    count: () => count,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function keyOf(address: string, purpose: string): string {
  return `${purpose} ${address}`;
}
