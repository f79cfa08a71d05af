// Previews of one training as a film: always the same seeds, so that what moves is the network.
// The slider takes arrow keys and touch by itself; dragging across the picture moves it too.

const FRAME_MS = 350;

export class Film {
  #frames = [];
  #at = -1;
  #timer = 0;

  constructor(root) {
    this.root = root;
    const part = (name) => root.querySelector(`[data-film-${name}]`);
    [this.stage, this.scrub, this.caption, this.button] = ["stage", "scrub", "caption", "play"].map(part);
    this.scrub.addEventListener("input", () => {
      this.#stop();
      this.show(Number(this.scrub.value));
    });
    this.button.addEventListener("click", () => (this.#timer ? this.#stop() : this.#play()));
    this.stage.addEventListener("pointerdown", (event) => this.#drag(event));
    this.stage.addEventListener("pointermove", (event) => event.buttons && this.#drag(event));
  }

  /** Add a frame: `{src, caption}` or `{text, caption}`. Who looks at the newest goes on to see the newest. */
  add(frame) {
    const follows = this.#at === this.#frames.length - 1;
    this.#frames.push(frame);
    if (frame.src) new Image().src = frame.src;
    this.scrub.max = this.#frames.length - 1;
    this.root.closest("[hidden]")?.removeAttribute("hidden");
    this.button.hidden = this.scrub.hidden = this.#frames.length < 2;
    if (follows) this.show(this.#frames.length - 1);
  }

  show(index) {
    const frame = this.#frames[index];
    if (!frame) return;
    this.#at = index;
    this.scrub.value = index;
    this.caption.textContent = frame.caption;
    this.scrub.setAttribute("aria-valuetext", frame.caption);
    if (frame.src) {
      let picture = this.stage.querySelector("img");
      if (!picture) {
        picture = Object.assign(new Image(), { className: "pixel", draggable: false });
        this.stage.replaceChildren(picture);
      }
      Object.assign(picture, { src: frame.src, alt: frame.caption });
    } else {
      this.stage.replaceChildren(
        Object.assign(document.createElement("p"), { textContent: frame.text, tabIndex: 0 }),
      );
    }
  }

  #play() {
    if (this.#at >= this.#frames.length - 1) this.show(0);
    this.#timer = setInterval(() => {
      if (this.#at >= this.#frames.length - 1) this.#stop();
      else this.show(this.#at + 1);
    }, FRAME_MS);
    this.#mark();
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#mark();
  }

  #mark() {
    const playing = Boolean(this.#timer);
    this.button.setAttribute("aria-pressed", playing);
    for (const icon of this.button.querySelectorAll("[data-film-when]"))
      icon.hidden = (icon.dataset.filmWhen === "playing") !== playing;
  }

  #drag(event) {
    if (event.target.closest("p")) return; // a text is selected by dragging
    const { left, width } = this.stage.getBoundingClientRect();
    const share = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    this.#stop();
    this.show(Math.round(share * (this.#frames.length - 1)));
  }
}

/** Show every film whose frames stand in the page as JSON. */
export function showAll() {
  for (const root of document.querySelectorAll("[data-film-frames]")) {
    const film = new Film(root.querySelector("[data-film]"));
    for (const frame of JSON.parse(document.getElementById(root.dataset.filmFrames).textContent)) film.add(frame);
  }
}
