// Follows one job through its event stream, which comes back by itself and says which event it saw last,
// so nothing is missed and nothing is shown twice.
import { LossChart } from "./chart.js";
import { inWords } from "./durations.js";
import { Film } from "./film.js";
import { Stream } from "./streams.js";

const STALE_TRIES = 5;
const REFRESH_MS = 250;
const NO_ID = /0{8}-0{4}-0{4}-0{4}-0{12}/;

/** The parts of a job page that events change. */
class JobPage {
  constructor(root) {
    this.root = root;
    this.chart = new LossChart(root.querySelector("[data-losses]"));
    this.measures = new LossChart(root.querySelector("[data-measures]"));
    this.film = new Film(root.querySelector("[data-film]"));
    this.quarter = 0;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
  }

  state({ state, message }) {
    if (state && state !== this.root.dataset.state) {
      this.root.dataset.state = state;
      this.refresh();
    }
    if (message) this.say(message);
  }

  progress({ done, total, message, metrics }) {
    const meter = this.part("meter");
    if (total) {
      meter.max = total;
      meter.value = done;
      this.part("percent").textContent = `${Math.floor((100 * done) / total)} %`;
      const quarter = Math.floor((4 * done) / total);
      if (quarter > this.quarter && quarter < 4) this.announce(`${25 * quarter} %`);
      this.quarter = quarter;
    }
    this.say(message || `${done.toLocaleString()} / ${total.toLocaleString()}`);
    // What comes before or after the training counts in other units, towards another total.
    if (metrics && Object.keys(metrics).length) this.total ??= total;
    if (total === this.total) this.chart.add(done, metrics);
  }

  /** Let the time go on for which the job has been running. */
  tick() {
    const clock = this.root.querySelector("[data-since]");
    const seconds = clock ? Date.now() / 1000 - Number(clock.dataset.since) : 0;
    if (seconds >= 1) clock.textContent = inWords(seconds, "short");
  }

  measure({ done, metrics }) {
    this.measures.add(done, metrics);
  }

  preview({ artifact, text, name, index }) {
    const caption = (artifact ? text : name) || `${index + 1}`;
    const src = artifact && this.root.dataset.file.replace(NO_ID, artifact);
    this.film.add({ src, text, caption });
  }

  text({ index, text }) {
    if (this.root.dataset.state === "succeeded") return; // the finished texts are among the results
    const streams = this.part("streams");
    if (streams.closest("[hidden]")) this.announce(this.root.dataset.sayWriting);
    streams.closest("[hidden]")?.removeAttribute("hidden");
    let variant = streams.querySelector(`[data-variant="${index}"] p`);
    if (!variant) {
      const box = streams.querySelector("template").content.firstElementChild.cloneNode(true);
      box.dataset.variant = index;
      box.querySelector("[data-number]").textContent = index + 1;
      streams.append(box);
      variant = box.querySelector("p");
    }
    variant.append(text);
  }

  log({ line }) {
    const log = this.part("log");
    const follows = log.scrollTop + log.clientHeight > log.scrollHeight - 40;
    log.append(`${line}\n`);
    this.part("log-count").textContent = Number(this.part("log-count").textContent) + 1;
    if (follows) log.scrollTop = log.scrollHeight;
  }

  /** Tell a screen reader: quarters, beginnings and ends, not each of a hundred tokens and steps. */
  announce(text) {
    this.part("said").textContent = text;
  }

  say(message) {
    this.part("message").textContent = message;
  }

  /** Take the server's drawing of whatever depends on the state; asked for often, it is fetched once. */
  refresh() {
    this.soon ??= setTimeout(async () => {
      this.soon = undefined;
      const answer = await fetch(this.root.dataset.status).catch(() => null);
      if (!answer?.ok) return; // the next event asks again
      const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const box of this.root.querySelectorAll("[data-by-state]"))
        box.replaceChildren(...drawn.querySelector(`[data-by-state="${box.dataset.byState}"]`).childNodes);
    }, REFRESH_MS);
  }
}

export function follow() {
  const root = document.querySelector("[data-job]");
  const page = new JobPage(root);
  let tries = 0;
  const source = new Stream(root.dataset.job, (isLost) => {
    tries = isLost ? tries + 1 : 0;
    if (tries <= STALE_TRIES) return;
    page.say(root.dataset.lost);
    if (tries === STALE_TRIES + 1) page.announce(root.dataset.lost);
  });
  const hear = (type, act) => source.on(type, (event) => act.call(page, JSON.parse(event.data)));
  const clock = setInterval(() => page.tick(), 1000);

  hear("state", page.state);
  hear("progress", page.progress);
  hear("measure", page.measure);
  hear("notice", page.refresh);
  hear("preview", page.preview);
  hear("text", page.text);
  hear("log", page.log);
  hear("sample", page.refresh);
  hear("saved", page.refresh);
  hear("end", ({ state }) => {
    source.close();
    clearInterval(clock);
    root.classList.remove("is-live");
    root.dataset.state = state;
    page.part("live").hidden = true;
    page.announce(root.dataset[`say${state[0].toUpperCase()}${state.slice(1)}`]);
    if (state === "succeeded") page.part("streams").closest("section").hidden = true;
    page.refresh();
  });
}
