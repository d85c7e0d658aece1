/**
 * The whole life of a fallback, with messages that go out over real SMTP and are read as a person would.
 *
 * What takes hours is tried in this process, where the clock can be set; the main path is tried on the real server.
 */

import { shortIdentifier } from "@bc/envelope";
import type { Client, ClientError } from "@bc/share-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Policy } from "../../src/service/index.ts";
import { type Mail, openMailbox } from "../kit/mailbox.ts";
import { outcome } from "../kit/outcome.ts";
import { NOW } from "../kit/people.ts";
import { openTestDatabase } from "../kit/service.ts";
import { startServer, type TestServer } from "../kit/spawn-server.ts";
import {
  askForTransfer,
  localPlace,
  newContact,
  newOwner,
  newWallet,
  type Place,
  realPlace,
  share,
  validate,
} from "./place.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const mailbox = await openMailbox();
const database = await openTestDatabase();
afterAll(async () => {
  await database.close();
  await mailbox.close();
});

function here(policy?: Partial<Policy>) {
  return localPlace(database.sql, mailbox, policy);
}

describe("on the real server", () => {
  let server: TestServer;
  let place: Place;
  beforeAll(async () => {
    server = await startServer(mailbox.environment);
    place = realPlace(server, mailbox);
  });
  afterAll(() => server.stop());

  const ways = {
    "the link": async ({ token }: Mail) => {
      // Scanners open links, and open them twice; only the button confirms.
      for (let i = 0; i < 2; i++) expect((await place.openPage(token)).status).toBe(200);
      return async () => expect((await place.pressButton(token)).status).toBe(200);
    },
    "the code":
      async ({ code }: Mail) =>
      (client: Client) =>
        client.call("verifyFallback", { code: code.toLowerCase() }),
  } as const;

  test.each(["the link", "the code"] as const)("a lost key is replaced by way of %s", async (way) => {
    const contact = newContact();
    const owner = await newOwner(place);
    const account = owner.client.identity.xid;

    await owner.client.call("updateFallback", { fallback: contact });
    const challenge = await place.mailTo(contact);
    expect(challenge.subject).toBe("Confirm your contact for your shares");
    for (const part of [challenge.text, challenge.html]) {
      expect(part).toContain(challenge.code);
      expect(part).toContain(`/verify?token=${challenge.token}`);
      expect(part).toContain(shortIdentifier(account.data));
    }
    const confirm = await ways[way](challenge);
    expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact, validated: false });
    await confirm(owner.client);
    expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
    expect(owner.notes).toEqual([]);

    const { transfer, mail, ...successor } = await askForTransfer(place, contact);
    expect(mail.subject).toBe("Confirm the move of your shares to a new key");
    const confirmMove = await ways[way](mail);
    expect(await transfer.send()).toEqual({ account: undefined });
    expect(await owner.client.retrieveShares()).toHaveLength(1);
    expect(owner.notes).toEqual([expect.stringContaining("pending")]);

    await confirmMove(successor.client);
    expect((await transfer.send()).account?.equals(account)).toBe(true);
    expect(await outcome(owner.client.retrieveShares())).toBe("invalid-sender-key");
    const moved = place.client({ keys: successor.keys, xid: account });
    expect(await moved.retrieveShares([owner.receipt])).toEqual([{ receipt: owner.receipt, data: share }]);
    expect(await moved.call("retrieveFallback", {})).toEqual({ contact, validated: true });
    expect((await place.mailTo(contact)).subject).toBe("The key of your shares was changed");
  });

  test("whatever changes is told to the contact that it mattered to", async () => {
    const [first, second] = [newContact(), newContact()];
    const owner = await newOwner(place, first);
    await validate(place, owner.client, second);
    expect((await place.mailTo(first)).subject).toBe("The contact of your shares was replaced");

    const successor = newWallet(place, owner.client.identity.xid);
    await owner.client.call("updatePublicKey", { newPublicKey: successor.keys.publicKeys() });
    expect((await place.mailTo(second)).subject).toBe("The key of your shares was changed");

    await successor.client.call("updateFallback", { fallback: null });
    expect((await place.mailTo(second)).subject).toBe("The contact of your shares was removed");
    expect(await successor.client.call("retrieveFallback", {})).toBeNull();

    await validate(place, successor.client, first);
    await successor.client.call("deleteAccount", {});
    const last = await place.mailTo(first);
    expect(last.subject).toBe("Your shares were deleted");
    expect([last.code, last.token]).toEqual(["", ""]);
    expect(last.text).toContain(shortIdentifier(owner.client.identity.xid.data));
  });

  test("the log names neither contacts nor codes nor links", async () => {
    const contact = newContact();
    const owner = await newOwner(place);
    await owner.client.call("updateFallback", { fallback: contact });
    const { code, token } = await place.mailTo(contact);
    expect((await place.openPage(token)).status).toBe(200);
    expect((await place.pressButton(token)).status).toBe(200);
    expect(await outcome(owner.client.call("verifyFallback", { code }))).toBe("challenge-void");
    for (const secret of [contact, code, token]) expect(server.log()).not.toContain(secret);
  });
});

