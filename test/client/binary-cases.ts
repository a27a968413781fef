import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import type { Backend } from "../stream/started.js";
import { away, BBO, BOOK, collect, rig, until } from "./rig.js";

const RECEIVED_US = 1_700_000_000_000_001;
const NONE = Number.NaN;

interface RecordFields {
  kind: number;
  flags?: number;
  sequence?: bigint;
  numbers: [number, number, number, number];
}

/** Records as the engine writes them, by the names of its layout. */
function records(fields: readonly RecordFields[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.length * L.RECORD_BYTES));
  for (const [i, { kind, flags = L.FLAG_LAST, sequence = 0n, numbers }] of fields.entries()) {
    const at = i * L.RECORD_BYTES;
    view.setUint8(at + L.RECORD_KIND, kind);
    view.setUint8(at + L.RECORD_FLAGS, flags);
    view.setFloat64(at + L.RECORD_EXCHANGE_TIME_US, RECEIVED_US - 1, true);
    view.setFloat64(at + L.RECORD_RECEIVED_TIME_US, RECEIVED_US + i, true);
    view.setBigUint64(at + L.RECORD_SEQUENCE, sequence, true);
    for (const [n, number] of numbers.entries()) view.setFloat64(at + L.RECORD_PAYLOAD + n * 8, number, true);
  }
  return new Uint8Array(view.buffer);
}

/** `?enc=bin`, read into the objects that the text would hold. */
export function binaryCases(backend: Backend): void {
  const ns = (afterUs: number) => `${RECEIVED_US + afterUs}000`;
  const [trade, mark, funding, liquidation] = ["trade", "mark", "funding", "liquidation"].map((k) => `${k}.okx:A/B`);

  test("each kind of record is the object of its text", async () => {
    const it = await rig(backend);
    const { binary } = it.started.server;
    for (const ch of [trade, mark, funding, liquidation]) it.started.engine.states.set(ch, null);
    const client = it.client({ encoding: "bin" });
    const one = collect(client, [BBO, trade, mark, funding, liquidation, BOOK]);
    await until(() => one.snapshots().length === 6, "snapshots");
    const say = (ch: string, ...fields: RecordFields[]) => binary.publishRecords(ch, "1", records(fields));
    say(BBO, { kind: L.KIND_BBO, numbers: [1, 2, NONE, 4] });
    say(
      trade,
      { kind: L.KIND_TRADE, sequence: 2n ** 53n, numbers: [100, 0.5, 5, RECEIVED_US - 2] },
      {
        kind: L.KIND_TRADE,
        flags: L.FLAG_LAST | L.FLAG_SELL | L.FLAG_EXCLUDED,
        sequence: 7n,
        numbers: [101, 1, 1, NONE],
      },
    );
    say(mark, { kind: L.KIND_MARK, numbers: [5, NONE, 0, 0] });
    say(funding, { kind: L.KIND_FUNDING, numbers: [0.0001, 8, RECEIVED_US, NONE] });
    say(liquidation, {
      kind: L.KIND_LIQUIDATION,
      flags: L.FLAG_LAST | L.FLAG_SELL,
      numbers: [9, 3, 3, L.LIQUIDATION_PRICE_BANKRUPTCY],
    });
    say(
      BOOK,
      { kind: L.KIND_DEPTH, flags: L.FLAG_SECOND, sequence: 8n, numbers: [100, 1, 99, 0] },
      { kind: L.KIND_DEPTH, flags: L.FLAG_LAST | L.FLAG_ASK, sequence: 8n, numbers: [101, 2, 0, 0] },
      { kind: L.KIND_DEPTH, flags: L.FLAG_LAST | L.FLAG_EMPTY, sequence: 9n, numbers: [0, 0, 0, 0] },
    );
    await until(() => one.updates().length === 8, "updates");
    const of = (ch: string) => one.updates().flatMap((item) => (item.ch === ch ? [item.data] : []));
    const times = { state: null, exchangeTs: ns(-1), receivedTs: ns(0), bidChangedTs: null, askChangedTs: null };
    expect(of(BBO)).toEqual([{ bid: 1, bidSize: 2, ask: null, askSize: 4, ...times }]);
    expect(of(trade)).toEqual([
      { price: 100, size: 0.5, side: "buy", id: "9007199254740992", tradeTs: ns(-2), marketTrade: true },
      { price: 101, size: 1, side: "sell", id: 7, tradeTs: null, marketTrade: false },
    ]);
    expect(of(mark)).toEqual([{ mark: 5, index: null }]);
    expect(of(funding)).toEqual([{ rate: 0.0001, intervalHours: 8, nextTs: ns(0) }]);
    const closed = { liquidated: "short", price: 9, priceKind: "bankruptcy", size: 3, complete: null };
    expect(of(liquidation)).toEqual([closed]);
    expect(of(BOOK)).toEqual([
      {
        bids: [
          [100, 1],
          [99, 0],
        ],
        asks: [[101, 2]],
        sequence: 8,
      },
      { bids: [], asks: [], sequence: 9 },
    ]);
    expect(one.updates().filter(({ ch }) => ch === trade)).toMatchObject([
      { type: "update", kind: "trade", seq: 1, ts: ns(0) },
      { type: "update", kind: "trade", seq: 1, ts: ns(1) },
    ]);
    expect(one.gaps()).toEqual([]);
    await it.stop();
  });

  test("records go on after a lost connection; what was not kept is counted", async () => {
    const it = await rig(backend, { limits: { backlogMessages: 4 } });
    const { binary } = it.started.server;
    const client = it.client({ encoding: "bin" });
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    let n = 0;
    const say = (count: number) => {
      for (let i = 0; i < count; i++)
        binary.publishRecords(BBO, "1", records([{ kind: L.KIND_BBO, numbers: [++n, 1, n + 1, 1] }]));
    };
    say(3);
    await until(() => one.updates().length === 3, "the first");
    await away(it, client, () => say(4));
    await until(() => one.updates().length === 7, "what was kept");
    expect(one.gaps()).toEqual([]);
    await away(it, client, () => say(10));
    await until(() => one.snapshots().length === 2, "a snapshot");
    say(1);
    await until(() => one.updates().length === 8, "the last");
    expect(one.gaps()).toEqual([{ type: "gap", reason: "resume", ch: BBO, from: 7, to: 17, count: 10 }]);
    expect(one.updates().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 18]);
    expect(one.updates().at(-1)?.data).toMatchObject({ bid: 18, ask: 19 });
    await it.stop();
  });
}
