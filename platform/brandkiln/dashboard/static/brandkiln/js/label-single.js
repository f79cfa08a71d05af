// One record, large, with its caption.
import { face } from "./label-grid.js";

export class LabelSingle {
  #shown = null;

  constructor(root, store) {
    this.root = root;
    this.store = store;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.caption = this.part("caption");
    this.caption?.addEventListener("change", () => this.keep());
  }

  /** Keep what stands in the caption's field for the record that it was written for. */
  keep() {
    const row = this.store.rows.get(this.#shown);
    if (row && this.caption && this.caption.value.trim() !== row.text) this.store.change([row.position], { caption: this.caption.value.trim() });
  }

  show(position) {
    const row = this.store.rows.get(position);
    if (position !== this.#shown) {
      if (this.caption === document.activeElement) this.keep();
      this.#shown = position;
      this.part("stage").replaceChildren(...(row ? [this.#large(row)] : []));
      if (this.caption) this.caption.value = row?.text ?? "";
    } else if (this.caption && row && this.caption !== document.activeElement) this.caption.value = row.text;
    if (!row) return;
    const { sayNone, sayGuess } = this.root.dataset;
    this.part("name").textContent = [row.name, row.split, row.by].filter(Boolean).join(" · ");
    this.part("current").textContent = row.now || sayNone;
    const guess = this.part("guess");
    guess.hidden = Boolean(row.now) || !row.guess;
    if (!guess.hidden) guess.textContent = `${sayGuess}: ${row.guess.label} · ${row.guess.confidence} % (A)`;
  }

  #large(row) {
    const kind = this.root.dataset.kind;
    if (kind === "audio") return Object.assign(document.createElement("audio"), { src: row.file, controls: true });
    if (kind === "image") return Object.assign(face({ ...row, picture: row.file }, kind), { loading: "eager", alt: row.now || row.name });
    return face(row, kind);
  }

  play() {
    const player = this.part("stage").querySelector("audio");
    if (player) player.paused ? player.play() : player.pause();
  }
}
