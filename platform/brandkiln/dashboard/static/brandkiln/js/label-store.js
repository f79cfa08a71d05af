// What is known of the records, and the way of every change to the server and back.
// A change is shown at once and sent with the revision that was seen; what somebody else changed meanwhile comes
// back as a conflict and wins. What can't be sent waits and is sent again.
const AT_ONCE = 500;
const AGAIN_MS = 3000;
const NEWS_MS = 4000;
const REMEMBERED = 500;

const same = (a, b) => a.label === b.label && a.caption === b.caption;
const said = ({ label, caption }) => ({ label, caption });

export class LabelStore extends EventTarget {
  rows = new Map();
  #waiting = new Set();
  #sending = new Set();
  #undo = [];
  #redo = [];
  #renamed;

  constructor(root, board) {
    super();
    this.address = { rows: root.dataset.rows, save: root.dataset.save, news: root.dataset.news, set: root.dataset.set };
    this.token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    this.take(board.rows);
    this.counts(board);
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
  }

  get unsaved() {
    return this.#waiting.size + this.#sending.size;
  }

  get canUndo() {
    return this.#undo.length > 0;
  }

  get canRedo() {
    return this.#redo.length > 0;
  }

  /** Keep rows that the server sent, but not over what still waits here; return their positions. */
  take(rows) {
    for (const row of rows) {
      const kept = this.rows.get(row.position);
      if (!kept || !this.#isBusy(row.position)) this.rows.set(row.position, { ...kept, ...row });
    }
    return rows.map((row) => row.position);
  }

  counts(found) {
    this.labels = found.labels;
    this.#renamed = found.renamed;
    this.#emit("counts", found);
  }

  /** Say something of several records, as one step that can be undone. */
  change(positions, part) {
    const step = [];
    for (const position of positions) {
      const row = this.rows.get(position);
      const before = said(row);
      const after = { ...before, ...(typeof part === "function" ? part(row) : part) };
      if (!same(before, after)) step.push({ position, before, after });
    }
    if (!step.length) return;
    this.#undo.push(step);
    this.#undo.splice(0, this.#undo.length - REMEMBERED);
    this.#redo = [];
    for (const one of step) this.#put(one.position, one.after);
    this.flush();
  }

  undo() {
    return this.#back(this.#undo, this.#redo, "after", "before");
  }

  redo() {
    return this.#back(this.#redo, this.#undo, "before", "after");
  }

  /** Take back the last step of a stack, save what somebody else has changed since; return those positions. */
  #back(from, to, here, there) {
    const step = from.pop();
    if (!step) return null;
    const still = step.filter((one) => same(said(this.rows.get(one.position)), one[here]));
    if (still.length) to.push(still);
    for (const one of still) this.#put(one.position, one[there]);
    this.flush();
    const left = step.filter((one) => !still.includes(one));
    return { done: still.map((one) => one.position), left: left.map((one) => one.position) };
  }

  #put(position, value) {
    const row = this.rows.get(position);
    Object.assign(row, value, { conflict: null });
    this.#settle(row);
    this.#waiting.add(position);
    this.#emit("row", { position });
  }

  #settle(row) {
    row.now = row.label ?? this.#renamed[row.own.label] ?? row.own.label;
    row.text = row.caption ?? row.own.caption;
  }

  #isBusy(position) {
    return this.#waiting.has(position) || this.#sending.has(position);
  }

  async flush() {
    clearTimeout(this.again);
    if (this.#sending.size || !this.#waiting.size) return;
    const positions = [...this.#waiting].slice(0, AT_ONCE);
    const changes = positions.map((position) => {
      const { label, caption, revision } = this.rows.get(position);
      return { position, label, caption, revision };
    });
    for (const position of positions) this.#waiting.delete(position);
    this.#sending = new Set(positions);
    this.#emit("state", { state: "saving" });
    let answer;
    try {
      answer = await this.#post(this.address.save, JSON.stringify({ changes }), "application/json");
      if (answer.status >= 500) throw new Error(answer.status);
    } catch {
      for (const position of positions) this.#waiting.add(position);
      this.#sending.clear();
      this.#emit("state", { state: "offline", waiting: this.#waiting.size });
      this.again = setTimeout(() => this.flush(), AGAIN_MS);
      return;
    }
    this.#sending.clear();
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) this.#settled(changes, found);
    else await this.#refused(positions, found.message ?? String(answer.status));
    this.#emit("state", { state: this.#waiting.size ? "saving" : "saved" });
    this.flush();
  }

  #settled(changes, found) {
    const sent = new Map(changes.map((change) => [change.position, change]));
    const lost = [];
    for (const one of found.saved) Object.assign(this.rows.get(one.position), { revision: one.revision, by: one.by, at: one.at });
    for (const one of found.conflicts) {
      const row = this.rows.get(one.position);
      if (same(one, sent.get(one.position))) row.revision = one.revision; // our own answer was lost on the way
      else {
        lost.push(one);
        this.#waiting.delete(one.position);
        this.#adopt(one);
        row.conflict = one.by ?? "";
      }
    }
    this.counts(found);
    for (const one of [...found.saved, ...lost]) this.#emit("row", { position: one.position });
    if (lost.length) this.#emit("conflict", { lost });
  }

  async #refused(positions, message) {
    this.#emit("refused", { message });
    await this.news(positions, true);
  }

  #adopt(one) {
    const row = this.rows.get(one.position);
    Object.assign(row, { label: one.label, caption: one.caption, revision: one.revision, by: one.by, at: one.at });
    this.#settle(row);
  }

  /** Ask what others did to these records; `force` takes the server's word even for an equal revision. */
  async news(positions, force = false) {
    const answer = await fetch(`${this.address.news}?positions=${positions.join(",")}`).catch(() => null);
    if (!answer?.ok) return;
    const found = await answer.json();
    this.#renamed = found.renamed;
    for (const one of found.rows) {
      const row = this.rows.get(one.position);
      if (!row || this.#isBusy(one.position)) continue;
      const fresh = one.revision > row.revision;
      if (!fresh && !force && one.now === row.now) continue;
      this.#adopt(one);
      this.#emit("row", { position: one.position, fresh });
    }
    this.counts(found);
    if (found.compared) this.#emit("compared");
  }

  /** Follow others for as long as the page is looked at. */
  follow(shown) {
    setInterval(() => document.visibilityState === "visible" && this.news(shown()), NEWS_MS);
  }

  async load(query) {
    const answer = await fetch(`${this.address.rows}?${new URLSearchParams(query)}`);
    if (!answer.ok) return { positions: [], next: null };
    const found = await answer.json();
    return { positions: this.take(found.rows), next: found.next };
  }

  async addLabel(name) {
    const body = new URLSearchParams({ action: "add", name });
    const answer = await this.#post(this.address.set, body, "application/x-www-form-urlencoded");
    const found = await answer.json();
    if (answer.ok) this.counts(found);
    else this.#emit("refused", { message: found.message });
    return answer.ok;
  }

  #post(address, body, type) {
    const headers = { "X-CSRFToken": this.token, "Content-Type": type, Accept: "application/json" };
    return fetch(address, { method: "POST", headers, body });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
