// A piece in review: comments with pins and names; in the review mode, one piece after the other.
import { listen } from "./mentions.js";
import { Pins } from "./review-pins.js";

export function prepare() {
  const root = document.querySelector("[data-review]");
  listen(root, JSON.parse(document.getElementById(root.dataset.people).textContent));
  if ("reviewMode" in root.dataset) import("./review-mode.js").then(({ start }) => start(root, (changed) => new Pins(root, changed)));
  else new Pins(root);
}
