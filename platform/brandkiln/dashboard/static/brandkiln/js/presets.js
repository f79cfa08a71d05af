// Ways to train as big choices: choosing one fills in its params, changing a param by hand chooses "Own settings".

const OWN = "";

function put(field, value) {
  if (field.type === "checkbox") field.checked = Boolean(value);
  else field.value = value ?? "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function prepare() {
  const box = document.querySelector("[data-presets]");
  const form = box.closest("form");
  const values = JSON.parse(document.getElementById("preset-values").textContent);
  const names = new Set(Object.values(values).flatMap((params) => Object.keys(params)));
  let filling = false;

  const choose = (name) => {
    if (name === OWN) return;
    filling = true;
    for (const [param, value] of Object.entries(values[name])) {
      const field = form.elements.namedItem(param);
      if (field) put(field, value);
    }
    filling = false;
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // A forecast that has come in is news for the estimate beside the button, too.
  const estimate = form.querySelector("[data-estimate]");
  new MutationObserver(() => estimate?.dispatchEvent(new Event("forecast"))).observe(box, {
    childList: true,
    subtree: true,
  });

  box.addEventListener("change", (event) => choose(event.target.value));
  form.addEventListener("input", (event) => {
    if (filling || !names.has(event.target.name)) return;
    box.querySelector(`input[value="${OWN}"]`).checked = true;
  });
}
