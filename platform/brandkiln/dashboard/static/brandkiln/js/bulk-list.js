// Thousands of rows of which only those in sight are elements; they are fetched a hundred at a time and drawn again in
// place, so that scrolling makes no new elements.
import { reach } from "./connection.js";

const HEIGHT = 44;
const CHUNK = 100;
const SPARE = 8;
const WAIT_MS = 80;
const STALE_MS = 1000;
const NO_ID = /0{8}-0{4}-0{4}-0{4}-0{12}/;

export class BulkList {
  #chunks = new Map();
  #elements = [];
  #active = -1;
  #age = 0;

  constructor(root, retry) {
    this.root = root;
    this.retry = retry;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.box = this.part("list");
    this.sheet = this.part("sheet");
    this.words = read("bulk-words");
    this.parts = read("bulk-parts");
    const first = read("bulk-first");
    this.total = first.total;
    this.#chunks.set(0, first.rows);
    this.whole = first.rows.length >= Math.min(CHUNK, this.total) ? 0 : CHUNK; // the first chunk is not whole yet
    this.#listen();
    this.#size();
    this.#draw();
  }

  /** Take rows that changed, and fetch anew what may have. */
  refresh(rows) {
    const state = this.part("state").value;
    for (const row of rows)
      for (const chunk of this.#chunks.values()) {
        const place = chunk.findIndex((known) => known.id === row.id);
        if (place >= 0) chunk[place] = row;
      }
    this.#draw();
    if (!state && rows.length && rows.length < 200) return; // nothing came or went, and all that changed is known
    clearTimeout(this.stale);
    this.stale = setTimeout(() => this.#reload(), STALE_MS);
  }

  #reload() {
    const kept = this.#chunks;
    this.#age += 1;
    this.#chunks = new Map();
    this.old = kept; // shown until the new ones are here
    this.#fetchMissing();
  }

