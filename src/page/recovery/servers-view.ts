/** The servers of the recovery, and the contact that they are asked for. */
import { printable, type RecoverySheet } from "@bc/share-client";
import { elementNamed, onSubmit, setText } from "../dom.ts";
import { showNote } from "../note.ts";
import { fill } from "../texts.ts";
import type { RecoverPageTexts } from "./languages/index.ts";
import { createPlaceView, type PlaceView } from "./place-view.ts";
import type { Place, Places } from "./places.ts";

export type ServersView = {
  /** Shows how all stand. */
  readonly show: () => void;
  /** Says what sheet they are from. */
  readonly showSheet: (sheet: RecoverySheet) => void;
  /** Brings the section to sight. */
  readonly focus: () => void;
  /** Forgets what was typed. */
  readonly clear: () => void;
};

/** @param root the section of the servers. */
export function createServersView(
  root: HTMLElement,
  { places, texts }: { readonly places: Places; readonly texts: RecoverPageTexts },
): ServersView {
  const title = elementNamed(root, "servers-title", HTMLElement);
  const list = elementNamed(root, "places", HTMLElement);
  const template = elementNamed(document, "place-template", HTMLTemplateElement);
  const sheetText = elementNamed(root, "sheet-text", HTMLElement);
  const form = elementNamed(root, "ask-form", HTMLFormElement);
  const contact = elementNamed(form, "contact", HTMLInputElement);
  const ownContacts = elementNamed(form, "own-contacts", HTMLInputElement);
  const status = elementNamed(form, "ask-status", HTMLElement);
  const views = new Map<string, PlaceView>();

  const viewOf = (url: string) => {
    const view = views.get(url) ?? createPlaceView(template, url, { places, texts });
    views.set(url, view);
    return view;
  };

  const show = () => {
    const all = places.all();
    for (const [url, { element }] of views) {
      if (all.some((place) => place.url === url)) continue;
      element.remove();
      views.delete(url);
    }
    for (const place of all) {
      const view = viewOf(place.url);
      view.show(place, ownContacts.checked);
      if (!view.element.isConnected) list.append(view.element);
    }
    elementNamed(root, "no-servers", HTMLElement).hidden = all.length > 0;
    elementNamed(root, "chosen", HTMLElement).hidden = all.length === 0;
    form.hidden = !all.some(isMet);
  };

  /** The server's own, where it has one. */
  const contactFor = ({ url }: Place) =>
    (ownContacts.checked && viewOf(url).contact()) || contact.value.trim();

  onSubmit(form, () => {
    const asked = places.all().filter(isMet);
    const isWhole = asked.every((place) => contactFor(place) !== "");
    showNote(status, texts.kinds, { kind: "bad", text: isWhole ? "" : texts.recover.servers.noContact });
    if (!isWhole) return contact.focus();
    for (const place of asked) void places.ask(place.url, contactFor(place));
  });
  ownContacts.addEventListener("change", show);

  return {
    show,
    showSheet: ({ name, date, quorum, places: named }) => {
      const values = { name: printable(name), date: printable(date), quorum: printable(quorum) };
      setText(sheetText, fill(texts.recover.sheet.read, values));
      if (named.some((place) => place.contact !== undefined)) ownContacts.checked = true;
    },
    focus: () => {
      title.focus({ preventScroll: true });
      title.scrollIntoView();
    },
    clear: () => {
      setText(sheetText, "");
      contact.value = "";
    },
  };
}

function isMet({ standing }: Place): boolean {
  return standing.kind === "met";
}
