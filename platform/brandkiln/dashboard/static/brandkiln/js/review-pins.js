// Pinning comments: mark words or a region, then write; places and threads point at each other.
import { reach } from "./connection.js";
import { toast } from "./toasts.js";

const STEP = 0.02;

const letters = (text) => [...text].length; // characters as the server counts them, not UTF-16 units

/** Return where the marked words stand in the text that is reviewed, or null. */
function marked(root) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const text = root.querySelector("[data-review-text]");
  if (!text?.contains(range.commonAncestorContainer)) return null;
  const [start, end] = [at(range.startContainer, range.startOffset), at(range.endContainer, range.endOffset)];
  if (start === null || end === null || end <= start) return null;
  return { kind: "passage", start, end, quote: "", shown: selection.toString() };
}

function at(node, offset) {
  const part = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest("[data-start]");
  if (!part) return null;
  const before = document.createRange();
  before.setStart(part, 0);
  before.setEnd(node, offset);
  return Number(part.dataset.start) + letters(before.toString());
}

export class Pins {
  #bubble = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary btn-sm review-bubble", hidden: true });
  #drawn;

  /** @param changed Called with a piece's key and its card anew after a comment was kept. */
  constructor(root, changed = () => {}) {
    this.root = root;
    this.changed = changed;
    root.append(this.#bubble);
    this.#bubble.addEventListener("click", () => this.comment());
    document.addEventListener("selectionchange", () => this.#offer());
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("submit", (event) => this.#submit(event));
    root.addEventListener("pointerdown", (event) => this.#draw(event));
    root.addEventListener("keydown", (event) => this.#move(event));
    this.prepare();
  }

  get card() {
    return this.root.querySelector("[data-piece]");
  }

  /** Put the regions of the picture in their places. */
  prepare() {
    for (const region of this.root.querySelectorAll("[data-region]")) place(region, region.dataset.region.split(" ").map(Number));
    if (this.card) this.#bubble.textContent = this.card.dataset.sayComment;
  }

  /** Begin a comment, on the marked words where there are some. */
  comment() {
    const found = marked(this.root);
    if (found) this.#pin(found, `“${found.shown}”`);
    this.#bubble.hidden = true;
    const field = this.root.querySelector("[data-new-comment] textarea");
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  }

  #offer() {
    const found = marked(this.root);
    this.#bubble.hidden = !found;
    if (!found) return;
    const box = getSelection().getRangeAt(0).getBoundingClientRect();
    this.#bubble.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 190))}px`;
    this.#bubble.style.top = `${Math.min(box.bottom + 8, innerHeight - 60)}px`;
  }

  #pin(found, shown) {
    const form = this.root.querySelector("[data-new-comment]");
    const { shown: _, ...place } = found;
    form.elements.namedItem("place").value = JSON.stringify(place);
    form.querySelector("[data-pinned-text]").textContent = shown;
    form.querySelector("[data-pinned]").hidden = false;
  }

  #unpin() {
    const form = this.root.querySelector("[data-new-comment]");
    form.elements.namedItem("place").value = "";
    form.querySelector("[data-pinned]").hidden = true;
    this.#drawn?.remove();
    this.#drawn = undefined;
  }

  #click(event) {
    const mark = event.target.closest("[data-marks]");
    if (mark && getSelection().isCollapsed) this.#show(mark.dataset.marks.split(" ")[0], "thread");
    const number = event.target.closest("[data-show-thread]");
    if (number) this.#show(number.dataset.showThread, "place");
    if (event.target.closest("[data-unpin]")) this.#unpin();
    const opener = event.target.closest("[data-mark-region]");
    if (opener) this.#toggle(opener);
  }

  #show(key, what) {
    for (const lit of this.root.querySelectorAll(".is-lit")) lit.classList.remove("is-lit");
    const marks = [...this.root.querySelectorAll("[data-marks]")].filter((one) => one.dataset.marks.split(" ").includes(key));
    const thread = this.root.querySelector(`[data-thread="${key}"]`);
    for (const one of [...marks, thread]) one?.classList.add("is-lit");
    const target = what === "thread" ? thread : marks[0];
    target?.scrollIntoView({ block: "center" });
    if (what === "thread") thread?.focus({ preventScroll: true });
  }

