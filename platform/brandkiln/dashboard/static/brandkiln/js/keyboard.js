// Shortcuts: g then a letter goes to a page, ? lists them, / searches. Never while somebody types: then only Ctrl or
// Cmd with Enter means something, in forms that say which button it presses.
const PATIENCE_MS = 1200;

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

function sendForm(event) {
  const form = event.target.closest("form[data-sent-by]");
  const button = form && document.getElementById(form.dataset.sentBy);
  if (!button || button.disabled || event.repeat || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit(button);
}

export function listenToKeys() {
  const list = document.getElementById("shortcuts");
  let waitingSince = 0;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendForm(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "/") {
      // The page's own search goes first, then the one at the top.
      const fields = [...document.querySelectorAll("#content [data-search]"), ...document.querySelectorAll("[data-search]")];
      const search = fields.find((field) => field.checkVisibility());
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else if (event.key === "?" && list && !list.open) {
      list.showModal();
    } else if (event.key === "g") {
      waitingSince = event.timeStamp;
    } else if (waitingSince && event.timeStamp - waitingSince < PATIENCE_MS) {
      waitingSince = 0;
      const address = list?.getAttribute(`data-go-${event.key}`);
      if (address) location.assign(address);
    }
  });
}
