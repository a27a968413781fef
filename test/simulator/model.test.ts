import { createHash } from "node:crypto";
import { decimalText } from "crosstick/internal/simulator/model/decimal-text";
import type { Market } from "crosstick/internal/simulator/model/market";
import { MarketModel } from "crosstick/internal/simulator/model/market-model";
import type { MarketSpec } from "crosstick/internal/simulator/model/market-spec";
import { CATALOGUE } from "crosstick/internal/simulator/venues";
import { expect, test } from "vitest";

const STEP_MS = 10;

function specs(...keys: string[]): MarketSpec[] {
  return keys.map((key) => {
    const found = CATALOGUE.find(({ venue, product, symbol }) => `${venue}.${product}:${symbol}` === key);
    if (found === undefined) throw new Error(key);
    return found;
  });
}

/** Runs a model and tells what each change leaves. */
function run(options: {
  seed: number;
  specs: MarketSpec[];
  ms: number;
  divergences?: boolean;
  see?: (market: Market) => void;
}) {
  const model = new MarketModel({ seed: options.seed, specs: options.specs, divergences: options.divergences ?? true });
  const hashes = model.markets.map(() => createHash("sha256"));
  model.markets.forEach((market, i) => {
    const note = (...values: unknown[]) => hashes[i].update(`${values.join(" ")}\n`);
    market.listener = {
      levelChanged: (isBid, tick) => {
        const side = isBid ? market.book.bids : market.book.asks;
        note("level", isBid, tick, side.lotsOf(tick), market.book.sequence);
        options.see?.(market);
      },
      topChanged: () => note("top", market.book.bids.best, market.book.asks.best),
      traded: ({ fills, takerSells, kind }) => note("trade", takerSells, kind, JSON.stringify(fills)),
      liquidated: ({ lots, tick }) => note("liquidation", lots, tick),
      stepped: () => {},
    };
  });
  for (let now = STEP_MS; now <= options.ms; now += STEP_MS) model.step(now);
  return { model, digests: hashes.map((hash) => hash.digest("hex")) };
}

test("a book is never crossed, empty or without size, after any change of any market", () => {
  let changes = 0;
  const { model } = run({
    seed: 11,
    specs: [...CATALOGUE],
    ms: 20_000,
    see: ({ book: { bids, asks } }) => {
      changes++;
      if (!(bids.best < asks.best) || !(bids.bestLots > 0) || !(asks.bestLots > 0)) throw new Error("crossed or empty");
    },
  });
  expect(changes).toBeGreaterThan(50_000);
  for (const { book, spec } of model.markets) {
    expect(book.bids.length, spec.symbol).toBeGreaterThan(spec.levels * 0.6);
    expect(book.asks.length, spec.symbol).toBeGreaterThan(spec.levels * 0.6);
    for (const side of [book.bids, book.asks])
      for (let depth = 0; depth < side.length; depth++) if (!(side.lotsAt(depth) > 0)) throw new Error("no size");
  }
});

test("a seed decides everything, and a market does not depend on which others are there", () => {
  const both = specs("binance.spot:BTCUSDT", "bybit.linear:BTCUSDT");
  const first = run({ seed: 5, specs: both, ms: 3000 }).digests;
  expect(run({ seed: 5, specs: both, ms: 3000 }).digests).toEqual(first);
  expect(run({ seed: 6, specs: both, ms: 3000 }).digests).not.toEqual(first);
  // The third is of a venue that is there already, so that who may diverge stays the same.
  expect(run({ seed: 5, specs: [...both, ...specs("bybit.spot:ETHUSDT")], ms: 3000 }).digests.slice(0, 2)).toEqual(
    first,
  );
});

test("within six seconds prices of an asset part by several bps, on every seed, and come back", () => {
  const markets = specs("binance.spot:BTCUSDT", "binance.usdm:BTCUSDT", "bybit.spot:BTCUSDT", "bybit.linear:BTCUSDT");
  for (let seed = 1; seed <= 12; seed++) {
    const model = new MarketModel({ seed, specs: markets, divergences: true });
    const apart = [];
    for (let now = STEP_MS; now <= 12_000; now += STEP_MS) {
      model.step(now);
      const mids = model.markets.map(({ book, tickSize }) =>
        Math.log(((book.bids.best + book.asks.best) / 2) * tickSize),
      );
      apart.push(10_000 * (Math.max(...mids) - Math.min(...mids)));
    }
    expect(Math.max(...apart.slice(0, 200)), `seed ${seed}, before`).toBeLessThan(5);
    expect(Math.max(...apart.slice(250, 550)), `seed ${seed}, within 5.5 s`).toBeGreaterThan(4.5);
    expect(Math.max(...apart), `seed ${seed}`).toBeLessThan(60);
    expect(Math.min(...apart.slice(850, 1200)), `seed ${seed}, after`).toBeLessThan(5);
  }
});

test("trade ids are contiguous, and a book can be taken back change by change", () => {
  const [spec] = specs("binance.spot:ETHUSDT");
  const model = new MarketModel({ seed: 3, specs: [spec], divergences: true });
  const [market] = model.markets;
  const ids: number[] = [];
  market.listener = {
    levelChanged: () => {},
    topChanged: () => {},
    traded: ({ fills }) => ids.push(...fills.map(({ id }) => id)),
    liquidated: () => {},
    stepped: () => {},
  };
  const levels = () => {
    const { bids, asks } = market.book;
    return [bids, asks].map((side) => Array.from({ length: side.length }, (_, i) => [side.tickAt(i), side.lotsAt(i)]));
  };
  for (let now = STEP_MS; now <= 2000; now += STEP_MS) model.step(now);
  const then = { levels: levels(), sequence: market.book.sequence };
  for (let now = 2000 + STEP_MS; now <= 5000; now += STEP_MS) model.step(now);
  expect(ids.length).toBeGreaterThan(50);
  expect(ids).toEqual(ids.map((_, i) => ids[0] + i));
  const changes = market.book.sequence - then.sequence; // ids of spot count changes
  const before = market.book.before(changes);
  expect(before.sequence).toBe(then.sequence);
  const taken = [before.bids, before.asks].map((side) =>
    Array.from({ length: side.length }, (_, i) => [side.tickAt(i), side.lotsAt(i)]),
  );
  expect(taken).toEqual(then.levels);
});

test("decimals are written exactly", () => {
  expect(decimalText(6511420, 2)).toBe("65114.20");
  expect(decimalText(5, 8)).toBe("0.00000005");
  expect(decimalText(651400, 1, true)).toBe("65140");
  expect(decimalText(651396, 1, true)).toBe("65139.6");
  expect(decimalText(1001, 0)).toBe("1001");
});
