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

/** Calls the listener in the place of what the browser would do with a form. */
export function onSubmit(form: HTMLFormElement, listener: () => void | Promise<void>): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void listener();
  });
}

/** Resolves when the browser has shown the changes so far: before work that holds it for a while. */
export function painted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Gives the user a text as a file. */
export function saveFile(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
