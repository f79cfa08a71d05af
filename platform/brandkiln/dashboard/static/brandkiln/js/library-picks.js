// Which pieces of the library are picked: by pointer, shift and pointer, and by keys.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: "up", ArrowDown: "down" };

export class Picks {
  constructor(form) {
    this.form = form;
    this.keys = new Set();
    this.everything = false;
    this.anchor = null;
    this.bar = form.querySelector(".picker-bar");
    this.all = form.querySelector("[data-pick-everything]");
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("keydown", (event) => this.enter(event));
    form.addEventListener("change", (event) => {
      const piece = event.target.matches('input[name="asset"]') && event.target.closest("[data-asset]");
      if (piece) this.set(piece, event.target.checked);
    });
    this.all.addEventListener("click", () => this.pickEverything());
    form.querySelector("[data-pick-none]").addEventListener("click", () => this.clear());
    for (const box of form.querySelectorAll('input[name="asset"]:checked')) this.set(box.closest("[data-asset]"), true);
  }

  /** All pieces on the page, in order; those of blocks that are far away are not among them. */
  list() {
    return [...this.form.querySelectorAll("[data-asset]")];
  }

  pieces() {
    return this.list().filter((piece) => this.keys.has(piece.dataset.asset));
  }

  set(piece, isPicked) {
    this.everything = false;
    this.keys[isPicked ? "add" : "delete"](piece.dataset.asset);
    piece.querySelector('input[name="asset"]').checked = isPicked;
    piece.toggleAttribute("data-picked", isPicked);
    this.anchor = piece.dataset.asset;
    this.say();
  }

  range(from, to, isPicked = true) {
    const pieces = this.list();
    const places = [from, to].map((key) => pieces.findIndex((piece) => piece.dataset.asset === key));
    if (places.includes(-1)) return;
    for (const piece of pieces.slice(Math.min(...places), Math.max(...places) + 1)) this.set(piece, isPicked);
  }

  /** Tick the boxes of pieces that have come onto the page as they were picked. */
  show(block) {
    for (const piece of block.querySelectorAll("[data-asset]")) {
      const isPicked = this.everything || this.keys.has(piece.dataset.asset);
      piece.querySelector('input[name="asset"]').checked = isPicked;
      piece.toggleAttribute("data-picked", isPicked);
    }
  }

  clear() {
    this.keys.clear();
    this.everything = false;
    this.show(this.form);
    this.say();
  }

  pickEverything() {
    for (const piece of this.list()) this.set(piece, true);
    this.everything = true;
    this.say();
  }

  /** Name what is picked in the form itself, also where its piece has left the page. */
  name() {
    for (const old of this.form.querySelectorAll("[data-named]")) old.remove();
    const shown = new Set(this.list().map((piece) => piece.dataset.asset));
    for (const key of this.keys) {
      if (shown.has(key)) continue;
      const field = Object.assign(document.createElement("input"), { type: "hidden", name: "asset", value: key });
      field.dataset.named = "";
      this.form.append(field);
    }
  }

  say() {
    const { dataset } = this.form;
    const count = this.everything ? Number(dataset.total) : this.keys.size;
    const text = `${count.toLocaleString()} ${dataset.sayPicked}`;
    this.bar.classList.toggle("open", count > 0);
    this.bar.querySelector("[data-picked-count]").textContent = text;
    this.form.querySelector("[data-told]").textContent = count ? text : "";
    this.form.querySelector("[data-everything]").disabled = !this.everything;
    this.all.hidden = this.everything || Number(dataset.total) <= this.keys.size;
  }

  onClick(event) {
    const piece = event.target.closest("[data-asset]");
    if (!piece) return;
    const isBox = event.target.closest(".pick, .pick-cell");
    if (event.shiftKey && this.anchor && (isBox || this.keys.size)) {
      if (!isBox) event.preventDefault(); // a box that is not let through goes back to what it was
      this.range(this.anchor, piece.dataset.asset);
    } else if ((event.ctrlKey || event.metaKey) && !isBox) {
      event.preventDefault();
      this.set(piece, !this.keys.has(piece.dataset.asset));
    }
  }

  /** The right arrow, where it moves nothing else, leads to the first piece. */
  enter(event) {
    if (event.key !== "ArrowRight" || event.target !== document.body || event.altKey || event.ctrlKey || event.metaKey) return;
    this.list()[0]?.querySelector(".cover").focus();
  }

  onKey(event) {
    const piece = event.target.closest("[data-asset]");
    if (event.key === "Escape" && this.keys.size && !document.querySelector("dialog[open], details[data-menu][open]"))
      return this.clear();
    if (event.key === "a" && (event.ctrlKey || event.metaKey) && !event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
      for (const one of this.list()) this.set(one, true);
      return;
    }
    if (!piece || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "x" || (event.key === " " && !event.target.matches("input"))) {
      event.preventDefault();
      this.set(piece, !this.keys.has(piece.dataset.asset));
    } else if (event.key in STEPS) {
      event.preventDefault();
      const next = this.beside(piece, STEPS[event.key]);
      if (!next) return;
      if (event.shiftKey) this.range(piece.dataset.asset, next.dataset.asset);
      const target = next.querySelector(".cover");
      target.focus();
      target.scrollIntoView({ block: "nearest" });
    }
  }

  beside(piece, step) {
    const pieces = this.list();
    const place = pieces.indexOf(piece);
    if (typeof step === "number") return pieces[place + step];
    const grid = piece.closest(".gallery");
    const columns = grid ? getComputedStyle(grid).gridTemplateColumns.split(" ").length : 1;
    return pieces[place + (step === "up" ? -columns : columns)];
  }
}
