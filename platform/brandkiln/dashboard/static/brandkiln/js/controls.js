// Small behaviours of controls: menus, dialogs, copying, seeds, sliders, filters that submit themselves.
import { toast } from "./toasts.js";

const MENUS = "details[data-menu][open]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll(MENUS)) if (menu !== except) menu.open = false;
}

function drawSeed(field) {
  field.value = crypto.getRandomValues(new Uint32Array(1))[0];
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  toast(button.dataset.copied);
}

function fill(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

function pickAll(box) {
  for (const pick of box.form.querySelectorAll(".pick input")) pick.checked = box.checked;
}

// Fields that mean something for some values of another one only; one with a problem stays in sight.
function showWhatCounts(form) {
  for (const box of form.querySelectorAll("[data-only]")) {
    const [name, values] = box.dataset.only.split("=");
    const chooser = form.elements.namedItem(name);
    box.hidden = Boolean(chooser) && !values.split("|").includes(chooser.value) && !box.querySelector("[id$=_error]");
  }
}

/** Bring the tab of this page into sight where a phone shows only some of them. */
function showCurrentTab() {
  for (const tab of document.querySelectorAll('.tabs [aria-current="page"]')) {
    const row = tab.parentElement;
    row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

/** Ask first where a button says what it would end; then the form goes on as it was sent. */
function askFirst(event) {
  const text = event.submitter?.dataset.confirm;
  const dialog = document.getElementById("confirm");
  if (!text || !dialog || dialog.returnValue === "yes") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const [form, button] = [event.target, event.submitter];
  dialog.querySelector("h2").textContent = text;
  dialog.querySelector('[value="yes"]').textContent = button.dataset.does ?? button.textContent.trim();
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue === "yes") form.requestSubmit(button);
      dialog.returnValue = "";
    },
    { once: true },
  );
  dialog.showModal();
}

export function listenToControls() {
  for (const form of document.forms) showWhatCounts(form);
  showCurrentTab();

  document.addEventListener("click", (event) => {
    closeMenus(event.target.closest("details[data-menu]"));
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.dialogOpen) document.getElementById(button.dataset.dialogOpen).showModal();
    if ("dialogClose" in button.dataset) button.closest("dialog").close();
    if (button.dataset.dice) drawSeed(document.getElementById(button.dataset.dice));
    if (button.dataset.copy) copy(button);
    if (button.dataset.fills) fill(document.getElementById(button.dataset.fills), button.dataset.with);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
  });

  document.addEventListener("input", (event) => {
    const shown = document.querySelector(`[data-shows="${event.target.id}"]`);
    if (event.target.id && shown) shown.value = event.target.value;
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
    if (event.target.matches("[data-pick-all]")) pickAll(event.target);
    if (event.target.form) showWhatCounts(event.target.form);
  });

  document.addEventListener("submit", askFirst, { capture: true });

  // A second press while the first is under way would ask twice.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog" || event.target.hasAttribute("data-again")) return;
    const button = event.submitter;
    setTimeout(() => button?.setAttribute("disabled", ""));
    window.addEventListener("pageshow", () => button?.removeAttribute("disabled"), { once: true });
  });
}
