// Formats of texts: the chosen one decides which fields are shown and what is said about it; long fields count.

const MOST = 3_000; // characters that an address carries

const READ = 2_000; // characters of the facts that tell in which letters they are written

// Facts in other letters than Latin ones are in a language that the packaged network does not write.
function isInOtherLetters(text) {
  const letters = text.slice(0, READ).match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).length > letters.length / 2;
}

const fieldOf = (form, name) => form.elements.namedItem(name)?.closest?.(".field");

function showFields(form, varying, used) {
  for (const name of varying) {
    const field = fieldOf(form, name);
    if (field) field.hidden = !used.has(name);
  }
}

// A tone is of use to every format, but how a text is changed only to one that changes it.
function follow(box) {
  const form = box.closest("form");
  const varying = box.dataset.formats.split(" ").filter((name) => name && name !== "tone");
  const caution = box.querySelector("[data-format-caution]");
  const language = form.elements.namedItem("language");
  const foreign = box.querySelector("[data-language-caution]");

  const larger = box.querySelector("[data-larger]");

  const show = () => {
    const chosen = box.querySelector("input:checked");
    showFields(form, varying, new Set(chosen.dataset.uses.split(" ")));
    caution.hidden = !chosen.dataset.caution;
    caution.querySelector("span").textContent = chosen.dataset.caution;
    for (const group of box.querySelectorAll("details")) {
      const title = group.contains(chosen) ? chosen.closest("label").querySelector(".format-title").textContent : "";
      group.querySelector("[data-format-chosen]").textContent = title;
    }
    const isForeign = Boolean(language) && !["auto", "en"].includes(language.value);
    foreign.hidden = !isForeign;
    const facts = form.elements.namedItem("product")?.value ?? "";
    const isOther = language?.value === "auto" && isInOtherLetters(facts);
    larger.hidden = !isForeign && !isOther && !("wantsLarger" in chosen.dataset);
  };
  // What is asked goes along, so that nobody has to say it again to the other writer.
  box.querySelector("[data-larger-link]")?.addEventListener("click", (event) => {
    const link = event.currentTarget;
    const label = box.querySelector("input:checked").closest("label");
    const said = (part) => label.querySelector(part).textContent;
    const given = (name) => form.elements.namedItem(name)?.value ?? "";
    const address = new URL(link.href);
    const wanted = language?.selectedOptions[0];
    const task = ["auto", undefined].includes(wanted?.value) ? link.dataset.task : link.dataset.taskIn.replace("%s", wanted.text);
    address.searchParams.set("task", `${task} ${said(".format-title")}. ${said(".format-text")}`);
    const source = fieldOf(form, "source")?.hidden ? "" : given("source");
    address.searchParams.set("product", [given("product"), source].filter(Boolean).join("\n\n").slice(0, MOST));
    address.searchParams.set("brand_voice", given("brand_voice").slice(0, MOST));
    link.href = address.href;
  });
  box.addEventListener("change", show);
  language?.addEventListener("change", show);
  form.elements.namedItem("product")?.addEventListener("input", show);
  show();
}

function count(field) {
  const shown = document.createElement("output");
  shown.className = "counter";
  shown.setAttribute("for", field.id);
  field.after(shown);
  const most = Number(field.maxLength);
  const say = () => {
    const length = [...field.value].length;
    shown.value = `${length.toLocaleString()} / ${most.toLocaleString()}`;
    shown.toggleAttribute("data-near", length > 0.9 * most);
  };
  field.addEventListener("input", say);
  say();
}

export function prepare() {
  for (const box of document.querySelectorAll("[data-formats]")) {
    follow(box);
    for (const field of box.closest("form").querySelectorAll("textarea[maxlength], input[type=text][maxlength]")) count(field);
  }
}
