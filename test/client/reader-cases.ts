import type { Item } from "crosstick/client";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Level, PlainBook } from "../stream/fake-engine.js";
import type { Backend } from "../stream/started.js";
import { BBO, BOOK, collect, connected, coverage, rig, type Seen, SIGNAL, until } from "./rig.js";

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** How messages reach whoever reads them, fast or slow. */
export function readerCases(backend: Backend): void {
  test("latest: a slow reader gets the last message of each channel, and how many went into it", async () => {
    const it = await rig(backend);
    const client = it.client();
    const other = "bbo.bybit:BTC/USDT";
    const seen: Seen[] = [];
    let release: () => void = () => {};
    client.subscribe([BBO, other], async (item) => {
      seen.push(item as Seen);
      if (seen.length === 1)
        await new Promise<void>((resolve) => {
          release = resolve;
        });
    });
    await until(() => client.counters.received === 2, "snapshots");
    for (let n = 1; n <= 100; n++) it.started.engine.say(n % 10 === 0 ? other : BBO, { n });
    await until(() => client.counters.received === 102, "all came");
    expect(seen).toHaveLength(1);
    release();
    await until(() => seen.length === 3, "the two that wait");
    await turn(20);
    const [first, ...rest] = seen;
    expect([first.type, first.conflated]).toEqual(["snapshot", 0]);
    const of = (ch: string) => rest.find((one) => one.ch === ch);
    expect(of(first.ch)).toMatchObject({ type: "update" });
    expect(of(BBO)?.data).toEqual({ n: 99 });
    expect(of(other)?.data).toEqual({ n: 100 });
    // What was seen and what went into it are all that came.
    expect(seen.reduce((sum, { conflated }) => sum + 1 + conflated, 0)).toBe(102);
    expect(client.counters).toMatchObject({ conflated: 99, lost: 0, gaps: 0 });
    await it.stop();
  });

  test("latest: a book put together by a slow reader is the source's, whatever was merged", async () => {
    const seed = Number(process.env.SEED ?? 20_261_127);
    console.log(`slow readers of a client's book, seed ${seed}`);
    const it = await rig(backend, { limits: { commandBurst: 100_000, backlogMessages: 1000 } });
    const { engine } = it.started;
    const client = it.client();
    await connected(client);
    const level = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 3 })) as fc.Arbitrary<Level>;
    const change = fc.record({ bids: fc.array(level, { maxLength: 5 }), asks: fc.array(level, { maxLength: 5 }) });
    const step = fc.oneof(
      { weight: 8, arbitrary: change },
      { weight: 2, arbitrary: fc.constant("read" as const) },
      { weight: 1, arbitrary: fc.constant("reset" as const) },
    );
    let merged = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const reading = client.messages([BOOK]);
        const mirror = new PlainBook();
        const read = async (): Promise<void> => {
          const { value } = await reading.next();
          const item = value as Item<"book">;
          if (item.type === "gap" || item.type === "refused") throw new Error(JSON.stringify(item));
          merged += item.conflated;
          if (item.type === "snapshot") {
            for (const levels of [item.data?.bids ?? [], item.data?.asks ?? []])
              expect(levels.filter(([, size]) => size === 0)).toEqual([]);
            mirror.replace(item.data as never);
          } else mirror.apply(item.data as never);
        };
        await read();
        for (const todo of steps) {
          if (todo === "reset") {
            const sequence = Number(engine.book(BOOK).sequence) + 5;
            engine.book(BOOK).replace({ bids: [[7, 7]], asks: [[9, 9]], sequence });
            it.started.server.hub.reset(BOOK);
          } else if (todo !== "read") engine.change(BOOK, todo);
          else {
            engine.change(BOOK, { bids: [], asks: [] });
            await read();
          }
        }
        engine.change(BOOK, { bids: [[1000, 1]], asks: [] });
        const expected = engine.book(BOOK).levels();
        const before = client.counters.received;
        await until(() => client.counters.received > before || mirror.sequence === expected.sequence, "more");
        while (mirror.sequence !== expected.sequence) await read();
        expect(mirror.levels()).toEqual(expected);
        await reading.return?.();
        engine.change(BOOK, { bids: [[1000, 0]], asks: [] });
      }),
      { numRuns: 30, seed },
    );
    expect(merged).toBeGreaterThan(50);
    await it.stop();
  });

  test("all: beyond the queue's capacity messages are lost, counted in a gap at their place", async () => {
    const it = await rig(backend);
    const client = it.client();
    const items: (Seen & { count?: number })[] = [];
    const reading = client.messages([BBO, SIGNAL], { policy: "all", capacity: 20 });
    await until(() => client.counters.received === 2, "snapshots");
    for (let n = 1; n <= 100; n++) it.started.engine.say(n % 4 === 0 ? SIGNAL : BBO, { n });
    await until(() => client.counters.received === 102, "all came");
    const told: unknown[] = [];
    client.on("gap", (gap) => told.push(gap));
    const read = async () => items.push((await reading.next()).value as never);
    // Room for a few is not enough: gaps would stand between single messages.
    for (let i = 0; i < 9; i++) await read();
    expect(told).toEqual([]);
    for (let i = 0; i < 11; i++) await read();
    expect(told).toHaveLength(2);
    for (let i = 0; i < 2; i++) await read();
    for (let n = 101; n <= 104; n++) it.started.engine.say(n % 4 === 0 ? SIGNAL : BBO, { n });
    for (let i = 0; i < 4; i++) await read();
    for (const [ch, last] of [
      [BBO, 78],
      [SIGNAL, 26],
    ] as const)
      expect(
        coverage(
          items.filter((item) => item.ch === ch),
          last,
        ),
      ).toBe("whole");
    const gaps = items.filter(({ type }) => type === "gap") as { ch: string; count?: number }[];
    expect(gaps).toHaveLength(2);
    expect(gaps.reduce((sum, { count = 0 }) => sum + count, 0)).toBe(client.counters.lost);
    expect(told).toEqual(gaps);
    expect(client.counters.lost).toBe(100 - 18);
    await it.stop();
  });

  test("all: a book that lost updates goes on with a snapshot, over a lost connection too", async () => {
    for (const cut of [false, true]) {
      const it = await rig(backend);
      const { engine } = it.started;
      const client = it.client();
      const reading = client.messages(["book.*"], { policy: "all", capacity: 20 });
      const mirror = new PlainBook();
      await until(() => client.counters.received === 1, "snapshot");
      for (let n = 1; n <= 100; n++) engine.change(BOOK, { bids: [[n, n % 3]], asks: [[1000 + n, n % 2]] });
      await until(() => client.counters.received === 101, "all came");
      let counted = 0;
      let sawGap = false;
      let asked = false;
      let went = false;
      const [expectedAt] = [Number(engine.book(BOOK).sequence) + 4];
      while (Number(mirror.sequence) < expectedAt) {
        const item = (await reading.next()).value as Item<"book">;
        if (item.type === "gap") {
          sawGap = true;
          counted += item.count ?? 0;
          if (went) continue;
          went = true;
          if (cut) it.proxy.cut();
          // Before the snapshot that was asked for.
          for (let n = 1; n <= 3; n++) engine.change(BOOK, { bids: [[n, 9]], asks: [] });
          continue;
        }
        if (item.type === "refused") throw new Error(item.code);
        expect(sawGap && !asked && item.type === "update", "an update of a book that is not whole").toBe(false);
        if (item.type === "snapshot") {
          mirror.replace(item.data as never);
          if (sawGap && !asked) {
            asked = true;
            engine.change(BOOK, { bids: [[2000, 1]], asks: [] });
          }
        } else mirror.apply(item.data as never);
      }
      expect(mirror.levels()).toEqual(engine.book(BOOK).levels());
      expect(counted).toBe(84);
      expect(client.counters.lost).toBe(cut ? 81 : 84);
      // The pattern is what the server knows of, as before.
      const connections = [...it.started.server.hub.connections];
      expect(connections.flatMap((one) => [...one.entries.keys()])).toEqual(["book.*"]);
      await it.stop();
    }
  });

  test("all: a snapshot that found no room is had later, and nothing is missing", async () => {
    const it = await rig(backend);
    const client = it.client();
    const reading = client.messages([BBO, "status", "bbo.bybit:BTC/USDT"], { policy: "all", capacity: 1 });
    await until(() => client.counters.received === 3, "snapshots");
    const seen = new Set<string>();
    while (seen.size < 3) {
      const { type, ch } = (await reading.next()).value as Seen;
      expect(type).toBe("snapshot");
      seen.add(ch);
    }
    expect(client.counters.gaps).toBe(0);
    await it.stop();
  });

  test("what the server leaves out for a slow connection is a gap of that count", async () => {
    const it = await rig(backend);
    const { hub } = it.started.server;
    const client = it.client();
    const one = collect(client, [BBO], { policy: "latest" });
    await until(() => one.snapshots().length === 1, "snapshot");
    // What a buffer's height does, without filling the system's buffers.
    for (const connection of hub.connections) hub.fallBehind(connection);
    for (let n = 1; n <= 9; n++) it.started.engine.say(BBO, { n });
    hub.flush();
    await until(() => one.updates().length === 1, "the last");
    expect(one.gaps()).toEqual([{ type: "gap", reason: "dropped", ch: BBO, from: 0, to: 8, count: 8 }]);
    expect(coverage(one.items, 9)).toBe("whole");
    await it.stop();
  });

  test("an iterator ends without an error when it is aborted, left, or the client is closed; the server is told", async () => {
    const it = await rig(backend);
    const client = it.client();
    const entries = () => [...it.started.server.hub.connections].flatMap((one) => [...one.entries.keys()]);
    const stop = new AbortController();
    const aborted = client.messages([BBO], { signal: stop.signal });
    expect((await aborted.next()).value).toMatchObject({ type: "snapshot", ch: BBO });
    const waiting = aborted.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until(() => entries().length === 0, "unsubscribed by abort");
    const unread = client.messages([BBO], { signal: AbortSignal.timeout(100) });
    await until(() => client.counters.received === 2, "a snapshot that waits");
    await turn(200);
    expect(await unread.next(), "what waits is not read any more").toEqual({ done: true, value: undefined });
    await until(() => entries().length === 0, "unsubscribed by timeout");
    for await (const item of client.messages(["status"])) {
      expect(item).toMatchObject({ kind: "status", type: "snapshot" });
      break;
    }
    await until(() => entries().length === 0, "unsubscribed by leaving the loop");
    const closing = client.messages([BBO]);
    await closing.next();
    const last = closing.next();
    await client.close();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(await client.messages([BBO]).next()).toEqual({ done: true, value: undefined });
    await it.stop();
  });

  test("a message that comes twice is left out", async () => {
    const it = await rig(backend);
    const client = it.client();
    const all = collect(client, [BBO], { policy: "all" });
    await until(() => all.snapshots().length === 1, "snapshot");
    // On their way while the server is asked to go on from before them: a reader of policy latest joins.
    for (let n = 1; n <= 3; n++) it.started.engine.say(BBO, { n });
    collect(client, ["bbo.*"], { policy: "latest" });
    await until(() => client.counters.duplicates === 3, "three duplicates");
    it.started.engine.say(BBO, { n: 4 });
    await until(() => all.updates().length === 4, "the last");
    expect(all.updates().map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]);
    expect(all.gaps()).toEqual([]);
    await it.stop();
  });

  test("numbers of a book that never came are a gap, and the book is asked for anew", async () => {
    const it = await rig(backend);
    const client = it.client();
    const one = collect(client, [BOOK], { policy: "all" });
    await until(() => one.snapshots().length === 1, "snapshot");
    // A fault of a server: it numbers two messages and sends neither.
    const channel = it.started.server.hub.subscriptions.topics.get(BOOK)?.channel;
    for (let n = 0; n < 2; n++) channel?.push("1", JSON.stringify({ bids: [], asks: [], sequence: 0 }));
    it.started.engine.change(BOOK, { bids: [[5, 5]], asks: [] });
    await until(() => one.snapshots().length === 2, "a second snapshot");
    expect(one.gaps()).toEqual([{ type: "gap", reason: "jump", ch: BOOK, from: 0, to: 2, count: 2 }]);
    expect(coverage(one.items, 3)).toBe("whole");
    await it.stop();
  });

  test("what a listener throws reaches the program, and the next item the listener", async () => {
    const it = await rig(backend);
    const client = it.client();
    const thrown: unknown[] = [];
    const original = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error.message));
    const seen: string[] = [];
    client.subscribe([BBO], (item) => {
      seen.push(item.type);
      if (item.type === "snapshot") throw new Error("of the listener");
    });
    await until(() => seen.length === 1, "snapshot");
    it.started.engine.say(BBO, { n: 1 });
    await until(() => seen.length === 2, "update");
    process.removeAllListeners("uncaughtException");
    for (const listener of original) process.on("uncaughtException", listener);
    expect([seen, thrown]).toEqual([["snapshot", "update"], ["of the listener"]]);
    expect(client.counters.reconnects).toBe(0);
    await it.stop();
  });

  test("two readers of one channel: each begins with a snapshot, and all wins over latest at the server", async () => {
    const it = await rig(backend);
    const client = it.client();
    const all = collect(client, [BBO], { policy: "all" });
    await until(() => all.snapshots().length === 1, "snapshot");
    const latest = collect(client, ["bbo.*"], { policy: "latest" });
    await until(() => latest.snapshots().length === 2, "snapshots");
    it.started.engine.say(BBO, { n: 1 });
    await until(() => all.updates().length === 1 && latest.updates().length === 1, "updates");
    const policies = () =>
      [...it.started.server.hub.connections].flatMap((one) =>
        [...one.followed].flatMap(([topic, policy]) => (topic.channel.name === BBO ? [policy] : [])),
      );
    await until(() => policies()[0] === "all", "the policy");
    it.proxy.cut();
    await until(() => client.counters.reconnects > 0 && policies().length === 1, "again");
    expect(policies()).toEqual(["all"]);
    latest.subscription.unsubscribe();
    it.started.engine.say(BBO, { n: 2 });
    await until(() => all.updates().length === 2, "an update");
    expect(all.gaps()).toEqual([]);
    expect(latest.updates()).toHaveLength(1);
    await it.stop();
  });
}
