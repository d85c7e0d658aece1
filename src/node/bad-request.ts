/**
 * The HTTP response to bytes that are no HTTP request, or take too long to become one.
 *
 * Node by itself responds and closes at once. When the client is still sending, the system then resets the connection,
 * and the client loses the response. So the server ends its own side only, and reads on for a while.
 */
import type { Duplex } from "node:stream";

/** Milliseconds that a client gets to read the HTTP response and to close. */
const PATIENCE = 5_000;

/** The status lines that Node itself uses for these errors. Any other error gets 400. */
const STATUS_LINES: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "413 Payload Too Large",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/** Handles the event `clientError`. Node emits it again for all that the client sends after its mistake. */
export function answerBadRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (socket.writableEnded) return;
  if (!socket.writable || error.code === "ECONNRESET") return void socket.destroy();
  const status = STATUS_LINES[error.code ?? ""] ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
  const timer = setTimeout(() => socket.destroy(), PATIENCE);
  socket.once("close", () => clearTimeout(timer));
}
