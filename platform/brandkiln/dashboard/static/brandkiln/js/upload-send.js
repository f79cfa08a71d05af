// Sends files over tus 1.0: a few at a time, in pieces, and goes on where the server says that a file ends.
const PIECE = 16 * 2 ** 20;
const AT_ONCE = 3;
const BATCH = 500;
const SMALL = 256 * 2 ** 10;
const BUNDLED = 64;
const BUNDLE = 2 ** 20;
const TRIES = 3;
const LONGEST_WAIT = 30;
const TUS = { "Tus-Resumable": "1.0.0" };

export class Sending {
  // `words` holds what people are told, `changed` is called whenever there is something to show.
  constructor({ csrf, words, changed }) {
    Object.assign(this, { csrf, words, changed });
    this.files = [];
    this.message = "";
    this.address = null;
    this.paused = this.cancelled = false;
    this.loops = 0;
    this.requests = new Set();
  }

  get total() {
    return this.files.reduce((sum, file) => sum + file.size, 0);
  }

  get sent() {
    return this.files.reduce((sum, file) => sum + file.sent, 0);
  }

  // Files that hold nothing are not sent; the report names them.
  async begin(address, base, picked, empty) {
    const form = new FormData();
    if (base) form.append("base", base);
    this.upload = await this.#ask(address, form);
    for (let at = 0; at < picked.length && !this.cancelled; at += BATCH) {
      const some = picked.slice(at, at + BATCH);
      const names = some.map(({ file, path }) => ({ name: path, size: file.size }));
      const answer = await this.#ask(this.upload.files, JSON.stringify({ files: names, empty: at ? [] : empty.slice(0, BATCH) }), "application/json");
      answer.files.forEach((known, i) => this.#add(some[i].file, known, 0));
    }
    this.run();
  }

  // Goes on with an upload of before: returns how many of the picked files belong to it, and how many it lacks.
  async resume(upload, picked) {
    this.upload = upload;
    const { files } = await this.#ask(upload.files);
    const byName = new Map(picked.map((one) => [one.path.normalize("NFC"), one.file]));
    const byEnd = new Map(picked.map((one) => [one.path.normalize("NFC").split("/").pop(), one.file]));
    let missing = 0;
    for (const known of files.filter((one) => !one.done)) {
      const file = byName.get(known.name) ?? byEnd.get(known.name.split("/").pop());
      if (file?.size === known.size) this.#add(file, known, known.received);
      else missing += 1;
    }
    const found = this.files.length;
    this.missing = missing;
    if (found || !missing) this.run();
    return { found, missing };
  }

  run() {
    if (!this.files.some((file) => file.state === "waiting")) this.#finish();
    while (this.loops < AT_ONCE && this.files.some((file) => file.state === "waiting")) {
      if (this.paused || this.cancelled) return;
      this.loops += 1;
      const next = this.files.find((file) => file.state === "waiting");
      const small = isBundled(next) ? bundleOf(this.files) : [];
      (small.length > 1 ? this.#sendBundle(small) : this.#send(next))
        .catch((error) => (this.message = String(error)))
        .finally(() => {
          this.loops -= 1;
          this.changed();
          this.run();
        });
    }
    this.changed();
  }

  pause() {
    this.paused = true;
    for (const request of this.requests) request.abort();
    this.changed();
  }

  goOn() {
    this.paused = false;
    this.message = "";
    this.run();
  }

  retry(file) {
    Object.assign(file, { state: "waiting", error: "", tries: 0 });
    this.goOn();
  }

  cancel() {
    this.cancelled = true;
    this.pause();
  }

  #add(file, known, received) {
    const size = known.size;
    this.files.push({ file, size, id: known.id, name: known.name, address: known.address, sent: received, state: "waiting", tries: 0 });
    this.changed();
  }

  // Small files go together in one request; where that fails, whatever the reason, each goes by itself.
  async #sendBundle(entries) {
    const form = new FormData();
    const stop = new AbortController();
    this.requests.add(stop);
    for (const entry of entries) entry.state = "sending";
    try {
      for (const entry of entries) {
        form.append(`sha256-${entry.id}`, await hashed(entry.file));
        form.append(entry.id, entry.file, "file");
      }
      stop.signal.throwIfAborted();
      await this.#ask(this.upload.bundle, form, undefined, stop.signal);
      for (const entry of entries) {
        entry.sent = entry.size;
        this.#end(entry, "done");
      }
    } catch {
      for (const entry of entries) {
        entry.alone = !stop.signal.aborted;
        this.#end(entry, "waiting");
      }
    } finally {
      this.requests.delete(stop);
    }
  }

