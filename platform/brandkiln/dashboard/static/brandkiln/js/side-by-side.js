// Checkpoints side by side: a digit shows one column alone, arrows flip to the next in the same place, Escape shows all.
// The table is looked up at each key, since it is swapped while pictures are drawn.
const isTyping = (target) => target.matches("input, textarea, select, [contenteditable]");

function show(table, chosen) {
  table.dataset.alone = chosen ?? "";
  for (const cell of table.querySelectorAll("[data-column]")) {
    cell.hidden = chosen !== null && Number(cell.dataset.column) !== chosen;
  }
}

export function listen() {
  document.addEventListener("keydown", (event) => {
    const table = document.querySelector("[data-compare]");
    if (!table || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const count = table.querySelectorAll("thead [data-column]").length;
    const alone = table.dataset.alone ? Number(table.dataset.alone) : null;
    const digit = Number(event.key) - 1;
    if (digit >= 0 && digit < count) show(table, alone === digit ? null : digit);
    else if (event.key === "Escape") show(table, null);
    else if (event.key === "ArrowRight") show(table, alone === null ? 0 : (alone + 1) % count);
    else if (event.key === "ArrowLeft") show(table, alone === null ? count - 1 : (alone + count - 1) % count);
    else return;
    event.preventDefault();
  });
}
