// A mask painted over a picture: white where the brush was, black elsewhere, sent as a PNG in the picture's proportions.
import { Values } from "./pictures.js";

const SENT_AFTER = 500; // milliseconds after the last stroke
const STEP = 8; // of the keyboard's brush, in pixels of the screen
const [SMALLEST, LARGEST] = [512, 1024]; // longer side of the board, in its own pixels
const MOST_PIXELS = 16e6; // of the mask that is sent: phones allow no larger canvas
const PAINT = [255, 0, 170]; // hardly a product has it: seen on white, on black and on wood
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (value, most) => Math.min(Math.max(value, 0), most);

// Draws strokes, whose points are in pixels of the picture, on a canvas of its proportions.
function drawStrokes(canvas, strokes, picture, colour) {
  const paint = canvas.getContext("2d");
  const scale = canvas.width / picture.naturalWidth;
  Object.assign(paint, { strokeStyle: colour, lineCap: "round", lineJoin: "round" });
  for (const { points, width } of strokes) {
    paint.lineWidth = Math.max(1, width * scale);
    paint.beginPath();
    paint.moveTo(points[0].x * scale, points[0].y * scale);
    for (const { x, y } of points) paint.lineTo(x * scale, y * scale);
    if (points.length === 1) paint.lineTo(points[0].x * scale + 0.01, points[0].y * scale);
    paint.stroke();
  }
}

export class Brush {
  constructor(box) {
    this.box = box;
    this.values = new Values(box);
    this.canvas = box.querySelector("canvas");
    this.size = box.querySelector("[data-brush-size]");
    this.said = box.querySelector("[data-brush-said]");
    this.undoes = box.querySelector("[data-brush-undo]");
    this.strokes = [];
    this.painted = document.createElement("canvas"); // in the brush's colour, laid over the picture
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
    const { naturalWidth, naturalHeight } = this.picture;
    const longer = Math.max(naturalWidth, naturalHeight);
    const scale = Math.min(LARGEST, Math.max(SMALLEST, longer)) / longer;
    for (const canvas of [this.canvas, this.painted]) {
      canvas.width = Math.max(1, Math.round(naturalWidth * scale));
      canvas.height = Math.max(1, Math.round(naturalHeight * scale));
    }
    this.at = { x: naturalWidth / 2, y: naturalHeight / 2 };
    this.strokes = [];
    this.before = null;
    this.repaint();
    if (!this.kept) return;
    const before = new Image();
    before.addEventListener("load", () => {
      this.before = before;
      this.repaint();
    });
    before.src = this.values.address(this.kept);
  }

