// Formats of texts: the chosen one decides which fields are shown and what is said about it; long fields count.

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

  const show = () => {
    const chosen = box.querySelector("input:checked");
    showFields(form, varying, new Set(chosen.dataset.uses.split(" ")));
    caution.hidden = !chosen.dataset.caution;
    caution.querySelector("span").textContent = chosen.dataset.caution;
    for (const group of box.querySelectorAll("details")) {
      const title = group.contains(chosen) ? chosen.closest("label").querySelector(".format-title").textContent : "";
      group.querySelector("[data-format-chosen]").textContent = title;
    }
    if (language) foreign.hidden = ["auto", "en"].includes(language.value);
  };
  box.addEventListener("change", show);
  language?.addEventListener("change", show);
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
