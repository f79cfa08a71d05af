// The place where files are dropped: what is being sent, how far it is, pause, retry, cancel, and uploads of before.
import { chosen, dropped } from "./upload-pick.js";
import { Sending } from "./upload-send.js";

const SHOWN = 12;
const UNITS = ["KB", "MB", "GB"];
const part = (box, name) => box.querySelector(`[data-${name}]`);

function sized(bytes) {
  const unit = bytes < 2 ** 20 ? 0 : bytes < 2 ** 30 ? 1 : 2;
  return `${(bytes / 2 ** (10 * (unit + 1))).toFixed(unit)} ${UNITS[unit]}`;
}

class Board {
  constructor(form) {
    this.form = form;
    this.box = part(form, "board");
    this.lines = new Map();
    this.frame = 0;
    this.sending = new Sending({
      csrf: form.querySelector("[name=csrfmiddlewaretoken]").value,
      words: { ...form.dataset },
      changed: () => (this.sending.address ? this.leave() : (this.frame ||= requestAnimationFrame(() => this.draw()))),
    });
    part(this.box, "pause").addEventListener("click", () => this.sending.pause());
    part(this.box, "go-on").addEventListener("click", () => this.sending.goOn());
    part(this.box, "cancel").addEventListener("click", () => this.cancel());
  }

  async start(work) {
    part(this.form, "choose").hidden = true;
    this.box.hidden = false;
    this.since = { at: performance.now(), sent: this.sending.sent };
    addEventListener("beforeunload", this.warn);
    this.draw();
    try {
      await work();
    } catch (error) {
      this.sending.message = error.message;
      this.draw();
    }
  }

  warn = (event) => {
    if (!this.sending.address && !this.sending.cancelled) event.preventDefault();
  };

  async cancel() {
    this.sending.cancel();
    const { upload, csrf } = this.sending;
    if (upload) await fetch(upload.give_up, { method: "POST", headers: { "X-CSRFToken": csrf } });
    location.reload();
  }

  draw() {
    this.frame = 0;
    const { sending } = this;
    const { files, sent, total } = sending;
    const done = files.filter((file) => file.state === "done").length;
    const failed = files.filter((file) => file.state === "failed").length;
    part(this.box, "count").textContent = `${done.toLocaleString()} / ${files.length.toLocaleString()}`;
    part(this.box, "size").textContent = `${sized(sent)} / ${sized(total)}`;
    const meter = part(this.box, "total");
    meter.max = total || 1;
    meter.value = sent;
    part(this.box, "left").textContent = this.left(sent, total);
    part(this.box, "message").textContent = sending.message || this.state(failed);
    part(this.box, "message").classList.toggle("text-iron", Boolean(failed));
    const isBusy = files.some((file) => ["waiting", "sending"].includes(file.state));
    part(this.box, "pause").hidden = sending.paused || sending.finishing || (files.length > 0 && !isBusy);
    part(this.box, "go-on").hidden = !sending.paused;
    this.drawLines(files);
  }

  // Not drawn but done at once: a tab in the background draws nothing.
  leave() {
    removeEventListener("beforeunload", this.warn);
    location.assign(this.sending.address);
  }

  state(failed) {
    const { words, paused, finishing, missing } = this.sending;
    if (finishing) return words.finishing;
    if (paused) return words.paused;
    if (failed) return words.someFailed.replace("%s", failed);
    return missing ? words.missing.replace("%s", missing) : "";
  }

  left(sent, total) {
    const seconds = (performance.now() - this.since.at) / 1000;
    const speed = (sent - this.since.sent) / seconds;
    if (this.sending.paused) {
      this.since = { at: performance.now(), sent };
      return "";
    }
    if (seconds < 2 || speed <= 0 || sent >= total) return "";
    const minutes = (total - sent) / speed / 60;
    const rest = minutes < 1 ? this.form.dataset.soon : this.form.dataset.minutes.replace("%s", Math.ceil(minutes));
    return `${sized(speed)}/s · ${rest}`;
  }

  // Files on their way and files that failed have a line; with few files the finished ones keep theirs.
  drawLines(files) {
    const shown = files.length <= SHOWN ? files : files.filter((file) => !["done", "waiting"].includes(file.state)).slice(0, SHOWN);
    const wanted = new Set(shown);
    for (const [file, line] of this.lines)
      if (!wanted.has(file)) {
        line.remove();
        this.lines.delete(file);
      }
    for (const file of shown) this.drawLine(file, this.lines.get(file) ?? this.newLine(file));
  }

  newLine(file) {
    const line = this.form.querySelector("template").content.firstElementChild.cloneNode(true);
    part(line, "name").textContent = part(line, "name").title = file.name;
    part(line, "size").textContent = sized(file.size);
    part(line, "retry").addEventListener("click", () => this.sending.retry(file));
    part(this.box, "lines").append(line);
    this.lines.set(file, line);
    return line;
  }

  drawLine(file, line) {
    const meter = line.querySelector("progress");
    meter.max = file.size;
    meter.value = file.sent;
    line.dataset.state = file.state;
    part(line, "says").textContent = file.error ?? "";
  }
}

function bring(form, picked) {
  const files = picked.filter(({ file }) => file.size);
  const empty = picked.filter(({ file }) => !file.size).map(({ path }) => path);
  const says = part(form, "nothing");
  says.textContent = files.length ? "" : form.dataset[empty.length ? "empty" : "none"];
  if (!files.length) return;
  const base = form.querySelector("[name=base]:checked")?.value ?? "";
  const board = new Board(form);
  board.start(() => board.sending.begin(form.dataset.begin, base, files, empty));
}

async function goOn(form, line, picked) {
  const board = new Board(form);
  const upload = { files: line.dataset.filesAt, bundle: line.dataset.bundle, finish: line.dataset.finish, give_up: line.dataset.giveUp };
  const says = part(line, "says");
  try {
    const { found, missing } = await board.sending.resume(upload, picked);
    if (!found && missing) says.textContent = form.dataset.strangers;
    else board.start(async () => {});
  } catch (error) {
    says.textContent = error.message;
  }
}

function listenToDrops(form) {
  const drop = form.querySelector(".drop");
  for (const name of ["dragenter", "dragover"])
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", async (event) => {
    event.preventDefault();
    bring(form, await dropped(event.dataTransfer));
  });
}

// Files may have been chosen before this script was there.
function whenChosen(input, use) {
  const take = () => {
    if (!input.files.length) return;
    use(chosen(input));
    input.value = "";
  };
  input.addEventListener("change", take);
  take();
}

export function prepare() {
  for (const needed of document.querySelectorAll("[data-needs-script]")) needed.hidden = false;
  for (const form of document.querySelectorAll("[data-uploader]")) {
    part(form, "plain")?.remove();
    for (const input of form.querySelectorAll("input[type=file]"))
      whenChosen(input, (picked) => bring(form, picked));
    listenToDrops(form);
    for (const line of document.querySelectorAll("[data-unfinished]"))
      for (const input of line.querySelectorAll("input[type=file]"))
        whenChosen(input, (picked) => goOn(form, line, picked));
  }
}
