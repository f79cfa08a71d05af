// Carrying a slot with a mouse, a pen or a finger. A finger carries by the grip, so that the page still scrolls.
const FAR_ENOUGH = 6;
const EDGE = 56;
const STEP = 14;

function scrollNear(event) {
  if (event.clientY < EDGE) window.scrollBy(0, -STEP);
  if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, STEP);
  const box = document.elementFromPoint(event.clientX, event.clientY)?.closest(".week-box");
  if (!box) return;
  const { top, bottom } = box.getBoundingClientRect();
  if (event.clientY < top + EDGE) box.scrollTop -= STEP;
  if (event.clientY > bottom - EDGE) box.scrollTop += STEP;
}

/** Let slots be carried to days and hours; return what says whether a click only ends a carry. */
export function carryByPointer(planner, drop) {
  let held = null;
  let ended = -Infinity;

  function begin() {
    const ghost = held.slot.cloneNode(true);
    ghost.removeAttribute("id");
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("slot-ghost");
    document.body.append(ghost);
    held.slot.classList.add("is-carried");
    held.ghost = ghost;
  }

  function aim(event) {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-day]") ?? null;
    if (cell === held.cell) return;
    held.cell?.classList.remove("is-target");
    cell?.classList.add("is-target");
    held.cell = cell;
  }

  function stop() {
    held?.ghost?.remove();
    held?.slot.classList.remove("is-carried");
    held?.cell?.classList.remove("is-target");
    held = null;
  }

  planner.addEventListener("pointerdown", (event) => {
    const slot = event.target.closest(".slot");
    if (!slot || event.button) return;
    if (event.pointerType === "touch" && !event.target.closest(".grip")) return;
    held = { slot, x: event.clientX, y: event.clientY, ghost: null, cell: null };
  });

  document.addEventListener("pointermove", (event) => {
    if (!held) return;
    if (!held.ghost && Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR_ENOUGH) return;
    if (!held.ghost) begin();
    event.preventDefault();
    held.ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
    aim(event);
    scrollNear(event);
  });

  document.addEventListener("pointerup", (event) => {
    if (!held?.ghost) return stop();
    const { slot, cell } = held;
    ended = event.timeStamp;
    stop();
    if (cell && !cell.contains(slot)) drop(slot, cell);
  });

  document.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
  planner.addEventListener("dragstart", (event) => event.preventDefault());
  return () => performance.now() - ended < 300;
}
