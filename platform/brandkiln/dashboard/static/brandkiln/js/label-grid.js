// The records as tiles: drawing them, moving among them, selecting several.
const PIXELATED = 128;

export class LabelGrid {
  order = [];
  selected = new Set();
  active = null;
  #anchor = null;
  #tiles = new Map();

  constructor(root, store, changed) {
    this.root = root;
    this.store = store;
    this.changed = changed;
    this.box = root.querySelector("[data-part=grid]");
    this.template = root.querySelector("template[data-part=tile]");
    this.#listen();
  }

  /** Show these records instead of the ones before. */
  reset(positions) {
    this.order = [];
    this.#tiles.clear();
    this.box.replaceChildren();
    this.selected.clear();
    this.active = this.#anchor = null;
    this.append(positions);
    if (positions.length) this.activate(positions[0], { scroll: false });
    else this.changed();
  }

  append(positions) {
    const drawn = positions.filter((position) => !this.#tiles.has(position)).map((position) => this.#draw(position));
    this.order.push(...drawn.map((tile) => Number(tile.dataset.position)));
    this.box.append(...drawn);
  }

  #draw(position) {
    const row = this.store.rows.get(position);
    const tile = this.template.content.firstElementChild.cloneNode(true);
    tile.id = `record-${position}`;
    tile.dataset.position = position;
    tile.querySelector(".label-face").append(face(row, this.root.dataset.kind));
    this.#tiles.set(position, tile);
    this.refresh(position);
    return tile;
  }

  refresh(position, fresh = false) {
    const tile = this.#tiles.get(position);
    if (!tile) return;
    const row = this.store.rows.get(position);
    const { sayNone, sayGuess } = this.root.dataset;
    const guess = !row.now && row.guess;
    const text = row.now || (guess ? `${guess.label} · ${guess.confidence} %` : "–");
    tile.querySelector(".label-name").textContent = guess ? guess.label : text;
    tile.querySelector(".label-by").textContent = guess ? `${guess.confidence} %` : row.by ? initials(row.by) : "";
    tile.classList.toggle("is-labelled", Boolean(row.now));
    tile.classList.toggle("is-guess", Boolean(guess));
    tile.classList.toggle("is-said", row.label !== null || row.caption !== null);
    tile.classList.toggle("is-conflict", row.conflict != null);
    tile.setAttribute("aria-label", [row.name, row.now || (guess ? `${sayGuess} ${text}` : sayNone), row.by].filter(Boolean).join(", "));
    tile.title = row.by ? `${row.name} · ${row.by}` : row.name;
    if (fresh) tile.animate([{ outlineColor: "currentcolor" }, { outlineColor: "transparent" }], 1500);
  }

  /** Make a record the one that keys act on; `extend` selects all up to it. */
  activate(position, { extend = false, scroll = true } = {}) {
    if (!this.#tiles.has(position)) return;
    if (extend) this.#selectRange(this.#anchor ?? this.active, position);
    else this.#anchor = position;
    this.#tiles.get(this.active)?.classList.remove("is-active");
    this.active = position;
    const tile = this.#tiles.get(position);
    tile.classList.add("is-active");
    this.box.setAttribute("aria-activedescendant", tile.id);
    if (scroll) tile.scrollIntoView({ block: "nearest" });
    this.changed();
  }

  /** Go some records on, or a row of tiles up or down; false at the end. */
  move(steps, options) {
    const place = this.order.indexOf(this.active) + steps;
    if (place < 0 || place >= this.order.length) return false;
    this.activate(this.order[place], options);
    return true;
  }

  get columns() {
    const tops = this.order.slice(0, 40).map((position) => this.#tiles.get(position).offsetTop);
    const first = tops.findIndex((top) => top !== tops[0]);
    return first < 0 ? tops.length : first;
  }

  /** What a label goes to: the selection, or else the active record. */
  get targets() {
    if (this.selected.size) return this.order.filter((position) => this.selected.has(position));
    return this.active === null ? [] : [this.active];
  }

  /** The records around the active one, as many as one question about them may name. */
  around(count) {
    const place = Math.max(0, this.order.indexOf(this.active));
    const begin = Math.max(0, Math.min(place - count / 2, this.order.length - count));
    return this.order.slice(begin, begin + count);
  }

  toggle(position) {
    if (!this.selected.delete(position)) this.selected.add(position);
    this.#show();
  }

  selectAll() {
    this.selected = new Set(this.order);
    this.#show();
  }

  release() {
    this.selected.clear();
    this.#anchor = this.active;
    this.#show();
  }

  #selectRange(from, to) {
    const [begin, end] = [this.order.indexOf(from), this.order.indexOf(to)].sort((a, b) => a - b);
    this.selected = new Set(this.order.slice(Math.max(0, begin), end + 1));
    this.#show();
  }

  #show() {
    for (const [position, tile] of this.#tiles) tile.setAttribute("aria-selected", this.selected.has(position));
    this.changed();
  }

  #listen() {
    const at = (event) => {
      const tile = event.target.closest?.(".label-tile");
      return tile ? Number(tile.dataset.position) : null;
    };
    let dragged = false;
    this.box.addEventListener("pointerdown", (event) => {
      const position = at(event);
      if (position === null || event.button) return;
      dragged = false;
      if (event.pointerType !== "mouse") return;
      if (event.shiftKey) this.activate(position, { extend: true });
      else if (event.ctrlKey || event.metaKey) {
        this.toggle(position);
        this.activate(position, { scroll: false });
      } else {
        this.selected.clear();
        this.#show();
        this.activate(position, { scroll: false });
      }
    });
    this.box.addEventListener("pointerover", (event) => {
      const position = at(event);
      if (position === null || event.pointerType !== "mouse" || !(event.buttons & 1) || position === this.active) return;
      dragged = true;
      this.activate(position, { extend: true, scroll: false });
    });
    this.box.addEventListener("click", (event) => {
      const position = at(event);
      if (position === null || event.pointerType === "mouse" || dragged) return;
      this.activate(position, { scroll: false });
      this.toggle(position);
    });
  }
}

/** What stands for a record: its picture, its text, or the sign of a sound. */
export function face(row, kind) {
  if (kind === "image") {
    const picture = Object.assign(new Image(96, 96), { src: row.picture ?? "", alt: "", loading: "lazy", draggable: false });
    if (row.width && row.width < PIXELATED) picture.className = "pixel";
    return picture;
  }
  const box = document.createElement("span");
  box.className = kind === "audio" ? "label-sound" : "label-text";
  box.textContent = kind === "audio" ? row.name : row.text;
  return box;
}

const initials = (person) => person.split("@")[0].split(/[ .]+/).map((word) => word[0]).slice(0, 2).join("");
