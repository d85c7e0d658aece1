import { type Endpoint, exchange, notTheServer, textOf } from "./endpoint.ts";

/** What `GET /info` says, as JSON. It is not signed: for people to read, not to act on. */
export async function fetchInfo(endpoint: Endpoint): Promise<unknown> {
  const response = await exchange(endpoint, { path: "/info", accept: "application/json" });
  try {
    return JSON.parse(textOf(response));
  } catch (cause) {
    throw notTheServer(endpoint, response, cause);
  }
}
