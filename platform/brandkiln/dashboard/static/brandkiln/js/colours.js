// A list of colours: rows of a swatch, a code and a name, written line by line into the text area that is sent.

const CODE = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i;
const RGB = /^rgb\s*\(?\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*\)?$/i;
const LINE = /^(rgb\s*\(?\s*\d{1,3}[\s,]+\d{1,3}[\s,]+\d{1,3}\s*\)?|#?(?:[0-9a-f]{6}|[0-9a-f]{3}))(?:[\s:,;–-]+(.*))?$/i;

// The colour that a code means, as #rrggbb; nothing where it means none.
function colourOf(text) {
  const code = text.trim();
  const rgb = RGB.exec(code)?.slice(1).map(Number);
  if (rgb) return rgb.every((part) => part < 256) ? `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}` : "";
  const digits = CODE.exec(code)?.[1].toLowerCase();
  return digits ? `#${digits.length === 3 ? [...digits].map((one) => one + one).join("") : digits}` : "";
}

// How well a colour is told from white: generators/contrast.py, for those that are being typed.
function onWhite(colour) {
  const linear = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05);
}

class Colours {
  constructor(box) {
    this.box = box;
    this.text = box.querySelector("textarea");
    this.rows = box.querySelector("[data-rows]");
    this.adds = box.querySelector("[data-adds]");
    this.said = box.querySelector("[data-colours-said]");
    box.querySelector("[data-plain]").hidden = true;
    this.rows.hidden = this.adds.hidden = false;
    this.fill();
    this.text.addEventListener("input", () => this.fill()); // a preset or another script wrote it
    this.adds.addEventListener("click", () => this.add("").querySelector("[data-code]").focus());
    this.rows.addEventListener("input", (event) => this.typed(event));
    this.rows.addEventListener("change", (event) => this.tidied(event));
    this.rows.addEventListener("paste", (event) => this.pasted(event));
    this.rows.addEventListener("click", (event) => this.clicked(event));
    this.rows.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-code], [data-called]")) return;
      event.preventDefault(); // Enter goes on to the next colour, it does not save the page
      this.adds.click();
    });
  }

  fill() {
    this.rows.replaceChildren();
    for (const line of this.text.value.split("\n")) if (line.trim()) this.add(line.trim());
    this.count();
  }

  add(line) {
    const row = this.box.querySelector("template").content.firstElementChild.cloneNode(true);
    const [, code = line, name = ""] = LINE.exec(line) ?? [];
    row.querySelector("[data-code]").value = colourOf(code) || code;
    const called = row.querySelector("[data-called]");
    if (called) called.value = name;
    this.rows.append(row);
    this.show(row);
    this.count();
    return row;
  }

  show(row) {
    const [code, picks] = [row.querySelector("[data-code]"), row.querySelector("[data-picks]")];
    const colour = colourOf(code.value);
    if (colour) picks.value = colour;
    picks.toggleAttribute("data-empty", !colour);
    code.setAttribute("aria-invalid", Boolean(code.value.trim()) && !colour);
    row.querySelector("[data-says]").textContent = this.says(colour);
  }

  says(colour) {
    const words = this.box.dataset;
    if (!colour) return words.unread;
    const ratio = onWhite(colour);
    const text = ratio >= Number(words.readable) ? words.strong : ratio >= Number(words.large) ? words.middle : words.weak;
    return text.replace("%(ratio)s", ratio.toFixed(1));
  }

  // Empty rows are no lines; what is no colour is sent as it was typed, so that the answer can say so.
  write() {
    this.text.value = [...this.rows.children]
      .map((row) => [row.querySelector("[data-code]").value.trim(), row.querySelector("[data-called]")?.value.trim()])
      .map(([code, name]) => [colourOf(code) || code, name].filter(Boolean).join(" "))
      .filter(Boolean)
      .join("\n");
    this.text.dispatchEvent(new Event("change", { bubbles: true }));
    this.count();
  }

  count() {
    this.adds.disabled = this.rows.children.length >= Number(this.box.dataset.most);
    for (const button of this.rows.querySelectorAll("[data-first]")) button.hidden = !button.closest("li").previousElementSibling;
  }

  typed(event) {
    const row = event.target.closest("li");
    if (event.target.matches("[data-picks]")) row.querySelector("[data-code]").value = event.target.value;
    this.show(row);
    this.write();
  }

  tidied(event) {
    event.stopPropagation(); // the text area says it, once
    const code = event.target;
    if (code.matches("[data-code]")) code.value = colourOf(code.value) || code.value.trim();
  }

  // Several codes at once, as a style guide lists them, become a row each.
  pasted(event) {
    if (!event.target.matches("[data-code]")) return;
    const codes = event.clipboardData.getData("text").match(/#?\b(?:[0-9a-f]{6}|[0-9a-f]{3})\b/gi) ?? [];
    if (codes.length < 2) return;
    event.preventDefault();
    const row = event.target.closest("li");
    const room = Number(this.box.dataset.most) - this.rows.children.length + 1;
    const added = codes.slice(0, room).map((code) => this.add(code));
    row.replaceWith(...added);
    this.write();
    added.at(-1)?.querySelector("[data-code]").focus();
  }

  clicked(event) {
    const row = event.target.closest("li");
    if (event.target.closest("[data-first]")) {
      this.rows.prepend(row);
      row.querySelector("[data-code]").focus();
    } else if (event.target.closest("[data-removes]")) {
      const code = row.querySelector("[data-code]").value;
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("[data-code]") ?? this.adds).focus();
      this.said.textContent = this.box.dataset.removed.replace("%(colour)s", code);
    } else return;
    this.write();
  }
}

export function prepare() {
  for (const box of document.querySelectorAll("[data-colours]")) new Colours(box);
}
