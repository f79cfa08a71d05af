// What every page does. Each part looks for data attributes, so a page opts in by its markup alone.
import { listenToKeys } from "./keyboard.js";
import { listenToControls } from "./controls.js";
import { listenToPalette } from "./palette.js";
import { listenToConnection } from "./connection.js";
import { closeSoon } from "./toasts.js";

function listenToTheme() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const root = document.documentElement;
    root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
}

listenToTheme();
listenToConnection(); // before what else listens to forms
listenToKeys();
listenToControls();
listenToPalette();
closeSoon(document.querySelectorAll("[data-toast]"));

if (document.querySelector("[data-bell]")) import("./bell.js").then(({ listenToBell }) => listenToBell());
if (document.querySelector("[data-job]")) import("./job-live.js").then(({ follow }) => follow());
if (document.querySelector("[data-uploader]")) import("./upload.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-chart]")) import("./chart.js").then(({ drawAll }) => drawAll());
if (document.querySelector("[data-labelling]")) import("./labelling.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-film-frames]")) import("./film.js").then(({ showAll }) => showAll());
if (document.querySelector("[data-formats]")) import("./formats.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-presets]")) import("./presets.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-recipe]")) import("./recipe.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-pictures]")) import("./pictures.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-compare]")) import("./side-by-side.js").then(({ listen }) => listen());
if (document.querySelector("[data-report-editor]")) import("./report-editor.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-sentences]")) import("./sentences.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-schedule]")) import("./schedule.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-review]")) import("./review.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-pieces-compare]")) import("./pieces-compare.js").then(({ listen }) => listen());
if (document.querySelector("[data-bulk]")) import("./bulk.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-inserts]")) import("./placeholders.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-library], [data-reread], [data-choices]")) import("./library.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-colours]")) import("./colours.js").then(({ prepare }) => prepare());
if (document.querySelector("[data-planner]")) import("./planner.js").then(({ prepare }) => prepare());
