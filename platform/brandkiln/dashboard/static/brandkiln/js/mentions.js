// Naming members in a comment: @ opens a list that narrows as one types.
const MOST = 6;
const NAMED = /(^|[\s(])@([^\s@]*)$/;

class Names {
  #list = Object.assign(document.createElement("ul"), { className: "mention-list", id: "mention-list", hidden: true });
  #at = 0;
  #field;
  #found = [];

  constructor(root, people) {
    this.people = people;
    this.#list.setAttribute("role", "listbox");
    root.append(this.#list);
    root.addEventListener("input", (event) => event.target.matches("[data-mentions]") && this.#look(event.target));
    root.addEventListener("keydown", (event) => this.#key(event), true);
    root.addEventListener("focusout", (event) => event.target === this.#field && this.#close());
    this.#list.addEventListener("pointerdown", (event) => {
      const choice = event.target.closest("[role=option]");
      if (!choice) return;
      event.preventDefault();
      this.#take(Number(choice.dataset.at));
    });
  }

  #look(field) {
    const typed = NAMED.exec(field.value.slice(0, field.selectionStart))?.[2]?.toLowerCase();
    if (typed === undefined) return this.#close();
    this.#field = field;
    this.#found = this.people.filter((one) => `${one.name} ${one.address}`.toLowerCase().includes(typed)).slice(0, MOST);
    this.#at = 0;
    this.#draw();
  }

  #draw() {
    this.#list.replaceChildren(
      ...this.#found.map((one, at) => {
        const choice = document.createElement("li");
        choice.setAttribute("role", "option");
        choice.id = `mention-${at}`;
        choice.dataset.at = at;
        choice.setAttribute("aria-selected", String(at === this.#at));
        choice.append(one.name, Object.assign(document.createElement("small"), { textContent: one.address }));
        return choice;
      }),
    );
    this.#list.hidden = !this.#found.length;
    this.#field.after(this.#list);
    this.#field.setAttribute("aria-controls", "mention-list");
    if (this.#found.length) this.#field.setAttribute("aria-activedescendant", `mention-${this.#at}`);
  }

  #key(event) {
    if (this.#list.hidden || event.target !== this.#field) return;
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (way) this.#at = (this.#at + way + this.#found.length) % this.#found.length;
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (way) this.#draw();
  }

  #take(at) {
    const field = this.#field;
    const end = field.selectionStart;
    const start = field.value.lastIndexOf("@", end - 1);
    field.setRangeText(`@${this.#found[at].address} `, start, end, "end");
    this.#close();
    field.focus();
  }

  #close() {
    this.#list.hidden = true;
    this.#field?.removeAttribute("aria-activedescendant");
  }
}

export function listen(root, people) {
  new Names(root, people);
}
