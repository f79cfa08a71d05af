// The labels with their keys and counts, who works here, and how much is done.
export class LabelSide {
  constructor(root, store, give) {
    this.root = root;
    this.store = store;
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.part("choices").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) give(button.dataset.label);
    });
    this.part("add").addEventListener("submit", async (event) => {
      event.preventDefault();
      const field = event.target.elements.name;
      if (!field.value.trim() || !(await store.addLabel(field.value))) return;
      field.value = "";
      field.blur();
    });
    store.addEventListener("counts", (event) => this.draw(event.detail));
  }

  draw({ labels, people, labelled, total }) {
    const most = Math.max(1, ...labels.map((label) => label.count));
    const template = this.part("choice").content.firstElementChild;
    const list = this.part("choices");
    while (list.children.length > labels.length) list.lastElementChild.remove();
    labels.forEach((label, place) => {
      const item = list.children[place] ?? list.appendChild(template.cloneNode(true));
      const button = item.firstElementChild;
      button.dataset.label = label.name;
      const [key, name, count] = button.children;
      key.textContent = label.key;
      key.hidden = !label.key;
      name.textContent = label.name;
      count.textContent = label.count.toLocaleString(document.documentElement.lang);
      button.querySelector("rect").setAttribute("width", `${((100 * label.count) / most).toFixed(1)}%`);
    });
    this.part("labelled").textContent = labelled.toLocaleString(document.documentElement.lang);
    Object.assign(this.part("meter"), { max: total, value: labelled });
    this.part("people").replaceChildren(...people.map((person) => this.#person(person)));
    this.part("people").closest("section").hidden = !people.length;
  }

  #person({ name, records, me }) {
    const item = document.createElement("li");
    item.className = "flex items-center gap-2.5";
    const badge = Object.assign(document.createElement("span"), { className: "avatar", textContent: name.slice(0, 1) });
    badge.setAttribute("aria-hidden", "true");
    const label = Object.assign(document.createElement("span"), { className: "min-w-0 flex-1 truncate", textContent: name });
    if (me) label.classList.add("font-medium");
    const count = Object.assign(document.createElement("span"), { className: "text-faint tabular-nums", textContent: records });
    item.append(badge, label, count);
    return item;
  }

  /** The label that a key gives, or null. */
  byKey(key) {
    return this.store.labels.find((label) => label.key && label.key === key)?.name ?? null;
  }

  state({ state, waiting }) {
    const box = this.part("state");
    box.dataset.state = state;
    const { saySaved, saySaving, sayOffline } = this.root.dataset;
    box.textContent = { saved: saySaved, saving: saySaving, offline: `${sayOffline} ${waiting}` }[state];
  }
}
