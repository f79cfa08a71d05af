// Pictures side by side with the same place and zoom, or two of them over each other: mixed, swiped, subtracted.
const VIEWS = ["side", "overlay", "swipe", "difference"];
const STEP = 40;
const isTyping = (target) => target.matches("select, textarea, input:not([type=range])");

class Compare {
  #x = 0;
  #y = 0;
  #view = "side";

  constructor(root) {
    this.root = root;
    this.part = (name) => root.querySelector(`[data-${name}]`);
    this.pictures = [...root.querySelectorAll("[data-picture]")];
    this.stage = this.part("over-stage");
    root.addEventListener("click", (event) => event.target.closest("[data-view]") && this.show(event.target.closest("[data-view]").dataset.view));
    root.addEventListener("input", () => this.draw());
    for (const window of [...root.querySelectorAll("[data-window]"), this.stage]) this.#listen(window);
    document.addEventListener("keydown", (event) => this.#key(event));
    this.draw();
  }

  get zoom() {
    return Number(this.part("zoom").value);
  }

  set zoom(value) {
    this.part("zoom").value = value;
    this.draw();
  }

  show(view) {
    this.#view = view;
    for (const chip of this.root.querySelectorAll("[data-view]")) chip.setAttribute("aria-pressed", String(chip.dataset.view === view));
    const isSide = view === "side";
    this.part("side-stage").hidden = false;
    this.part("over-controls").hidden = this.stage.hidden = isSide;
    this.part("amount-label").hidden = view === "difference";
    this.root.classList.toggle("is-over", !isSide);
    this.draw();
  }

  draw() {
    if (this.zoom === 1) this.#x = this.#y = 0;
    const move = `translate(${this.#x}px, ${this.#y}px) scale(${this.zoom})`;
    for (const picture of this.pictures) picture.style.transform = move;
    if (this.#view === "side") return;
    const chosen = ["under", "over"].map((name) => this.pictures[this.part(name).value]);
    if (chosen.includes(undefined)) return;
    const [under, over] = chosen.map((picture) => picture.cloneNode());
    const amount = this.part("amount").value;
    over.className += " pieces-top";
    if (this.#view === "overlay") over.style.opacity = amount / 100;
    if (this.#view === "difference") over.style.mixBlendMode = "difference";
    const layers = [under, over];
    if (this.#view === "swipe") {
      const cut = Object.assign(document.createElement("div"), { className: "pieces-cut" });
      cut.style.clipPath = `inset(0 ${100 - amount}% 0 0)`;
      cut.append(over);
      const line = Object.assign(document.createElement("span"), { className: "pieces-line" });
      line.style.left = `${amount}%`;
      layers.splice(1, 1, cut, line);
    }
    this.stage.replaceChildren(...layers);
  }

  #listen(window) {
    window.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom += event.deltaY < 0 ? 0.5 : -0.5;
    }, { passive: false });
    window.addEventListener("pointerdown", (event) => {
      if (this.zoom === 1) return;
      const from = [event.clientX - this.#x, event.clientY - this.#y];
      const drag = (one) => this.#to(one.clientX - from[0], one.clientY - from[1]);
      window.setPointerCapture(event.pointerId);
      window.addEventListener("pointermove", drag);
      window.addEventListener("pointerup", () => window.removeEventListener("pointermove", drag), { once: true });
    });
  }

  #to(x, y) {
    [this.#x, this.#y] = [x, y];
    this.draw();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const isIn = event.target.closest?.("[data-window], [data-over-stage]");
    const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (VIEWS[Number(event.key) - 1]) this.show(VIEWS[Number(event.key) - 1]);
    else if (event.key === "+" || event.key === "=") this.zoom += 0.5;
    else if (event.key === "-") this.zoom -= 0.5;
    else if (way && isIn && this.zoom > 1) this.#to(this.#x + way[0] * STEP, this.#y + way[1] * STEP);
    else return;
    event.preventDefault();
  }
}

export function listen() {
  new Compare(document.querySelector("[data-pieces-compare]"));
}
