/**
 * The client: a wallet's side of every call, over a network.
 *
 * Flow of a call: build → sign → (seal) → send → (unseal) → verify → check. Each step is a function of its own, and
 * all but the sending work offline; a wallet without a network uses `buildRequest`, `openAnswer` and `readResult`.
 *
 * Trust: a client takes the server at the address for the right one when it first meets it, and holds on to it for
 * as long as the client lives. To be sure across restarts keep `client.server()` and give it as `server`, or give the
 * server's XID as `expectedServer`. When the server gets new keys, which those known have signed, the client goes on with
 * them, and tells so that they can be kept.
 */
import type { Envelope, PrivateKeys, XID } from "@bc/envelope";
import type {
  Call,
  Fallback,
  Format,
  NativeName,
  ParametersOf,
  Receipt,
  ResultOf,
  RetrievedShare,
  UpdatePublicKeyResult,
} from "@bc/share-protocol";
import { type Identity, identityOf } from "@bc/share-protocol";
import { buildKeyChange } from "./build-key-change.ts";
import { type BuiltRequest, buildRequest, sealRequest } from "./build-request.ts";
import { ClientError } from "./client-error.ts";
import type { Endpoint } from "./endpoint.ts";
import { fetchServer } from "./fetch-server.ts";
import { followServer, type KnownServer } from "./known-server.ts";
import { openAnswer } from "./open-answer.ts";
import { readResult } from "./read-result.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { systemClock } from "./system-clock.ts";

export type ClientOptions = Endpoint & {
  readonly keys: PrivateKeys;
  /** The account's XID, where `keys` are not those that opened it. Default: the XID of the keys. */
  readonly xid?: XID | undefined;
  /** The clock that dates requests. Default: the system's. */
  readonly now?: (() => Date) | undefined;
  /** The server, where it is known already: nothing is fetched, and no other is believed. */
  readonly server?: KnownServer | Promise<KnownServer> | undefined;
  /** Told when the server has new keys, and awaited before the client uses them: keep it in the place of `server`. */
  readonly onRotation?: ((server: KnownServer) => void | Promise<void>) | undefined;
  /** The XID that the server at `url` must prove to have. Not looked at when `server` is given. */
  readonly expectedServer?: XID | undefined;
  /** Whether requests are sealed to the server. Answers that hold secrets always are. Default: true. */
  readonly sealed?: boolean | undefined;
  /** How envelopes travel: as CBOR, or as text of twice the size. Default: `cbor`. */
  readonly format?: Format | undefined;
  /** Told what the server wants the user to know beside a result. A refusal carries its note itself. */
  readonly onNote?: ((note: string) => void) | undefined;
};

/** A call that is built and signed, to be sent as often as need be: to the server it stays one request. */
export type PreparedCall<Name extends NativeName> = BuiltRequest & {
  readonly send: () => Promise<ResultOf<Name>>;
};

/** Every method rejects with a `ClientError` when there is no result that can be relied on. */
export type Client = {
  readonly identity: Identity;
  /** The server, fetched on first use. */
  readonly server: () => Promise<KnownServer>;
  /** Sends an envelope that is built already, and gives the answer unopened. */
  readonly send: (envelope: Envelope) => Promise<Envelope>;
  /** Any function of the server, with its result checked. */
  readonly call: <Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ) => Promise<ResultOf<Name>>;
  /** The same in two steps, for a call that is to be repeated: `fallbackTransfer`, until it is confirmed. */
  readonly prepare: <Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ) => Promise<PreparedCall<Name>>;
  /** A call that was prepared before, maybe by a process that has ended since, by the same keys for the same server. */
  readonly resume: <Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
    built: BuiltRequest,
  ) => PreparedCall<Name>;
  /** Keeps a share, and opens the account if need be. Storing the same data again gives the same receipt. */
  readonly storeShare: (data: Uint8Array) => Promise<Receipt>;
  /** The shares with these receipts, or all when none is named; in no particular order. */
  readonly retrieveShares: (receipts?: readonly Receipt[]) => Promise<readonly RetrievedShare[]>;
  /** Deletes the shares with these receipts; one that is not there is no error. */
  readonly deleteShares: (receipts: readonly [Receipt, ...Receipt[]]) => Promise<void>;
  readonly deleteAllShares: () => Promise<void>;
  /** Sets the contact by which the account can be had back, or removes it with null. It has to be confirmed. */
  readonly updateFallback: (contact: string | null) => Promise<void>;
  readonly retrieveFallback: () => Promise<Fallback | null>;
  /**
   * Asks to move the account with this contact to the client's keys. Send the call again to learn how it stands:
   * the result names the account once the contact has confirmed. Then make a client with that `xid`.
   */
  readonly fallbackTransfer: (contact: string) => Promise<PreparedCall<"fallbackTransfer">>;
  /** Confirms with the code that the contact received. */
  readonly verifyFallback: (code: string) => Promise<void>;
  /**
   * Gives the account to other keys, which prove themselves by their signature. This client's are then retired: make one
   * with those, and the account as `xid`.
   */
  readonly updatePublicKey: (newKeys: PrivateKeys) => Promise<UpdatePublicKeyResult>;
  /** Deletes shares, contact and keys, for good. */
  readonly deleteAccount: () => Promise<void>;
};

