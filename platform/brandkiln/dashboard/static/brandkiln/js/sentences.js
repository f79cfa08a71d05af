// The editor of a report's sentences: text between chips. A chip stands for a fact of the data; it can be moved and
// taken out, and what the form sends is the sentence with each fact as {its id}.
import { toast } from "./toasts.js";

const DIGIT = /\p{N}/u;
const LATIN = /[\p{Script=Latin})]/u;
const NOTHING = "\u200b"; // so that there is a place to type before a chip that begins a sentence

/** Make each form of the page a field with chips; without this script it is a plain field with {placeholders}. */
export function prepare() {
  setUpAll();
  document.addEventListener("htmx:after:swap", setUpAll);
  document.addEventListener("keydown", (event) => {
    const undoes = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (!undoes || event.target.closest("[data-sentence], input, textarea")) return;
    const button = document.querySelector("[data-undo]");
    if (!button || button.disabled) return;
    event.preventDefault();
    button.click();
  });
}

function setUpAll() {
  document.querySelectorAll("[data-sentence]:not([data-ready])").forEach(setUp);
}

function setUp(form) {
  form.dataset.ready = "";
  const area = form.elements.namedItem("draft").length ? form.querySelector("textarea") : form.elements.draft;
  const field = document.createElement("div");
  field.className = "sentence-field";
  field.contentEditable = "true";
  field.tabIndex = 0;
  field.setAttribute("role", "textbox");
  field.setAttribute("aria-multiline", "false");
  field.setAttribute("aria-label", form.querySelector("label").textContent);
  for (const name of ["aria-invalid", "aria-describedby"]) {
    if (area.hasAttribute(name)) field.setAttribute(name, area.getAttribute(name));
  }
  field.append(form.querySelector("[data-pieces]").content.cloneNode(true));
  field.querySelectorAll("[data-fact]").forEach(asChip);
  tidy(field);
  area.hidden = true;
  area.after(field);
  const write = () => (area.value = draftOf(field));
  field.addEventListener("beforeinput", (event) => refuseNumbers(event));
  field.addEventListener("input", write);
  field.addEventListener("keydown", (event) => moveChip(event, field, write));
  field.addEventListener("paste", (event) => paste(event, write));
  dragChips(field, write);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-takes-out")) area.value = "";
    else write();
  }, { capture: true });
}

function asChip(chip) {
  chip.contentEditable = "false";
  chip.draggable = true;
  chip.tabIndex = 0;
  chip.setAttribute("aria-description", document.querySelector("[data-sentences]").dataset.hint);
}

function draftOf(field) {
  let draft = "";
  for (const node of field.childNodes) {
    draft += node.dataset?.fact ? `{${node.dataset.fact}}` : node.textContent;
  }
  return draft.replaceAll(NOTHING, "").replace(/\s+/g, " ").trim();
}

function say() {
  toast(document.querySelector("[data-sentences]").dataset.typed);
}

function refuseNumbers(event) {
  const isBreak = event.inputType === "insertParagraph" || event.inputType === "insertLineBreak";
  const isNumber = event.inputType?.startsWith("insert") && DIGIT.test(event.data ?? "");
  const isStyle = event.inputType?.startsWith("format");
  if (!isBreak && !isNumber && !isStyle) return;
  event.preventDefault();
  if (isNumber) say();
}

function paste(event, write) {
  event.preventDefault();
  const text = event.clipboardData.getData("text/plain").replace(/\s+/g, " ");
  if (DIGIT.test(text) || /[{}]/.test(text)) return say();
  document.execCommand("insertText", false, text);
  write();
}

function moveChip(event, field, write) {
  const chip = event.target.closest?.("[data-fact]");
  if (!chip) return;
  if (event.key === "Delete" || event.key === "Backspace") {
    event.preventDefault();
    chip.remove();
    tidy(field);
    field.focus();
  } else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    stepOver(chip, event.key === "ArrowLeft");
    tidy(field);
    chip.focus();
  } else return;
  write();
}

/** Move a chip by one word, or over the chip beside it. */
function stepOver(chip, isBack) {
  const beside = isBack ? chip.previousSibling : chip.nextSibling;
  if (!beside) return;
  if (beside.nodeType !== Node.TEXT_NODE) return isBack ? beside.before(chip) : beside.after(chip);
  const found = beside.data.match(isBack ? /\S+\s*$/ : /^\s*\S+/);
  if (!found) return isBack ? beside.before(chip) : beside.after(chip);
  const place = isBack ? beside.data.length - found[0].length : found[0].length;
  beside.splitText(place).before(chip);
}

/** Keep one space between a chip and a word of a script that writes spaces, and a place to type at each end. */
function tidy(field) {
  field.normalize();
  for (const node of [...field.childNodes]) {
    if (node.nodeType === Node.TEXT_NODE) node.data = node.data.replaceAll(NOTHING, "").replace(/\s+/g, " ");
  }
  for (const chip of field.querySelectorAll("[data-fact]")) {
    const [before, after] = [chip.previousSibling, chip.nextSibling];
    if (before?.nodeType !== Node.TEXT_NODE) chip.before(before ? " " : NOTHING);
    else if (LATIN.test(before.data.at(-1) ?? "")) before.data += " ";
    if (after?.nodeType !== Node.TEXT_NODE) chip.after(after ? "" : NOTHING);
    else if (LATIN.test(after.data[0] ?? "")) after.data = ` ${after.data}`;
    else if (/^ [.,;:]/.test(after.data)) after.data = after.data.slice(1);
  }
}

function dragChips(field, write) {
  let dragged = null;
  field.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-fact]") ?? null;
    if (!dragged) return event.preventDefault();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  field.addEventListener("dragover", (event) => dragged && event.preventDefault());
  field.addEventListener("drop", (event) => {
    event.preventDefault();
    const place = dragged && caretAt(event.clientX, event.clientY);
    if (place && field.contains(place.startContainer) && !dragged.contains(place.startContainer)) {
      if (!place.startContainer.parentNode.closest?.("[data-fact]")) place.insertNode(dragged);
      tidy(field);
      write();
    }
    dragged = null;
  });
}

function caretAt(x, y) {
  if (document.caretRangeFromPoint) return document.caretRangeFromPoint(x, y);
  const found = document.caretPositionFromPoint?.(x, y);
  if (!found) return null;
  const range = document.createRange();
  range.setStart(found.offsetNode, found.offset);
  return range;
}
