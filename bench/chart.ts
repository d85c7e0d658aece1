/** Curves as SVG, for the documentation: readable on a light and on a dark page, and a few hundred bytes a curve. */

export type Series = {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
};

export type Axis = {
  readonly title: string;
  /** Where lines stand, and numbers beside them. The first and the last bound the chart. */
  readonly ticks: readonly number[];
  /** Whether equal distances are equal factors. Default: equal differences. */
  readonly logarithmic?: boolean;
};

const [WIDTH, HEIGHT] = [720, 380];
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 150, 36, 50];
/** Of Okabe and Ito, whom colour-blind readers can tell apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

/** From 0 to at least `most`, in four to ten steps that are easy to read. */
export function ticksTo(most: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [power / 5, power / 2, power].find((size) => most / size <= 8) ?? 2 * power;
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** An SVG document. @param title for those who cannot see it. */
export function chart(title: string, x: Axis, y: Axis, series: readonly Series[]): string {
  const across = scale(x, LEFT, WIDTH - RIGHT);
  const up = scale(y, HEIGHT - BOTTOM, TOP);
  const lines = [
    ...x.ticks.map((tick) => {
      const at = across(tick);
      return `${line(at, up(first(y)), at, up(last(y)))}${text(at, HEIGHT - BOTTOM + 18, written(tick), "middle")}`;
    }),
    ...y.ticks.map((tick) => {
      const at = up(tick);
      return `${line(across(first(x)), at, across(last(x)), at)}${text(LEFT - 8, at + 4, written(tick), "end")}`;
    }),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x.title, "middle"),
    text(LEFT - 8, TOP - 16, y.title, "end"),
    ...series.flatMap(({ name, points }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? "";
      const places = points.map(([a, b]) => [across(a), up(b)] as const);
      const [endX, endY] = places.at(-1) ?? [0, 0];
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((place) => place.map(short).join(",")).join(" ")}"/>`,
        `<text x="${short(endX + 8)}" y="${short(endY + 4)}" fill="${colour}">${name}</text>`,
      ];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">\n<title>${title}</title>\n${lines.join("\n")}\n</svg>\n`;
}

function scale({ ticks, logarithmic = false }: Axis, from: number, to: number): (value: number) => number {
  const place = logarithmic ? Math.log10 : (value: number) => value;
  const [low, high] = [place(ticks[0] ?? 0), place(ticks.at(-1) ?? 1)];
  return (value) => from + ((place(value) - low) / (high - low)) * (to - from);
}

function first({ ticks }: Axis): number {
  return ticks[0] ?? 0;
}

function last({ ticks }: Axis): number {
  return ticks.at(-1) ?? 1;
}

/** Grey, which stands out from white and from black. */
function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<path stroke="#8886" d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}"/>`;
}

function text(x: number, y: number, content: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${short(x)}" y="${short(y)}" fill="#888" text-anchor="${anchor}">${content}</text>`;
}

function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function written(value: number): string {
  return value >= 10_000 ? value.toExponential(0).replace("e+", "e") : String(value);
}
