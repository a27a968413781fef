/** Wiring of bars out of a journal: an engine in this thread plays it, and every price is looked at on a grid. */
import { restoreCheckpoint } from "./engine/checkpoint.js";
import type { Host } from "./engine/host.js";
import type { Fees } from "./engine/proposal.js";
import { startEngine } from "./engine/start.js";
import { recordedConfig } from "./journal-replay.js";
import { compileKernel } from "./kernel/kernel.js";
import { createMemory } from "./kernel/memory.js";
import * as L from "./layout.js";
import { chooseStart, type JournalStart } from "./record/choose-start.js";
import { comesAfter } from "./record/comes-after.js";
import { IdentityTable } from "./record/identity-table.js";
import { type JournalInfo, openJournal } from "./record/journal.js";
import { JournalPlayer, PLAY_DONE } from "./record/journal-player.js";
import { memoryOf, strategyOrders } from "./replay-engine.js";
import { RingWriter } from "./ring/writer.js";
import type { BarSeries } from "./sources/recording/bars.js";

/** By instrument, then by opening, epoch ms: the close. */
type Closes = Map<string, Map<number, number>>;

const STEP_BUDGET = 65_536;

/**
 * Bars of the mids of all instruments of a journal, by engine time: a bar closes at the mid that was known when
 * it was over. It is left out where the book was not live and whole then, or nothing of the instrument came
 * during the bar; so is what the journal's end cuts off, and an instrument with fewer than two bars.
 * `damages`: places of the journal that could not be read.
 * @throws JOURNAL_*, INPUT_*, MEMORY_TOO_LARGE
 */
export async function journalBars(
  dir: string,
  widthMs: number,
): Promise<{ series: BarSeries[]; damages: { code: string; message: string }[] }> {
  const journal = openJournal(dir);
  const damages = new Map(journal.damages.map(({ code, message }) => [message, { code, message }]));
  const closes: Closes = new Map();
  let start: JournalStart | null = { fromUs: Number.NEGATIVE_INFINITY };
  while (start !== null) {
    const player = await playPart(journal, start, widthMs, closes);
    if (player.damage !== null) damages.set(player.damage.message, player.damage);
    const { next } = comesAfter(journal, player);
    start = next === null ? null : { segment: next };
  }
  return { series: seriesOf(closes, widthMs), damages: [...damages.values()] };
}

/** What one engine can play, as in a replay. */
async function playPart(
  journal: JournalInfo,
  start: JournalStart,
  widthMs: number,
  closes: Closes,
): Promise<JournalPlayer> {
  const config = recordedConfig(journal, start);
  const plan = memoryOf(config, [0]);
  const memory = createMemory(plan);
  const nothing = (): void => {};
  const listener = { signal: nothing, outcome: nothing, figures: nothing, trade: nothing };
  const segments = chooseStart(journal, start)?.segments ?? [];
  const isFresh = segments[0].meta?.start === "fresh";
  const { kernel, views, host } = await startEngine(
    {
      ...{ module: compileKernel("engine"), memory, plan, mode: "replay" },
      // The strategies are there only because a checkpoint holds their state.
      ...{ strategies: isFresh ? [] : strategyOrders(config), fees: config.fees as Fees },
      vwapTrades: config.metrics.vwapTrades,
    },
    listener,
  );
  const identities = new IdentityTable(views, { ...plan, instruments: plan.sizes.instruments });
  const writer = new RingWriter(views, plan.lanes[0].ring, 0);
  const player = new JournalPlayer(segments, writer, identities, Number.POSITIVE_INFINITY);
  if (player.checkpoint !== null) restoreCheckpoint(new Uint8Array(player.checkpoint).buffer, host, views, plan);
  host.sampleEvery(widthMs * 1000, (timeUs) => note(host, timeUs / 1000, widthMs, closes));
  const { u32 } = views;
  const instrument = (plan.engine + L.ENGINE_EVENT_INSTRUMENT) >> 2;
  const record = (plan.engine + L.ENGINE_EVENT_RECORD) >> 2;
  for (;;) {
    const result = kernel.step(STEP_BUDGET);
    if (result === L.STEP_MESSAGE) host.onMessage(u32[instrument]);
    else if (result === L.STEP_GRID) host.onGrid(u32[record]);
    else if (result === L.STEP_CONTROL) host.onControl(u32[record], u32[instrument]);
    else if (result === L.STEP_DONE) return player;
    else if (result === L.STEP_EMPTY && player.pump(Number.POSITIVE_INFINITY) === PLAY_DONE) writer.close();
  }
}

/** At the end of a bar, ms: what it closes at. */
function note({ market, announced }: Host, endMs: number, widthMs: number, closes: Closes): void {
  for (const index of announced) {
    if (market.state(index) !== L.STATE_LIVE || market.crossed(index)) continue;
    const { mid } = market.metrics(index);
    if (!(mid > 0) || market.value(index, L.INSTRUMENT_RECEIVED_US) < (endMs - widthMs) * 1000) continue;
    const { id } = market.instrument(index);
    const bars = closes.get(id) ?? new Map<number, number>();
    closes.set(id, bars.set(endMs - widthMs, mid));
  }
}

function seriesOf(closes: Closes, widthMs: number): BarSeries[] {
  return [...closes]
    .filter(([, bars]) => bars.size > 1)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bars]) => {
      const openMs = Float64Array.from(bars.keys()).sort();
      return { name, widthMs, openMs, close: openMs.map((ms) => bars.get(ms) as number) };
    });
}
