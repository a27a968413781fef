// Contracts that pay in their coin: against lots kept one by one, on real books, and with funding that accrues.
import { fileURLToPath } from "node:url";
import { backtest } from "crosstick/internal/backtest";
import { parseConfig } from "crosstick/internal/config";
import type { Fill, TradingLine } from "crosstick/internal/engine/trading";
import { parseVenueProduct } from "crosstick/internal/market/venues";
import { Account } from "crosstick/internal/research/account";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { joined, linesOf } from "../replay/edited-recording.js";
import { Reference } from "../replay/reference.js";
import { inTimeOrder } from "../replay/reference-frames.js";
import { recordingFolder } from "../replay/run-replay.js";
import { coinmBtc, framesOf, hasRecordings } from "../replay/shared-data.js";

const folder = recordingFolder();
const PERPETUAL = "binance:BTC/USD:BTC";

function fillOf(rest: Partial<Fill>): Fill {
  return {
    ...{ type: "fill", ts: "1700000000000000000", signal: "s-1", closes: null, strategy: "s", effect: "open" },
    ...{ instrument: PERPETUAL, venue: "binance", product: "coinm", base: "BTC", quote: "USD", settle: "BTC" },
    ...{ side: "buy", wanted: 1, size: 1, price: 100, feeBps: 0 },
    ...rest,
  };
}

/** Contracts of one USD, the oldest closed first: each earns 1 / entry - 1 / exit coins, bought; the reverse, sold. */
class Lots {
  private readonly lots: { sign: number; usd: number; price: number }[] = [];
  coins = 0;

  trade(sign: number, usd: number, price: number): void {
    let left = usd;
    while (left > 0 && this.lots.length > 0 && this.lots[0].sign !== sign) {
      const [lot] = this.lots;
      const closed = Math.min(left, lot.usd);
      this.coins += lot.sign * closed * (1 / lot.price - 1 / price);
      lot.usd -= closed;
      left -= closed;
      if (lot.usd === 0) this.lots.shift();
    }
    if (left > 0) this.lots.push({ sign, usd: left, price });
  }

  fund(rate: number, price: number): void {
    for (const { sign, usd } of this.lots) this.coins -= (sign * usd * rate) / price;
  }

  worth(price: number): number {
    return this.lots.reduce((sum, lot) => sum + lot.sign * lot.usd * (1 / lot.price - 1 / price), this.coins);
  }
}

const step = fc.oneof(
  fc.record({
    type: fc.constant("fill" as const),
    side: fc.constantFrom("buy" as const, "sell" as const),
    usd: fc.integer({ min: 1, max: 50 }).map((contracts) => contracts * 100),
    price: fc.integer({ min: 20_000, max: 60_000 }),
    feeBps: fc.integer({ min: -2, max: 10 }),
  }),
  fc.record({
    type: fc.constant("funding" as const),
    rate: fc.integer({ min: -50, max: 50 }).map((bps) => bps / 1e4),
    price: fc.integer({ min: 20_000, max: 60_000 }),
  }),
);

