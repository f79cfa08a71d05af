// An event stream that comes back. EventSource goes on by itself after a lost connection, but not after an answer that
// is an error, such as a proxy's while the studio starts anew.
import { check } from "./connection.js";

const AGAIN_MS = 3000;
const MOST_MS = 60000;

export class Stream {
  #heard = [];
  #last = "";
  #source;

  /** @param lost Called with each loss of the connection, and whether it is there again. */
  constructor(address, lost = () => {}) {
    this.address = address;
    this.lost = lost;
    this.pause = AGAIN_MS;
    this.#open();
  }

  on(type, act) {
    const hear = (event) => {
      this.#last = event.lastEventId || this.#last;
      act(event);
    };
    this.#heard.push([type, hear]);
    this.#source.addEventListener(type, hear);
  }

  close() {
    clearTimeout(this.again);
    this.#source.close();
    this.isClosed = true;
  }

  #open() {
    const address = new URL(this.address, location);
    if (this.#last) address.searchParams.set("after", this.#last);
    this.#source = new EventSource(address);
    for (const [type, hear] of this.#heard) this.#source.addEventListener(type, hear);
    this.#source.addEventListener("open", () => {
      this.pause = AGAIN_MS;
      this.lost(false);
    });
    this.#source.addEventListener("error", () => {
      if (this.isClosed) return;
      this.lost(true);
      check();
      if (this.#source.readyState !== EventSource.CLOSED) return;
      this.again = setTimeout(() => this.#open(), this.pause);
      this.pause = Math.min(MOST_MS, 2 * this.pause);
    });
  }
}
