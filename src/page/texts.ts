/** The page's texts as its script has them: the markup brings them along, in the language that the browser asked for. */
import { elementNamed } from "./dom.ts";
import type { Texts } from "./languages/index.ts";

/** @throws {TypeError} when the markup has none. */
export function textsOfPage<PageTexts = Texts>(): PageTexts {
  return JSON.parse(elementNamed(document, "texts", HTMLScriptElement).text);
}

/** The text with each `{name}` replaced. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** `327 bytes`, `4.1 kB`, as the page's language writes it. */
export function formatSize(bytes: number): string {
  const [amount, unit] = bytes < 1000 ? [bytes, "byte"] : [bytes / 1000, "kilobyte"];
  const unitDisplay = unit === "byte" ? "long" : "short";
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit,
    unitDisplay,
    maximumFractionDigits: 1,
  }).format(amount);
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

/** `7 minutes`, `3 hours`, `2 days`, as the page's language writes it. @param milliseconds in either direction. */
export function formatDuration(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  const [unit, size] =
    length < 2 * HOUR ? ["minute", MINUTE] : length < 2 * DAY ? ["hour", HOUR] : ["day", DAY];
  const { lang } = document.documentElement;
  return new Intl.NumberFormat(lang, { style: "unit", unit: String(unit), unitDisplay: "long" }).format(
    Math.round(length / Number(size)),
  );
}