describe("an account of inverse contracts", () => {
  test("has the coins that its lots earned, whatever was traded, and values them at the contract's price", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 20_000, max: 60_000 }),
        (steps, last) => {
          const account = new Account("USD");
          const lots = new Lots();
          let [fees, turnover] = [0, 0];
          steps.forEach((one, i) => {
            const ts = String(1_700_000_000_000_000_000n + BigInt(i));
            if (one.type === "funding") {
              account.take({ type: "funding", ts, instrument: PERPETUAL, rate: one.rate, price: one.price });
              lots.fund(one.rate, one.price);
              return;
            }
            const { side, usd, price, feeBps } = one;
            const size = usd / price;
            account.take(fillOf({ ts, signal: `s-${i}`, side, size, wanted: size, price, feeBps }));
            lots.trade(side === "buy" ? 1 : -1, usd, price);
            fees += (size * feeBps) / 1e4;
            turnover += usd;
          });
          account.take({ type: "marks", ts: "1800000000000000000", mids: { [PERPETUAL]: last } });
          const { balances, pnl, turnover: traded, unvalued } = account.report();
          const coins = lots.worth(last) - fees;
          expect(balances.BTC ?? 0).toBeCloseTo(coins, 9);
          expect(pnl).toBeCloseTo(coins * last, 4);
          expect(traded).toBeCloseTo(turnover, 6);
          expect(unvalued).toEqual([]);
        },
      ),
    );
  });

  test("beside spot of the same coin both are one balance, valued at the spot market", () => {
    const account = new Account("USD");
    account.take(fillOf({ side: "sell", size: 2, wanted: 2, price: 100 }));
    const spot = { instrument: "kraken:BTC/USD", venue: "kraken", product: "spot", settle: null };
    account.take(fillOf({ ...spot, side: "buy", size: 2, wanted: 2, price: 99 }));
    // Hedged: two coins bought, and 200 USD of contracts sold, which lose coin as it falls.
    for (const price of [50, 100, 400]) {
      const mids = { [PERPETUAL]: price, "kraken:BTC/USD": price };
      account.take({ type: "marks", ts: `17000000${price}0000000000`, mids });
      expect(account.report().pnl).toBeCloseTo(2, 9);
    }
  });

  test("a contract that pays in a third currency is refused", () => {
    const quanto = fillOf({ instrument: "bybit:ETH/USD:BTC", base: "ETH" });
    expect(() => new Account("USD").take(quanto)).toThrow(expect.objectContaining({ code: "BACKTEST_QUANTO" }));
  });
});

const use = fileURLToPath(new URL("./flip.js", import.meta.url));
const flip = (instrument: string, everyMs: number, amount: number) => ({
  ...{ name: "flip", use, options: { instrument, everyMs }, entryNetBps: -1000, exitNetBps: -2000 },
  notional: { amount, currency: "USD" },
});

describe.skipIf(!hasRecordings)("on the recorded book of a COIN-M perpetual", () => {
  test("what is closed is the contracts that were opened, at the reference's prices", async () => {
    const lines: TradingLine[] = [];
    const { strategies } = await backtest({
      inputs: [{ path: coinmBtc.path, market: parseVenueProduct(coinmBtc.market as string) }],
      config: parseConfig({
        fees: { binance: { coinm: { maker: 1, taker: 5 } } },
        gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 10_000 },
        strategies: [flip(PERPETUAL, 3000, 250_000)],
      }),
      trading: { latencyMs: 100, markMs: 10_000 },
      onTrades: (some) => lines.push(...some.map((line) => JSON.parse(line) as TradingLine)),
    });
    const waiting = lines.filter((line) => line.type === "fill");
    const reference = new Reference();
    const lots = new Lots();
    let [fees, open, compared] = [0, 0, 0];
    for (const frame of inTimeOrder(framesOf(coinmBtc))) {
      while (waiting.length > 0 && Number(BigInt(waiting[0].ts) / 1000n) <= frame.receivedUs) {
        const fill = waiting.shift() as Fill;
        const book = reference.instruments.get(PERPETUAL)?.book;
        const walk =
          fill.effect === "open" ? book?.walkSize(fill.side, fill.wanted) : book?.walkNotional(fill.side, open);
        expect(fill.size).toBe(fill.wanted);
        expect((fill.price ?? 0) / (walk?.price ?? 0)).toBeCloseTo(1, 11);
        expect(fill.size / (walk?.size ?? 0)).toBeCloseTo(1, 11);
        const usd = fill.effect === "open" ? fill.size * (fill.price ?? 0) : open;
        lots.trade(fill.side === "buy" ? 1 : -1, usd, walk?.price ?? 0);
        fees += ((walk?.size ?? 0) * 5) / 1e4;
        open = fill.effect === "open" ? usd : 0;
        compared++;
      }
      reference.take(frame);
    }
    expect(compared).toBeGreaterThan(40);
    const { report } = strategies.flip;
    const marks = lines.findLast((line) => line.type === "marks");
    const last = marks?.type === "marks" ? marks.mids[PERPETUAL] : Number.NaN;
    expect(report.balances.BTC).toBeCloseTo(lots.worth(last) - fees, 10);
    expect(report.fees / last).toBeCloseTo(fees, 3);
    expect(Math.abs(report.positions[PERPETUAL] ?? 0)).toBeLessThan(open === 0 ? 1e-6 : 300_000);
  });
});

