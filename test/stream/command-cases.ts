import { afterAll, beforeAll, expect, test } from "vitest";
import { type Backend, type Started, start } from "./started.js";

export function commandCases(backend: Backend): void {
  let started: Started;
  beforeAll(async () => {
    started = await start(backend, { limits: { subscriptions: 3, faults: 8, heartbeatMs: 300 } });
  });
  afterAll(() => started.stop());

  const greeted = async () => {
    const client = await started.connect();
    await client.next("hello");
    return client;
  };

  test("each channel that cannot be had says why", async () => {
    const client = await greeted();
    const channels = ["bbo.binance:BTCUSDT", "bbo.binance:ETH", "bbo.binance:BTC/USDX", "prices.x", "bbo", "status.x"];
    const { ok, failed } = await client.subscribe([...channels, "a b", "signal.*****"]);
    expect(ok).toEqual(["bbo.binance:BTC/USDT"]);
    expect(failed.map(({ channel, code }) => [channel, code])).toEqual([
      ["bbo.binance:ETH", "STREAM_CHANNEL_UNKNOWN"],
      ["bbo.binance:BTC/USDX", "STREAM_CHANNEL_UNKNOWN"],
      ["prices.x", "STREAM_CHANNEL_KIND"],
      ["bbo", "STREAM_CHANNEL_SYNTAX"],
      ["status.x", "STREAM_CHANNEL_SYNTAX"],
      ["a b", "STREAM_CHANNEL_SYNTAX"],
      ["signal.*****", "STREAM_CHANNEL_SYNTAX"],
    ]);
    expect(failed[1].message).toContain("did you mean bbo.binance:BTC/USDT?");
    expect(await client.next("snapshot")).toMatchObject({ ch: "bbo.binance:BTC/USDT" });
  });

  test("a connection has only so many subscriptions", async () => {
    const client = await greeted();
    const { ok, failed } = await client.subscribe(["status", "signal.*", "book.*", "bbo.*"]);
    expect(ok).toHaveLength(3);
    expect(failed).toMatchObject([{ channel: "bbo.*", code: "STREAM_SUBSCRIPTIONS" }]);
  });

  test("unsubscribe, list and ping are answered under their id", async () => {
    const client = await greeted();
    await client.subscribe(["bbo.*", "status"]);
    for (let i = 0; i < 3; i++) await client.next("snapshot");
    client.say({ op: "list", id: "l" });
    const list = await client.next("list");
    expect(list).toMatchObject({ id: "l", subscribed: ["bbo.*", "status"] });
    expect(list.channels).toContain("book.binance:BTC/USDT");
    client.say({ op: "list", id: 7, pattern: "bbo.bybit:*" });
    expect((await client.next("list")).channels).toEqual(["bbo.bybit:BTC/USDT"]);
    client.say({ op: "unsubscribe", id: 8, channels: ["bbo.*", "bbo.nothing:*"] });
    expect(await client.next("ack")).toMatchObject({
      id: 8,
      ok: ["bbo.*"],
      failed: [{ channel: "bbo.nothing:*", code: "STREAM_NOT_SUBSCRIBED" }],
    });
    started.engine.say("bbo.binance:BTC/USDT", { bid: 1, ask: 2 });
    client.say({ op: "ping", id: 9 });
    expect(await client.next("pong")).toMatchObject({ id: 9, ts: expect.stringMatching(/^\d{16}000$/) });
  });

  test("messages that mean nothing are errors with a code; too many of them end the connection", async () => {
    const client = await greeted();
    const wrong: [string, string][] = [
      ["{", "STREAM_JSON"],
      ["[]", "STREAM_OP"],
      ["null", "STREAM_OP"],
      ['{"op":"buy"}', "STREAM_OP"],
      ['{"op":"constructor"}', "STREAM_OP"],
      ['{"op":"subscribe","id":3}', "STREAM_MESSAGE"],
      ['{"op":"ping","id":{}}', "STREAM_MESSAGE"],
    ];
    for (const [text, code] of wrong) {
      client.raw(text);
      expect(await client.next("error"), text).toMatchObject({ code });
    }
    client.say({ op: "subscribe", id: 4, channels: ["status"], polcy: "all" });
    expect(await client.next("error")).toMatchObject({ id: 4, code: "STREAM_MESSAGE" });
    expect(await client.ended).toEqual({ code: 1008, reason: "too many mistakes" });
  });

  test("too many channels in a message are refused", async () => {
    const client = await greeted();
    client.say({ op: "subscribe", channels: Array.from({ length: 6000 }, (_, i) => `b.${i}`) });
    expect(await client.next("error")).toMatchObject({ code: "STREAM_MESSAGE" });
    client.say({ op: "subscribe", channels: Array.from({ length: 50_000 }, (_, i) => `bbo.${i}`) });
    expect((await client.ended).code).toBe(1009);
  });

  test("a flood of subscriptions is slowed down and then ended; others are served", async () => {
    const other = await greeted();
    const client = await greeted();
    for (let i = 0; i < 400; i++) client.say({ op: "subscribe", id: i, channels: ["book.binance:BTC/USDT"] });
    const { code } = await client.ended;
    expect(code).toBe(1008);
    const acks = client.messages.filter(({ type }) => type === "ack").length;
    expect(acks).toBeGreaterThan(100);
    expect(acks).toBeLessThan(260);
    expect(client.messages.filter(({ type }) => type === "error")).toHaveLength(8);
    other.say({ op: "ping", id: 1 });
    await other.next("pong");
  });

  test("a heartbeat comes when it is quiet", async () => {
    const client = await greeted();
    await client.next("heartbeat");
    await client.next("heartbeat");
  });

  test("shutdown is said before the close with 1001", async () => {
    const own = await start(backend);
    const client = await own.connect();
    await client.next("hello");
    await Promise.all([
      own.server.close({ reconnectAfterMs: 1234 }),
      client.ended.then((end) => expect(end).toEqual({ code: 1001, reason: "shutdown" })),
    ]);
    expect(await client.next("shutdown").catch(() => client.messages.at(-1))).toMatchObject({ reconnectAfterMs: 1234 });
    await own.stop();
  });
}
