// A bulk's page: where it stands, by one stream; its rows in a list that holds only those in sight.
import { BulkList } from "./bulk-list.js";
import { reach } from "./connection.js";
import { inWords } from "./durations.js";
import { Stream } from "./streams.js";
import { toast } from "./toasts.js";

const REFRESH_MS = 300;
const ENDED = ["finished", "cancelled"];

/** The parts of the page that depend on where the bulk stands. */
class BulkPage {
  constructor(root) {
    this.root = root;
    this.state = root.dataset.state;
    this.seen = "";
    this.list = new BulkList(root, (row) => this.retry(row));
  }

  standing(news) {
    const counts = JSON.stringify(news.counts);
    if (counts !== this.seen) {
      this.seen = counts;
      this.list.refresh(news.rows);
    }
    // What can be pressed changes with the state, and in a dry run with every row.
    const shape = `${news.state} ${news.reason} ${news.counts.failed > 0} ${news.counts.done > 0} ${news.state === "trial" && counts}`;
    if (shape !== this.shape) {
      if (this.shape !== undefined || news.state !== this.root.dataset.state) this.redraw();
      this.shape = shape;
    }
    this.draw(news);
  }

  draw({ counts, total, ended, seconds_left: left, state }) {
    const part = (name) => this.root.querySelector(`[data-part="${name}"]`);
    part("ended").textContent = ended.toLocaleString();
    part("meter").value = ended;
    for (const box of this.root.querySelectorAll("[data-count]")) box.textContent = counts[box.dataset.count].toLocaleString();
    for (const share of this.root.querySelectorAll("[data-share]"))
      share.setAttribute("width", `${(100 * counts[share.dataset.share]) / total}%`);
    part("left").textContent = left && state === "running" ? part("left").dataset.left.replace("…", inWords(left)) : "";
  }

  redraw() {
    this.soon ??= setTimeout(async () => {
      this.soon = undefined;
      const answer = await fetch(this.root.dataset.status).catch(() => null);
      if (answer?.ok) document.getElementById("standing").innerHTML = await answer.text();
    }, REFRESH_MS);
  }

  async retry(row) {
    const body = new FormData(document.getElementById("bulk-token"));
    body.set("do", "retry");
    body.set("row", row.id);
    const answer = await reach(this.root.dataset.act, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer) return;
    const found = await answer.json();
    if (!answer.ok) return toast(found.message);
    if (ENDED.includes(this.state)) this.follow();
    this.list.refresh([]);
    this.redraw();
  }

  follow() {
    const source = new Stream(this.root.dataset.events);
    source.on("standing", (event) => {
      const news = JSON.parse(event.data);
      this.state = news.state;
      this.standing(news);
    });
    source.on("end", () => {
      source.close();
      this.list.refresh([]);
      this.redraw();
    });
    window.addEventListener("pagehide", () => source.close(), { once: true });
  }
}

export function prepare() {
  const root = document.querySelector("[data-bulk]");
  const page = new BulkPage(root);
  if (!ENDED.includes(page.state)) page.follow();
  document.addEventListener("studio:back", () => {
    page.list.refresh([]);
    page.redraw();
  });
}
