// The calendar: entries and waiting pieces are moved by pointer, touch or keyboard; each move can be taken back.
import { carryByKeys } from "./planner-keys.js";
import { carryByPointer } from "./planner-pointer.js";
import { reach } from "./connection.js";
import { toast } from "./toasts.js";

const GRID = "[data-planner]";

function csrf() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

async function send(address, fields) {
  const answer = await reach(address, {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), "X-Part": "planner" },
    body: new URLSearchParams(fields),
  });
  if (!answer) return null;
  if (answer.headers.get("content-type")?.includes("json")) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  throw new Error(page.querySelector("main .lead, main p")?.textContent.trim() || "");
}

// The server draws the page anew, so that clashes and hours are as it sees them; the focus stays on what was moved.
async function redraw(focused) {
  const answer = await reach(location.href, { headers: { "X-Part": "page" } });
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(GRID);
  const planner = document.querySelector(GRID);
  const scrolled = planner.querySelector(".week-box")?.scrollTop;
  planner.querySelector(".planner").replaceWith(fresh.querySelector(".planner"));
  const box = planner.querySelector(".week-box");
  if (box && scrolled !== undefined) box.scrollTop = scrolled;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function say(text) {
  document.querySelector("[data-planner-said]").textContent = text;
}

async function drop(slot, cell) {
  const words = document.querySelector(GRID).dataset;
  const fields = cell.dataset.at ? { at: cell.dataset.at } : { day: cell.dataset.day };
  try {
    const done = slot.dataset.entry
      ? await send(slot.dataset.move, { ...fields, seen: slot.dataset.seen })
      : await send(words.plan, { ...fields, asset: slot.dataset.asset, campaign: slot.dataset.campaign });
    if (!done) return;
    await redraw(`entry-${done.entry}`);
    offer(done);
  } catch (error) {
    await redraw(slot.id);
    toast(error.message || words.failed);
  }
}

function offer(done) {
  const box = toast(done.said);
  const button = Object.assign(document.createElement("button"), { textContent: document.querySelector(GRID).dataset.undo });
  button.type = "button";
  button.className = "font-medium underline underline-offset-2";
  button.addEventListener("click", () => {
    box.remove();
    takeBack(done);
  });
  box.append(button);
}

async function takeBack(done) {
  const words = document.querySelector(GRID).dataset;
  try {
    const undone = await send(done.undo, {});
    if (!undone) return;
    await redraw(`entry-${undone.entry}`);
    toast(undone.said);
  } catch (error) {
    toast(error.message || words.failed);
  }
}

async function open(link) {
  const answer = await reach(link.href, { headers: { "X-Part": "drawer" } });
  if (!answer) return;
  if (!answer.ok) return location.assign(link.href);
  const drawer = document.querySelector("[data-planner-drawer]");
  drawer.querySelector("[data-planner-entry]").innerHTML = await answer.text();
  drawer.showModal();
}

function offerZone() {
  const form = document.querySelector("[data-zone]");
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const button = form.querySelector("[data-zone-here]");
  const known = [...form.elements.time_zone.options].some((option) => option.value === here);
  if (here === form.dataset.zone || !known) return;
  button.querySelector("span").textContent = here;
  button.hidden = false;
  button.addEventListener("click", () => {
    form.elements.time_zone.value = here;
    form.requestSubmit();
  });
}

export function prepare() {
  const planner = document.querySelector(GRID);
  const carried = carryByPointer(planner, drop);
  carryByKeys(planner, drop, say);
  offerZone();
  const box = planner.querySelector(".week-box");
  if (box) box.scrollTop = box.querySelectorAll(".week-hours span")[8].offsetTop - 60;
  planner.addEventListener("click", (event) => {
    const slot = event.target.closest(".slot");
    if (!slot) return;
    if (carried()) return event.preventDefault();
    if (!slot.dataset.entry || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(slot);
  });
}
