// The dashboard: follows the stream of the server it came from and shows what the first screen shows.
// Everything from outside is set as text, never as markup.
import { createClient } from "/client/index.js";

const byId = (id) => document.getElementById(id);
const SIGNALS_SHOWN = 12;
const CHANNELS = ["status", "latency", "signal.*", "outcome.*", "verdict.*", "refusal.*", "clock.*"];

const state = {
  signals: [],
  outcomes: new Map(),
  verdicts: new Map(),
  refusals: new Map(),
  clocks: new Map(),
};

function cell(text, className) {
  const td = document.createElement("td");
  td.textContent = text ?? "–";
  if (className) td.className = className;
  return td;
}

function fill(id, rows) {
  byId(id).replaceChildren(
    ...rows.map((cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells);
      return tr;
    }),
  );
}

const fixed = (value, digits) => (value === null || value === undefined ? "–" : value.toFixed(digits));

function price(value) {
  if (value === null || value === undefined) return "–";
  return value >= 1000 ? value.toFixed(2) : String(Number(value.toPrecision(6)));
}

function showStatus(status) {
  byId("books").textContent = `books live ${status.booksLive}/${status.books}`;
  byId("uptime").textContent = `up ${Math.floor(status.uptimeMs / 1000)} s`;
  fill(
    "markets",
    status.instruments.map((one) => [
      cell(one.venue),
      cell(one.instrument.slice(one.instrument.indexOf(":") + 1)),
      cell(one.state === "live" ? "live" : `${one.state}: ${one.reason}`, `state ${one.state}`),
      cell(price(one.bid), "n"),
      cell(price(one.ask), "n"),
      cell(fixed(one.spreadBps, 3), "n"),
      cell(one.feedAgeMs === null ? "–" : String(one.feedAgeMs), "n"),
      cell(String(one.messagesPerSecond), "n"),
      cell(String(one.gaps), "n"),
    ]),
  );
}

function showSignal(signal) {
  if (state.signals.some(({ id }) => id === signal.id)) return;
  state.signals.unshift(signal);
  state.signals.length = Math.min(state.signals.length, SIGNALS_SHOWN);
  byId("no-signals").hidden = true;
  fillSignals();
}

/** What became of an entry and what was judged of it, by the entry's id; the oldest are forgotten. */
function keep(map, data) {
  map.set(data.signal, data);
  for (const id of map.keys()) {
    if (map.size <= 200) break;
    map.delete(id);
  }
  fillSignals();
}

function edgeAfter(id, ms) {
  const left = state.outcomes.get(id)?.after.find((one) => one.ms === ms)?.netBps;
  return left === null || left === undefined ? "–" : fixed(left, 2);
}

function verdictCell(id) {
  const known = state.verdicts.get(id);
  if (known === undefined) return cell("–");
  const { verdict, by, confidence, reason } = known;
  const share = confidence === null ? "" : ` ${Math.round(confidence * 100)} %`;
  const result = cell(`${verdict ?? "not judged"} (${by}${share})`);
  result.title = reason;
  return result;
}

function fillSignals() {
  fill(
    "signals",
    state.signals.map((one) => [
      cell(new Date(Number(BigInt(one.ts) / 1_000_000n)).toISOString().slice(11, 23)),
      cell(one.strategy),
      cell(one.action),
      cell(one.direction),
      cell(one.legs[0].size.toPrecision(4), "n"),
      cell(fixed(one.grossBps, 2), "n"),
      cell(fixed(one.feesBps, 2), "n"),
      cell(fixed(one.netBps, 2), "n"),
      cell(edgeAfter(one.id, 100), "n"),
      cell(edgeAfter(one.id, 1000), "n"),
      verdictCell(one.id),
    ]),
  );
}

function showRefusals(strategy, refused) {
  state.refusals.set(strategy, refused);
  fill(
    "refusals",
    [...state.refusals].flatMap(([name, counts]) =>
      Object.entries(counts)
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => [cell(name), cell(reason), cell(String(count), "n")]),
    ),
  );
}

function showLatency(latency) {
  fill(
    "latency",
    Object.entries(latency)
      .filter(([, { count }]) => count > 0)
      .map(([stage, { p50, p99, p999, max }]) => [
        cell(stage),
        ...[p50, p99, p999, max].map((us) => cell(fixed(us, 0), "n")),
      ]),
  );
}

function showClock(venue, clock) {
  state.clocks.set(venue, clock);
  fill(
    "clocks",
    [...state.clocks].map(([name, { offsetUs, uncertaintyUs, method }]) => [
      cell(name),
      cell(offsetUs === null ? "–" : (offsetUs / 1000).toFixed(2), "n"),
      cell(uncertaintyUs === null ? "–" : (uncertaintyUs / 1000).toFixed(2), "n"),
      cell(method),
    ]),
  );
}

function take({ type, kind, ch, data }) {
  if ((type !== "snapshot" && type !== "update") || data === null) return;
  const rest = ch.slice(kind.length + 1);
  if (kind === "status") showStatus(data);
  else if (kind === "signal") showSignal(data);
  else if (kind === "outcome") keep(state.outcomes, data);
  else if (kind === "verdict") keep(state.verdicts, data);
  else if (kind === "refusal") showRefusals(rest, data.refused);
  else if (kind === "latency") showLatency(data);
  else if (kind === "clock") showClock(rest, data);
}

function showLink(text, className) {
  const link = byId("link");
  link.textContent = text;
  link.className = `state ${className}`;
}

async function askToken() {
  const dialog = byId("ask");
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return byId("token").value;
}

function connect(token) {
  const client = createClient(location.origin, { token });
  client.on("state", (now) => {
    if (now.state === "connected") showLink("connected", "live");
    else if (now.state === "waiting") showLink(`disconnected (${now.code ?? now.reason}), trying again`, "lost");
  });
  client.on("error", async (error) => {
    showLink(`disconnected: ${error.message}`, "lost");
    if (error.code === "CLIENT_UNAUTHORIZED") connect(await askToken());
  });
  client.subscribe(CHANNELS, take);
}

fetch("/health")
  .then((reply) => reply.json())
  .then(({ kind }) => {
    byId("kind").textContent = kind;
  })
  .catch(() => {});
connect();