describe("a transfer", () => {
  test.each([
    [
      "updateFallback",
      (client: Client, contact: string) => client.call("updateFallback", { fallback: contact }),
    ],
    [
      "updatePublicKey",
      (client: Client) => client.call("updatePublicKey", { newPublicKey: client.identity.publicKeys }),
    ],
    ["deleteAccount", (client: Client) => client.call("deleteAccount", {})],
  ] as const)("is cancelled by %s", async (_name, cancel) => {
    const contact = newContact();
    const place = await here();
    const owner = await newOwner(place, contact);
    const { mail, transfer, client } = await askForTransfer(place, contact);
    await cancel(owner.client, contact);
    expect(await outcome(transfer.send())).toBe("challenge-void");
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    expect((await place.pressButton(mail.token)).status).toBe(409);
    expect(await outcome(client.retrieveShares())).toBe("unknown-account");
    // An owner who still has the account gets no more warnings; one who has deleted it may begin anew.
    await owner.client.storeShare(share);
    expect(await owner.client.retrieveShares()).toHaveLength(1);
    expect(owner.notes).toEqual([]);
  });

  test("waits as long as the operator wants, and can be cancelled until then", async () => {
    const [first, second] = [newContact(), newContact()];
    const place = await here({ transferDelay: 3600 });
    const [waiting, cancelled] = [await newOwner(place, first), await newOwner(place, second)];
    const moves = [await askForTransfer(place, first), await askForTransfer(place, second)] as const;
    expect((await place.pressButton(moves[0].mail.token)).status).toBe(200);
    await moves[1].client.call("verifyFallback", { code: moves[1].mail.code });
    expect((await place.mailTo(first)).subject).toBe("Your shares will move to a new key");

    place.wait(HOUR - 1000);
    const effective = new Date(NOW.getTime() + HOUR);
    expect(await moves[0].transfer.send()).toEqual({ account: undefined, effective });
    expect(await waiting.client.retrieveShares()).toHaveLength(1);
    expect(waiting.notes).toHaveLength(1);
    await cancelled.client.call("updateFallback", { fallback: second });

    place.wait(1000);
    expect((await moves[0].transfer.send()).account?.equals(waiting.client.identity.xid)).toBe(true);
    expect(await outcome(waiting.client.retrieveShares())).toBe("invalid-sender-key");
    expect(await outcome(moves[1].transfer.send())).toBe("challenge-void");
    expect(await cancelled.client.retrieveShares()).toHaveLength(1);
  });

  test("for a contact that nobody has is answered alike, and asks nobody", async () => {
    const [known, unknown] = [newContact(), newContact()];
    const place = await here();
    await newOwner(place, known);
    const sizes: number[] = [];
    for (const fallback of [known, unknown]) {
      const { client } = newWallet(place);
      const transfer = await client.prepare("fallbackTransfer", { fallback });
      expect(await transfer.send()).toEqual({ account: undefined });
      expect(await transfer.send()).toEqual({ account: undefined });
      expect(await outcome(client.call("verifyFallback", { code: "0000-0000" }))).toBe("wrong-code");
      sizes.push((await client.send(transfer.envelope)).cborData().length);
    }
    await place.deliver();
    expect(sizes[0]).toBe(sizes[1]);
    expect(mailbox.received.filter(({ to }) => to === unknown)).toEqual([]);
    expect(mailbox.received.filter(({ to }) => to === known)).toHaveLength(2);
  });

  test("is asked of the address that was validated, not of the one that a stranger writes", async () => {
    const [validated, alike] = ["Alice.Smith@example.com", "alice.smith@example.com"];
    const place = await here();
    await newOwner(place, validated);
    await newWallet(place).client.call("fallbackTransfer", { fallback: alike });
    await place.deliver();
    const asked = mailbox.received.filter(({ subject }) => subject.startsWith("Confirm the move"));
    expect(asked.filter(({ to }) => to === alike)).toEqual([]);
    expect(asked.filter(({ to }) => to === validated)).toHaveLength(1);
  });
});

