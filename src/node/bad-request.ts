/**
 * The answer to what is no HTTP request, or takes too long to become one.
 *
 * Node by itself writes the answer and closes at once. When the client is still sending, the system then resets the
 * connection, and the client loses the answer. So the server ends its own side only, and reads on for a while.
 */
import type { Duplex } from "node:stream";

/** Milliseconds that a client gets to read the answer and to close. */
const PATIENCE = 5_000;

/** As Node answers these errors; any other is 400. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** For the event `clientError`, which comes again for whatever the client sends after its mistake. */
export function answerBadRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = STATUS_LINES[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  const timer = setTimeout(() => socket.destroy(), PATIENCE);
  socket.once("close", () => clearTimeout(timer));
}
