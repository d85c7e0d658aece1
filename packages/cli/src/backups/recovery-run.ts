/**
 * A recovery, as far as it goes: every server has a turn of its own, and waits for no other. It ends when what it is for has come.
 */
import { bytewordsIdentifier, shortIdentifier } from "@bc/envelope";
import {
  addLostPlaces,
  askForAccount,
  changeLostContact,
  confirmAccount,
  findAccount,
  hintedPlaces,
  isRecoveryWhole,
  keyOf,
  type LostPlace,
  type ProfileKeeper,
  printable,
  type Reach,
  type RecoveryStanding,
  refusalCode,
} from "@bc/share-client";
import { failureFor } from "../failure.ts";
import { quietly } from "../reach.ts";
import { tell, tellFailureAt, tellNote } from "../tell.ts";
import { createLiveTable } from "./live-table.ts";
import { type Codes, codeFor } from "./places.ts";

export type RecoveryPlan = {
  /** What is to be asked beside the places of a recovery that is under way. */
  readonly lost: readonly LostPlace[];
  readonly codes: Codes;
  /** Whether every server has its turn, though what was wanted has come. */
  readonly isPatient: boolean;
  /** A contact that a server of the recovery is to be asked for in the place of the one before. */
  readonly newContactAt: (url: string) => string | undefined;
  /** The contact at a server that a share has named. */
  readonly contactAt: (url: string) => string;
};

/** Milliseconds. After the quorum, who has just been given a code may still come, so that the backup has it too. */
const GRACE = 2_000;
/** Milliseconds between two looks at whether a link was opened, while a person is asked for codes. */
const LOOK_INTERVAL = 5_000;