describe("a code", () => {
  test("is good for 30 minutes, and so is the link", async () => {
    const place = await here();
    const [inTime, late, lateLink] = await Promise.all([1, 2, 3].map(() => newOwner(place)));
    if (!inTime || !late || !lateLink) throw new TypeError("three wallets");
    const mails: Mail[] = [];
    for (const { client } of [inTime, late, lateLink]) {
      const contact = newContact();
      await client.call("updateFallback", { fallback: contact });
      mails.push(await place.mailTo(contact));
    }
    const [first, second, third] = mails;
    place.wait(30 * MINUTE - 1000);
    expect(await outcome(inTime.client.call("verifyFallback", { code: first?.code ?? "" }))).toBe("ok");
    place.wait(1000);
    expect(await outcome(late.client.call("verifyFallback", { code: second?.code ?? "" }))).toBe(
      "challenge-void",
    );
    expect((await place.pressButton(third?.token ?? "")).status).toBe(409);
    for (const { client } of [late, lateLink]) {
      expect(await client.call("retrieveFallback", {})).toMatchObject({ validated: false });
    }
  });

  test("of a transfer that came too late moves nothing", async () => {
    const contact = newContact();
    const place = await here();
    const owner = await newOwner(place, contact);
    const { client, mail, transfer } = await askForTransfer(place, contact);
    place.wait(30 * MINUTE);
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    expect(await outcome(transfer.send())).toBe("challenge-void");
    expect(await owner.client.retrieveShares()).toHaveLength(1);
    expect(owner.notes).toEqual([]);
  });

  test("is void after five wrong ones, even if it comes then", async () => {
    const contact = newContact();
    const place = await here();
    const owner = await newOwner(place, contact);
    const { client, mail, transfer } = await askForTransfer(place, contact);
    const outcomes = [];
    for (let i = 1; i <= 6; i++)
      outcomes.push(await outcome(client.call("verifyFallback", { code: `0000-000${i}` })));
    expect(outcomes).toEqual([...Array(4).fill("wrong-code"), "too-many-attempts", "challenge-void"]);
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    expect((await place.pressButton(mail.token)).status).toBe(409);
    expect(await outcome(transfer.send())).toBe("challenge-void");
    expect(await owner.client.retrieveShares()).toHaveLength(1);
  });

  test("works once", async () => {
    const contact = newContact();
    const place = await here();
    const owner = await newOwner(place, contact);
    const account = owner.client.identity.xid;
    const { client, keys, mail } = await askForTransfer(place, contact);
    await client.call("verifyFallback", { code: mail.code });
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    const third = newWallet(place, account);
    await place
      .client({ keys, xid: account })
      .call("updatePublicKey", { newPublicKey: third.keys.publicKeys() });
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    await place.pressButton(mail.token);
    expect(await third.client.retrieveShares()).toHaveLength(1);
  });

  test("counts for nothing with another key", async () => {
    const [contact, other] = [newContact(), newContact()];
    const place = await here();
    const [owner, thief] = [await newOwner(place, contact), await newOwner(place)];
    const { client, mail, transfer } = await askForTransfer(place, contact);
    expect(await outcome(thief.client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    expect(await outcome(owner.client.call("verifyFallback", { code: mail.code }))).toBe("challenge-void");
    await thief.client.call("updateFallback", { fallback: other });
    expect(await outcome(thief.client.call("verifyFallback", { code: mail.code }))).toBe("wrong-code");
    expect(await thief.client.call("retrieveFallback", {})).toMatchObject({ validated: false });
    expect(await outcome(client.call("verifyFallback", { code: mail.code }))).toBe("ok");
    expect((await transfer.send()).account?.equals(owner.client.identity.xid)).toBe(true);
  });

  test("may be typed in any case, with any dash or none, and with what was copied beside it", async () => {
    const place = await here();
    for (const write of [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replace("-", " "),
      (code: string) => `\ufeff\u201c${code.replace("-", "\u2011")}\u201d.`,
    ]) {
      const contact = newContact();
      const { client } = await newOwner(place);
      await client.call("updateFallback", { fallback: contact });
      const { code } = await place.mailTo(contact);
      expect(await outcome(client.call("verifyFallback", { code: write(code) }))).toBe("ok");
    }
  });
});

describe("asking too often is refused", () => {
  const LIMITS = { contact: 20, key: 10 };

  test("for one contact, known or not, whoever asks, until an hour is over", async () => {
    const [known, unknown] = [newContact(), newContact()];
    const place = await here();
    await newOwner(place, known);
    for (const fallback of [known, unknown]) {
      const ask = () => outcome(newWallet(place).client.call("fallbackTransfer", { fallback }));
      for (let i = 0; i < LIMITS.contact; i++) expect(await ask()).toBe("ok");
      expect(await ask()).toBe("rate-limited");
    }
    place.wait(HOUR);
    for (const fallback of [known, unknown]) {
      expect(await outcome(newWallet(place).client.call("fallbackTransfer", { fallback }))).toBe("ok");
    }
  });

  test("by one key, whatever it asks for", async () => {
    const place = await here();
    const { client } = newWallet(place);
    const ask = (name: "fallbackTransfer" | "updateFallback") =>
      outcome(client.call(name, { fallback: newContact() }));
    for (let i = 1; i < LIMITS.key; i++) expect(await ask("fallbackTransfer")).toBe("ok");
    await client.storeShare(new Uint8Array(1));
    expect(await ask("updateFallback")).toBe("ok");
    expect(await ask("updateFallback")).toBe("rate-limited");
    await client.call("deleteAccount", {});
    expect(await ask("fallbackTransfer")).toBe("rate-limited");
  });

  test("but strangers who ask for a contact do not keep its owner from validating it", async () => {
    const contact = newContact();
    const place = await here();
    for (let i = 0; i <= LIMITS.contact; i++) {
      await outcome(newWallet(place).client.call("fallbackTransfer", { fallback: contact }));
    }
    const owner = await newOwner(place, contact);
    expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
  });
});

describe("a contact", () => {
  test.each([
    ["Nora.Jones@Example.COM", "nora.jones@example.com"],
    ["olga@bücher.example", "Olga@xn--bcher-kva.example"],
    ["  pia@example.com ", "pia@example.com"],
    ["+1 (555) 123-4567", "+15551234567"],
    ["+44 20 7946 0958", "+442079460958"],
    ["\ufeffquin@example.com\u200b\u00a0", "quin@example.com"],
    ["\u202a+1\u00a0555\u2011987/6543\u202c", "\uff0b\uff11 555 987\u20126543"],
    ["Matrix:u/alice:example.org", "matrix:u/alice:example.org"],
  ])("is the same however it is written: %j and %j", async (written, rewritten) => {
    const place = await here();
    const [owner, rival] = [await newOwner(place), await newOwner(place)];
    const codeFor = async () => {
      await place.deliver();
      return place.kept.at(-1)?.code ?? mailbox.received.at(-1)?.code ?? "";
    };
    await owner.client.call("updateFallback", { fallback: written });
    await owner.client.call("verifyFallback", { code: await codeFor() });
    // It stays validated, and counts as taken for everybody else.
    await owner.client.call("updateFallback", { fallback: rewritten });
    expect(await owner.client.call("retrieveFallback", {})).toMatchObject({ validated: true });
    await rival.client.call("updateFallback", { fallback: rewritten });
    const code = await codeFor();
    expect(await outcome(rival.client.call("verifyFallback", { code }))).toBe("fallback-in-use");

    const { client } = newWallet(place);
    const transfer = await client.prepare("fallbackTransfer", { fallback: rewritten });
    await transfer.send();
    await client.call("verifyFallback", { code: await codeFor() });
    expect((await transfer.send()).account?.equals(owner.client.identity.xid)).toBe(true);
  });

  test("that is only claimed blocks nobody, and moves nothing", async () => {
    const contact = newContact();
    const place = await here();
    const claimant = await newOwner(place);
    await claimant.client.call("updateFallback", { fallback: contact });
    const { code } = await place.mailTo(contact);
    const stranger = newWallet(place);
    await stranger.client.call("fallbackTransfer", { fallback: contact });
    await place.deliver();
    expect(mailbox.received.filter(({ to }) => to === contact)).toHaveLength(1);

    const owner = await newOwner(place, contact);
    expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact, validated: true });
    expect(await outcome(claimant.client.call("verifyFallback", { code }))).toBe("fallback-in-use");
    expect(await claimant.client.call("retrieveFallback", {})).toMatchObject({ validated: false });
  });

  test.each(["removed", "replaced"] as const)(
    "that was %s is told so although the account is deleted at once",
    async (change) => {
      const [first, second] = [newContact(), newContact()];
      const place = await here();
      const owner = await newOwner(place, first);
      if (change === "replaced") await validate(place, owner.client, second);
      else await owner.client.call("updateFallback", { fallback: null });
      await owner.client.call("deleteAccount", {});
      expect((await place.mailTo(first)).subject).toBe(`The contact of your shares was ${change}`);
      if (change === "replaced") {
        expect((await place.mailTo(second)).subject).toBe("Your shares were deleted");
      }
      await place.deliver();
      const told = ({ subject }: Mail) => subject === "Your shares were deleted";
      expect(mailbox.received.filter(({ to }) => to === first).filter(told)).toEqual([]);
    },
  );

  test("goes on counting while its replacement is not validated", async () => {
    const [first, second] = [newContact(), newContact()];
    const place = await here();
    const owner = await newOwner(place, first);
    await owner.client.call("updateFallback", { fallback: second });
    expect(await owner.client.call("retrieveFallback", {})).toEqual({ contact: second, validated: false });
    const { transfer, client, mail } = await askForTransfer(place, first);
    await client.call("verifyFallback", { code: mail.code });
    expect((await transfer.send()).account?.equals(owner.client.identity.xid)).toBe(true);
  });

  test.each(["alice", "alice@localhost", "mailto:alice@example.com", "a\r\nBcc: x@example.com", ""])(
    "that is none is refused: %j",
    async (fallback) => {
      const place = await here();
      const { client } = await newOwner(place);
      expect(await outcome(client.call("updateFallback", { fallback }))).toBe("unsupported-fallback");
      expect(await outcome(client.call("fallbackTransfer", { fallback }))).toBe("unsupported-fallback");
      const why = client
        .call("updateFallback", { fallback })
        .catch((error: ClientError) => error.refusal?.text);
      expect(await why).toMatch(/contact|stands after the @|mailto:/);
      expect(await client.call("retrieveFallback", {})).toBeNull();
    },
  );
});
