/** One server of a recovery on the page: who it is, how it stands, and what is to be done there. */
import { bytewordsIdentifier } from "@bc/envelope";
import { LIFEHASH_SIZE, lifeHash, printable } from "@bc/share-client";
import { elementNamed, onSubmit, setText } from "../dom.ts";
import { type Note, showNote } from "../note.ts";
import { fill } from "../texts.ts";
import { dateText } from "./failure.ts";
import type { RecoverPageTexts, RecoverTexts } from "./languages/index.ts";
import type { Place, Places, Standing } from "./places.ts";

export type PlaceView = {
  readonly element: HTMLElement;
  /** @param withContact whether the server is to have a contact of its own. */
  readonly show: (place: Place, withContact: boolean) => void;
  /** The contact that was typed for this server alone. */
  readonly contact: () => string;
};

/** @param template the element that holds the markup of a place. */
export function createPlaceView(
  template: HTMLTemplateElement,
  url: string,
  { places, texts: page }: { readonly places: Places; readonly texts: RecoverPageTexts },
): PlaceView {
  const texts = page.recover;
  const say = (place: HTMLElement, kind: Note["kind"], text: string) =>
    showNote(place, page.kinds, { kind, text });
  const copy = document.importNode(template.content, true);
  const element = elementNamed(copy, "place", HTMLElement);
  const picture = elementNamed(element, "lifehash", HTMLCanvasElement);
  const words = elementNamed(element, "words", HTMLElement);
  const voucher = elementNamed(element, "voucher", HTMLElement);
  const standing = elementNamed(element, "standing", HTMLElement);
  const more = elementNamed(element, "more", HTMLElement);
  const own = elementNamed(element, "own-contact", HTMLElement);
  const contact = elementNamed(element, "own-contact-field", HTMLInputElement);
  const form = elementNamed(element, "code-form", HTMLFormElement);
  const code = elementNamed(element, "code", HTMLInputElement);
  const confirm = elementNamed(element, "confirm", HTMLButtonElement);
  const codeStatus = elementNamed(element, "code-status", HTMLElement);
  const again = elementNamed(element, "again", HTMLButtonElement);
  const takeBack = elementNamed(element, "take-back", HTMLButtonElement);

  for (const name of ["address", "own-contact-label", "code-label"]) {
    const label = elementNamed(element, name, HTMLElement);
    setText(label, fill(label.textContent, { server: printable(url) }));
  }

  onSubmit(form, async () => {
    if (code.value.trim() === "") return code.focus();
    confirm.disabled = true;
    say(codeStatus, "info", texts.standing.confirming);
    const failure = await places.confirm(url, code.value.trim());
    confirm.disabled = false;
    say(codeStatus, "bad", failure?.text ?? "");
    if (failure === undefined) code.value = "";
    else code.select();
  });
  again.addEventListener("click", () => void places.again(url));
  takeBack.addEventListener("click", () => void places.takeBack(url));

  const show = (place: Place, withContact: boolean) => {
    const { kind } = place.standing;
    element.dataset["kind"] = kind;
    // Of a server that is not the one meant, the picture of the one meant would say the opposite.
    const isShown = place.server !== undefined && kind !== "failed" && kind !== "meeting";
    picture.hidden = words.hidden = voucher.hidden = !isShown;
    if (isShown && place.server !== undefined) {
      const { data } = place.server;
      picture.getContext("2d")?.putImageData(new ImageData(lifeHash(data), LIFEHASH_SIZE), 0, 0);
      setText(words, bytewordsIdentifier(data));
      setText(voucher, kind === "met" ? texts.servers[place.voucher ?? "unpinned"] : "");
    }
    const [first, second] = standingText(place, texts);
    if (place.trouble === undefined) say(standing, NOTES[kind] ?? "info", first);
    else say(standing, "warning", place.trouble);
    setText(more, second);
    own.hidden = kind !== "met" || !withContact;
    if (contact.value === "" && place.contact !== undefined) contact.value = place.contact;
    form.hidden = kind !== "asked";
    const remedy = place.standing.kind === "failed" ? place.standing.failure.remedy : undefined;
    takeBack.hidden = kind !== "asked" && remedy !== "contact";
    again.hidden = remedy !== "again" && remedy !== "passing";
  };

  return { element, show, contact: () => contact.value.trim() };
}

/** Of what kind the note is that says how a server stands. Default: plain. */
const NOTES: Partial<Record<Standing["kind"], Note["kind"]>> = { failed: "bad", come: "good" };

/** How a server stands, and what more there is to know. */
function standingText(place: Place, { servers, standing }: RecoverTexts): readonly [string, string] {
  const now = place.standing;
  switch (now.kind) {
    case "meeting":
      return [servers.meeting, ""];
    case "met": {
      const kind = Object.entries(servers.kinds).find(([name]) => name === place.contactKind)?.[1];
      return ["", kind === undefined ? "" : fill(servers.kindOnSheet, { kind })];
    }
    case "failed":
      return [now.failure.text, ""];
    case "asking":
      return [standing.asking, ""];
    case "asked":
      return [
        fill(standing.asked, { contact: printable(place.contact ?? "") }),
        fill(standing.askedMore, { key: place.key ?? "" }),
      ];
    case "waiting":
      return [fill(standing.waiting, { date: dateText(now.effective) }), standing.waitingMore];
    case "come": {
      const count = now.shares.length;
      if (count === 0) return [standing.cameEmpty, ""];
      return [count === 1 ? standing.cameOne : fill(standing.came, { count }), ""];
    }
  }
}