/** @returns the servers whose last answer was a failure, which has been told. */
export async function runRecovery(
  keeper: ProfileKeeper,
  reach: Reach,
  { lost, codes, isPatient, newContactAt, contactAt }: RecoveryPlan,
): Promise<ReadonlySet<string>> {
  const { isTTY } = process.stdin;
  const table = isTTY && process.stderr.isTTY ? createLiveTable(process.stderr) : undefined;
  const [quorum, end] = [new AbortController(), new AbortController()];
  // What the transport and notes say would tear the table.
  const { transport: send = fetch } = isTTY ? quietly(reach) : reach;
  const notes: string[] = [];
  const onNote = table === undefined ? reach.onNote : (note: string) => void notes.push(note);
  // What nobody holds is forgotten, and the end would not reach it.
  const sent: Request[] = [];
  const own: Reach = {
    ...reach,
    onNote,
    transport: (request) => {
      const ended = new Request(request, { signal: AbortSignal.any([request.signal, end.signal]) });
      sent.push(ended);
      return send(ended);
    },
  };
  const standings = new Map<string, RecoveryStanding>();
  const turns = new Map<string, Promise<void>>();
  const passedOver = new Set<string>();
  const failed = new Set<string>();
  /** Codes that were given with the command. Each is used once: a wrong one uses up a try. */
  const given = new Map(Object.entries(codes));

  function begin(url: string, work: () => Promise<void>): void {
    const before = turns.get(url) ?? Promise.resolve();
    const turn = before.then(work).catch((error: unknown) => {
      if (end.signal.aborted) return;
      if (refusalCode(error) !== "wrong-code") failed.add(url);
      tellFailure(url, error);
    });
    turns.set(url, turn);
    void turn.then(() => {
      if (turns.get(url) === turn) turns.delete(url);
    });
  }

  /** At the end where there is a table, which it would tear. */
  function inform(text: string): void {
    if (table === undefined) tell(text);
    else notes.push(text);
  }

  function tellFailure(url: string, error: unknown): void {
    const failure = failureFor(error);
    if (failure === undefined) return;
    const isWrong = table !== undefined && refusalCode(error) === "wrong-code";
    if (table === undefined) tellFailureAt(url, failure);
    else table.show(url, isWrong ? "that is not its code" : failure.message);
  }

  async function meet(place: LostPlace): Promise<void> {
    table?.show(place.url, "…");
    const [outcome] = await addLostPlaces(keeper, [place], own);
    if (outcome !== undefined && "error" in outcome) throw outcome.error;
    await ask(place.url);
  }

  async function ask(url: string): Promise<void> {
    standings.delete(url);
    failed.delete(url);
    const standing = await askForAccount(keeper, url, own);
    standings.set(url, standing);
    table?.show(url, standingText(standing), standing.state === "asked" ? shortKeyAt(keeper, url) : "");
    if (standing.state === "come") look();
    if (standing.state !== "asked" || passedOver.has(url)) return;
    const code = given.get(url);
    if (code !== undefined) return await give(url, code);
    if (table !== undefined) return;
    tell(
      `${url} waits: give its code by --code ${url}=CODE, or open its link, whose page must name the key ${shortKeyAt(keeper, url)}`,
    );
  }

  /** Asks for another contact where one was given that differs. */
  async function change(url: string, contact: string, code: string | undefined): Promise<void> {
    const isChanged = await changeLostContact(keeper, url, contact, own);
    if (isChanged) {
      // The code that was given is of the message to the former contact.
      given.delete(url);
      inform(`${url} is asked anew, for the contact ${printable(contact)}`);
    } else if (contact !== contactOf(keeper, url)) {
      inform(`${url}: the contact before is confirmed already, and stays`);
    }
    await (code === undefined || isChanged ? ask(url) : give(url, code));
  }

  async function give(url: string, code: string): Promise<void> {
    given.delete(url);
    passedOver.add(url);
    table?.show(url, "the code is on its way …");
    try {
      await confirmAccount(keeper, url, code, own);
    } catch (error) {
      if (isTTY && refusalCode(error) === "wrong-code") passedOver.delete(url);
      // The code may have been taken by a run that was cut off right then.
      await ask(url);
      throw error;
    }
    await ask(url);
  }

  /** Looks what the shares that have come are good for: they are what was wanted, or name other servers. */
  function look(): void {
    if (!isPatient && isRecoveryWhole(keeper)) {
      quorum.abort();
      return;
    }
    for (const hint of hintedPlaces(keeper)) {
      if (standings.has(hint.url) || turns.has(hint.url) || lost.some(({ url }) => url === hint.url))
        continue;
      if (table === undefined) {
        const words = bytewordsIdentifier(hint.server.data);
        tell(`a share names another server: ${hint.url} (${words})`);
      }
      begin(hint.url, () => meet({ ...hint, contact: contactAt(hint.url) }));
    }
  }

  /** Asks the person for one code after the other, until there is a quorum or nothing left to ask. */
  async function takeCodes(): Promise<void> {
    while (!quorum.signal.aborted) {
      const url = [...standings].find(([one, { state }]) => {
        return state === "asked" && !passedOver.has(one) && !turns.has(one);
      })?.[0];
      if (url === undefined) {
        if (turns.size === 0) return;
        await Promise.race([aborted(quorum.signal), ...turns.values()]);
        continue;
      }
      const code = await codeFor(url, {}, { signal: quorum.signal, table });
      if (quorum.signal.aborted) return;
      if (code !== undefined) begin(url, () => give(url, code));
      else {
        passedOver.add(url);
        begin(url, () => ask(url));
      }
    }
  }

  for (const { url, request, shares } of keeper.read().recovery?.places ?? []) {
    const code = request === undefined || shares !== undefined ? undefined : given.get(url);
    const contact = newContactAt(url);
    if (contact !== undefined) begin(url, () => change(url, contact, code));
    else begin(url, () => (code === undefined ? ask(url) : give(url, code)));
  }
  for (const place of lost) if (!turns.has(place.url)) begin(place.url, () => meet(place));
  const looking = setInterval(() => {
    for (const [url, { state }] of standings) {
      if (isTTY && state === "asked" && !turns.has(url)) begin(url, () => ask(url));
    }
  }, LOOK_INTERVAL).unref();
  if (isTTY) await takeCodes();
  else
    while (turns.size > 0 && !quorum.signal.aborted)
      await Promise.race([aborted(quorum.signal), ...turns.values()]);
  clearInterval(looking);

  if (quorum.signal.aborted) await Promise.race([Promise.all(turns.values()), after(GRACE)]);
  end.abort();
  await Promise.all(turns.values());
  if (table !== undefined) process.stderr.write("\r\u001b[K");
  for (const note of notes) tellNote(note);
  return failed;
}

function contactOf(keeper: ProfileKeeper, url: string): string | undefined {
  return keeper.read().recovery?.places.find((place) => place.url === url)?.contact;
}

function standingText(standing: RecoveryStanding): string {
  if (standing.state === "come")
    return standing.shares === 1 ? "its share has come" : `${standing.shares} shares have come`;
  if (standing.state === "waiting")
    return `confirmed; the account comes at ${standing.effective.toUTCString()}`;
  return "waits for its code, or its link for the key:";
}

/** How messages and pages name the new key of this server's account. */
function shortKeyAt(keeper: ProfileKeeper, url: string): string {
  const account = findAccount(keeper.read(), url);
  return account === undefined ? "" : shortIdentifier(keyOf(account).data);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
