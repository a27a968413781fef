import { type Command, InvalidArgumentError } from "commander";
import { loadConfig } from "../config.js";
import { startEngine } from "../engine.js";
import { CrosstickError, EXIT } from "../errors.js";
import { planFeeds } from "../live/feeds-plan.js";
import { Probe } from "../live/probe.js";
import type { EngineStatus } from "../live/status.js";
import { resolveUnified } from "../market/symbols.js";
import { parseVenue, type VenueName } from "../market/venues.js";
import type { Channel } from "../venues/venue.js";
import { durationOf } from "./options.js";
import { createOutput, type Output } from "./output.js";

/** `crosstick probe VENUE [SYMBOL…]` */
export function register(program: Command): void {
  program
    .command("probe")
    .description("Connect to a venue, take the first events of each channel, and tell how it stands")
    .argument("<venue>", "a venue")
    .argument("[symbol...]", "unified symbols or the venue's own; a spot pair and a perpetual of BTC or SOL without")
    .option("--events <n>", "events that are waited for, a channel", eventsOf, 10)
    .option("--duration <s>", "longest wait", durationOf, 15)
    .option("-c, --config <file>", "configuration whose addresses count")
    .option("--json", "one JSON object a channel and line, and last the verdict")
    .action(run);
}

interface Options {
  events: number;
  duration: number;
  config?: string;
  json?: boolean;
}

interface Asked {
  instrument: string;
  channel: Channel;
}

/** Channels that a sound market fills within seconds; the others may have nothing to say for hours. */
const BUSY: readonly Channel[] = ["bbo", "book", "trade"];
/** Tried on every venue: those that it has are probed. */
const USUAL = ["BTC/USDT", "BTC/USD", "SOL/USDC", "BTC/USDT:USDT", "BTC/USD:BTC", "SOL/USDC:USDC"];
const LOOK_MS = 50;

async function run(name: string, symbols: string[], { events, duration, config: file, json }: Options): Promise<void> {
  const venue = parseVenue(name);
  const base = loadConfig({ file, env: process.env }).config;
  const wanted = symbols.length > 0 ? symbols : usualSymbols(venue);
  const config = {
    ...base,
    feeds: [{ venue, symbols: wanted, receive: "ws" as const }],
    strategies: [],
    record: undefined,
  };
  const asked = askedOf(config);
  const output = createOutput({ json });
  const { engine, internals } = await startEngine(config, true);
  try {
    const probe = new Probe(internals.live, events);
    internals.onWake(probe.drain);
    probe.drain();
    const endMs = performance.now() + duration * 1000;
    const enough = (): boolean =>
      asked
        .filter(({ channel }) => BUSY.includes(channel))
        .every(({ instrument, channel }) => (probe.count(instrument, channel)?.events ?? 0) >= events);
    while (!enough() && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    tell(venue, asked, probe, engine.status(), events, output);
  } finally {
    await engine.close();
  }
}

function usualSymbols(venue: VenueName): string[] {
  const known = USUAL.flatMap((symbol) => resolveUnified(venue, symbol) ?? []);
  const spot = known.find(({ settle }) => settle === null);
  const perpetual = known.find(({ settle }) => settle !== null);
  return [spot, perpetual].flatMap((one) => (one === undefined ? [] : [one.symbol]));
}

/** What the feeds of a configuration ask their venue for. */
function askedOf(config: Parameters<typeof planFeeds>[0]): Asked[] {
  const { lanes, instruments } = planFeeds(config);
  return lanes.flatMap(({ product, wanted }) =>
    wanted.flatMap(({ symbol, channels }) => {
      const found = instruments.find((one) => one.product === product && one.rawSymbol === symbol);
      return found === undefined ? [] : channels.map((channel) => ({ instrument: found.id, channel }));
    }),
  );
}

function tell(
  venue: VenueName,
  asked: readonly Asked[],
  probe: Probe,
  status: EngineStatus,
  wanted: number,
  output: Output,
): void {
  // What came, came by a connection, though its state is told only now and then.
  const came = asked.some(({ instrument, channel }) => probe.count(instrument, channel) !== undefined);
  const reached = came || status.connections.some(({ connects }) => connects > 0);
  const { offsetUs = null, uncertaintyUs = null } = status.clock[venue] ?? {};
  const rows = asked.map(({ instrument, channel }) => {
    const count = probe.count(instrument, channel);
    const state = status.instruments.find((one) => one.instrument === instrument)?.state ?? "unknown";
    const latency = offsetUs === null ? null : medianMs(count?.delaysUs ?? [], offsetUs);
    return {
      ...{ instrument, channel, state, events: count?.events ?? 0 },
      first_ms: count === undefined ? null : Math.round(count.firstMs),
      latency_ms: latency,
      verdict: verdictOf(count?.events ?? 0, wanted, reached, channel),
    };
  });
  output.rows(rows);
  const uncertaintyMs = uncertaintyUs === null ? null : Math.round(uncertaintyUs / 10) / 100;
  const refused = status.connections.flatMap((one) => one.refused);
  const lost = status.connections.flatMap(({ url, lost: reason }) => (reason === null ? [] : [`${url}: ${reason}`]));
  const busy = rows.filter(({ channel }) => BUSY.includes(channel));
  const sound = reached && busy.every(({ verdict }) => verdict === "ok") && refused.length === 0;
  const verdict = !reached ? "unreachable" : sound ? "sound" : "degraded";
  const clock = { offsetMs: offsetUs === null ? null : Math.round(offsetUs / 10) / 100, uncertaintyMs };
  if (output.json) output.record({ venue, verdict, clock, rejected: status.rejected, refused, lost });
  else {
    const clockText = clock.offsetMs === null ? "unknown" : `${clock.offsetMs} ms ahead, ± ${uncertaintyMs} ms`;
    output.line(`\n${venue}: ${output.colour(sound ? "green" : "red", verdict)}; its clock: ${clockText}`);
    for (const text of [...refused, ...lost]) output.line(`  ${text}`);
  }
  if (!reached)
    throw new CrosstickError(
      "VENUES_UNREACHABLE",
      `${venue} could not be reached: ${lost.join("; ") || "no connection"}`,
      {
        exitCode: EXIT.unreachable,
      },
    );
}

function verdictOf(events: number, wanted: number, reached: boolean, channel: Channel): string {
  if (!reached) return "unreachable";
  if (events >= wanted) return "ok";
  if (events > 0) return BUSY.includes(channel) ? "slow" : "ok";
  return BUSY.includes(channel) ? "silent" : "nothing yet";
}

/** Median of the delays with the venue's clock put right, ms; negative ones are shown as they are. */
function medianMs(delaysUs: readonly number[], offsetUs: number): number | null {
  if (delaysUs.length === 0) return null;
  const sorted = [...delaysUs].sort((a, b) => a - b);
  return Math.round((sorted[sorted.length >> 1] + offsetUs) / 10) / 100;
}

function eventsOf(text: string): number {
  const events = Number(text);
  if (!Number.isInteger(events) || events < 1 || events > 10_000)
    throw new InvalidArgumentError("give a whole number from 1 to 10000");
  return events;
}
