// Ctrl-K: a few letters lead to a page, to something that can be made, or to a thing by its name.
const PAUSE_MS = 120;

export function listenToPalette() {
  const dialog = document.querySelector("[data-palette]");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const count = dialog.querySelector("[data-palette-count]");
  let asking = new AbortController();
  let pause = 0;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  async function look() {
    asking.abort();
    asking = new AbortController();
    const address = `${dialog.dataset.palette}?${new URLSearchParams({ q: field.value })}`;
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
    } catch {
      return; // the next letter asks again
    }
    const found = options();
    choose(found[0]);
    const { one, many, none } = count.dataset;
    count.textContent = found.length > 1 ? many.replace("%n", found.length) : found.length ? one : none;
  }

  function open() {
    if (dialog.open) return dialog.close();
    document.querySelector("dialog[open]")?.close();
    dialog.showModal();
    field.select();
    look();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-palette-open]")) open();
    else if (event.target === dialog) dialog.close();
  });

  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    const found = options();
    const at = found.indexOf(chosen());
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + found.length, PageDown: Math.min(at + 8, found.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
    if (to !== undefined && found.length) {
      event.preventDefault();
      choose(found[to % found.length]);
    } else if (event.key === "Enter" && !event.isComposing && chosen()) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) window.open(chosen().href, "_blank", "noopener");
      else location.assign(chosen().href);
    }
  });
}