  #listen() {
    this.box.addEventListener("scroll", () => {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        this.#draw();
      });
    }, { passive: true });
    new ResizeObserver(() => this.#draw()).observe(this.box);
    this.part("state").addEventListener("change", () => this.#restart());
    this.part("search").addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.#restart(), 250);
    });
    this.box.addEventListener("click", ({ target }) => {
      const element = target.closest(".bulk-row");
      if (element) this.#open(Number(element.dataset.index));
    });
    this.box.addEventListener("keydown", (event) => this.#key(event));
    this.part("detail").addEventListener("click", ({ target }) => {
      if (target.closest("[data-close]")) this.#close();
    });
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / HEIGHT) - 1);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.total, End: this.total, j: 1, k: -1 };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) {
      event.preventDefault();
      this.#activate(Math.min(this.total - 1, Math.max(0, this.#active + steps[event.key])));
    } else if (event.key === "Enter" && this.#active >= 0) this.#open(this.#active);
    else if (event.key === "Escape") this.#close();
    else if (event.key === "r" && this.#at(this.#active)?.state === "failed") this.retry(this.#at(this.#active));
  }

  #activate(index) {
    this.#active = index;
    const top = index * HEIGHT;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + HEIGHT > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + HEIGHT - this.box.clientHeight;
    this.#draw();
  }

  async #open(index) {
    this.#activate(index);
    const row = this.#at(index);
    if (!row) return;
    const answer = await reach(`${this.root.dataset.rows}${row.id}/`);
    if (!answer?.ok || this.#active !== index) return;
    const box = this.part("detail");
    box.innerHTML = await answer.text();
    box.classList.add("is-open");
  }

  #close() {
    this.part("detail").classList.remove("is-open");
    this.box.focus({ preventScroll: true });
  }

  #restart() {
    this.#chunks = new Map();
    this.old = undefined;
    this.#age += 1;
    this.#active = -1;
    this.box.scrollTop = 0;
    this.whole = 0;
    this.total = CHUNK;
    this.#fetchMissing();
  }

  #at(index) {
    const chunk = Math.floor(index / CHUNK);
    return this.#chunks.get(chunk)?.[index % CHUNK] ?? this.old?.get(chunk)?.[index % CHUNK];
  }

  #size() {
    this.sheet.style.height = `${this.total * HEIGHT}px`;
    this.box.style.maxHeight = `${Math.max(3, this.total) * HEIGHT + 2}px`; // as high as its rows, where they are few
    this.box.setAttribute("aria-rowcount", this.total);
    this.part("none").hidden = this.total > 0;
    this.part("none").textContent = this.root.dataset.none;
  }

  #range() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / HEIGHT) - SPARE);
    return [first, Math.min(this.total, Math.ceil((this.box.scrollTop + this.box.clientHeight) / HEIGHT) + SPARE)];
  }

  #draw() {
    const [first, end] = this.#range();
    const template = this.root.querySelector('template[data-part="row"]').content.firstElementChild;
    while (this.#elements.length < end - first) {
      const element = template.cloneNode(true);
      this.#elements.push(element);
      this.sheet.append(element);
    }
    this.#elements.forEach((element, place) => {
      const index = first + place;
      element.hidden = index >= end;
      if (!element.hidden) this.#fill(element, index);
    });
    this.box.toggleAttribute("data-busy", !this.#at(first));
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#fetchMissing(), WAIT_MS);
  }

  #fill(element, index) {
    const row = this.#at(index);
    const key = row ? `${index} ${row.id} ${row.state} ${row.text} ${row.score}` : `${index}`;
    element.classList.toggle("is-active", index === this.#active);
    if (index === this.#active) this.box.setAttribute("aria-activedescendant", element.id);
    if (element.dataset.key === key) return;
    element.dataset.key = key;
    element.dataset.index = index;
    element.id = `row-${index}`;
    element.style.transform = `translateY(${index * HEIGHT}px)`;
    element.setAttribute("aria-rowindex", index + 1);
    const [dot, number, title, text, score] = element.children;
    dot.className = `bulk-dot ${row ? `is-${row.state}` : ""}`;
    dot.title = row ? this.words[row.state] : "";
    dot.setAttribute("aria-label", dot.title);
    number.textContent = row ? row.position + 1 : "";
    title.textContent = row ? row.title : "";
    text.replaceChildren();
    if (!row) return score.replaceChildren();
    if (Object.keys(this.parts).length > 1) text.append(Object.assign(document.createElement("b"), { textContent: `${this.parts[row.part]} ` }));
    if (row.picture) {
      const src = this.root.dataset.file.replace(NO_ID, row.asset);
      text.append(Object.assign(new Image(32, 32), { src, alt: "", loading: "lazy", decoding: "async" }));
    } else text.append(row.text || this.words[row.state]);
    text.classList.toggle("is-bad", ["failed", "faulty"].includes(row.state));
    score.textContent = row.score ? `${row.score[0]}/${row.score[1]}` : "";
    score.title = row.score ? this.root.dataset.rules : "";
  }

  async #fetchMissing() {
    const [first, end] = this.#range();
    const age = this.#age;
    for (let chunk = Math.floor(first / CHUNK); chunk <= Math.floor(Math.max(first, end - 1) / CHUNK); chunk += 1) {
      const isHere = this.#chunks.has(chunk) && !(chunk === 0 && this.whole && end > this.#chunks.get(0).length);
      if (isHere || this.asking?.has(chunk)) continue;
      (this.asking ??= new Set()).add(chunk);
      try {
        await this.#fetch(chunk, age);
      } finally {
        this.asking.delete(chunk);
      }
    }
  }

  async #fetch(chunk, age) {
    const asked = new URLSearchParams({ from: chunk * CHUNK, count: CHUNK, state: this.part("state").value, q: this.part("search").value });
    const answer = await fetch(`${this.root.dataset.rows}?${asked}`).catch(() => null);
    if (!answer?.ok) return; // once the studio is there again, they are asked for anew
    const found = await answer.json();
    if (age !== this.#age) return this.#draw();
    this.#chunks.set(chunk, found.rows);
    if (chunk === 0) this.whole = 0;
    if (found.total !== this.total) {
      this.total = found.total;
      this.#size();
    }
    this.#draw();
  }
}

const read = (id) => JSON.parse(document.getElementById(id).textContent);