export function createClient(options: ClientOptions): Client {
  const { keys, xid, now = systemClock, expectedServer, sealed = true, format = "cbor" } = options;
  const identity = identityOf(keys, xid);
  let known: Promise<KnownServer> | undefined = options.server && Promise.resolve(options.server);
  // The first call meets the error; until then nobody need handle it.
  known?.catch(() => {});

  /** The promise is kept, so calls at the same time fetch once; a failed one is forgotten. */
  function server(): Promise<KnownServer> {
    known ??= fetchServer(options, expectedServer).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  /** Goes on with the server's new keys. Of calls at the same time, which all meet them, one tells. */
  async function adopt(newer: KnownServer): Promise<void> {
    const before = known;
    if (newer.rotations.length <= ((await before)?.rotations.length ?? 0) || known !== before) return;
    known = Promise.resolve(newer);
    try {
      await options.onRotation?.(newer);
    } catch (error) {
      known = before;
      throw error;
    }
  }

  /** Where an answer is not by the keys that are known: the newer ones that the server announces, if any. */
  async function newerServer(peer: KnownServer): Promise<KnownServer | undefined> {
    let announced: KnownServer;
    try {
      announced = await fetchServer(options);
    } catch {
      return undefined;
    }
    const newer = followServer(peer, announced);
    if (newer === peer) return undefined;
    await adopt(newer);
    return newer;
  }

  /**
   * Of an answer that is not by the known keys, newer ones may be the cause. And what is sealed to no key of the server may
   * have been sealed to keys that it had when the request was made.
   */
  async function whomToAskAgain(error: unknown, peer: KnownServer): Promise<KnownServer | undefined> {
    if (!(error instanceof ClientError)) return undefined;
    if (error.refusal?.code === "unknown-recipient") return peer;
    return error.code === "bad-answer" ? await newerServer(peer) : undefined;
  }

  function send(envelope: Envelope): Promise<Envelope> {
    return sendEnvelope(options, envelope, format);
  }

  async function prepare<Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<PreparedCall<Name>> {
    const asked: Call<Name> = { name, parameters };
    return resume(
      name,
      parameters,
      await buildRequest(asked, identity, await server(), { date: now(), sealed }),
    );
  }

  function resume<Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
    built: BuiltRequest,
  ): PreparedCall<Name> {
    const { id, envelope, signed } = built;
    const asked: Call<Name> = { name, parameters };

    async function ask(request: Envelope, peer: KnownServer): Promise<ResultOf<Name>> {
      const answer = await openAnswer(await send(request), { id, identity, server: peer });
      if (answer.note !== undefined) options.onNote?.(answer.note);
      await adopt(answer.server);
      return readResult(asked, answer, identity.xid);
    }

    return {
      ...built,
      send: async () => {
        const peer = await server();
        try {
          return await ask(envelope, peer);
        } catch (error) {
          const again = await whomToAskAgain(error, peer);
          if (again === undefined) throw error;
          const canSeal = envelope.subject().isEncrypted() && signed !== undefined;
          if (again === peer && !canSeal) throw error;
          return await ask(canSeal ? await sealRequest(signed, again) : envelope, again);
        }
      },
    };
  }

  async function call<Name extends NativeName>(
    name: Name,
    parameters: ParametersOf<Name>,
  ): Promise<ResultOf<Name>> {
    return (await prepare(name, parameters)).send();
  }

  return {
    identity,
    server,
    send,
    call,
    prepare,
    resume,
    storeShare: (data) => call("storeShare", { data }),
    retrieveShares: (receipts = []) => call("retrieveShares", { receipts }),
    deleteShares: (receipts) => call("deleteShares", { receipts }),
    deleteAllShares: () => call("deleteShares", { receipts: [] }),
    updateFallback: (fallback) => call("updateFallback", { fallback }),
    retrieveFallback: () => call("retrieveFallback", {}),
    fallbackTransfer: (fallback) => prepare("fallbackTransfer", { fallback }),
    verifyFallback: (code) => call("verifyFallback", { code }),
    updatePublicKey: async (newKeys) => {
      const options = { date: now(), sealed };
      const { parameters, request } = await buildKeyChange(newKeys, identity, await server(), options);
      return await resume("updatePublicKey", parameters, request).send();
    },
    deleteAccount: () => call("deleteAccount", {}),
  };
}