describe.skipIf(!hasRecordings)("on a recording that goes on otherwise", () => {
  test("nothing that comes later changes what came before, while orders are under way too", async () => {
    const lines = hasRecordings ? linesOf(coinmBtc) : [];
    const cut = lines.length >> 1;
    const cutUs = Math.floor(Number(lines[cut].split(" ")[0].slice(0, 16)));
    /** From the cut on each price is a fifth lower: the venue's numbers go on as they did. */
    const lower = (line: string) =>
      line.replace(/"(\d{5}\.\d)"/g, (_, price: string) => `"${(Math.round(Number(price) * 8) / 10).toFixed(1)}"`);
    const other = [...lines.slice(0, cut), ...lines.slice(cut).map(lower)];
    const played = async (path: string) => {
      const told: TradingLine[] = [];
      await backtest({
        inputs: [{ path, market: parseVenueProduct(coinmBtc.market as string) }],
        config: parseConfig({
          fees: { binance: { coinm: { maker: 1, taker: 5 } } },
          gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 10_000 },
          strategies: [flip(PERPETUAL, 700, 50_000)],
        }),
        trading: { latencyMs: 300, markMs: 1000 },
        onTrades: (some) => told.push(...some.map((line) => JSON.parse(line) as TradingLine)),
      });
      return told;
    };
    const [real, changed] = [await played(coinmBtc.path), await played(folder.write("lower.txt", joined(other)))];
    const before = (told: TradingLine[]) => told.filter(({ ts }) => Number(BigInt(ts) / 1000n) <= cutUs);
    expect(before(real).filter(({ type }) => type === "fill").length).toBeGreaterThan(50);
    expect(before(changed)).toEqual(before(real));
    expect(changed).not.toEqual(real);
  });
});

test("Deribit's funding accrues: so many hours at the rate, on the contracts that were held", async () => {
  const [beginMs, seconds, rate, mark] = [Date.UTC(2026, 7, 12), 7000, 8e-4, 50_000];
  const frames = (ms: number): object[] => [
    {
      channel: "book.BTC-PERPETUAL.none.10.100ms",
      data: {
        ...{ timestamp: ms, instrument_name: "BTC-PERPETUAL", change_id: ms },
        ...{ bids: [[mark - 0.5, 1_000_000]], asks: [[mark + 0.5, 1_000_000]] },
      },
    },
    {
      channel: "ticker.BTC-PERPETUAL.100ms",
      data: {
        ...{ timestamp: ms, instrument_name: "BTC-PERPETUAL", state: "open", mark_price: mark, index_price: mark },
        ...{ best_bid_price: mark - 0.5, best_ask_price: mark + 0.5, best_bid_amount: 1e6, best_ask_amount: 1e6 },
        ...{ current_funding: rate, funding_8h: rate, open_interest: 1, last_price: mark, stats: {} },
      },
    },
  ];
  const text = Array.from({ length: seconds / 5 }, (_, i) => beginMs + i * 5000)
    .flatMap((ms) =>
      frames(ms).map((params) => `${ms}000 ${JSON.stringify({ jsonrpc: "2.0", method: "subscription", params })}\n`),
    )
    .join("");
  const instrument = "deribit:BTC/USD:BTC";
  const { strategies } = await backtest({
    inputs: [{ path: folder.write("deribit.txt", text), market: parseVenueProduct("deribit.swap") }],
    config: parseConfig({
      fees: { deribit: { swap: { maker: 0, taker: 0 } } },
      gates: { alignMs: 10_000, maxAgeMs: 60_000, maxClockUncertaintyMs: 10_000 },
      strategies: [flip(instrument, 2_400_000, 10_000)],
    }),
    trading: { latencyMs: 1000, markMs: 3_600_000 },
  });
  const { report } = strategies.flip;
  // In at 0:40:01, out at 1:20:01, told at the fills and at the valuation of 1:00. Worth of the coin within half a dollar.
  const coins = (10_000 / mark) * ((rate * (40 / 60)) / 8);
  expect([report.trades, report.closed]).toEqual([1, 1]);
  expect(report.funding).toBeCloseTo(-coins * mark, 4);
  const traded = 10_000 / (mark + 0.5) - 10_000 / (mark - 0.5);
  expect(report.balances.BTC).toBeCloseTo(traded - coins, 12);
});
