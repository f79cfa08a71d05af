// Files that come back to the library: dropped anywhere on the page, or chosen in the dialog.
import { reach } from "./connection.js";
import { toast } from "./toasts.js";

export function prepareFiles() {
  const dialog = document.querySelector("[data-reread]");
  if (!dialog) return;
  const form = dialog.querySelector("[data-again]");
  const said = dialog.querySelector("[data-said]");
  const veil = document.querySelector("[data-veil]");

  const send = (address, file, accept) => {
    const body = new FormData(form);
    body.set("file", file);
    return reach(address, { method: "POST", body, headers: { Accept: accept } });
  };

  const reread = async (file) => {
    const answer = await send(dialog.dataset.reread, file, "text/html");
    if (!answer) return;
    said.innerHTML = await answer.text();
    if (!dialog.open) dialog.showModal();
    said.querySelector("a")?.focus();
  };

  const find = async (file) => {
    const answer = await send(dialog.dataset.find, file, "application/json");
    if (!answer) return;
    const told = await answer.json();
    if (answer.ok) location.assign(told.address);
    else toast(told.message);
  };

  document.querySelector("[data-reread-open]")?.addEventListener("click", () => dialog.showModal());
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("click", (event) => {
    const [file] = form.elements.file.files;
    const wish = event.target.closest("[data-do]")?.dataset.do;
    if (!wish) return;
    if (!file) return form.elements.file.click();
    (wish === "reread" ? reread : find)(file);
  });

  let depth = 0;
  const holdsFile = (event) => event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragenter", (event) => {
    if (holdsFile(event)) veil.hidden = ++depth < 1;
  });
  document.addEventListener("dragleave", (event) => {
    if (holdsFile(event)) veil.hidden = --depth < 1;
  });
  document.addEventListener("dragover", (event) => {
    if (holdsFile(event)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFile(event)) return;
    event.preventDefault();
    depth = 0;
    veil.hidden = true;
    const [file] = event.dataTransfer.files;
    if (!file) return;
    const chosen = new DataTransfer();
    chosen.items.add(file);
    form.elements.file.files = chosen.files;
    reread(file);
  });
}
