// The editor of a template: a variable's name goes to where somebody was writing; a param that a variable fills hides
// its field.
export function prepare() {
  const form = document.querySelector("[data-inserts]");
  let last = null;
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea, input[type=text], input:not([type])") && !target.name.startsWith("v-")) last = target;
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    last ??= form.querySelector("textarea");
    if (!last) return;
    last.setRangeText(`{${button.dataset.insert}}`, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
  });
  form.addEventListener("change", ({ target }) => {
    if (target.dataset.from) form.querySelector(`[data-fixed="${target.dataset.from}"]`).hidden = Boolean(target.value);
  });
}
