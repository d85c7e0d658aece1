/** What the person brings: a recovery sheet, the servers' addresses, or a recovery that was saved. */
import { Envelope } from "@bc/envelope";
import {
  type Profile,
  printable,
  type RecoverySheet,
  readRecoverySheet,
  serverAddress,
} from "@bc/share-client";
import type { UR } from "#bc/ur";
import { elementNamed, onSubmit, painted } from "../dom.ts";
import { type Note, showNote } from "../note.ts";
import { createPictureReader } from "../read-picture.ts";
import { createReader } from "../reader.ts";
import { loadWordLists } from "../secrets/word-lists.ts";
import { fill } from "../texts.ts";
import type { RecoverPageTexts } from "./languages/index.ts";
import { isLocked, unlockRecovery } from "./saved-recovery.ts";

export type IntakeOptions = {
  readonly texts: RecoverPageTexts;
  readonly onSheet: (sheet: RecoverySheet) => void;
  readonly onAddresses: (urls: readonly string[]) => void;
  readonly onSaved: (profile: Profile) => void;
};

export type Intake = {
  /** Forgets what was read. */
  readonly clear: () => void;
};

/** @param root the section of the sheet. */
export function createIntake(root: HTMLElement, options: IntakeOptions): Intake {
  const { sheet: words, saving } = options.texts.recover;
  const status = elementNamed(root, "sheet-status", HTMLElement);
  const unlockForm = elementNamed(root, "unlock-form", HTMLFormElement);
  const passphrase = elementNamed(unlockForm, "unlock-passphrase", HTMLInputElement);
  const unlockStatus = elementNamed(unlockForm, "unlock-status", HTMLElement);
  const addresses = elementNamed(root, "addresses", HTMLTextAreaElement);
  const addressesStatus = elementNamed(root, "addresses-status", HTMLElement);

  const say = (place: HTMLElement, kind: Note["kind"], text = "") =>
    showNote(place, options.texts.kinds, { kind, text });

  /** A saved recovery that waits for its passphrase. */
  let locked: Envelope | undefined;

  const setLocked = (envelope: Envelope | undefined) => {
    locked = envelope;
    passphrase.value = "";
    say(unlockStatus, "info");
    unlockForm.hidden = envelope === undefined;
  };

  const onMessage = (ur: UR) => {
    const envelope = readable(() => Envelope.fromURString(ur.toString()));
    const sheet = envelope && readable(() => readRecoverySheet(envelope));
    const isSaved = envelope !== undefined && isLocked(envelope);
    setLocked(isSaved ? envelope : undefined);
    say(status, "bad", isSaved || sheet !== undefined ? "" : words.notASheet);
    if (isSaved) passphrase.focus();
    if (sheet !== undefined) options.onSheet(sheet);
  };

  const reader = createReader(root, createPictureReader("page/decoder.js"), {
    texts: readerTexts(options.texts),
    lists: loadWordLists("page/words.json"),
    onMessage,
  });
  // The file of a sheet is a page.
  elementNamed(root, "file", HTMLInputElement).accept += ",text/html,.html";

  onSubmit(unlockForm, async () => {
    const asked = locked;
    if (asked === undefined) return;
    say(unlockStatus, "info", saving.opening);
    await painted();
    const opened = unlockRecovery(asked, passphrase.value);
    if (opened === "wrong-passphrase") say(unlockStatus, "bad", saving.wrongPassphrase);
    else if (opened === "not-a-recovery") say(unlockStatus, "bad", saving.notAFile);
    else {
      setLocked(undefined);
      options.onSaved(opened);
    }
  });

  onSubmit(elementNamed(root, "addresses-form", HTMLFormElement), () => {
    const typed = addresses.value.split(/[\s,;]+/).filter((text) => text !== "");
    const urls = typed.map((text) => serverAddress(/^[a-z]+:/i.test(text) ? text : `https://${text}`));
    const wrong = typed.find((_, index) => urls[index] === undefined);
    if (wrong !== undefined)
      return say(addressesStatus, "bad", fill(words.badAddress, { text: printable(wrong) }));
    say(addressesStatus, "bad", typed.length === 0 ? words.noAddress : "");
    options.onAddresses(urls.filter((url) => url !== undefined));
  });

  return {
    clear: () => {
      reader.clear();
      setLocked(undefined);
      addresses.value = "";
    },
  };
}

/** What the reader says, where the exchange page speaks of requests. */
function readerTexts({ recover: { sheet }, ...common }: RecoverPageTexts): Omit<RecoverPageTexts, "recover"> {
  return {
    ...common,
    reader: { ...common.reader, notAUr: sheet.notASheet, otherType: sheet.otherType },
    secrets: { ...common.secrets, advice: sheet.neverASecret },
  };
}

function readable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
