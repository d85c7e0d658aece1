/**
 * The end of a server: it takes no more requests, finishes those under way, and then what they need is closed.
 *
 * It is over within ten seconds, after which `docker stop` kills, whatever clients, mail servers and the database do:
 * requests that are cut short are sent again by wallets, messages are kept in the outbox, and a commit is durable when it is
 * acknowledged.
 */
import { once } from "node:events";
import { Server } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as pass } from "node:timers/promises";
import type { ServerType } from "@hono/node-server";

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

/** What is not done in its time is left to the end of the process. */
export async function stopParts({ closeConnections, stopDelivery, closeDatabase }: Parts): Promise<void> {
  await closeConnections();
  await Promise.race([stopDelivery(), pass(MESSAGES_PATIENCE)]);
  await Promise.race([closeDatabase(), pass(DATABASE_PATIENCE)]);
}

/**
 * To be called before the server listens.
 *
 * By itself a Node server that closes waits for connections on which nothing was sent yet, no longer limits the time
 * that a request takes, and goes on to serve connections that are in use, for as long as their clients like.
 *
 * @returns closes the server: connections without a request at once, the others after the answer under way, or when
 *   their time is over.
 */
export function connectionsCloser(server: ServerType): () => Promise<void> {
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  return async () => {
    const closed = once(server, "close");
    server.close();
    if (server instanceof Server) {
      server.keepAliveTimeout = 1;
      server.prependListener("request", (_request, response) => response.setHeader("Connection", "close"));
    }
    for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, REQUESTS_PATIENCE);
    await closed;
    clearTimeout(timer);
  };
}
