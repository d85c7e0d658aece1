/** The elements that the markup names with `data-part`. */

/** @throws {TypeError} when the markup has no such element: script and markup do not belong together. */
export function elementNamed<E extends Element>(
  root: ParentNode,
  name: string,
  kind: abstract new () => E,
): E {
  const found = root.querySelector(`[data-part="${name}"]`);
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${name}`);
  return found;
}

/** Sets a text only when it changes, so that screen readers do not say it again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
