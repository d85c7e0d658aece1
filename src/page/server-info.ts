/** What the page takes from `GET /info`. Nobody has signed it, so it proves nothing; it may spare a try in vain. */
import { type Endpoint, fetchInfo } from "@bc/share-client";

export type ServerInfo = {
  /** The server's own name for itself. */
  readonly name: string | undefined;
  /** Bytes of the largest request that the server takes. */
  readonly largest: number;
};

/** @throws {ClientError} `unreachable` or `bad-answer`. */
export async function readInfo(endpoint: Endpoint): Promise<ServerInfo> {
  const info = await fetchInfo(endpoint);
  const name = fieldOf(info, "name");
  const largest = fieldOf(fieldOf(info, "limits"), "maxRequestBytes");
  return {
    name: typeof name === "string" ? name : undefined,
    largest: typeof largest === "number" ? largest : Number.POSITIVE_INFINITY,
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return Object.entries(Object(value)).find(([own]) => own === name)?.[1];
}
