/**
 * The end of a server: it takes no more requests, finishes those under way, and then closes what they needed.
 *
 * After ten seconds `docker stop` kills the server, so the end takes less than that, whatever clients, mail servers and
 * the database do. It loses nothing: wallets send again what was cut short, the outbox keeps messages, and a commit is
 * durable when it is acknowledged.
 */
import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";

/** Milliseconds that requests under way get. */
const REQUESTS_PATIENCE = 5_000;
/** Milliseconds that messages under way get. */
const MESSAGES_PATIENCE = 2_000;
/** Milliseconds that the database gets to close. */
const DATABASE_PATIENCE = 2_000;

export type Parts = {
  /** Resolves when no client is connected any more. */
  readonly closeConnections: () => Promise<void>;
  readonly stopDelivery: () => Promise<void>;
  readonly closeDatabase: () => Promise<void>;
};

/** Closes the parts in turn. A part that exceeds its time ends with the process. */
export async function stopParts({ closeConnections, stopDelivery, closeDatabase }: Parts): Promise<void> {
  await closeConnections();
  await Promise.race([stopDelivery(), pass(MESSAGES_PATIENCE)]);
  await Promise.race([closeDatabase(), pass(DATABASE_PATIENCE)]);
}

/**
 * To be called before the server listens.
 *
 * After `close()`, a Node server waits for clients that have connected and sent nothing. It no longer limits the time
 * that a request takes, and a client may keep its connection in use without end.
 *
 * @returns what closes the server: connections without a request at once, the others after the answer under way, or
 *   when their time is over.
 */
export function connectionsCloser(server: Server): () => Promise<void> {
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return async () => {
    const closed = once(server, "close");
    server.close();
    server.keepAliveTimeout = 1;
    server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, REQUESTS_PATIENCE);
    await closed;
    clearTimeout(timer);
  };
}
