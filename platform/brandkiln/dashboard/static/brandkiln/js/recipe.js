// The recipe editor: Alt and an arrow move a step, and a changed param shows at once what the recipe would do.
// Adding, moving and removing are buttons of the form; this only presses them, and refreshes the parts that foretell.
import { reach } from "./connection.js";

const PAUSE_MS = 350;
const PARTS = "[data-foretells]";

let timer;
let asked = 0;

async function look(form) {
  const turn = ++asked;
  const body = new FormData(form);
  body.set("do", "look");
  const response = await reach(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
  if (!response?.ok || turn !== asked || !form.isConnected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of form.querySelectorAll(PARTS)) {
    const news = fresh.getElementById(part.id);
    if (news) part.replaceWith(document.adoptNode(news));
  }
}

function move(event) {
  const card = event.target.closest("[data-step]");
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!card || !way || !event.altKey) return;
  event.preventDefault();
  card.querySelector(`[data-move="${way}"]`)?.click();
}

export function prepare() {
  document.addEventListener("keydown", move);
  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-recipe]");
    if (!form || event.target.closest("[data-adds]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => look(form), PAUSE_MS);
  });
}
