// The library: pieces come as people scroll and leave the page again when they are far away; picking; acting.
import { reach } from "./connection.js";
import { toast } from "./toasts.js";
import { Picks } from "./library-picks.js";
import { prepareFiles } from "./library-files.js";

const AHEAD = "1200px";
const KEPT = "2400px"; // blocks that are farther away than that are only a height

/** Blocks of pieces: the next one is asked for near the end, and those far away are emptied and filled again. */
class Shelf {
  constructor(form, onNew) {
    this.form = form;
    this.onNew = onNew;
    this.older = form.querySelector("[data-older]");
    this.put = form.querySelector("[data-blocks]") ?? form.querySelector("table");
    this.away = new Map();
    this.observer = new IntersectionObserver((seen) => seen.forEach((one) => this.turn(one)), { rootMargin: KEPT });
    for (const block of this.put.querySelectorAll("[data-block]")) this.observer.observe(block);
    if (!this.older) return;
    this.ending = new IntersectionObserver(([one]) => one.isIntersecting && this.more(), { rootMargin: AHEAD });
    this.ending.observe(this.older);
    document.addEventListener("studio:back", () => this.lookAgain());
    this.older.addEventListener("click", (event) => {
      event.preventDefault();
      this.more();
    });
  }

  get last() {
    return [...this.put.querySelectorAll("[data-block]")].at(-1);
  }

  async more() {
    const cursor = this.last.dataset.next;
    if (this.asking || !cursor) return;
    this.asking = true;
    const address = new URL(this.form.dataset.more, location);
    address.searchParams.set("cursor", cursor);
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      const made = document.createElement("template");
      const text = await answer.text();
      made.innerHTML = text.trimStart().startsWith("<tbody") ? `<table>${text}</table>` : text;
      const block = made.content.querySelector("[data-block]");
      this.put.append(block);
      this.observer.observe(block);
      this.onNew(block);
      this.older.hidden = !block.dataset.next;
    } catch {
      toast(this.form.dataset.sayFailed);
      return;
    } finally {
      this.asking = false;
    }
    this.lookAgain(); // the end may still be in sight on a tall screen
  }

  /** Ask for more if the end is in sight: the observer speaks only of changes. */
  lookAgain() {
    this.ending.unobserve(this.older);
    this.ending.observe(this.older);
  }

  turn({ target: block, isIntersecting }) {
    if (isIntersecting === !this.away.has(block) || block.contains(document.activeElement)) return;
    if (isIntersecting) {
      block.replaceChildren(this.away.get(block));
      this.away.delete(block);
      block.style.removeProperty("height");
      this.onNew(block);
      return;
    }
    const height = block.offsetHeight;
    const pieces = document.createDocumentFragment();
    pieces.append(...block.childNodes);
    this.away.set(block, pieces);
    block.style.height = `${height}px`;
    if (block.tagName === "TBODY") {
      const cell = document.createElement("td");
      cell.style.height = `${height}px`;
      block.append(document.createElement("tr"));
      block.firstChild.append(cell);
    }
  }
}

/** A message with a way back. */
function offer(form, said, undo) {
  const box = toast(said);
  if (!undo) return;
  const back = document.createElement("form");
  back.method = "post";
  back.action = undo;
  for (const [name, value] of [
    ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value],
    ["back", location.pathname + location.search],
  ])
    back.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  const button = Object.assign(document.createElement("button"), { textContent: form.dataset.sayUndo });
  button.className = "font-medium underline underline-offset-2";
  back.append(button);
  box.append(back);
}

/** Send what is picked with an action; what it takes off the page goes at once. */
async function act(form, picks, action, value) {
  const sent = new FormData(form);
  sent.delete("asset");
  for (const key of picks.keys) sent.append("asset", key);
  sent.set("action", action);
  sent.set("value", value);
  const answer = await reach(form.getAttribute("action"), { method: "POST", body: sent, headers: { Accept: "application/json" } });
  if (!answer) return; // the pieces stay picked
  const said = await answer.json().catch(() => ({ message: form.dataset.sayFailed }));
  if (!answer.ok) return toast(said.message);
  if (picks.everything) {
    // More is changed than this page shows: the server says it after a reload.
    sessionStorage.setItem("library-said", JSON.stringify(said));
    return location.reload();
  }
  const leaves = ["trash", "restore"].includes(action) || (action === "move" && form.elements.folder);
  for (const piece of picks.pieces()) {
    if (leaves) piece.remove();
    else if (action === "rate") {
      const stars = piece.querySelector("[data-stars]");
      if (stars) stars.textContent = value === "0" ? "" : ` · ${value} ★`;
    }
  }
  picks.clear();
  offer(form, said.said, said.undo);
}

