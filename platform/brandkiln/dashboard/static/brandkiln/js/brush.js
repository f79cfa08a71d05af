// A mask painted over a picture: white where the brush was, black elsewhere, sent as a PNG of the picture's size.
import { Values } from "./pictures.js";

const SENT_AFTER = 500; // milliseconds after the last stroke
const STEP = 8; // of the keyboard's brush, in pixels of the screen
const MOST_UNDONE = 20;

export class Brush {
  constructor(box) {
    this.box = box;
    this.values = new Values(box);
    this.canvas = box.querySelector("canvas");
    this.size = box.querySelector("[data-brush-size]");
    this.said = box.querySelector("[data-brush-said]");
    this.strokes = [];
    this.mask = document.createElement("canvas");
    this.picture = new Image();
    this.picture.addEventListener("load", () => this.begin());
    this.listen();
    const source = box.closest("form").querySelector(`[data-pictures][data-name="${box.dataset.over}"]`);
    source.addEventListener("change", () => this.take(new Values(source)));
    this.take(new Values(source), this.values.ids[0]);
  }

  take(source, kept) {
    const [id] = source.ids;
    if (id === this.id) return;
    this.id = id;
    this.kept = kept;
    this.box.querySelector("[data-brush-none]").hidden = Boolean(id);
    this.box.querySelector("[data-brush-board]").hidden = !id;
    if (!kept) this.values.ids = [];
    if (id) this.picture.src = source.address(id);
  }

  begin() {
    for (const canvas of [this.canvas, this.mask]) {
      canvas.width = this.picture.naturalWidth;
      canvas.height = this.picture.naturalHeight;
    }
    this.at = { x: this.canvas.width / 2, y: this.canvas.height / 2 };
    this.strokes = [];
    this.draw();
    if (!this.kept) return;
    const before = new Image();
    before.addEventListener("load", () => {
      this.before = before;
      this.draw();
    });
    before.src = this.values.address(this.kept);
  }

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.stroke([this.place(event)]);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) this.extend(this.place(event));
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.box.querySelector("[data-brush-undo]").addEventListener("click", () => {
      this.strokes.pop();
      this.changed();
    });
    this.box.querySelector("[data-brush-clear]").addEventListener("click", () => {
      this.strokes = [];
      this.before = null;
      this.changed();
    });
    this.size.addEventListener("change", (event) => event.stopPropagation());
    this.box.closest("form").addEventListener("submit", (event) => this.holdBack(event), { capture: true });
  }

  key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = STEP * this.scale;
    if (moves[event.key]) {
      this.at.x = Math.min(Math.max(this.at.x + moves[event.key][0] * step, 0), this.canvas.width);
      this.at.y = Math.min(Math.max(this.at.y + moves[event.key][1] * step, 0), this.canvas.height);
      this.draw();
    } else if (event.key === " ") this.stroke([{ ...this.at }]);
    else if (event.key === "[") this.size.value = Number(this.size.value) - 4;
    else if (event.key === "]") this.size.value = Number(this.size.value) + 4;
    else return;
    event.preventDefault();
  }

  get scale() {
    return this.canvas.width / this.canvas.getBoundingClientRect().width;
  }

  place(event) {
    const area = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - area.left) * this.scale, y: (event.clientY - area.top) * this.scale };
  }

  stroke(points) {
    this.strokes.push({ points, width: Math.max(1, Number(this.size.value) * this.scale) });
    if (this.strokes.length > MOST_UNDONE * 50) this.strokes.shift();
    this.changed();
  }

  extend(point) {
    this.strokes.at(-1)?.points.push(point);
    this.changed();
  }

  changed() {
    this.draw();
    clearTimeout(this.timer);
    this.waits = true;
    this.timer = setTimeout(() => this.send(), SENT_AFTER);
  }

  draw() {
    const { width, height } = this.mask;
    const paint = this.mask.getContext("2d");
    paint.globalCompositeOperation = "source-over";
    paint.fillStyle = "#000";
    paint.fillRect(0, 0, width, height);
    if (this.before) paint.drawImage(this.before, 0, 0, width, height);
    Object.assign(paint, { strokeStyle: "#fff", fillStyle: "#fff", lineCap: "round", lineJoin: "round" });
    for (const { points, width: thick } of this.strokes) {
      paint.lineWidth = thick;
      paint.beginPath();
      paint.moveTo(points[0].x, points[0].y);
      for (const { x, y } of points) paint.lineTo(x, y);
      if (points.length === 1) paint.lineTo(points[0].x + 0.01, points[0].y);
      paint.stroke();
    }
    const shown = this.canvas.getContext("2d");
    shown.globalCompositeOperation = "source-over";
    shown.globalAlpha = 1;
    shown.drawImage(this.picture, 0, 0);
    shown.globalAlpha = 0.55;
    shown.globalCompositeOperation = "lighten";
    shown.drawImage(this.mask, 0, 0);
    shown.globalCompositeOperation = "source-over";
    shown.globalAlpha = 1;
    if (document.activeElement !== this.canvas) return;
    shown.strokeStyle = "#c2410c";
    shown.lineWidth = 2 * this.scale;
    shown.beginPath();
    shown.arc(this.at.x, this.at.y, (Number(this.size.value) * this.scale) / 2, 0, 7);
    shown.stroke();
  }

  // What was painted last is on its way: the form goes when it has arrived.
  async holdBack(event) {
    if (!this.waits) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    clearTimeout(this.timer);
    const { target: form, submitter } = event;
    if (await this.send()) form.requestSubmit(submitter);
  }

  async send() {
    const strokes = this.strokes.length;
    try {
      if (strokes || this.before) {
        const blob = await new Promise((done) => this.mask.toBlob(done, "image/png"));
        const { id } = await this.values.send(blob);
        if (strokes !== this.strokes.length) return false; // painted on meanwhile: that is sent too
        this.values.ids = [id];
      } else this.values.ids = [];
      this.said.textContent = "";
      this.waits = false;
      return true;
    } catch (error) {
      this.said.textContent = error.message;
      return false;
    }
  }
}
