import * as L from "crosstick/internal/layout";
import { expect, test } from "vitest";
import type { Backend } from "./started.js";
import { start } from "./started.js";

/** Records of one kind whose payload counts up from a number. */
export function records(kind: number, count: number, from: number): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(count * L.RECORD_BYTES));
  for (let i = 0; i < count; i++) {
    bytes.setUint8(i * L.RECORD_BYTES + L.RECORD_KIND, kind);
    bytes.setUint8(i * L.RECORD_BYTES + L.RECORD_FLAGS, L.FLAG_LAST);
    bytes.setFloat64(i * L.RECORD_BYTES + L.RECORD_PAYLOAD, from + i, true);
  }
  return new Uint8Array(bytes.buffer);
}

/** `?enc=bin`: records as they are, all else as text. */
export function binaryCases(backend: Backend): void {
  const bbo = "bbo.binance:BTC/USDT";
  const book = "book.binance:BTC/USDT";

  test("updates of record channels are binary, named by the number in their snapshot; the rest is text", async () => {
    const started = await start(backend);
    const { server, engine } = started;
    const client = await started.connect(`/v1/stream?enc=bin&channels=${bbo},status`);
    const plain = await started.connect(`/v1/stream?channels=${bbo}`);
    expect(await client.next("hello")).toMatchObject({ encoding: "bin" });
    expect(await plain.next("hello")).toMatchObject({ encoding: "json" });
    await client.next("ack");
    const snapshots = [await client.next("snapshot"), await client.next("snapshot")];
    const first = snapshots.find(({ ch }) => ch === bbo);
    expect(first).toMatchObject({ seq: 0, bin: expect.any(Number), data: { bid: 1, ask: 2 } });
    expect(snapshots.find(({ ch }) => ch === "status")).not.toHaveProperty("bin");
    const sent = [records(L.KIND_BBO, 1, 5), records(L.KIND_BBO, 3, 7)];
    for (const one of sent) server.binary.publishRecords(bbo, "1700000000000000123", one);
    server.binary.publish("status", "1", { venues: { okx: 1 } });
    expect(await client.next("update")).toMatchObject({ ch: "status", data: { venues: { okx: 1 } } });
    await client.untilRecords(2);
    for (const [i, message] of client.records.entries())
      expect(message).toMatchObject({
        channel: first?.bin,
        seq: i + 1,
        ts: 1700000000000000123n,
        layout: L.LAYOUT_VERSION,
      });
    expect(client.records.map((one) => Buffer.from(one.records))).toEqual(sent.map((one) => Buffer.from(one)));
    engine.say(bbo, { bid: 9, ask: 10 });
    await plain.next("ack");
    await plain.next("snapshot");
    expect(await plain.next("update")).toMatchObject({ seq: 1, data: { bid: 9 } });
    expect([plain.records.length, client.records.length]).toEqual([0, 2]);
    await started.stop();
  });

  test("who comes back goes on after the last message; a position of the other encoding is none", async () => {
    const started = await start(backend);
    const { server } = started;
    const first = await started.connect("/v1/stream?enc=bin");
    const { session } = await first.next("hello");
    await first.subscribe([bbo]);
    const { bin } = await first.next("snapshot");
    for (let i = 1; i <= 3; i++) server.binary.publishRecords(bbo, "1", records(L.KIND_BBO, 1, i));
    await first.untilRecords(3);
    first.cut();
    const again = await started.connect("/v1/stream?enc=bin");
    await again.subscribe([bbo], { session, after: { [bbo]: 1 } });
    await again.untilRecords(2);
    expect(again.records.map(({ channel, seq }) => [channel, seq])).toEqual([
      [bin, 2],
      [bin, 3],
    ]);
    expect(again.waiting).toEqual([]);
    const other = await started.connect("/v1/stream");
    await other.subscribe([bbo], { session, after: { [bbo]: 1 } });
    expect(await other.next("snapshot")).toMatchObject({ seq: 0 });
    await started.stop();
  });

  test("a book that was replaced is sent whole, as text, and goes on in records", async () => {
    const started = await start(backend);
    const { server, engine } = started;
    const client = await started.connect("/v1/stream?enc=bin");
    await client.next("hello");
    await client.subscribe([book]);
    const { bin } = await client.next("snapshot");
    server.binary.publishRecords(book, "1", records(L.KIND_DEPTH, 2, 1));
    await client.untilRecords(1);
    engine.book(book).replace({ bids: [[50, 1]], asks: [[51, 1]], sequence: 9 });
    server.binary.reset(book);
    expect(await client.next("snapshot")).toMatchObject({ seq: 2, bin, data: { bids: [[50, 1]] } });
    server.binary.publishRecords(book, "1", records(L.KIND_DEPTH, 1, 1));
    await client.untilRecords(2);
    expect(client.records[1]).toMatchObject({ channel: bin, seq: 3 });
    await started.stop();
  });
}
