/** A TCP proxy on loopback that cuts connections in the middle of an answer. */
import { connect, createServer, type Socket } from "node:net";

export type CuttingProxy = AsyncDisposable & {
  readonly port: number;
  /** The port of 127.0.0.1 that new connections go to. */
  target: number;
  /** Asked for each new connection: after how many bytes of answers both ends are cut; undefined: never. */
  cutAfter: () => number | undefined;
  /** How many connections were cut. */
  readonly cuts: () => number;
};

export async function startProxy(target = 0): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(proxy.target, "127.0.0.1");
    let left = proxy.cutAfter() ?? Number.POSITIVE_INFINITY;
    const end = () => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        open.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay().on("error", end).on("close", end);
    }
    client.pipe(upstream);
    upstream.on("data", (bytes: Buffer) => {
      client.write(bytes.subarray(0, Math.min(left, bytes.length)));
      left -= bytes.length;
      if (left >= 0) return;
      cuts += 1;
      end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const proxy: CuttingProxy = {
    port: address.port,
    target,
    cutAfter: () => undefined,
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
