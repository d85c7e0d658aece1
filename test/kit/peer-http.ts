/** A peer behind a real port. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { createPeer, type Peer } from "./peer.ts";

export type ServedPeer = {
  readonly url: string;
  readonly peer: Peer;
  /** Puts another server at the same address. */
  readonly replaceWith: (other: Pick<Peer, "transport">) => void;
};

/** @param now what the server says of the time, in its header `Date`. */
export async function servePeer(
  peer: Peer = createPeer(() => new Date()),
  now: () => Date = () => new Date(),
): Promise<ServedPeer> {
  let current: Pick<Peer, "transport"> = peer;
  const server = createServer(async (incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const type = headers["content-type"] ?? "";
    const body = method === "POST" ? { body: await buffer(incoming), headers: { "content-type": type } } : {};
    const answer = await current.transport(new Request(new URL(url, "http://peer"), { method, ...body }));
    outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), date: now().toUTCString() });
    outgoing.end(new Uint8Array(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening at a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    peer,
    replaceWith: (other) => {
      current = other;
    },
  };
}

/** Carries a request on to a real server, and its answer back. */
export async function passOn(request: Request, url: string): Promise<Response> {
  const response = await fetch(new Request(new URL(new URL(request.url).pathname, url), request));
  // Its bytes come decoded, and in one piece.
  const type = response.headers.get("content-type") ?? "";
  return new Response(await response.arrayBuffer(), {
    status: response.status,
    headers: { "content-type": type },
  });
}
