/** Node's own HTTP as a transport: a service behind the listener of the real server, on a port of its own. */
import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ReadableStream } from "node:stream/web";
import { createHttpListener } from "../../src/node/http-listener.ts";
import type { Transport } from "./service.ts";

export type NodeTransport = {
  readonly transport: Transport;
  /** Closes all servers that were opened. */
  readonly close: () => void;
};

export function openNodeTransport(): NodeTransport {
  const servers: Server[] = [];
  const transport: Transport = ({ app, exchange, context }) => {
    const face = { fetch: app.fetch, post: exchange.post };
    const server = createServer(createHttpListener(face, { trustProxy: true, log: context.log }));
    servers.push(server);
    const listening = once(server.listen(0, "127.0.0.1"), "listening");
    return async (request) => {
      await listening;
      const address = server.address();
      if (address === null || typeof address === "string") throw new TypeError("no port");
      return sendTo(address.port, request);
    };
  };
  return {
    transport,
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** With the headers as they are, which fetch would correct. A body whose length they do not tell goes in chunks. */
function sendTo(port: number, { url, method, headers, body }: Request): Promise<Response> {
  const { pathname } = new URL(url);
  const fields = Object.fromEntries(headers);
  const outgoing = httpRequest({ port, path: pathname, method, headers: fields, agent: false });
  const source = body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
  const answered = new Promise<Response>((resolve, reject) => {
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => resolve(responseOf(incoming)));
  });
  source.pipe(outgoing);
  return answered.finally(() => {
    source.destroy();
    outgoing.destroy();
  });
}

async function responseOf(incoming: IncomingMessage): Promise<Response> {
  const { statusCode: status = 0, headers } = incoming;
  const body = new Uint8Array(await buffer(incoming));
  return new Response(body, { status, headers: headers as Record<string, string> });
}
