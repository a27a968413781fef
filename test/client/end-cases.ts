import type { ClientError } from "crosstick/client";
import { expect, test } from "vitest";
import type { Backend } from "../stream/started.js";
import { BBO, collect, connected, rig, statesOf, until } from "./rig.js";

/** What each end of a connection means. */
export function endCases(backend: Backend): void {
  const waits = (states: ReturnType<typeof statesOf>) =>
    states.flatMap((state) => (state.state === "waiting" ? [state] : []));

  test("a wrong token ends the client with a code; nothing is tried again", async () => {
    const it = await rig(backend, { token: "right" });
    const client = it.client({ token: "wrong" });
    const errors: ClientError[] = [];
    client.on("error", (error) => errors.push(error));
    const reading = client.messages([BBO]).next();
    await expect(reading).rejects.toMatchObject({ name: "ClientError", code: "CLIENT_UNAUTHORIZED" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(it.proxy.accepted).toBe(1);
    expect(errors.map(({ code }) => code)).toEqual(["CLIENT_UNAUTHORIZED"]);
    expect(client.state).toEqual({ state: "closed", error: errors[0] });
    await expect(client.messages([BBO]).next()).rejects.toMatchObject({ code: "CLIENT_UNAUTHORIZED" });
    await it.stop();
  });

  test("a server that wants a token of a client that has none ends it at once", async () => {
    const it = await rig(backend, { token: "right" });
    const client = it.client();
    await expect(client.messages([BBO]).next()).rejects.toMatchObject({
      code: "CLIENT_UNAUTHORIZED",
      message: expect.stringContaining("there is none"),
    });
    expect(it.proxy.accepted).toBe(1);
    await it.stop();
  });

  test("what the token does not cover ends the client with a code; nothing is tried again", async () => {
    const grants = [{ token: "some", scope: { name: "s", channels: [BBO], paths: [] } }];
    const it = await rig(backend, { grants });
    const client = it.client({ token: "some" });
    const allowed = collect(client, [BBO]);
    await until(() => allowed.snapshots().length === 1, "what is covered");
    await expect(client.messages(["status"]).next()).rejects.toMatchObject({
      code: "CLIENT_SCOPE",
      message: expect.stringContaining("status"),
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(it.proxy.accepted).toBe(1);
    expect(client.state).toMatchObject({ state: "closed", error: { code: "CLIENT_SCOPE" } });
    await it.stop();
  });

  test("a token is asked for at each connection, so a new one is taken up", async () => {
    const it = await rig(backend, { token: "first" });
    const given: string[] = [];
    let now = "first";
    const client = it.client({
      token: async () => {
        given.push(now);
        return now;
      },
    });
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    it.started.server.reload({ token: "second" });
    now = "second";
    it.proxy.cut();
    await until(() => client.counters.reconnects > 0 && client.state.state === "connected", "connected again");
    it.started.engine.say(BBO, { n: 1 });
    await until(() => one.updates().length === 1, "an update");
    expect([given[0], given.at(-1)]).toEqual(["first", "second"]);
    await it.stop();
  });

  test("a token that cannot be had is asked for again", async () => {
    const it = await rig(backend, { token: "right" });
    let asked = 0;
    const client = it.client({
      token: () => {
        if (++asked < 3) throw new Error("the vault is closed");
        return "right";
      },
    });
    const states = statesOf(client);
    await connected(client);
    expect(waits(states).map(({ reason }) => reason)).toEqual(
      Array(2).fill("the token could not be had: Error: the vault is closed"),
    );
    expect(it.proxy.accepted).toBe(1);
    await it.stop();
  });

  test("a full server (1013) is tried again, each wait drawn below a bound that doubles up to its cap", async () => {
    const it = await rig(backend, { limits: { connections: 0 } });
    const whole = it.client({ reconnect: { baseMs: 10, capMs: 60 }, random: () => 1 });
    const states = statesOf(whole);
    await until(() => waits(states).length >= 6, "six attempts");
    await whole.close();
    expect(waits(states).map(({ code }) => code)).toEqual(waits(states).map(() => 1013));
    expect(
      waits(states)
        .map(({ retryInMs }) => retryInMs)
        .slice(0, 6),
    ).toEqual([10, 20, 40, 60, 60, 60]);
    const drawn = it.client({ reconnect: { baseMs: 10, capMs: 60 } });
    const draws = statesOf(drawn);
    await until(() => waits(draws).length >= 12, "twelve attempts");
    const { length } = waits(draws);
    for (const [i, { retryInMs }] of waits(draws).entries()) {
      expect(retryInMs).toBeGreaterThanOrEqual(0);
      expect(retryInMs).toBeLessThanOrEqual(Math.min(60, 10 * 2 ** i));
    }
    expect(new Set(waits(draws).map(({ retryInMs }) => retryInMs)).size).toBe(length);
    await it.stop();
  });

  test("a server that shuts down (1001) is tried again no sooner than it asks", async () => {
    const it = await rig(backend);
    const client = it.client({ reconnect: { baseMs: 40, capMs: 40 }, random: () => 0.5 });
    const states = statesOf(client);
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    await it.started.server.close({ reconnectAfterMs: 700, closeMs: 200 });
    await until(() => waits(states).length === 1, "waiting");
    expect(waits(states)[0]).toMatchObject({ state: "waiting", code: 1001, retryInMs: 720 });
    const sinceMs = performance.now();
    await until(() => states.at(-1)?.state !== "waiting" || waits(states).length > 1, "another attempt");
    expect(performance.now() - sinceMs).toBeGreaterThan(600);
    await it.stop();
  });

  test("waits grow while connections do not hold, and begin anew after one that did", async () => {
    const it = await rig(backend);
    const client = it.client({ reconnect: { baseMs: 10, capMs: 1000 }, random: () => 1 });
    const states = statesOf(client);
    const end = async (): Promise<void> => {
      const { length } = waits(states);
      await until(() => client.state.state === "connected", "connected");
      it.proxy.cut();
      await until(() => waits(states).length > length, "waiting");
    };
    for (let i = 0; i < 4; i++) await end();
    await until(() => client.state.state === "connected", "connected");
    await new Promise((resolve) => setTimeout(resolve, 5200));
    await end();
    expect(waits(states).map(({ retryInMs }) => retryInMs)).toEqual([10, 20, 40, 80, 10]);
    await it.stop();
  });

  test("a refused channel is told to its reader, and does not disturb the others", async () => {
    const it = await rig(backend);
    const client = it.client();
    const refused: unknown[] = [];
    const items: unknown[] = [];
    client.on("refused", (one) => refused.push(one));
    client.subscribe(["bbo.binance:BTC/USDC", "bbo.binance:BTCUSDT"], (item) => items.push(item));
    await until(() => items.length === 2, "two answers");
    const [first, second] = items as { type: string; ch: string }[];
    expect(first).toMatchObject({ type: "refused", ch: "bbo.binance:BTC/USDC", code: "STREAM_CHANNEL_UNKNOWN" });
    // A venue's own symbol is answered under the unified name.
    expect(second).toMatchObject({ type: "snapshot", ch: BBO, data: { bid: 1 } });
    expect(refused).toEqual([first]);
    await it.stop();
  });
}
