// The labelling page: keys and buttons in, changes out. The parts know nothing of each other but through here.
import { LabelGrid } from "./label-grid.js";
import { LabelSide } from "./label-side.js";
import { LabelSingle } from "./label-single.js";
import { LabelStore } from "./label-store.js";
import { toast } from "./toasts.js";

const ASKED = 200; // records that one question for news names
const GO_MS = 1200; // g and a letter belong to the studio
const ADVANCE = "label-advance";

export function prepare() {
  const root = document.querySelector("[data-labelling]");
  const board = JSON.parse(document.getElementById("label-board").textContent);
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const say = root.dataset;
  const store = new LabelStore(root, board);
  const query = board.query;
  let next = board.next;
  let isSingle = false;

  const single = new LabelSingle(root, store);
  const grid = new LabelGrid(root, store, () => {
    const count = grid.selected.size;
    part("selected").textContent = count ? `${count} ${say.saySelected}` : "";
    part("empty").hidden = grid.order.length > 0;
    if (isSingle) single.show(grid.active);
  });
  const side = new LabelSide(root, store, give);

  /** Give a label to what is selected; null is what the record came with. */
  function give(label) {
    const targets = grid.targets;
    const goesOn = targets.length === 1 && part("advance").checked && !grid.selected.size;
    store.change(targets, { label });
    grid.release();
    if (goesOn) onward(1);
  }

  function accept() {
    const targets = grid.targets.filter((position) => {
      const row = store.rows.get(position);
      return row.guess && !row.now;
    });
    const goesOn = targets.length === 1 && !grid.selected.size && part("advance").checked;
    store.change(targets, (row) => ({ label: row.guess.label }));
    grid.release();
    if (goesOn) onward(1);
  }

  async function onward(steps, options) {
    if (grid.move(steps, options)) return;
    if (steps > 0 && next !== null) {
      await more();
      grid.move(steps, options);
    }
  }

  async function more() {
    if (next === null) return;
    const found = await store.load({ ...query, after: next });
    next = found.next;
    grid.append(found.positions);
    part("grid").parentElement.querySelector("[data-act=more]").hidden = next === null;
  }

  async function show(after = -1) {
    const found = await store.load({ ...query, after });
    next = found.next;
    grid.reset(found.positions);
    root.querySelector("[data-act=more]").hidden = next === null;
  }

  async function nextUnlabelled() {
    const place = grid.order.indexOf(grid.active);
    const near = grid.order.slice(place + 1).find((position) => !store.rows.get(position).now);
    if (near !== undefined) return grid.activate(near);
    if (query.show === "suggested") return onward(1);
    const last = grid.order.at(-1) ?? -1;
    const ahead = await store.load({ show: "unlabelled", after: last });
    const found = ahead.positions.length ? ahead : await store.load({ show: "unlabelled", after: -1 });
    const left = found.positions.find((position) => !store.rows.get(position).now);
    if (left === undefined) return toast(say.sayDone);
    if (grid.order.includes(left)) return grid.activate(left);
    await show(left - 1);
  }

  function step(back) {
    const done = back();
    if (!done) return toast(say.sayNothing);
    if (done.done.length) grid.activate(done.done[0]);
    if (done.left.length) toast(`${say.saySkipped} ${done.left.length}`);
  }

  function view() {
    isSingle = !isSingle;
    root.querySelector("[data-act=view]").setAttribute("aria-pressed", isSingle);
    part("single").hidden = !isSingle;
    part("grid").hidden = isSingle;
    root.querySelector("[data-act=more]").hidden = isSingle || next === null;
    grid.release();
    if (isSingle) single.show(grid.active);
    else grid.activate(grid.active);
  }

  function filter(changes) {
    Object.assign(query, changes);
    for (const chip of root.querySelectorAll("[data-show]")) chip.setAttribute("aria-pressed", chip.dataset.show === query.show);
    const sort = root.querySelector("#l-sort");
    if (sort) sort.hidden = query.show !== "suggested";
    history.replaceState(null, "", `?${new URLSearchParams(Object.entries(query).filter(([, value]) => value))}`);
    return show();
  }

  function nextFilter() {
    const chips = [...root.querySelectorAll("[data-show]")];
    const place = chips.findIndex((chip) => chip.dataset.show === query.show);
    filter({ show: chips[(place + 1) % chips.length].dataset.show });
  }

  const acts = {
    undo: () => step(() => store.undo()),
    redo: () => step(() => store.redo()),
    view,
    more,
    accept,
    next: () => onward(1),
    previous: () => onward(-1),
  };
  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.act) acts[button.dataset.act]();
    if (button?.dataset.show !== undefined) filter({ show: button.dataset.show, label: query.label });
  });
  part("filter").addEventListener("submit", (event) => event.preventDefault());
  part("filter").addEventListener("change", (event) => filter({ [event.target.name]: event.target.value }));
  part("finish").addEventListener("submit", (event) => {
    if (!store.unsaved) return;
    event.preventDefault();
    const form = event.target;
    store.addEventListener("state", ({ detail }) => detail.state === "saved" && !store.unsaved && form.submit());
  });

  part("advance").checked = localStorage.getItem(ADVANCE) !== "no";
  part("advance").addEventListener("change", (event) => localStorage.setItem(ADVANCE, event.target.checked ? "yes" : "no"));

  const keys = {
    ArrowRight: (event) => onward(1, { extend: event.shiftKey && !isSingle }),
    ArrowLeft: (event) => onward(-1, { extend: event.shiftKey && !isSingle }),
    ArrowDown: (event) => onward(isSingle ? 1 : grid.columns, { extend: event.shiftKey && !isSingle }),
    ArrowUp: (event) => onward(isSingle ? -1 : -grid.columns, { extend: event.shiftKey && !isSingle }),
    Home: () => grid.order.length && grid.activate(grid.order[0]),
    End: () => grid.order.length && grid.activate(grid.order.at(-1)),
    Enter: nextUnlabelled,
    Escape: () => grid.release(),
    Backspace: () => give(""),
    Delete: () => give(""),
    0: () => give(""),
    " ": () => grid.active !== null && grid.toggle(grid.active),
    j: () => onward(1),
    k: () => onward(-1),
    u: (event) => (event.shiftKey ? acts.redo() : acts.undo()),
    a: accept,
    v: view,
    f: nextFilter,
    p: () => single.play(),
    c: () => {
      if (!single.caption) return;
      if (!isSingle) view();
      single.caption.focus();
    },
    "?": () => document.getElementById("label-help").showModal(),
  };
  let wentAt = -GO_MS;
  document.addEventListener(
    "keydown",
    (event) => {
      const at = event.target;
      if (at.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]")) {
        if (event.key === "Escape" && root.contains(at)) at.blur();
        return;
      }
      const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (event.ctrlKey || event.metaKey) {
        const act = { a: () => grid.selectAll(), z: () => (event.shiftKey ? acts.redo() : acts.undo()) }[letter];
        if (!act || isSingle || event.altKey) return;
        event.preventDefault();
        return act();
      }
      if (event.altKey || event.timeStamp - wentAt < GO_MS) return;
      if (letter === "g") wentAt = event.timeStamp;
      if ([" ", "Enter"].includes(letter) && at.matches("button, a, summary, input")) return;
      const label = side.byKey(letter);
      const act = keys[letter] ?? (label === null ? null : () => give(label));
      if (!act) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      act(event);
    },
    { capture: true },
  );

  store.addEventListener("row", ({ detail }) => {
    grid.refresh(detail.position, detail.fresh);
    if (isSingle && detail.position === grid.active) single.show(detail.position);
    root.querySelector("[data-act=undo]").disabled = !store.canUndo;
    root.querySelector("[data-act=redo]").disabled = !store.canRedo;
  });
  store.addEventListener("state", ({ detail }) => side.state(detail));
  store.addEventListener("refused", ({ detail }) => toast(`${say.sayRefused} ${detail.message}`));
  store.addEventListener("conflict", ({ detail }) => {
    const [first] = detail.lost;
    const more = detail.lost.length > 1 ? ` +${detail.lost.length - 1}` : "";
    toast(`${say.sayConflict} ${store.rows.get(first.position).name} → ${first.label || say.sayNone}, ${first.by ?? "–"}${more}`);
  });
  store.addEventListener("compared", () => {
    if (root.querySelector("[data-show=suggested]") || root.dataset.told) return;
    root.dataset.told = "yes";
    toast(say.sayCompared);
  });

  const end = root.querySelector("[data-act=more]");
  end.hidden = next === null;
  new IntersectionObserver(([entry]) => entry.isIntersecting && !isSingle && more()).observe(end);
  side.draw(board);
  grid.reset(board.rows.map((row) => row.position));
  part("grid").focus({ preventScroll: true });
  store.follow(() => grid.around(ASKED));
}