  async #send(entry) {
    entry.state = "sending";
    entry.hash ??= hashed(entry.file);
    entry.hash.catch(() => {});
    let offset = entry.sent;
    let wait = 1;
    for (;;) {
      if (this.paused || this.cancelled) return this.#end(entry, "waiting");
      const answer = await this.#patch(entry, offset);
      if (answer.status === 204) {
        offset = entry.sent = answer.offset;
        wait = 1;
        if (this.message && !this.paused) this.message = "";
        if (offset >= entry.size) return this.#end(entry, "done");
        continue;
      }
      if (this.paused || this.cancelled) return this.#end(entry, "waiting");
      if (answer.status === 460 && (entry.tries += 1) < TRIES) offset = entry.sent = 0;
      else if ([0, 400, 409, 423, 502, 503, 504].includes(answer.status)) {
        if (answer.status !== 409) {
          this.message = this.words.broken.replace("%s", wait);
          this.changed();
          await new Promise((resolve) => setTimeout(resolve, wait * 1000));
          wait = Math.min(LONGEST_WAIT, wait * 2);
        }
        offset = entry.sent = (await this.#offset(entry)) ?? offset;
      } else {
        if (answer.status === 507) this.paused = true;
        entry.error = answer.message || this.words.failed;
        return this.#end(entry, "failed");
      }
    }
  }

  #end(entry, state) {
    entry.state = state;
    this.changed();
  }

  async #patch(entry, offset) {
    const end = Math.min(entry.size, offset + PIECE);
    let hash = "";
    try {
      if (end === entry.size) hash = await entry.hash;
    } catch {
      return { status: 422, message: this.words.changed };
    }
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      this.requests.add(request);
      request.open("PATCH", entry.address);
      const headers = { ...TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": offset };
      if (hash) headers["Upload-Sha256"] = hash;
      headers["X-CSRFToken"] = this.csrf;
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", (event) => {
        entry.sent = offset + event.loaded;
        this.changed();
      });
      request.addEventListener("loadend", () => {
        this.requests.delete(request);
        resolve({
          status: request.status === 200 ? 401 : request.status, // a page instead of an answer: signed out
          offset: Number(request.getResponseHeader("Upload-Offset")),
          message: request.status === 200 ? this.words.signedOut : said(request.responseText),
        });
      });
      request.send(entry.file.slice(offset, end));
    });
  }

  async #offset(entry) {
    try {
      const answer = await fetch(entry.address, { method: "HEAD", headers: TUS });
      const offset = answer.headers.get("Upload-Offset");
      return offset === null ? null : Number(offset);
    } catch {
      return null;
    }
  }

  async #finish() {
    const isWhole = this.files.every((file) => file.state === "done") && !this.missing;
    if (!isWhole || this.finishing || this.cancelled) return this.changed();
    this.finishing = true;
    this.changed();
    try {
      this.address = (await this.#ask(this.upload.finish, new FormData())).address;
    } catch (error) {
      this.message = error.message;
      this.finishing = false;
    }
    this.changed();
  }

  async #ask(address, body, type, signal) {
    const headers = { "X-CSRFToken": this.csrf, Accept: "application/json", ...(type && { "Content-Type": type }) };
    const answer = await fetch(address, { method: body ? "POST" : "GET", headers, body, signal });
    if (answer.redirected) throw new Error(this.words.signedOut);
    const text = await answer.text();
    if (!answer.ok) throw new Error(said(text) || this.words.failed);
    return JSON.parse(text);
  }
}

function isBundled(entry) {
  return entry.size <= SMALL && !entry.alone && !entry.sent;
}

function bundleOf(files) {
  const bundle = [];
  let size = 0;
  for (const file of files) {
    if (file.state !== "waiting" || !isBundled(file)) continue;
    size += file.size;
    if (bundle.length === BUNDLED || size > BUNDLE) break;
    bundle.push(file);
  }
  return bundle;
}

let worker = null;
const waiting = new Map();

function hashed(file) {
  if (!worker) {
    worker = new Worker(new URL("./upload-hash.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const { resolve, reject } = waiting.get(data.id);
      waiting.delete(data.id);
      data.error ? reject(new Error(data.error)) : resolve(data.hash);
    });
  }
  const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, file });
  });
}

function said(text) {
  try {
    return JSON.parse(text).message ?? "";
  } catch {
    return "";
  }
}
