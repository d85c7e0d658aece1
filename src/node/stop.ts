/**
 * The end of a server: it takes no more requests, finishes those under way, and then closes what they needed.
 *
 * The end takes less than ten seconds, after which `docker stop` kills, whatever clients, mail servers and the database
 * do. Nothing is lost by it: wallets send again what was cut short, the outbox keeps messages, and a commit is durable
 * when it is acknowledged.
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

/** Closes the parts in turn. Whichever takes longer than it may ends with the process. */
export async function stopParts({ closeConnections, stopDelivery, closeDatabase }: Parts): Promise<void> {
  await closeConnections();
  await Promise.race([stopDelivery(), pass(MESSAGES_PATIENCE)]);
  await Promise.race([closeDatabase(), pass(DATABASE_PATIENCE)]);
}

/**
 * To be called before the server listens.
 *
 * A Node server that closes by itself waits for connections on which nothing was sent yet. It no longer limits the time
 * that a request takes, and it serves the connections in use for as long as their clients like.
 *
 * @returns closes the server: connections without a request at once, the others after the answer under way, or when
 *   their time is over.
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
