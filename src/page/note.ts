/** Notes of the page. Whether one is an error, a warning or a success shows by its colour, its icon and its first word. */
import type { Texts } from "./languages/index.ts";

export type Note = {
  readonly kind: "info" | "good" | "warning" | "bad";
  readonly text: string;
};

const NONE: Note = { kind: "info", text: "" };

/** Shows a note in its place, or none. Only a change is shown, so that screen readers do not say it again. */
export function showNote(place: HTMLElement, words: Texts["kinds"], note?: Note): void {
  const { kind, text } = note === undefined || note.text === "" ? NONE : note;
  const word = kind === "info" ? "" : `${words[kind]}: `;
  if (place.textContent === word + text && place.dataset["kind"] === kind) return;
  place.dataset["kind"] = kind;
  const first = document.createElement("strong");
  first.textContent = word;
  place.replaceChildren(...(word === "" ? [] : [first]), text);
}
