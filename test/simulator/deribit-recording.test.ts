import { openRecordings } from "crosstick/internal/cli/sim-recordings";
import { createSimulator } from "crosstick/internal/simulator/simulator";
import { expect, test } from "vitest";
import { recordings } from "../sources/recorded.js";
import { getJson, type Message, until, Wire } from "./wire.js";

const folder = recordings();
const symbols = [
  ...["BTC-24SEP21-8000-P", "BTC-30JUL21-24000-P", "ETH-30JUL21-2800-C", "BTC-31DEC21-34000-P", "BTC-24SEP21-34000-P"],
  ...["BTC-24JUN22-15000-C", "BTC-31DEC21-300000-C", "ETH-27AUG21-4000-P", "BTC-25MAR22-30000-C", "ETH-23JUL21-2300-C"],
];

interface Data {
  type: string;
  instrument_name: string;
  change_id: number;
  prev_change_id?: number;
}

const dataOf = ({ messages }: Wire, kind: string): Data[] =>
  messages.flatMap(({ params }: Message) => {
    const { channel, data } = (params ?? {}) as { channel?: string; data?: Data };
    return channel?.startsWith(`${kind}.`) === true && data !== undefined ? [data] : [];
  });

test.skipIf(folder === null)(
  "a recording of raw channels reaches who asks for 100ms, its books unbroken, and late guests",
  async () => {
    const from = await openRecordings([`${folder}cryptofeed/DERIBIT.jsonl.gz`], ["deribit"]);
    const simulator = await createSimulator({ venues: ["deribit"], seed: 1, speed: 20, from });
    const { ws, rest } = simulator.endpoints.deribit.option;
    const [early, late] = [await Wire.open(`${ws}/ws/api/v2`), await Wire.open(`${ws}/ws/api/v2`)];
    const ask = (wire: Wire, kinds: string[]) => {
      const channels = symbols.flatMap((symbol) => kinds.map((kind) => `${kind}.${symbol}.100ms`));
      wire.send({ jsonrpc: "2.0", id: 1, method: "public/subscribe", params: { channels } });
    };
    ask(early, ["book", "ticker"]);
    await until("changes", () => dataOf(early, "book").length > 20, 10_000);
    ask(late, ["book"]);
    await simulator.ended;
    await until("all frames", () => dataOf(early, "book").length === 46 && dataOf(early, "ticker").length === 89);
    const ids = new Map<string, number>();
    for (const { type, instrument_name, change_id, prev_change_id } of dataOf(early, "book")) {
      if (type === "change") expect(prev_change_id).toBe(ids.get(instrument_name));
      ids.set(instrument_name, change_id);
    }
    expect(ids.size).toBe(10);
    const lateIds = new Map<string, number>();
    for (const { type, instrument_name, change_id, prev_change_id } of dataOf(late, "book")) {
      if (lateIds.has(instrument_name))
        expect([type, prev_change_id]).toEqual(["change", lateIds.get(instrument_name)]);
      else expect(type).toBe("snapshot");
      lateIds.set(instrument_name, change_id);
    }
    expect(lateIds).toEqual(ids);
    const { result } = await getJson(`${rest}/api/v2/public/get_instruments?currency=BTC&kind=option`);
    expect((result as unknown[]).length).toBeGreaterThan(300);
    for (const wire of [early, late]) wire.end();
    await simulator.stop();
  },
);
