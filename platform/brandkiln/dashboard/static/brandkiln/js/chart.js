// Losses over time, drawn by uPlot in the page's own colours.
import uPlot from "../vendor/uplot-1.6.32.min.js";

const TONES = ["--clay", "--cobalt", "--celadon", "--ochre", "--iron", "--soft"];
const HEIGHT = 260;
const FEW = 20;
const ON_THE_RIGHT = /perplexity$|_kid$|accuracy$|_strength$/; // a measure of another size than the losses has an axis of its own
const UNDRAWN = /per_second$/; // said in words beside the meter

const NAMES = JSON.parse(document.getElementById("curve-names")?.textContent ?? "{}"); // what people call the curves
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 2 });
const exact = new Intl.NumberFormat(document.documentElement.lang, { maximumSignificantDigits: 4 });

/** The range that shows all but the wildest hundredth of the values, so that one spike at the start hides nothing. */
function calmRange(plot, _low, _high, scale) {
  const drawn = plot.data.filter((_, index) => plot.series[index].scale === scale);
  const values = drawn.flat().filter(Number.isFinite).sort((a, b) => a - b);
  if (!values.length) return [0, 1];
  const spare = values.length < FEW ? 0 : Math.ceil(values.length / 100);
  const [low, high] = [values[spare], values[values.length - 1 - spare]];
  const margin = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - margin, high + margin];
}

function options(box, names) {
  const axis = () => ({
    stroke: colour("--faint"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  });
  return {
    width: box.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false }, y: { range: calmRange }, right: { range: calmRange } },
    axes: [
      { ...axis(), values: (_, ticks) => ticks.map((tick) => short.format(tick)) },
      { ...axis(), size: 56, values: (_, ticks) => ticks.map((tick) => short.format(tick)) },
      {
        ...axis(),
        scale: "right",
        side: 1,
        size: 56,
        show: names.some((name) => ON_THE_RIGHT.test(name)),
        grid: { show: false },
        values: (_, ticks) => ticks.map((tick) => short.format(tick)),
      },
    ],
    series: [
      { label: box.dataset.x ?? "" },
      ...names.map((name, index) => ({
        label: (NAMES[name] ?? name.replaceAll("_", " ")) + (ON_THE_RIGHT.test(name) ? " →" : ""),
        scale: ON_THE_RIGHT.test(name) ? "right" : "y",
        stroke: colour(TONES[index % TONES.length]),
        width: 1.75,
        spanGaps: true,
        points: { show: false },
        value: (_, value) => (value == null ? "–" : exact.format(value)),
      })),
    ],
  };
}

/** A chart that grows: `add(x, {loss: 0.4})`. Redrawn once per frame, and when the theme or the width changes. */
export class LossChart {
  #box;
  #points = new Map();
  #names = [];
  #plot;
  #drawn = "";
  #frame = 0;

  constructor(box) {
    this.#box = box;
    new ResizeObserver(() => this.#plot?.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
    const again = () => {
      this.#drawn = "";
      this.#soon();
    };
    new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  add(x, values) {
    const numbers = Object.entries(values).filter(
      ([name, value]) => Number.isFinite(value) && !UNDRAWN.test(name),
    );
    if (!numbers.length) return;
    for (const [name] of numbers) if (!this.#names.includes(name)) this.#names.push(name);
    this.#points.set(x, { ...this.#points.get(x), ...Object.fromEntries(numbers) });
    this.#soon();
  }

  #soon() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    const xs = [...this.#points.keys()].sort((a, b) => a - b);
    if (xs.length < 2) return;
    this.#box.closest("[hidden]")?.removeAttribute("hidden");
    const data = [xs, ...this.#names.map((name) => xs.map((x) => this.#points.get(x)[name] ?? null))];
    if (this.#drawn === this.#names.join()) {
      this.#plot.setData(data);
      return;
    }
    this.#plot?.destroy();
    this.#plot = new uPlot(options(this.#box, this.#names), data, this.#box);
    this.#drawn = this.#names.join();
  }
}

/** Draw every chart whose points stand in the page as JSON: `[[x, {name: value}], ...]`. */
export function drawAll() {
  for (const box of document.querySelectorAll("[data-chart]")) {
    const chart = new LossChart(box);
    for (const [x, values] of JSON.parse(document.getElementById(box.dataset.chart).textContent)) chart.add(x, values);
  }
}
