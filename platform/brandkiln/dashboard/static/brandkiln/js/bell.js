// Follows how much is unread. Only a page that is looked at holds a stream: browsers allow six connections to a server.
import { Stream } from "./streams.js";

const SOON_MS = 400;

export function listenToBell() {
  const bell = document.querySelector("[data-bell]");
  const count = bell.querySelector("[data-bell-count]");
  const said = bell.querySelector("[data-bell-said]");
  let source;
  let known;

  const show = (number) => {
    count.hidden = number === 0;
    count.textContent = number > 99 ? "99+" : number;
    const words = number ? bell.dataset.some.replace("%", number) : bell.dataset.none;
    bell.setAttribute("aria-label", words);
    if (known !== undefined && number > known) said.textContent = words; // a polite region; not at the first look
    known = number;
  };
  const open = () => {
    if (source) return;
    source = new Stream(bell.dataset.bell);
    source.on("unread", (event) => show(Number(event.data)));
  };
  const close = () => {
    source?.close();
    source = undefined;
  };
  const decide = () => (document.visibilityState === "visible" ? open() : close());

  document.addEventListener("visibilitychange", decide);
  addEventListener("pagehide", close);
  setTimeout(decide, SOON_MS); // what the page itself needs goes first
}
