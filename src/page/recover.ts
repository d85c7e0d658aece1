/**
 * The recovery page: from a recovery sheet and a contact to the shares, for a wallet to scan.
 *
 * It is the one page that holds keys. It makes them when a server is asked, keeps them in its memory, and gives them out only
 * encrypted, in a file that the person saves. It never joins the shares.
 */
import { elementNamed } from "./dom.ts";
import { showNote } from "./note.ts";
import { createIntake } from "./recovery/intake.ts";
import type { RecoverPageTexts } from "./recovery/languages/index.ts";
import { createMemoryKeeper } from "./recovery/memory-keeper.ts";
import { createPlaces, type NewPlace } from "./recovery/places.ts";
import { createSaveView } from "./recovery/save-view.ts";
import { createServersView } from "./recovery/servers-view.ts";
import { createSharesView } from "./recovery/shares-view.ts";
import { fill, textsOfPage } from "./texts.ts";

const texts = textsOfPage<RecoverPageTexts>();
const { recover } = texts;
const serversSection = elementNamed(document, "servers", HTMLElement);

const keeper = createMemoryKeeper();
const places = createPlaces(keeper, { texts: recover, onChange: render });
const servers = createServersView(serversSection, { places, texts });
const saving = createSaveView(serversSection, { keeper, texts });
const shares = createSharesView(elementNamed(document, "shares", HTMLElement), { texts, onEnd: forgetAll });
const intake = createIntake(elementNamed(document, "sheet", HTMLElement), {
  texts,
  onSheet: (sheet) => {
    servers.showSheet(sheet);
    addPlaces(sheet.places.map((place) => ({ ...place, voucher: "sheet" })));
  },
  onAddresses: (urls) => addPlaces(urls.map((url) => ({ url }))),
  onSaved: (profile) => {
    void places.resume(profile);
    saving.noteSaved();
    servers.focus();
  },
});

function render(): void {
  servers.show();
  saving.show();
  shares.show(places.all());
}

function addPlaces(added: readonly NewPlace[]): void {
  void places.add(added);
  servers.focus();
}

function forgetAll(): void {
  places.clear();
  servers.clear();
  intake.clear();
}

// Back from the mail program, where a link may have been opened.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void places.look();
});
// The keys would be gone, and every server would have to be asked again.
addEventListener("beforeunload", (event) => {
  if (saving.hasUnsaved()) event.preventDefault();
});

showNote(elementNamed(document, "trust", HTMLElement), texts.kinds, {
  kind: "warning",
  text: fill(recover.trust, { host: location.host }),
});
elementNamed(document, "steps", HTMLElement).hidden = false;
