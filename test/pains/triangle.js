// A user's triangle: buys ETH with USDT, sells it for BTC, sells that for USDT, whenever a leg moves.
import { defineStrategy, z } from "crosstick/strategy";

export default defineStrategy({
  kind: "triangle",
  options: z.object({}),
  watch: () => ["binance:ETH/USDT", "binance:ETH/BTC", "binance:BTC/USDT"],
  create: () => (context) => {
    context.propose([
      { side: "buy", instrument: "binance:ETH/USDT" },
      { side: "sell", instrument: "binance:ETH/BTC" },
      { side: "sell", instrument: "binance:BTC/USDT" },
    ]);
  },
});