function listenToActions(form, picks) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.hasAttribute("data-act")) {
      if (event.submitter?.formAction && !picks.everything) picks.name();
      return;
    }
    event.preventDefault();
    const value = button.closest(".pop")?.querySelector("[data-value]")?.value ?? "";
    button.closest("details")?.removeAttribute("open");
    act(form, picks, button.value, value);
  });

  form.addEventListener("keydown", (event) => {
    const field = event.target.closest("[data-value]");
    if (event.key === "Enter" && field) {
      event.preventDefault();
      field.closest(".pop").querySelector("[data-act]").click();
    }
    if (event.key === "Delete" && picks.keys.size && !field) form.querySelector('[data-act][value="trash"]')?.click();
  });

  document.getElementById("for-good")?.addEventListener("close", () => {
    form.elements.sure.required = form.elements.sure.checked = false;
  });

  form.addEventListener("click", async (event) => {
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog").close();
    if (!event.target.closest("[data-shows-uses]")) return;
    form.elements.sure.required = true; // while the dialog is open: the form's other buttons ask for nothing
    const asked = new URLSearchParams([...picks.keys].slice(0, 50).map((key) => ["asset", key]));
    if (picks.everything) for (const [name, value] of new FormData(form)) if (name !== "asset") asked.set(name, value);
    const answer = await reach(`${form.dataset.uses}?${asked}`);
    if (answer?.ok) document.querySelector("[data-uses-here]").innerHTML = await answer.text();
  });
}

function listenToDrags(form, picks) {
  form.addEventListener("dragstart", (event) => {
    const piece = event.target.closest("[data-asset]");
    if (!piece) return;
    if (!picks.keys.has(piece.dataset.asset)) {
      picks.clear();
      picks.set(piece, true);
    }
    event.dataTransfer.setData("text/x-assets", "picked");
    event.dataTransfer.effectAllowed = "move";
  });
  for (const folder of document.querySelectorAll("[data-folder]")) {
    folder.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("text/x-assets")) return;
      event.preventDefault();
      folder.classList.add("over");
    });
    folder.addEventListener("dragleave", () => folder.classList.remove("over"));
    folder.addEventListener("drop", (event) => {
      event.preventDefault();
      folder.classList.remove("over");
      act(form, picks, "move", folder.dataset.folder);
    });
  }
}

/** Fetch the filters' values once somebody wants to see them; counting all of them takes a moment. */
function listenToChoices() {
  const panel = document.querySelector("[data-choices]");
  panel?.addEventListener("toggle", async () => {
    if (!panel.open || panel.dataset.there) return;
    panel.dataset.there = "1";
    const answer = await reach(panel.dataset.choices);
    if (!answer?.ok) delete panel.dataset.there; // opened again, it asks again
    else panel.querySelector(".filter-sheet").innerHTML = await answer.text();
  });
  document.addEventListener("click", (event) => {
    if (panel?.open && !panel.contains(event.target)) panel.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel?.open) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
}

/** Load the page again once the worker has looked at what is looked for. */
function waitForWorker() {
  const note = document.querySelector("[data-wait]");
  if (!note) return;
  const ask = async () => {
    const answer = await fetch(note.dataset.wait).catch(() => null);
    if (answer?.ok && (await answer.json()).ended) location.reload();
    else setTimeout(ask, 700);
  };
  setTimeout(ask, 400);
}

export function prepare() {
  listenToChoices();
  waitForWorker();
  prepareFiles();
  const form = document.querySelector("[data-library]");
  if (!form) return;
  const picks = new Picks(form);
  new Shelf(form, (block) => picks.show(block));
  listenToActions(form, picks);
  listenToDrags(form, picks);
  const said = sessionStorage.getItem("library-said");
  sessionStorage.removeItem("library-said");
  if (said) offer(form, JSON.parse(said).said, JSON.parse(said).undo);
}
