// The review mode: a decision is shown at once, sent in order, tried again while the server is away, and can be undone.
const AGAIN_MS = 3000;
const AHEAD = 2;
const SWIPE = 90;

const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

class Outbox {
  #waiting = [];
  #isSending = false;

  /** @param refused Called with what the server would not take, and why. */
  constructor(token, refused, said) {
    this.token = token;
    this.refused = refused;
    this.said = said;
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.size && event.preventDefault());
  }

  get size() {
    return this.#waiting.length;
  }

  put(entry) {
    this.#waiting.push(entry);
    this.flush();
  }

  /** Take an entry back before it was sent; false where it is on its way or there. */
  take(entry) {
    const at = this.#waiting.indexOf(entry);
    if (at < 0 || (at === 0 && this.#isSending)) return false;
    this.#waiting.splice(at, 1);
    return true;
  }

  async flush() {
    clearTimeout(this.again);
    if (this.#isSending || !this.#waiting.length) return;
    this.#isSending = true;
    const entry = this.#waiting[0];
    const headers = { "X-CSRFToken": this.token, Accept: "application/json" };
    const answer = await fetch(entry.address, { method: "POST", body: entry.body, headers }).catch(() => null);
    this.#isSending = false;
    if (!answer || answer.status >= 500) {
      this.said(null);
      this.again = setTimeout(() => this.flush(), AGAIN_MS);
      return;
    }
    this.#waiting.shift();
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok) this.said(found.message, entry);
    else this.refused(entry, found.message ?? String(answer.status));
    this.flush();
  }
}

class Mode {
  #cards = new Map();
  #decided = [];
  #at = 0;

  constructor(root, pins) {
    this.root = root;
    this.keys = JSON.parse(document.getElementById("review-keys").textContent);
    this.dialog = root.querySelector("#refuse");
    this.slot = root.querySelector("[data-slot]");
    const token = root.querySelector("[name=csrfmiddlewaretoken]").value;
    this.outbox = new Outbox(token, (entry, why) => this.#refused(entry, why), (text, entry) => this.#sent(text, entry));
    this.pins = pins((key, html) => this.#cards.set(key, Promise.resolve(html)));
    root.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    this.dialog.addEventListener("submit", (event) => this.#refuse(event), true);
    this.#listenToSwipes();
    this.#ahead();
  }

  get card() {
    return this.slot.querySelector("[data-piece]");
  }

  #said(text) {
    this.root.querySelector("[data-said]").textContent = text;
  }

  /** Say how a decision went; one that was taken back is on the page again, as it is now. */
  #sent(text, entry) {
    if (!entry || entry === this.latest) this.#said(text ?? this.root.dataset.sayOffline); // no late word of an earlier one
    if (!entry || entry.address !== entry.undo) return;
    this.#cards.delete(entry.key);
    if (this.keys[this.#at] === entry.key) this.show(this.#at);
  }

  #fetch(key) {
    if (!this.#cards.has(key)) {
      const address = this.root.dataset.card.replace("00000000-0000-0000-0000-000000000000", key);
      const card = fetch(address).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
      card.then((html) => this.#warm(html)).catch(() => this.#cards.delete(key));
      this.#cards.set(key, card);
    }
    return this.#cards.get(key);
  }

  /** Let the browser load the pictures of a card that is not shown yet. */
  #warm(html) {
    for (const { src } of new DOMParser().parseFromString(html, "text/html").images) new Image().src = src;
  }

  #ahead() {
    for (const key of this.keys.slice(this.#at + 1, this.#at + 1 + AHEAD)) this.#fetch(key);
  }

  async show(at) {
    if (at < 0) return;
    this.#at = Math.min(at, this.keys.length);
    const isEnd = this.#at === this.keys.length;
    this.root.querySelector("[data-end]").hidden = !isEnd;
    this.root.querySelector("[data-bar]").hidden = isEnd;
    this.slot.hidden = isEnd;
    this.#count();
    if (isEnd) return this.root.querySelector("[data-end-title]").focus();
    const key = this.keys[this.#at];
    const html = await this.#fetch(key).catch(() => null);
    if (key !== this.keys[this.#at]) return;
    if (html) this.slot.innerHTML = html;
    else this.#said(this.root.dataset.sayLost);
    this.pins.prepare();
    globalThis.htmx?.process(this.slot);
    this.slot.scrollTop = 0;
    this.card?.querySelector("[data-review-title]").focus({ preventScroll: true });
    this.#ahead();
  }

  #count() {
    this.root.querySelector("[data-progress]").textContent = `${Math.min(this.#at + 1, this.keys.length)} ${this.root.dataset.sayOf} ${this.keys.length}`;
    this.root.querySelector("[data-meter]").value = this.#decided.length;
  }

  decide(decision, reasons = [], note = "") {
    const card = this.card;
    if (!card) return;
    const body = new URLSearchParams({ decision, note, seen: card.dataset.seen });
    for (const reason of reasons) body.append("reasons", reason);
    const entry = { key: card.dataset.piece, address: card.dataset.decide, undo: card.dataset.undo, body };
    this.#decided.push(entry);
    this.#cards.delete(entry.key); // it looks otherwise from now on
    this.#said(this.root.dataset[`say${decision[0].toUpperCase()}${decision.slice(1)}`]);
    this.latest = entry;
    this.outbox.put(entry);
    this.show(this.#at + 1);
  }

  undo() {
    const entry = this.#decided.pop();
    if (!entry) return this.#said(this.root.dataset.sayNothing);
    const back = { ...entry, address: entry.undo, body: new URLSearchParams() };
    this.latest = back;
    if (!this.outbox.take(entry)) this.outbox.put(back);
    this.#cards.delete(entry.key);
    this.#said(this.root.dataset.sayUndone);
    this.show(this.keys.indexOf(entry.key));
  }

  #refused(entry, why) {
    this.#decided = this.#decided.filter((one) => one !== entry);
    this.#cards.delete(entry.key);
    this.show(this.keys.indexOf(entry.key)).then(() => this.#said(why));
  }

  #open(decision) {
    this.dialog.querySelector("form").reset();
    this.dialog.dataset.decision = decision;
    for (const key of this.dialog.querySelectorAll("[data-enter]")) key.hidden = key.dataset.enter !== decision;
    this.dialog.querySelector("[data-refuse-problem]").hidden = true;
    this.dialog.showModal();
    this.dialog.querySelector("input[name=reasons]").focus();
  }

  #refuse(event) {
    event.preventDefault();
    event.stopPropagation();
    const sent = new FormData(event.target);
    const [reasons, note] = [sent.getAll("reasons"), sent.get("note").trim()];
    const problem = this.dialog.querySelector("[data-refuse-problem]");
    problem.hidden = reasons.length > 0 || note !== "";
    if (!problem.hidden) return;
    const isByKey = !event.submitter || this.byEnter;
    this.dialog.close();
    this.decide(isByKey ? this.dialog.dataset.decision : event.submitter.value, reasons, note);
  }

  #do = {
    approve: () => this.decide("approved"),
    refuse: () => this.#open("rejected"),
    changes: () => this.#open("changes"),
    comment: () => this.pins.comment(),
    undo: () => this.undo(),
    next: () => this.show(this.#at + 1),
    back: () => this.show(this.#at - 1),
  };

  #click(event) {
    const name = event.target.closest("[data-do]")?.dataset.do;
    if (name && (this.card || name === "undo")) this.#do[name]();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.dialog.open) return this.#keyOfRefusal(event);
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    const name = { a: "approve", r: "refuse", w: "changes", c: "comment", u: "undo", j: "next", k: "back" }[event.key.toLowerCase()];
    if (name && (!this.slot.hidden || name === "undo" || name === "back")) {
      event.preventDefault();
      this.#do[name]();
    } else if (/^[1-5]$/.test(event.key)) this.card?.querySelectorAll(".stars button")[event.key - 1].click();
  }

  #keyOfRefusal(event) {
    this.byEnter = event.key === "Enter";
    if (isTyping(event.target) || !/^[1-9]$/.test(event.key)) {
      if (this.byEnter && !event.target.matches("button, textarea")) {
        event.preventDefault();
        this.dialog.querySelector("form").requestSubmit();
      } else this.byEnter = false;
      return;
    }
    const box = this.dialog.querySelectorAll("input[name=reasons]")[event.key - 1];
    if (box) box.checked = !box.checked;
    event.preventDefault();
  }

  /** A quick stroke to the right approves, one to the left refuses; marking words is left alone. */
  #listenToSwipes() {
    let from;
    this.slot.addEventListener("touchstart", (event) => {
      const isFree = event.touches.length === 1 && !event.target.closest("textarea, input, .is-marking, .review-side");
      from = isFree ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : undefined;
    }, { passive: true });
    this.slot.addEventListener("touchmove", (event) => {
      if (!from || !this.card) return;
      const [x, y] = [event.touches[0].clientX - from.x, event.touches[0].clientY - from.y];
      const isSwipe = Math.abs(x) > 20 && Math.abs(x) > 2 * Math.abs(y);
      this.card.style.translate = isSwipe ? `${x / 2}px` : "";
      this.card.dataset.swipe = isSwipe && Math.abs(x) > SWIPE ? (x > 0 ? "approve" : "refuse") : "";
    }, { passive: true });
    this.slot.addEventListener("touchend", () => {
      const way = from && this.card?.dataset.swipe;
      if (this.card) {
        this.card.style.translate = "";
        this.card.dataset.swipe = "";
      }
      if (way && getSelection().isCollapsed) this.#do[way]();
    });
  }
}

export function start(root, pins) {
  new Mode(root, pins);
}
