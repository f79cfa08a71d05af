// When the studio can't be reached: the page says so, keeps what was typed, asks again, and goes on by itself.
import { toast } from "./toasts.js";

const AGAIN_MS = 3000;
const SURE_MS = 600; // one answer may be lost; two are a fault
const PATIENCE_MS = 8000;
const LEAVING_MS = 5000;

const note = () => document.querySelector("[data-away]");
const failed = new Set(); // parts of the page that asked in vain and would not ask again
let isAway = false;
let isLeaving = false;
let isLooking = false;

async function isThere() {
  try {
    const answer = await fetch(note().dataset.away, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok;
  } catch {
    return false;
  }
}

const pause = (time) => new Promise((done) => setTimeout(done, time));

/** Look whether the studio can be reached, and go on looking while it can't. */
export async function check() {
  if (isLooking || isLeaving || !note()) return;
  isLooking = true;
  let there = await isThere();
  if (!there && !isAway) {
    await pause(SURE_MS);
    there = await isThere();
  }
  while (!there) {
    show(true);
    await pause(AGAIN_MS);
    there = await isThere();
  }
  isLooking = false;
  if (there && isAway) {
    show(false);
    toast(note().dataset.back);
    askAgain();
  }
}

/** Say that something was not sent; what was typed stays. */
export function notSent() {
  toast(note().dataset.kept);
  check();
}

/** Send or fetch something; null, and a word about it, where the studio can't be reached. */
export async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    if (error.name !== "AbortError") notSent();
    return null;
  }
}

function show(away) {
  isAway = away;
  const box = note();
  box.hidden = !away;
  box.querySelector("[data-away-text]").textContent = away ? box.dataset.text : "";
}

/** What asks once it is loaded, and then again and again, has stopped at the first answer that did not come. */
function askAgain() {
  for (const part of failed) {
    if (!part.isConnected || part.querySelector("input, textarea, select")) continue;
    const fresh = part.cloneNode(true);
    part.replaceWith(fresh);
    globalThis.htmx.process(fresh);
  }
  failed.clear();
  document.dispatchEvent(new Event("studio:back"));
}

function hold(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
  toast(note().dataset.kept);
}

export function listenToConnection() {
  window.addEventListener("offline", check);
  window.addEventListener("online", check);
  // A page that is left loses its connections, too; a download looks the same and leaves nothing.
  window.addEventListener("beforeunload", () => {
    isLeaving = true;
    setTimeout(() => (isLeaving = false), LEAVING_MS);
  });

  document.addEventListener("htmx:error", ({ target, detail }) => {
    if (!(detail?.error instanceof TypeError) || !target.matches) return;
    if (target.getAttribute("hx-trigger")?.includes("load")) failed.add(target);
    check();
  });

  // A form or a link would lead to the browser's own page, and what was typed would be lost.
  const leads = (link) => link?.origin === location.origin && !link.hasAttribute("download") && link.target !== "_blank";
  document.addEventListener("submit", (event) => isAway && event.target.method !== "dialog" && hold(event), { capture: true });
  document.addEventListener("click", (event) => {
    const link = isAway && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.target.closest?.("a[href]");
    if (link && leads(link) && !link.getAttribute("href").startsWith("#")) hold(event);
  }, { capture: true });
}
