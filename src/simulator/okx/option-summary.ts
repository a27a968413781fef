import type { Market } from "../model/market.js";
import type { OptionModel } from "../model/option-model.js";
import type { Connection } from "../server/connection.js";
import { Stream } from "../server/stream.js";
import type { World } from "../world.js";

const CHANNEL = "opt-summary";
const PACE_MS = 1000;

/** Volatilities and greeks of all options of one family, in one message. Source: www.okx.com/docs-v5, option summary channel. */
export class OkxOptionSummary {
  readonly stream: Stream;
  private readonly family: string;
  private readonly markets: readonly Market[];
  private readonly world: World;

  constructor(family: string, markets: readonly Market[], world: World) {
    this.family = family;
    this.markets = markets;
    this.world = world;
    const place = { venue: "okx", product: "option" as const, symbol: family, channel: CHANNEL };
    this.stream = new Stream({ ...place, stream: `${CHANNEL}:${family}` }, null, world.desk);
  }

  greet(connection: Connection): void {
    connection.deliver(this.stream, this.frame());
  }

  stepped(nowMs: number): void {
    if (this.stream.active && nowMs % PACE_MS === 0) this.stream.publish(this.frame());
  }

  private frame(): string {
    const ts = String(Math.floor(this.world.venueMs("okx")));
    const data = this.markets.flatMap((market) =>
      market.option === null ? [] : [summaryOf(market, market.option, this.family, ts)],
    );
    return JSON.stringify({ arg: { channel: CHANNEL, instFamily: this.family }, data });
  }
}

/** Figures that end in BS are in dollars, by Black and Scholes; the others are adjusted by the premium. */
function summaryOf(market: Market, option: OptionModel, family: string, ts: string): object {
  const { spec, text, book, mark } = market;
  const { forward } = option;
  const { delta, gamma, vega, theta } = option.greeks();
  const adjusted = delta - mark;
  const volatility = (tick: number): string => {
    const found = option.impliedBy(Number(text.price(tick)));
    return Number.isNaN(found) ? "0" : found.toFixed(10);
  };
  return {
    ...{ instType: "OPTION", instId: spec.symbol, instFamily: family, uly: family, delta: adjusted.toFixed(10) },
    ...{ gamma: (forward * gamma - delta - adjusted).toFixed(10), vega: (vega / forward).toFixed(10) },
    ...{ theta: (theta / forward).toFixed(10), lever: (1 / mark).toFixed(10), markVol: option.volatility.toFixed(10) },
    ...{ bidVol: volatility(book.bids.best), askVol: volatility(book.asks.best), realVol: "" },
    ...{ deltaBS: delta.toFixed(10), gammaBS: gamma.toFixed(10), thetaBS: theta.toFixed(10) },
    ...{ vegaBS: vega.toFixed(10), volLv: option.volatility.toFixed(10), fwdPx: forward.toFixed(10), ts },
  };
}
