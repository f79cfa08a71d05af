// Short messages at the corner of the page.
const SECONDS = 7;

/** Show a message and return its box; the region is polite, so screen readers say it when they are free. */
export function toast(text) {
  const region = document.getElementById("toasts");
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  region.append(box);
  closeSoon([box]);
  return box;
}

/** Close the messages by their button, or on their own unless somebody is reading with the pointer on them. */
export function closeSoon(boxes) {
  for (const box of boxes) {
    box.querySelector("[data-toast-close]")?.addEventListener("click", () => box.remove());
    let timer = setTimeout(() => box.remove(), SECONDS * 1000);
    box.addEventListener("pointerenter", () => clearTimeout(timer));
    box.addEventListener("pointerleave", () => (timer = setTimeout(() => box.remove(), SECONDS * 1000)));
  }
}
