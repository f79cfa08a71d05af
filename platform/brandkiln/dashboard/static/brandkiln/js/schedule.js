// The form of a schedule shows only the fields that the chosen rule has.
export function prepare() {
  const form = document.querySelector("[data-schedule]");
  const every = form.querySelector("[name=every]");
  const show = () => {
    for (const part of form.querySelectorAll("[data-when]")) part.hidden = !part.dataset.when.split(" ").includes(every.value);
  };
  every.addEventListener("change", show);
  show();
}