  // A region is dragged, or moved by arrows from the middle.
  #toggle(opener) {
    const isOn = opener.getAttribute("aria-pressed") !== "true";
    opener.setAttribute("aria-pressed", String(isOn));
    this.root.querySelector("[data-region-help]").hidden = !isOn;
    const picture = this.root.querySelector("[data-review-picture]");
    picture.classList.toggle("is-marking", isOn);
    if (!isOn) return this.#unpin();
    this.#drawn ??= picture.appendChild(Object.assign(document.createElement("span"), { className: "review-drawn", tabIndex: 0 }));
    this.#drawn.setAttribute("role", "img");
    this.#drawn.setAttribute("aria-label", this.card.dataset.sayRegion);
    this.#set([0.35, 0.35, 0.3, 0.3]);
    this.#drawn.focus({ preventScroll: true });
  }

  #set(sides) {
    this.sides = sides;
    place(this.#drawn, sides);
    const [left, top, width, height] = sides;
    this.#pin({ kind: "region", left, top, width, height }, this.card.dataset.sayRegion);
  }

  #draw(event) {
    const picture = event.target.closest(".is-marking");
    if (!picture || !this.#drawn) return;
    event.preventDefault();
    const box = picture.querySelector("img").getBoundingClientRect();
    const inside = (one) => [(one.clientX - box.left) / box.width, (one.clientY - box.top) / box.height].map((side) => Math.min(1, Math.max(0, side)));
    const [x, y] = inside(event);
    const drag = (one) => {
      const [to, down] = inside(one);
      this.#set([Math.min(x, to), Math.min(y, down), Math.max(0.01, Math.abs(to - x)), Math.max(0.01, Math.abs(down - y))]);
    };
    const end = () => {
      picture.removeEventListener("pointermove", drag);
      this.#done();
    };
    picture.setPointerCapture(event.pointerId);
    picture.addEventListener("pointermove", drag);
    picture.addEventListener("pointerup", end, { once: true });
  }

  #move(event) {
    if (event.target !== this.#drawn) return;
    const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ?? [];
    if (event.key === "Enter") this.#done();
    else if (across === undefined) return;
    else {
      const [left, top, width, height] = this.sides;
      const fit = (side, size) => Math.min(1 - size, Math.max(0, side));
      if (event.shiftKey) this.#set([left, top, Math.min(1 - left, Math.max(STEP, width + across * STEP)), Math.min(1 - top, Math.max(STEP, height + down * STEP))]);
      else this.#set([fit(left + across * STEP, width), fit(top + down * STEP, height), width, height]);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #done() {
    const opener = this.root.querySelector("[data-mark-region]");
    opener.setAttribute("aria-pressed", "false");
    this.root.querySelector("[data-review-picture]").classList.remove("is-marking");
    this.root.querySelector("[data-region-help]").hidden = true;
    this.root.querySelector("[data-new-comment] textarea").focus();
  }

  async #submit(event) {
    const form = event.target.closest("[data-comment-form]");
    if (!form) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    const answer = await reach(form.action, { method: "POST", body, headers: { "X-Part": "piece" } });
    if (!answer) return; // what was written stays
    const html = await answer.text();
    const card = document.createRange().createContextualFragment(html).querySelector("[data-piece]");
    if (!card) return toast(this.card.dataset.sayFailed); // somebody signed out, took the comment back, or a fault
    const drafts = this.#drafts(answer.ok ? form : undefined);
    if (card.dataset.seen !== this.card.dataset.seen) drafts.place = ""; // it was marked in another version
    this.#drawn = undefined;
    this.card.replaceWith(card);
    this.prepare();
    globalThis.htmx?.process(card);
    this.#putBack(drafts);
    const fields = answer.ok ? "[data-new-comment] textarea" : `#${form.querySelector("textarea")?.id ?? "new-comment"}`;
    card.querySelector(fields)?.focus({ preventScroll: true });
    this.changed(card.dataset.piece, html);
  }

  /** What is being written elsewhere on the card, and where the new comment is pinned. */
  #drafts(sent) {
    const fields = [...this.card.querySelectorAll("textarea[id]")];
    const pinned = this.root.querySelector("[data-new-comment]");
    return {
      texts: fields.filter((field) => field.form !== sent && field.value !== field.defaultValue).map(({ id, value }) => [id, value]),
      place: sent === pinned ? "" : pinned.elements.namedItem("place").value,
      shown: pinned.querySelector("[data-pinned-text]").textContent,
    };
  }

  #putBack({ texts, place, shown }) {
    for (const [id, value] of texts) {
      const field = this.card.querySelector(`#${CSS.escape(id)}`);
      if (!field) continue;
      field.value = value;
      field.closest("details")?.setAttribute("open", "");
    }
    if (place) this.#pin({ ...JSON.parse(place) }, shown);
  }
}

function place(element, [left, top, width, height]) {
  for (const [side, value] of Object.entries({ left, top, width, height })) element.style[side] = `${100 * value}%`;
}
