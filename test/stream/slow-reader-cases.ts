import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { type Level, PlainBook } from "./fake-engine.js";
import { type Backend, type Started, start } from "./started.js";
import type { StreamClient } from "./stream-client.js";

const BOOK = "book.binance:BTC/USDT";
const BBO = "bbo.binance:BTC/USDT";
/** Large enough to fill the system's socket buffers in a few hundred messages. */
const ballast = "x".repeat(20_000);

export function slowReaderCases(backend: Backend): void {
  let started: Started;
  afterEach(() => started.stop());

  /** A client that stops reading after its first snapshots. */
  const paused = async (channels: string[], policy: string): Promise<StreamClient> => {
    const client = await started.connect();
    await client.subscribe(channels, { policy });
    for (const _ of channels) await client.next("snapshot");
    client.socket.pause();
    return client;
  };

  /** Publishes until the hub sees the client's buffer above its soft limit. */
  const fill = async (channel: string, isFull: () => boolean): Promise<number> => {
    for (let i = 0; i < 20_000; i++) {
      if (isFull()) return i;
      started.engine.say(channel, { fill: i, ballast });
      if (i % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
    }
    throw new Error("the buffer never filled");
  };

  test("a reader of policy all that never reads is closed with 1008; memory stays bounded, others get everything", async () => {
    started = await start(backend);
    const { hub } = started.server;
    const other = await started.connect();
    await other.subscribe([BBO], { policy: "all" });
    await other.next("snapshot");
    const client = await paused([BBO], "all");
    const rssBefore = process.memoryUsage().rss;
    const count = await fill(BBO, () => hub.connections.size === 1);
    const grown = (process.memoryUsage().rss - rssBefore) / 2 ** 20;
    expect(hub.counters).toMatchObject({ slowClosed: 1, dropped: 0 });
    let seq = 0;
    for (let i = 0; i < count; i++) {
      const update = await other.next("update");
      if (seq > 0) expect(update.seq).toBe(seq + 1);
      seq = update.seq;
    }
    client.socket.resume();
    const { code } = await client.ended;
    expect(code).toBe(1008);
    console.log(JSON.stringify({ test: "never-reading", backend, published: count, rssGrownMiB: Math.round(grown) }));
  });

  test("a reader of policy latest gets the last value and is told how many it missed", async () => {
    started = await start(backend);
    const { hub } = started.server;
    const client = await paused([BBO, "status"], "latest");
    await fill(BBO, () => [...hub.connections].some(({ behind }) => behind.size > 0));
    for (let i = 0; i < 50; i++) started.engine.say(BBO, { last: i });
    started.engine.say("status", { late: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    client.socket.resume();
    const seen = await readUntil(client, (message) => message.type === "update" && "last" in (message.data as object));
    expect(seen.seq).toBe(hub.subscriptions.topics.get(BBO)?.channel.seq);
    expect(seen.data).toEqual({ last: 49 });
    expect(hub.counters.dropped).toBe(seen.dropped);
    expect(seen.dropped).toBeGreaterThanOrEqual(49);
    await readUntil(client, (message) => message.type === "update" && message.ch === "status");
    started.engine.say(BBO, { again: true });
    expect(await client.next("update")).toMatchObject({ ch: BBO, seq: seen.seq + 1, data: { again: true } });
  });

  test("a reader that stays behind for too long is closed with 1008", async () => {
    started = await start(backend, { limits: { stallMs: 500 } });
    const { hub } = started.server;
    const client = await paused([BBO], "latest");
    await fill(BBO, () => [...hub.connections].some(({ behind }) => behind.size > 0));
    const bytes = [...hub.connections][0].socket.buffered();
    for (let i = 0; i < 100; i++) started.engine.say(BBO, { i, ballast });
    expect([...hub.connections][0].socket.buffered()).toBe(bytes);
    await expect.poll(() => hub.connections.size, { timeout: 3000 }).toBe(0);
    client.socket.resume();
    expect((await client.ended).code).toBe(1008);
  });

  test("a book rebuilt by a reader that is slow now and then equals the source's", async () => {
    const seed = Number(process.env.SEED ?? 20_261_121);
    console.log(`slow book readers, seed ${seed}`);
    started = await start(backend, { limits: { backlogMessages: 32, softBufferBytes: 2000, commandBurst: 10_000 } });
    const { engine, server } = started;
    const level = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 3 })) as fc.Arbitrary<Level>;
    const step = fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ bids: fc.array(level, { maxLength: 6 }), asks: fc.array(level, { maxLength: 6 }) }),
      },
      { weight: 3, arbitrary: fc.constant("turn" as const) },
      { weight: 1, arbitrary: fc.constant("slow" as const) },
      { weight: 1, arbitrary: fc.constant("reset" as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
        const client = await started.connect();
        await client.subscribe([BOOK]);
        const connection = [...server.hub.connections].at(-1);
        for (const todo of steps) {
          if (todo === "turn") await new Promise((resolve) => setImmediate(resolve));
          else if (todo === "reset") {
            engine
              .book(BOOK)
              .replace({ bids: [[7, 7]], asks: [[9, 9]], sequence: Number(engine.book(BOOK).sequence) + 5 });
            server.hub.reset(BOOK);
          } else if (todo === "slow") {
            // What the buffer's height would do, without filling the system's buffers each time.
            server.hub.flush();
            if (connection !== undefined) server.hub.fallBehind(connection);
          } else engine.change(BOOK, todo);
        }
        server.hub.flush();
        if (connection !== undefined) server.hub.catchUp(connection);
        engine.change(BOOK, { bids: [[1000, 1]], asks: [] });
        const expected = engine.book(BOOK).levels();
        const mirror = new PlainBook();
        let seq = -1;
        let dropped = 0;
        while (mirror.sequence !== expected.sequence) {
          const message = await client.any();
          if (message.type === "dropped") dropped += message.count;
          else if (message.type === "snapshot") mirror.replace(message.data as never);
          else if (message.type === "update") {
            expect(message.seq).toBe(seq + 1 + dropped);
            mirror.apply(message.data as never);
          }
          if (message.type === "snapshot" || message.type === "update") {
            seq = message.seq;
            dropped = 0;
          }
        }
        expect(mirror.levels()).toEqual(expected);
        engine.change(BOOK, { bids: [[1000, 0]], asks: [] });
        client.cut();
      }),
      { numRuns: 60, seed },
    );
  });

  test("1,000 subscribers get every message", async () => {
    started = await start(backend);
    const { engine, server } = started;
    const clients = await Promise.all(
      Array.from({ length: 1000 }, () => started.connect(`/v1/stream?channels=${BBO}`)),
    );
    await Promise.all(
      clients.map(async (client) => {
        await client.next("hello", 20_000);
        await client.next("ack", 20_000);
        await client.next("snapshot", 20_000);
      }),
    );
    const before = server.hub.counters.delivered;
    for (let turn = 0; turn < 10; turn++) {
      for (let i = 0; i < 5; i++) engine.say(BBO, { turn, i });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(
      clients.map(async (client) => {
        const first = await client.next("update", 20_000);
        for (let i = 1; i < 50; i++) expect((await client.next("update", 20_000)).seq).toBe(first.seq + i);
      }),
    );
    expect(server.hub.counters.delivered - before).toBe(50_000);
    expect(server.hub.counters.slowClosed).toBe(0);
  });
}

type Seen = { seq: number; data: unknown; dropped: number };

async function readUntil(
  client: StreamClient,
  fits: (message: Awaited<ReturnType<StreamClient["any"]>>) => boolean,
): Promise<Seen> {
  let dropped = 0;
  for (;;) {
    const message = await client.any();
    if (message.type === "dropped") dropped += message.count;
    if (fits(message) && message.type === "update") return { seq: message.seq, data: message.data, dropped };
  }
}
