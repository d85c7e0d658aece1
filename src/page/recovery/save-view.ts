/** Saving a recovery that is under way, for another day or another device. */
import { elementNamed, onSubmit, painted, saveFile } from "../dom.ts";
import { type Note, showNote } from "../note.ts";
import type { RecoverPageTexts } from "./languages/index.ts";
import type { MemoryKeeper } from "./memory-keeper.ts";
import { lockRecovery } from "./saved-recovery.ts";

/** Characters of a passphrase, at least. */
const MIN_PASSPHRASE = 8;

export type SaveView = {
  /** Offers to save as soon as there are keys. */
  readonly show: () => void;
  /** The recovery is in a file: it came from there. */
  readonly noteSaved: () => void;
  /** Whether there are keys that are in no file. */
  readonly hasUnsaved: () => boolean;
};

/** @param root the section of the servers. */
export function createSaveView(
  root: HTMLElement,
  { keeper, texts }: { readonly keeper: MemoryKeeper; readonly texts: RecoverPageTexts },
): SaveView {
  const box = elementNamed(root, "save", HTMLElement);
  const form = elementNamed(box, "save-form", HTMLFormElement);
  const passphrase = elementNamed(form, "passphrase", HTMLInputElement);
  const again = elementNamed(form, "passphrase-again", HTMLInputElement);
  const status = elementNamed(form, "save-status", HTMLElement);
  const words = texts.recover.saving;
  const say = (kind: Note["kind"], text: string) => showNote(status, texts.kinds, { kind, text });
  let saved: readonly string[] = [];

  const keys = () => keeper.read().accounts.map((account) => account.keys);
  const noteSaved = () => {
    saved = keys();
  };

  onSubmit(form, async () => {
    const isLong = passphrase.value.length >= MIN_PASSPHRASE;
    const isSame = passphrase.value === again.value;
    if (!isLong || !isSame) return say("bad", isLong ? words.different : words.tooShort);
    say("info", words.working);
    await painted();
    saveFile(`${lockRecovery(keeper.read(), passphrase.value).urString()}\n`, "recovery.ur");
    noteSaved();
    passphrase.value = again.value = "";
    say("good", words.saved);
  });

  return {
    show: () => {
      box.hidden = keys().length === 0;
    },
    noteSaved,
    hasUnsaved: () => keys().some((one) => !saved.includes(one)),
  };
}
