// Shortcuts: g then a letter goes to a page, ? lists them, / searches. Never while somebody types.
const PATIENCE_MS = 1200;

const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

export function listenToKeys() {
  const list = document.getElementById("shortcuts");
  let waitingSince = 0;

  document.addEventListener("keydown", (event) => {
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