  listen() {
    const canvas = this.canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || this.pointer !== undefined) return; // a second finger paints no lines of its own
      this.pointer = event.pointerId;
      canvas.setPointerCapture(event.pointerId);
      this.at = this.place(event);
      this.stroke();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.pointer !== undefined && this.pointer !== event.pointerId) return;
      this.at = this.place(event);
      if (this.pointer === event.pointerId) this.extend();
      else this.show();
    });
    const end = (event) => {
      if (this.pointer === event.pointerId) this.pointer = undefined;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    for (const name of ["pointerenter", "pointerleave", "focus", "blur"]) canvas.addEventListener(name, (event) => this.near(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    this.undoes.addEventListener("click", () => this.undo());
    this.box.querySelector("[data-brush-clear]").addEventListener("click", () => {
      this.strokes = [];
      this.before = null;
      this.repaint();
      this.changed();
    });
    this.size.addEventListener("input", () => this.show());
    this.size.addEventListener("change", (event) => event.stopPropagation());
    this.box.closest("form").addEventListener("submit", (event) => this.holdBack(event), { capture: true });
  }

  // The ring shows where the brush is, for a mouse over the board and for the keyboard.
  near(event) {
    if (event.type.startsWith("pointer")) this.hovers = event.type === "pointerenter" && event.pointerType === "mouse";
    this.show();
  }

  key(event) {
    const move = MOVES[event.key];
    if (move) {
      const step = STEP * this.scale;
      if (event.shiftKey && !this.line) this.stroke();
      this.at = {
        x: within(this.at.x + move[0] * step, this.picture.naturalWidth),
        y: within(this.at.y + move[1] * step, this.picture.naturalHeight),
      };
      this.line = event.shiftKey;
      if (event.shiftKey) this.extend();
      else this.show();
    } else if (event.key === " ") this.stroke();
    else if (event.key === "[" || event.key === "]") {
      this.size.value = Number(this.size.value) + (event.key === "]" ? 4 : -4);
      this.show();
    } else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.undo();
    else return;
    event.preventDefault();
  }

  // Pixels of the picture in a pixel of the screen.
  get scale() {
    return this.picture.naturalWidth / this.canvas.getBoundingClientRect().width;
  }

  place(event) {
    const area = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - area.left) * this.scale, y: (event.clientY - area.top) * this.scale };
  }

  stroke() {
    this.strokes.push({ points: [this.at], width: Math.max(1, Number(this.size.value) * this.scale) });
    this.paintLast(this.strokes.at(-1).points);
  }

  extend() {
    const { points } = this.strokes.at(-1);
    points.push(this.at);
    this.paintLast(points.slice(-2));
  }

  // Only what is new is painted while the pointer moves: a photograph of a phone would lag behind it otherwise.
  paintLast(points) {
    drawStrokes(this.painted, [{ points, width: this.strokes.at(-1).width }], this.picture, `rgb(${PAINT})`);
    this.changed();
  }

  undo() {
    if (!this.strokes.length) return;
    this.strokes.pop();
    this.line = false;
    this.repaint();
    this.changed();
  }

  changed() {
    this.show();
    clearTimeout(this.timer);
    this.waits = true;
    this.timer = setTimeout(() => this.send(), SENT_AFTER);
  }

  repaint() {
    const paint = this.painted.getContext("2d", { willReadFrequently: true });
    paint.clearRect(0, 0, this.painted.width, this.painted.height);
    if (this.before) this.paintBefore(paint);
    drawStrokes(this.painted, this.strokes, this.picture, `rgb(${PAINT})`);
    this.show();
  }

  // A mask that was sent before is white on black: its light is how much is painted.
  paintBefore(paint) {
    const { width, height } = this.painted;
    paint.drawImage(this.before, 0, 0, width, height);
    const pixels = paint.getImageData(0, 0, width, height);
    for (let at = 0; at < pixels.data.length; at += 4) {
      pixels.data[at + 3] = pixels.data[at];
      pixels.data.set(PAINT, at);
    }
    paint.putImageData(pixels, 0, 0);
  }

  show() {
    if (!this.picture.naturalWidth) return;
    this.undoes.disabled = !this.strokes.length;
    const shown = this.canvas.getContext("2d");
    const { width, height } = this.canvas;
    shown.imageSmoothingEnabled = this.picture.naturalWidth > width / 2; // a tiny picture shows its pixels
    shown.clearRect(0, 0, width, height);
    shown.drawImage(this.picture, 0, 0, width, height);
    shown.globalAlpha = 0.6;
    shown.drawImage(this.painted, 0, 0);
    shown.globalAlpha = 1;
    if (!this.hovers && document.activeElement !== this.canvas) return;
    const onBoard = width / this.picture.naturalWidth;
    const onScreen = this.scale * onBoard;
    for (const [colour, thick] of [["#fff", 3], [`rgb(${PAINT})`, 1.5]]) {
      shown.strokeStyle = colour;
      shown.lineWidth = thick * onScreen;
      shown.beginPath();
      shown.arc(this.at.x * onBoard, this.at.y * onBoard, (Number(this.size.value) * onScreen) / 2, 0, 7);
      shown.stroke();
    }
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

  mask() {
    const { naturalWidth, naturalHeight } = this.picture;
    const scale = Math.min(1, Math.sqrt(MOST_PIXELS / (naturalWidth * naturalHeight)));
    const mask = document.createElement("canvas");
    mask.width = Math.round(naturalWidth * scale);
    mask.height = Math.round(naturalHeight * scale);
    const paint = mask.getContext("2d");
    paint.fillRect(0, 0, mask.width, mask.height);
    if (this.before) paint.drawImage(this.before, 0, 0, mask.width, mask.height);
    drawStrokes(mask, this.strokes, this.picture, "#fff");
    return new Promise((done) => mask.toBlob(done, "image/png"));
  }

  async send() {
    const strokes = this.strokes.length;
    try {
      if (strokes || this.before) {
        const { id } = await this.values.send(await this.mask());
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
