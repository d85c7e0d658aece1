/** Why a server can't be reached, in plain words. */

/** By the codes of Node's network, of its HTTP client, and of OpenSSL. */
const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there. Is the server running, and the port right?",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "the name of the host can't be looked up. Is there a network?",
  EHOSTUNREACH: "no way leads to that host. Is there a network?",
  ENETUNREACH: "no way leads to that host. Is there a network?",
  ETIMEDOUT: "no connection came about in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was closed without an answer. Should the address begin with https://?",
  ERR_SSL_WRONG_VERSION_NUMBER:
    "what listens there does not speak TLS. Should the address begin with http://?",
  ERR_SSL_PACKET_LENGTH_TOO_LONG:
    "what listens there does not speak TLS. Should the address begin with http://?",
  EPROTO: "what listens there does not speak TLS. Should the address begin with http://?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "nobody vouches for its certificate: it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is from an authority that this system does not know",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is from an authority that this system does not know",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is from an authority that this system does not know",
  CERT_HAS_EXPIRED: "its certificate has expired, or this device's clock is wrong",
  CERT_NOT_YET_VALID: "its certificate is not valid yet, or this device's clock is wrong",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** Empty where nothing more is known than that there was no answer. */
export function networkProblem(error: Error): string {
  let root: unknown = error.cause;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (!(root instanceof Error)) return "";
  const code = "code" in root ? String(root.code) : "";
  const problem = PROBLEMS[code];
  if (problem !== undefined) return problem;
  if (root.name === "TimeoutError") return "there was no answer in time; --timeout waits longer";
  // The answer is no HTTP, which is what a server for TLS sends here.
  if (code.startsWith("HPE_"))
    return "what listens there does not speak HTTP. Should the address begin with https://?";
  if (root.message === "bad port") return "that port is reserved for something else than HTTP";
  return root.message === "" ? code || root.name : root.message;
}
