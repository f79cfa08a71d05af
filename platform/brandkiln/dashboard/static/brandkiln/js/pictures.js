// Fields that hold pictures of the workspace: picked from the library, brought as files, or dropped.

async function send(blob, box) {
  const body = new FormData();
  body.append("picture", blob, blob.name || "mask.png");
  const token = box.closest("form").querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(box.dataset.bring, { method: "POST", body, headers: { "X-CSRFToken": token } });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message || box.dataset.failed);
  return said;
}

export class Values {
  // The hidden inputs that are submitted, and a change event whenever they change.
  constructor(box) {
    this.box = box;
    this.place = box.querySelector("[data-values]");
  }

  get ids() {
    return [...this.place.querySelectorAll("input")].map((input) => input.value);
  }

  set ids(ids) {
    this.place.replaceChildren(
      ...ids.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: this.box.dataset.name, value })),
    );
    this.box.dispatchEvent(new CustomEvent("change", { bubbles: true }));
  }

  send(blob) {
    return send(blob, this.box);
  }

  address(id) {
    return this.box.dataset.file.replace("00000000-0000-0000-0000-000000000000", id);
  }
}

class Pictures {
  constructor(box) {
    this.box = box;
    this.values = new Values(box);
    this.most = Number(box.dataset.most);
    this.said = box.querySelector("[data-pictures-said]");
    box.addEventListener("click", (event) => this.click(event));
    const brings = box.querySelector("[data-brings]");
    const take = () => {
      this.bring([...brings.files]);
      brings.value = "";
    };
    brings.addEventListener("change", (event) => {
      event.stopPropagation();
      take();
    });
    if (brings.files.length) take(); // chosen before this script was there
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.dataset.over = "";
    });
    box.addEventListener("dragleave", () => delete box.dataset.over);
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      delete box.dataset.over;
      this.bring([...event.dataTransfer.files]);
    });
    document.addEventListener("htmx:after:swap", () => this.mark());
    this.show();
  }

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.picks) this.toggle(button.dataset.picks);
    if (button.dataset.takesOut) this.values.ids = this.values.ids.filter((id) => id !== button.dataset.takesOut);
    this.show();
  }

  toggle(id) {
    const ids = this.values.ids;
    if (ids.includes(id)) this.values.ids = ids.filter((other) => other !== id);
    else this.values.ids = [...ids, id].slice(-this.most);
    if (this.most === 1) this.box.querySelector("dialog").close();
  }

  async bring(files) {
    this.said.hidden = true;
    for (const file of files.slice(0, this.most)) {
      try {
        const { id } = await this.values.send(file);
        this.values.ids = [...this.values.ids.filter((other) => other !== id), id].slice(-this.most);
        this.show();
      } catch (error) {
        this.said.textContent = `${file.name}: ${error.message}`;
        this.said.hidden = false;
      }
    }
  }

  show() {
    const removes = this.box.dataset.removes;
    this.box.querySelector("[data-picked]").replaceChildren(
      ...this.values.ids.map((id) => {
        const row = document.createElement("li");
        const image = Object.assign(new Image(), { src: this.values.address(id), alt: "" });
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×", title: removes });
        button.dataset.takesOut = id;
        button.setAttribute("aria-label", removes);
        row.append(image, button);
        return row;
      }),
    );
    this.mark();
  }

  mark() {
    const ids = this.values.ids;
    for (const button of this.box.querySelectorAll("[data-picks]"))
      button.setAttribute("aria-pressed", ids.includes(button.dataset.picks));
  }
}

export function prepare() {
  for (const box of document.querySelectorAll("[data-pictures]")) new Pictures(box);
  if (document.querySelector("[data-brush]"))
    import("./brush.js").then(({ Brush }) => {
      for (const box of document.querySelectorAll("[data-brush]")) new Brush(box);
    });
}
