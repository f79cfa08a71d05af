// Carrying a slot with the keyboard: space picks it up, arrows move it, Enter drops it, Escape lets it be.
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const cells = (planner) => [...planner.querySelectorAll("[data-day]")].filter((cell) => cell.checkVisibility());

// Where days stand beside each other, up and down go a week; in the week they go an hour; in a list, a day.
function beside(planner, cell, [across, down]) {
  const all = cells(planner);
  const place = all.indexOf(cell);
  if (!cell.dataset.at) {
    const wide = Boolean(planner.querySelector(".month")) && matchMedia("(width >= 48rem)").matches;
    return all[place + across + down * (wide ? 7 : 1)] ?? cell;
  }
  if (down) {
    const next = all[place + down];
    return next?.dataset.day === cell.dataset.day ? next : cell;
  }
  const days = [...new Set(all.map((one) => one.dataset.day))];
  const day = days[days.indexOf(cell.dataset.day) + across];
  const hour = (one) => one.dataset.said.slice(one.dataset.said.lastIndexOf(" ") + 1);
  const same = all.filter((one) => one.dataset.day === day);
  return same.find((one) => hour(one) === hour(cell)) ?? same.at(-1) ?? cell;
}

function firstCell(planner) {
  const all = cells(planner);
  return planner.querySelector(".is-today[data-day]") ?? all.find((cell) => !cell.matches(".is-outside")) ?? all[0];
}

export function carryByKeys(planner, drop, say) {
  let held = null;

  function aim(cell) {
    held.cell?.classList.remove("is-target");
    held.cell = cell;
    cell.classList.add("is-target");
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    say(cell.dataset.said);
  }

  function stop() {
    held?.cell?.classList.remove("is-target");
    held?.slot.classList.remove("is-held");
    held = null;
  }

  planner.addEventListener("keydown", (event) => {
    const slot = event.target.closest(".slot");
    if (!slot || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!held && event.key === " ") {
      event.preventDefault();
      held = { slot, cell: null };
      slot.classList.add("is-held");
      aim(slot.closest("[data-day]") ?? firstCell(planner));
      say(`${planner.dataset.picked} ${held.cell.dataset.said}`);
    } else if (!held && STEPS[event.key]) {
      const slots = [...planner.querySelectorAll(".slot")].filter((one) => one.checkVisibility());
      const [across, down] = STEPS[event.key];
      const next = slots[slots.indexOf(slot) + across + down];
      if (next) event.preventDefault();
      next?.focus();
    } else if (held && STEPS[event.key]) {
      event.preventDefault();
      aim(beside(planner, held.cell, STEPS[event.key]));
    } else if (held && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      const { slot: moved, cell } = held;
      stop();
      if (!cell.contains(moved)) drop(moved, cell);
    } else if (held && event.key === "Escape") {
      event.stopPropagation();
      stop();
      say(planner.dataset.let);
    }
  });
  planner.addEventListener("focusout", (event) => held && event.target === held.slot && stop());
}
