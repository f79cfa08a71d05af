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

/** Close the messages by their button, or on their own unless the pointer or the focus is on them. */
export function closeSoon(boxes) {
  for (const box of boxes) {
    box.querySelector("[data-toast-close]")?.addEventListener("click", () => box.remove());
    let timer = setTimeout(() => box.remove(), SECONDS * 1000);
    for (const type of ["pointerenter", "focusin"]) box.addEventListener(type, () => clearTimeout(timer));
    for (const type of ["pointerleave", "focusout"])
      box.addEventListener(type, () => {
        clearTimeout(timer);
        timer = setTimeout(() => box.remove(), SECONDS * 1000);
      });
  }
}
