/** The shares that have come, for the wallet to scan: one after the other, and none before it is asked for. */
import { Envelope, hasQuorum } from "@bc/envelope";
import { printable } from "@bc/share-client";
import { elementNamed, setText } from "../dom.ts";
import { createPlayer } from "../player.ts";
import { fill } from "../texts.ts";
import type { RecoverPageTexts, RecoverTexts } from "./languages/index.ts";
import type { Place } from "./places.ts";

type Share = { readonly url: string; readonly envelope: Envelope };

export type SharesView = {
  readonly show: (places: readonly Place[]) => void;
};

export type SharesViewOptions = {
  readonly texts: RecoverPageTexts;
  /** Called when the person wants all to be forgotten. */
  readonly onEnd: () => void;
};

/** @param root the section of the shares. */
export function createSharesView(root: HTMLElement, { texts, onEnd }: SharesViewOptions): SharesView {
  const words = texts.recover.shares;
  const summary = elementNamed(root, "shares-text", HTMLElement);
  const handing = elementNamed(root, "handing", HTMLElement);
  const open = elementNamed(root, "show-shares", HTMLButtonElement);
  const shown = elementNamed(root, "shown", HTMLElement);
  const title = elementNamed(root, "share-title", HTMLElement);
  const from = elementNamed(root, "share-from", HTMLElement);
  const previous = elementNamed(root, "previous-share", HTMLButtonElement);
  const next = elementNamed(root, "next-share", HTMLButtonElement);
  const player = createPlayer(shown, texts);

  let shares: readonly Share[] = [];
  let current: number | undefined;

  const hide = () => {
    current = undefined;
    player.clear();
    shown.hidden = true;
    open.hidden = false;
  };

  const label = () => {
    if (current === undefined) return;
    setText(title, fill(words.nth, { number: current + 1, count: shares.length }));
    previous.disabled = current === 0;
    next.disabled = current === shares.length - 1;
  };

  const turnTo = (index: number) => {
    const share = shares[index];
    if (share === undefined) return;
    current = index;
    shown.hidden = false;
    open.hidden = true;
    setText(from, fill(words.from, { server: printable(share.url) }));
    label();
    player.show(share.envelope.ur(), `share-${index + 1}`);
    title.focus();
  };

  open.addEventListener("click", () => turnTo(0));
  previous.addEventListener("click", () => turnTo((current ?? 0) - 1));
  next.addEventListener("click", () => turnTo((current ?? 0) + 1));
  elementNamed(root, "hide-shares", HTMLButtonElement).addEventListener("click", () => {
    hide();
    open.focus();
  });

  const sure = elementNamed(root, "sure", HTMLDialogElement);
  elementNamed(root, "end", HTMLButtonElement).addEventListener("click", () => sure.showModal());
  elementNamed(sure, "keep", HTMLButtonElement).addEventListener("click", () => sure.close());
  elementNamed(sure, "forget-all", HTMLButtonElement).addEventListener("click", () => {
    sure.close();
    onEnd();
    setText(summary, words.ended);
  });

  return {
    show: (places) => {
      const come = sharesOf(places);
      const isAnew = come.length < shares.length;
      if (isAnew) hide();
      shares = isAnew ? come : inOrder(shares, come);
      handing.hidden = shares.length === 0;
      setText(summary, summaryOf(shares, words));
      label();
    },
  };
}

function sharesOf(places: readonly Place[]): readonly Share[] {
  return places.flatMap(({ url, standing }) =>
    standing.kind === "come"
      ? standing.shares.map((text) => ({ url, envelope: Envelope.fromURString(text) }))
      : [],
  );
}

/** Those that were there first: whoever scans one after the other must not lose count. */
function inOrder(before: readonly Share[], come: readonly Share[]): readonly Share[] {
  const urls = before.map(({ url }) => url);
  return [...before, ...come.filter(({ url }) => !urls.includes(url))];
}

function summaryOf(shares: readonly Share[], texts: RecoverTexts["shares"]): string {
  if (shares.length === 0) return texts.none;
  const isEnough = hasQuorum(shares.map(({ envelope }) => envelope));
  return `${fill(texts.count, { count: shares.length })} ${isEnough ? texts.enough : texts.notEnough}`;
}
