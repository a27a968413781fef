import { afterAll, beforeAll, expect, test } from "vitest";
import { PlainBook } from "./fake-engine.js";
import { type Backend, type Started, start } from "./started.js";

export function channelCases(backend: Backend): void {
  let started: Started;
  const interests: [string, boolean][] = [];
  beforeAll(async () => {
    started = await start(backend, {
      session: "session-1",
      limits: { lingerMs: 300, backlogMessages: 8 },
      onInterest: (text, wanted) => interests.push([text, wanted]),
    });
  });
  afterAll(() => started.stop());

  test("hello says protocol, session and limits", async () => {
    const client = await started.connect();
    const hello = await client.next("hello");
    expect(hello).toMatchObject({ protocol: 1, session: "session-1", authenticated: true });
    expect(hello.limits).toMatchObject({ messageBytes: 65_536, heartbeatMs: 1000 });
  });

  test("a snapshot comes first, then updates whose seq follows by one", async () => {
    const { engine } = started;
    const client = await started.connect();
    expect(await client.subscribe(["bbo.binance:BTC/USDT"])).toEqual({
      type: "ack",
      id: "s",
      ok: ["bbo.binance:BTC/USDT"],
      failed: [],
    });
    const snapshot = await client.next("snapshot");
    expect(snapshot).toMatchObject({ ch: "bbo.binance:BTC/USDT", data: { bid: 1, ask: 2 } });
    for (let i = 1; i <= 20; i++) engine.say("bbo.binance:BTC/USDT", { bid: i, ask: i + 1 });
    for (let i = 1; i <= 20; i++)
      expect(await client.next("update")).toMatchObject({ seq: snapshot.seq + i, data: { bid: i, ask: i + 1 } });
    engine.say("bbo.binance:BTC/USDT", { bid: 1, ask: 2 });
  });

  test("what was published before a subscription in the same turn is in its snapshot, not in its updates", async () => {
    const { engine } = started;
    const first = await started.connect("/v1/stream?channels=book.binance:BTC/USDT");
    await first.next("hello");
    await first.next("ack");
    await first.next("snapshot");
    const second = await started.connect();
    const busy = setInterval(() => {
      for (let i = 0; i < 3; i++) engine.change("book.binance:BTC/USDT", { bids: [[90 + i, Math.random()]], asks: [] });
    }, 1);
    await second.subscribe(["book.binance:BTC/USDT"]);
    const mirror = new PlainBook();
    let seq = -1;
    for (let i = 0; i < 60; i++) {
      const message = await second.any();
      if (message.type === "snapshot") mirror.replace(message.data as never);
      else if (message.type === "update") mirror.apply(message.data as never);
      else continue;
      expect(message.type).toBe(i === 0 ? "snapshot" : "update");
      if (seq >= 0) expect(message.seq).toBe(seq + 1);
      seq = message.seq;
    }
    clearInterval(busy);
    engine.change("book.binance:BTC/USDT", { bids: [[1, 77]], asks: [] });
    while (mirror.bids.get(1) !== 77) mirror.apply((await second.next("update")).data as never);
    expect(mirror.levels()).toEqual(engine.book("book.binance:BTC/USDT").levels());
    first.cut();
    second.cut();
  });

  test("patterns take in channels that are there and those that appear later", async () => {
    const { engine, server } = started;
    const client = await started.connect();
    await client.subscribe(["bbo.*:BTC/USDT", "signal.*", "book.*:NEW/*"]);
    const first = [await client.next("snapshot"), await client.next("snapshot"), await client.next("snapshot")];
    expect(first.map(({ ch }) => ch).sort()).toEqual(["bbo.binance:BTC/USDT", "bbo.bybit:BTC/USDT", "signal.cross"]);
    expect(first.find(({ ch }) => ch === "signal.cross")?.data).toBeNull();

    engine.say("signal.later", { id: "later-1" });
    expect(await client.next("snapshot")).toMatchObject({ ch: "signal.later", seq: 0, data: null });
    expect(await client.next("update")).toMatchObject({ ch: "signal.later", seq: 1, data: { id: "later-1" } });

    engine.say("bbo.okx:BTC/USDT", { bid: 5 });
    expect(await client.next("snapshot")).toMatchObject({ ch: "bbo.okx:BTC/USDT", data: { bid: 5 } });
    engine.say("bbo.okx:BTC/USDT", { bid: 6 });
    expect(await client.next("update")).toMatchObject({ ch: "bbo.okx:BTC/USDT", data: { bid: 6 } });
    engine.say("bbo.okx:ETH/USDT", { bid: 6 });

    engine.book("book.okx:NEW/USDT");
    server.hub.reset("book.okx:NEW/USDT");
    expect(await client.next("snapshot")).toMatchObject({ ch: "book.okx:NEW/USDT", data: null });
    engine.change("book.okx:NEW/USDT", { bids: [[5, 5]], asks: [] });
    expect(await client.next("snapshot")).toMatchObject({
      data: { bids: [[5, 5]], asks: [], sequence: 1, state: "live" },
    });
    engine.change("book.okx:NEW/USDT", { bids: [[5, 0]], asks: [] });
    expect(await client.next("update")).toMatchObject({ data: { bids: [[5, 0]], asks: [], sequence: 2 } });
    expect(client.waiting).toEqual([]);
  });

  test("what must not wait is written at once, behind what came before it and once a turn", async () => {
    const { engine, server } = started;
    const { hub } = server;
    const client = await started.connect();
    await client.subscribe(["bbo.binance:BTC/USDT", "signal.*"]);
    const first = [await client.next("snapshot"), await client.next("snapshot"), await client.next("snapshot")];
    const seq = first.find(({ ch }) => ch === "signal.cross")?.seq ?? Number.NaN;
    const given = (): number => hub.counters.delivered;

    const before = given();
    engine.say("bbo.binance:BTC/USDT", { bid: 7, ask: 8 });
    expect(given()).toBe(before);
    hub.publishNow("signal.cross", "2", '{"id":1}');
    const atOnce = given();
    expect(atOnce).toBeGreaterThanOrEqual(before + 2);
    hub.publishNow("signal.cross", "3", '{"id":2}');
    engine.say("bbo.binance:BTC/USDT", { bid: 9, ask: 10 });
    expect(given()).toBe(atOnce);
    expect(await client.next("update")).toMatchObject({ ch: "bbo.binance:BTC/USDT", data: { bid: 7 } });
    expect(await client.next("update")).toMatchObject({ ch: "signal.cross", seq: seq + 1, ts: "2", data: { id: 1 } });
    expect(await client.next("update")).toMatchObject({ ch: "signal.cross", seq: seq + 2, ts: "3", data: { id: 2 } });
    expect(await client.next("update")).toMatchObject({ ch: "bbo.binance:BTC/USDT", data: { bid: 9 } });

    // Another turn writes at once again; and a channel that appears with such a message begins with its state.
    const later = given();
    hub.publishNow("signal.cross", "4", '{"id":3}');
    expect(given()).toBeGreaterThan(later);
    expect(await client.next("update")).toMatchObject({ seq: seq + 3 });
    hub.publishNow("signal.urgent", "5", '{"id":4}');
    expect(await client.next("snapshot")).toMatchObject({ ch: "signal.urgent", seq: 0, data: null });
    expect(await client.next("update")).toMatchObject({ ch: "signal.urgent", seq: 1, data: { id: 4 } });
    expect(client.waiting).toEqual([]);
    engine.say("bbo.binance:BTC/USDT", { bid: 1, ask: 2 });
  });

  test("after a reset everyone gets a snapshot", async () => {
    const { engine, server } = started;
    const clients = [await started.connect(), await started.connect()];
    const seqs: number[] = [];
    for (const client of clients) {
      await client.subscribe(["book.binance:BTC/USDT"]);
      seqs.push((await client.next("snapshot")).seq);
    }
    expect(seqs[0]).toBe(seqs[1]);
    engine.change("book.binance:BTC/USDT", { bids: [[99, 1]], asks: [] });
    engine.book("book.binance:BTC/USDT").replace({ bids: [[50, 1]], asks: [[51, 1]], sequence: 1000 });
    server.hub.reset("book.binance:BTC/USDT");
    engine.change("book.binance:BTC/USDT", { bids: [[50, 2]], asks: [] });
    for (const client of clients) {
      expect(await client.next("update")).toMatchObject({ seq: seqs[0] + 1, data: { bids: [[99, 1]] } });
      expect(await client.next("snapshot")).toMatchObject({
        seq: seqs[0] + 2,
        data: { sequence: 1000, bids: [[50, 1]] },
      });
      expect(await client.next("update")).toMatchObject({
        seq: seqs[0] + 3,
        data: { bids: [[50, 2]], sequence: 1001 },
      });
    }
  });

  test("a client resumes where it was", async () => {
    const { engine, server } = started;
    const ch = "bbo.bybit:BTC/USDT";
    const first = await started.connect();
    await first.subscribe([ch]);
    await first.next("snapshot");
    engine.say(ch, { bid: 10 });
    const { seq } = await first.next("update");
    first.cut();
    engine.say(ch, { bid: 11 });
    engine.say(ch, { bid: 12 });
    const resume = async (after: Record<string, number>, session: string) => {
      const client = await started.connect();
      await client.subscribe([ch], { after, session });
      return client;
    };
    const second = await resume({ [ch]: seq }, "session-1");
    expect(await second.next("update")).toMatchObject({ seq: seq + 1, data: { bid: 11 } });
    expect(await second.next("update")).toMatchObject({ seq: seq + 2, data: { bid: 12 } });

    const upToDate = await resume({ [ch]: seq + 2 }, "session-1");
    const other = await resume({ [ch]: seq }, "session-0");
    expect(await other.next("snapshot")).toMatchObject({ seq: seq + 2, data: { bid: 12 } });
    const future = await resume({ [ch]: seq + 3 }, "session-1");
    expect(await future.next("snapshot")).toMatchObject({ seq: seq + 2 });
    for (let i = 0; i < 10; i++) engine.say(ch, { bid: 20 + i });
    expect(await upToDate.next("update")).toMatchObject({ seq: seq + 3, data: { bid: 20 } });
    const tooOld = await resume({ [ch]: seq }, "session-1");
    expect(await tooOld.next("snapshot")).toMatchObject({ seq: seq + 12, data: { bid: 29 } });
    server.hub.reset(ch);
    const acrossReset = await resume({ [ch]: seq + 12 }, "session-1");
    expect(await acrossReset.next("snapshot")).toMatchObject({ seq: seq + 13 });
  });

  test("the engine is told what is wanted, and a position from before nobody listened is not resumed", async () => {
    const { engine, server } = started;
    engine.say("mark.binance:X/Y", { mark: 1 });
    expect(server.hub.interest("mark.binance:X/Y")).toBe(false);
    expect(server.hub.interest("mark.*")).toBe(false);
    const client = await started.connect();
    await client.subscribe(["mark.binance:X/Y"]);
    const { seq } = await client.next("snapshot");
    expect(interests).toContainEqual(["mark.binance:X/Y", true]);
    for (const text of ["mark.binance:X/Y", "mark.*", "mark.*:X/*"]) expect(server.hub.interest(text)).toBe(true);
    for (const text of ["mark.binance:X/Z", "mark.*:Z/*", "bbo.binance:X/Y"])
      expect(server.hub.interest(text)).toBe(false);
    client.cut();
    await expect.poll(() => server.hub.interest("mark.binance:X/Y"), { timeout: 3000 }).toBe(false);
    expect(interests).toContainEqual(["mark.binance:X/Y", false]);
    engine.say("mark.binance:X/Y", { mark: 2 });
    const again = await started.connect();
    await again.subscribe(["mark.binance:X/Y"], { after: { "mark.binance:X/Y": seq }, session: "session-1" });
    expect(await again.next("snapshot")).toMatchObject({ data: { mark: 2 } });
  });

  test("a book's snapshot is encoded once for many readers", async () => {
    const { engine } = started;
    for (let i = 0; i < 200; i++) engine.change("book.binance:BIG/USDT", { bids: [[1000 - i, 1]], asks: [] });
    engine.asked.length = 0;
    const mirrors: PlainBook[] = [];
    for (let i = 0; i < 10; i++) {
      const client = await started.connect();
      await client.subscribe(["book.binance:BIG/USDT"]);
      const mirror = new PlainBook();
      mirror.replace((await client.next("snapshot")).data as never);
      if (i < 4) engine.change("book.binance:BIG/USDT", { bids: [[500 + i, 3]], asks: [] });
      mirrors.push(mirror);
      for (let k = 0; k < Math.min(4, i + (i < 4 ? 1 : 0)); k++)
        mirror.apply((await client.next("update")).data as never);
    }
    expect(engine.asked.filter((name) => name === "book.binance:BIG/USDT")).toHaveLength(1);
    expect(mirrors[9].levels()).toEqual(engine.book("book.binance:BIG/USDT").levels());
    expect(mirrors[0].bids.get(500)).toBe(3);
  });

  test("the same channel by name and by pattern comes once", async () => {
    const { engine } = started;
    const client = await started.connect();
    await client.subscribe(["status"]);
    await client.next("snapshot");
    const { ok } = await client.subscribe(["bbo.binance:BTC/USDT", "bbo.binance:*"]);
    expect(ok).toHaveLength(2);
    await client.next("snapshot");
    engine.say("bbo.binance:BTC/USDT", { bid: 40 });
    expect(await client.next("update")).toMatchObject({ data: { bid: 40 } });
    client.say({ op: "unsubscribe", id: 2, channels: ["bbo.binance:*"] });
    await client.next("ack");
    engine.say("bbo.binance:BTC/USDT", { bid: 41 });
    expect(await client.next("update")).toMatchObject({ data: { bid: 41 } });
    client.say({ op: "unsubscribe", id: 3, channels: ["bbo.binance:BTC/USDT"] });
    await client.next("ack");
    engine.say("bbo.binance:BTC/USDT", { bid: 42 });
    engine.say("status", { venues: { binance: "live" } });
    expect(await client.next("update")).toMatchObject({ ch: "status" });
  });
}
