// The editor of report templates: changes are sent as they are made, blocks are dragged, everything can be undone,
// and the preview follows. The server draws the list; this presses its buttons and keeps the drafts of before.
const PAUSE_MS = 450;
const PREVIEW_MS = 500;
const MOST_KEPT = 100;

class Editor {
  constructor(root) {
    this.root = root;
    this.drafts = [this.draft];
    this.at = 0;
    this.listen();
    // The form is swapped as a whole: whoever did it, a new draft is seen here.
    new MutationObserver(() => this.follow()).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["value"] });
  }

  get form() {
    return this.root.querySelector("form");
  }

  get draft() {
    return this.form.elements.namedItem("document").value;
  }

  press(selector, value) {
    const button = this.form.querySelector(selector);
    if (value) button.value = value;
    this.form.requestSubmit(button);
  }

  /** Keep a draft that is new, and let the preview follow it. */
  follow() {
    const draft = this.draft;
    if (draft !== this.drafts[this.at]) {
      this.drafts = [...this.drafts.slice(Math.max(0, this.at + 2 - MOST_KEPT), this.at + 1), draft];
      this.at = this.drafts.length - 1;
      this.preview();
    }
    this.show();
  }

  show() {
    this.set("[data-undo]", this.at === 0);
    this.set("[data-redo]", this.at === this.drafts.length - 1);
  }

  set(selector, isOff) {
    const button = this.form.querySelector(selector);
    if (button && button.disabled !== isOff) button.disabled = isOff;
  }

  go(steps) {
    const at = this.at + steps;
    if (at < 0 || at >= this.drafts.length) return;
    this.at = at;
    this.form.elements.namedItem("document").value = this.drafts[at];
    this.press("[data-undone]");
    this.preview();
  }

  preview() {
    clearTimeout(this.soon);
    this.soon = setTimeout(() => {
      const body = { document: this.draft, was: this.root.querySelector("[data-page]")?.dataset.page ?? "" };
      for (const name of ["on", "language"]) body[name] = this.form.elements.namedItem(name)?.value ?? "";
      htmx.ajax("POST", this.root.querySelector("[data-preview]").getAttribute("hx-post"), {
        source: this.root.querySelector("[data-preview]"), target: "#shown", swap: "outerMorph", values: body,
      });
    }, PREVIEW_MS);
  }

  listen() {
    this.root.addEventListener("change", (event) => {
      if (event.target.matches("[data-preview-choice]")) return this.preview();
      if (event.target.name === "note" || !event.target.closest("form")) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.press("[data-look]"), PAUSE_MS);
    });
    this.root.addEventListener("click", (event) => {
      if (event.target.closest("[data-undo]")) this.go(-1);
      if (event.target.closest("[data-redo]")) this.go(1);
    });
    document.addEventListener("keydown", (event) => this.key(event));
    for (const type of ["dragstart", "dragover", "dragend", "drop"]) this.root.addEventListener(type, (event) => this[type](event));
  }

  key(event) {
    const row = event.target.closest("[data-row]");
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (row && way && event.altKey) {
      event.preventDefault();
      row.querySelector(`[data-move="${way}"]`)?.click();
    }
    const isTyping = event.target.matches("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !isTyping) {
      event.preventDefault();
      this.go(event.shiftKey ? 1 : -1);
    }
  }

  dragstart(event) {
    const block = event.target.closest?.("[data-block]");
    if (!block) return;
    this.dragged = block;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", block.dataset.block);
    block.classList.add("is-dragged");
  }

  dragover(event) {
    const section = event.target.closest("[data-section]");
    if (!this.dragged || !section) return;
    event.preventDefault();
    this.mark(this.before(section, event.clientY), section);
  }

  /** Return the block of a section that a drop at this height comes before; undefined for its end. */
  before(section, height) {
    return [...section.querySelectorAll("[data-block]")].find((block) => {
      const box = block.getBoundingClientRect();
      return block !== this.dragged && height < box.top + box.height / 2;
    });
  }

  mark(block, section) {
    this.unmark();
    (block ?? section.querySelector("ol"))?.classList.add(block ? "drop-before" : "drop-end");
  }

  unmark() {
    for (const marked of this.root.querySelectorAll(".drop-before, .drop-end")) marked.classList.remove("drop-before", "drop-end");
  }

  drop(event) {
    const section = event.target.closest("[data-section]");
    if (!this.dragged || !section) return;
    event.preventDefault();
    const before = this.before(section, event.clientY)?.dataset.block ?? "";
    this.press("[data-drop]", `drop:${this.dragged.dataset.block}:${section.dataset.section}:${before}`);
  }

  dragend() {
    this.unmark();
    this.dragged?.classList.remove("is-dragged");
    this.dragged = undefined;
  }
}

export function prepare() {
  new Editor(document.querySelector("[data-report-editor]"));
}
