import { expect, test } from "vitest";
import type { Backend } from "../stream/started.js";
import { away, BBO, BOOK, collect, connected, coverage, rig, SIGNAL, statesOf, until } from "./rig.js";

const turn = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connections that end, and what a client makes of it. */
export function resumeCases(backend: Backend): void {
  const seqOf = (it: Awaited<ReturnType<typeof rig>>, ch: string) =>
    it.started.server.hub.subscriptions.topics.get(ch)?.channel.seq ?? 0;

  test("nothing is lost and nothing comes twice while connections are cut, as long as the server keeps it", async () => {
    const it = await rig(backend, { limits: { backlogMessages: 10_000 } });
    const client = it.client();
    const states = statesOf(client);
    const one = collect(client, [BBO]);
    const events = collect(client, ["signal.*"]);
    await until(() => one.snapshots().length === 1 && events.snapshots().length === 1, "snapshots");
    for (let n = 1; n <= 600; n++) {
      it.started.engine.say(BBO, { n });
      if (n % 3 === 0) it.started.engine.say(SIGNAL, { n });
      if (n % 100 === 50) it.proxy.cut();
      if (n % 5 === 0) await turn(2);
    }
    await until(() => one.updates().at(-1)?.seq === 600 && events.updates().at(-1)?.seq === 200, "the last ones");
    expect(one.updates().map(({ data }) => data)).toEqual(Array.from({ length: 600 }, (_, i) => ({ n: i + 1 })));
    expect(coverage(events.items, 200)).toBe("whole");
    expect([...one.gaps(), ...events.gaps()]).toEqual([]);
    expect(one.snapshots()).toHaveLength(1);
    expect(client.counters.reconnects).toBeGreaterThan(2);
    const sessions = states.flatMap((state) => (state.state === "connected" ? [state] : []));
    expect(new Set(sessions.map(({ session }) => session)).size).toBe(1);
    expect(sessions.map(({ resumed }) => resumed)).toEqual([false, ...Array(sessions.length - 1).fill(true)]);
    await it.stop();
  });

  test("what the server did not keep is a gap with exactly its count, and then what now is", async () => {
    const it = await rig(backend, { limits: { backlogMessages: 16 } });
    const client = it.client();
    const told: unknown[] = [];
    client.on("gap", (gap) => told.push(gap));
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    for (let n = 1; n <= 5; n++) it.started.engine.say(BBO, { n });
    await until(() => one.updates().length === 5, "the first five");
    await away(it, client, () => {
      for (let n = 6; n <= 45; n++) it.started.engine.say(BBO, { n });
    });
    await until(() => one.snapshots().length === 2, "second snapshot");
    it.started.engine.say(BBO, { n: 46 });
    await until(() => one.updates().length === 6, "the last");
    expect(one.gaps()).toEqual([{ type: "gap", reason: "resume", ch: BBO, from: 5, to: 45, count: 40 }]);
    expect(told).toEqual(one.gaps());
    expect(one.snapshots()[1]).toMatchObject({ seq: 45, data: { n: 45 } });
    expect(coverage(one.items, seqOf(it, BBO))).toBe("whole");
    await it.stop();
  });

  test("seen and missing are all that was published, whatever is cut when", async () => {
    const it = await rig(backend, { limits: { backlogMessages: 8 } });
    const client = it.client({ reconnect: { baseMs: 40, capMs: 40 } });
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    for (let n = 1; n <= 800; n++) {
      it.started.engine.say(BBO, { n });
      if (n % 97 === 0) it.proxy.cut();
      if (n % 4 === 0) await turn(1);
    }
    await connected(client);
    it.started.engine.say(BBO, { n: 801 });
    const ends = () => coverage(one.items, 801);
    await until(() => ends() === "whole", "the last");
    const missing = one.gaps().reduce((sum, { count }) => sum + (count ?? 0), 0);
    expect(missing).toBeGreaterThan(0);
    expect(missing + one.updates().length).toBe(801);
    expect(coverage(one.items, 801)).toBe("whole");
    expect(client.counters.gaps).toBe(one.gaps().length);
    await it.stop();
  });

  test("a server that was started anew is a gap without a count, and a snapshot of each channel", async () => {
    const it = await rig(backend);
    const client = it.client();
    const states = statesOf(client);
    const one = collect(client, [BBO, BOOK]);
    await until(() => one.snapshots().length === 2, "snapshots");
    for (let n = 1; n <= 7; n++) it.started.engine.say(BBO, { n });
    await until(() => one.updates().length === 7, "updates");
    await it.restart();
    await until(() => one.snapshots().length === 4, "snapshots again");
    const gaps = one.gaps().sort((a, b) => (a.ch < b.ch ? -1 : 1));
    expect(gaps).toEqual([
      { type: "gap", reason: "session", ch: BBO, from: 7, to: 0, count: null },
      { type: "gap", reason: "session", ch: BOOK, from: 0, to: 0, count: null },
    ]);
    // Each gap stands before its channel's snapshot.
    for (const ch of [BBO, BOOK])
      expect(one.items.filter((item) => item.ch === ch).map(({ type }) => type)).toEqual([
        "snapshot",
        ...(ch === BBO ? Array(7).fill("update") : []),
        "gap",
        "snapshot",
      ]);
    expect(states.at(-1)).toMatchObject({ state: "connected", resumed: false });
    it.started.engine.say(BBO, { n: 8 });
    await until(() => one.updates().length === 8, "an update of the new session");
    await it.stop();
  });

  test("a subscription that was ended stays ended on the next connection; the others stay", async () => {
    const it = await rig(backend);
    const { hub } = it.started.server;
    const client = it.client();
    const first = collect(client, [BBO, "status"]);
    const second = collect(client, [BBO]);
    await until(() => first.snapshots().length === 2 && second.snapshots().length === 1, "snapshots");
    first.subscription.unsubscribe();
    const entries = () => [...hub.connections].flatMap((one) => [...one.entries.keys()]);
    await until(() => entries().length === 1, "unsubscribed");
    expect(entries()).toEqual([BBO]);
    const before = first.items.length;
    await away(it, client, () => {});
    await until(() => entries().length === 1, "subscribed again");
    it.started.engine.say(BBO, { n: 1 });
    await until(() => second.updates().length === 1, "an update");
    expect(entries()).toEqual([BBO]);
    expect(first.items).toHaveLength(before);
    await it.stop();
  });

  test("subscriptions beyond what one message holds all come back, each from its position on", async () => {
    const limits = { messageBytes: 2048, channelsPerMessage: 30, commandBurst: 1000 };
    const it = await rig(backend, { limits });
    const channels = Array.from({ length: 100 }, (_, i) => `bbo.venue-${"x".repeat(30)}:${i}/USDT`);
    for (const ch of channels) it.started.engine.say(ch, { n: 0 });
    const client = it.client();
    const one = collect(client, channels);
    await until(() => one.snapshots().length === 100, "snapshots");
    await away(it, client, () => {
      for (const ch of channels) it.started.engine.say(ch, { n: 1 });
    });
    await until(() => one.updates().length === 100, "updates");
    expect(new Set(one.updates().map(({ ch }) => ch))).toEqual(new Set(channels));
    expect([one.snapshots().length, one.gaps().length]).toEqual([100, 0]);
    await it.stop();
  });

  test("more channels than one message may name are subscribed by several, all of one turn together", async () => {
    const limits = { subscriptions: 2000, commandBurst: 140, commandsPerSecond: 1 };
    const it = await rig(backend, { limits });
    const channels = Array.from({ length: 1100 }, (_, i) => `bbo.v:${i}`);
    for (const ch of channels) it.started.engine.say(ch, { n: 0 });
    const client = it.client();
    await connected(client);
    const seen = channels.map((ch) => collect(client, [ch]));
    await until(() => seen.every((one) => one.snapshots().length === 1), "snapshots");
    expect(client.counters.reconnects).toBe(0);
    await it.stop();
  });

  test("a pattern's positions beyond one message begin with a snapshot and are counted, not passed over", async () => {
    const it = await rig(backend, { limits: { messageBytes: 2048 } });
    const channels = Array.from({ length: 100 }, (_, i) => `bbo.venue-${"x".repeat(30)}:${i}/USDT`);
    for (const ch of channels) it.started.engine.say(ch, { n: 0 });
    const client = it.client();
    const one = collect(client, ["bbo.venue-*"]);
    await until(() => one.snapshots().length === 100, "snapshots");
    await away(it, client, () => {
      for (const ch of channels) it.started.engine.say(ch, { n: 1 });
    });
    await until(() => one.updates().length + one.gaps().length === 100, "updates and gaps");
    expect(one.updates().length).toBeGreaterThan(5);
    for (const ch of channels)
      expect(
        coverage(
          one.items.filter((item) => item.ch === ch),
          1,
        ),
      ).toBe("whole");
    await it.stop();
  });

  test("commands that come too fast for the server are said again", async () => {
    const it = await rig(backend, { limits: { commandBurst: 2, commandsPerSecond: 2 } });
    const client = it.client();
    await connected(client);
    const seen: ReturnType<typeof collect>[] = [];
    for (const ch of [BBO, "bbo.bybit:BTC/USDT", "status", BOOK]) {
      seen.push(collect(client, [ch]));
      await turn(5);
    }
    await until(() => seen.every((one) => one.snapshots().length > 0), "all snapshots");
    for (const { subscription } of seen) {
      subscription.unsubscribe();
      await turn(5);
    }
    const { hub } = it.started.server;
    await until(() => [...hub.connections].every(({ entries }) => entries.size === 0), "all unsubscribed");
    expect(client.counters.reconnects).toBe(0);
    await it.stop();
  });
}
