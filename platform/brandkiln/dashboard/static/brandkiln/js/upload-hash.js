// A worker that hashes files with SHA-256 piece by piece: a browser's own digest wants the whole file in memory, and
// is missing where the studio is reached without HTTPS. FIPS 180-4.
const PIECE = 4 * 2 ** 20;
const IN_MEMORY = 32 * 2 ** 20;
const primes = [];
for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const W = new Int32Array(64);

function addBlocks(state, bytes, length) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at + 64 <= length; at += 64) {
    for (let i = 0; i < 16; i += 1) W[i] = view.getInt32(at + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const x = W[i - 15];
      const y = W[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3]; // prettier-ignore
    let e = state[4], f = state[5], g = state[6], h = state[7]; // prettier-ignore
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

function lastBlocks(rest, size) {
  const padded = new Uint8Array((rest.length + 72) & ~63);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(size / 2 ** 29));
  view.setUint32(padded.length - 4, (size * 8) >>> 0);
  return padded;
}

async function hash(file) {
  if (globalThis.crypto?.subtle && file.size <= IN_MEMORY) {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  const state = START.slice();
  let rest = new Uint8Array();
  for (let at = 0; at < file.size; at += PIECE) {
    const bytes = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    const whole = bytes.length & ~63; // every piece but the last is a multiple of a block
    addBlocks(state, bytes, whole);
    rest = bytes.subarray(whole);
  }
  const end = lastBlocks(rest, file.size);
  addBlocks(state, end, end.length);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

let line = Promise.resolve(); // one file after the other

addEventListener("message", ({ data: { id, file } }) => {
  line = line.then(async () => {
    try {
      postMessage({ id, hash: await hash(file) });
    } catch (error) {
      postMessage({ id, error: String(error) });
    }
  });
});
