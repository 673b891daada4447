// Recomputes a published draw in the visitor's own browser: nothing is sent anywhere.
// The rule is in docs/draw.md; SHA-256 is written out because browsers offer theirs on https only.
"use strict";

const ZhianDraw = (() => {
  const K = new Uint32Array(64);
  const START = new Uint32Array(8);
  (function constants() {
    // fractional parts of the square and cube roots of the first primes
    const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) >>> 0;
    let found = 0;
    for (let n = 2; found < 64; n += 1) {
      let prime = true;
      for (let d = 2; d * d <= n; d += 1) if (n % d === 0) prime = false;
      if (!prime) continue;
      if (found < 8) START[found] = fraction(Math.sqrt(n));
      K[found] = fraction(Math.cbrt(n));
      found += 1;
    }
  })();
  const W = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function block(state, bytes, at) {
    for (let i = 0; i < 16; i += 1) {
      const b = at + i * 4;
      W[i] = (bytes[b] << 24) | (bytes[b + 1] << 16) | (bytes[b + 2] << 8) | bytes[b + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const s0 = turn(W[i - 15], 7) ^ turn(W[i - 15], 18) ^ (W[i - 15] >>> 3);
      const s1 = turn(W[i - 2], 17) ^ turn(W[i - 2], 19) ^ (W[i - 2] >>> 10);
      W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  function sha256(bytes) {
    const state = START.slice();
    const whole = bytes.length - (bytes.length % 64);
    for (let at = 0; at < whole; at += 64) block(state, bytes, at);
    const rest = bytes.length - whole;
    const tail = new Uint8Array(rest < 56 ? 64 : 128);
    tail.set(bytes.subarray(whole));
    tail[rest] = 0x80;
    const view = new DataView(tail.buffer);
    view.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(tail.length - 4, (bytes.length << 3) >>> 0);
    for (let at = 0; at < tail.length; at += 64) block(state, tail, at);
    return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
  }

  const utf8 = new TextEncoder();
  const hash = (text) => sha256(utf8.encode(text));

  function decode(bytes) {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
    }
  }

  // RFC 4180, as Python's csv module reads it: quotes double inside quotes
  function rows(text) {
    const found = [];
    let row = [], cell = "", quoted = false, begun = false;
    const endRow = () => { row.push(cell); found.push(row); row = []; cell = ""; begun = false; };
    for (let i = 0; i < text.length; i += 1) {
      const c = text[i];
      if (quoted) {
        if (c !== '"') cell += c;
        else if (text[i + 1] === '"') { cell += '"'; i += 1; } else quoted = false;
      } else if (c === '"' && cell === "") { quoted = true; begun = true; }
      else if (c === ",") { row.push(cell); cell = ""; begun = true; }
      else if (c === "\r" || c === "\n") {
        if (c === "\r" && text[i + 1] === "\n") i += 1;
        endRow();
      } else { cell += c; begun = true; }
    }
    if (begun || cell !== "" || row.length) endRow();
    return found;
  }

  function roster(bytes) {
    const table = rows(decode(bytes));
    const names = (table[0] || []).map((name) => name.trim().toLowerCase());
    const id = names.indexOf("id"), tickets = names.indexOf("tickets");
    if (id < 0 || tickets < 0) throw new Error("id, tickets");
    const filled = table.slice(1).filter((row) => row.some((cell) => cell.trim() !== ""));
    return {
      sha256: sha256(bytes),
      people: filled.map((row) => [row[id].trim(), Number(row[tickets].trim())]),
    };
  }

  function seedOf(c, value) {
    return hash([c.format, c.roster_sha256, c.take, c.reserve, c.public, c.attempt, c.replaces,
      value].join("\n"));
  }

  function ordered(people, seed) {
    const found = people.map(([id, tickets]) => {
      let best = null, at = 0;
      for (let n = 1; n <= tickets; n += 1) {
        const one = hash(`${seed}\n${id}\n${n}`);
        if (best === null || one < best) { best = one; at = n; }
      }
      return { id, ticket: at, hash: best };
    });
    return found.sort((one, two) => (one.hash < two.hash ? -1 : 1));
  }

  // null where everything follows from roster, rule and public value; else what does not
  function verify(result, bytes) {
    const c = result.commitment, read = roster(bytes);
    if (c.format !== "zhian-draw/1") return ["format", c.format];
    if (c.roster_sha256 !== read.sha256) return ["roster", read.sha256];
    if (c.premises !== read.people.length) return ["premises", String(read.people.length)];
    const tickets = read.people.reduce((sum, one) => sum + one[1], 0);
    if (c.tickets !== tickets) return ["tickets", String(tickets)];
    const seed = seedOf(c, result.public_value);
    if (seed !== result.seed) return ["seed", seed];
    const order = ordered(read.people, seed).slice(0, c.take + c.reserve);
    const given = [...result.taken, ...result.reserve];
    if (result.taken.length !== c.take || given.length !== order.length) {
      return ["length", String(order.length)];
    }
    for (let i = 0; i < order.length; i += 1) {
      const right = order[i], mine = given[i];
      const same = right.id === mine.id && right.hash === mine.hash
        && right.ticket === mine.ticket && mine.rank === i + 1;
      if (!same) return ["rank", `${i + 1}: ${right.id}`];
    }
    return null;
  }

  return { sha256, hash, roster, seedOf, ordered, verify };
})();

if (typeof document !== "undefined") {
  const form = document.getElementById("draw-verifier");
  const said = document.getElementById("draw-said");
  const read = (name) => form.elements[name].files[0].arrayBuffer();
  const say = (key, detail) => {
    said.dataset.state = key;
    said.textContent = form.dataset[key] + (detail ? ` (${detail})` : "");
  };
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("working");
    try {
      const result = JSON.parse(new TextDecoder().decode(await read("result")));
      const wrong = ZhianDraw.verify(result, new Uint8Array(await read("roster")));
      if (wrong) say(wrong[0], wrong[1]);
      else say("right", `${result.taken.length} + ${result.reserve.length}`);
    } catch (why) {
      say("unreadable", why.message);
    }
  });
}
