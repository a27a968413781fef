import { expect, test } from "vitest";
import type { Backend } from "../stream/started.js";
import { BBO, collect, coverage, rig, statesOf, until } from "./rig.js";

/** Connections that say nothing. */
export function silenceCases(backend: Backend): void {
  test("a connection that has gone mute is found and left; nothing is lost", async () => {
    const it = await rig(backend, { limits: { heartbeatMs: 100 } });
    const client = it.client({ silenceMs: 800 });
    const states = statesOf(client);
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    it.proxy.mute();
    for (let n = 1; n <= 10; n++) it.started.engine.say(BBO, { n });
    await until(() => one.updates().length === 10, "what came while it was mute");
    expect(states.find(({ state }) => state === "waiting")).toMatchObject({ code: null, reason: "silent for 800 ms" });
    expect(coverage(one.items, 10)).toBe("whole");
    await it.stop();
  });

  test("heartbeats keep a quiet connection, and a program that stood still does not end it", async () => {
    const it = await rig(backend, { limits: { heartbeatMs: 100 } });
    const client = it.client({ silenceMs: 800 });
    const states = statesOf(client);
    const one = collect(client, [BBO]);
    await until(() => one.snapshots().length === 1, "snapshot");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const untilMs = performance.now() + 2000;
    while (performance.now() < untilMs);
    it.started.engine.say(BBO, { n: 1 });
    await until(() => one.updates().length === 1, "an update");
    expect(states.filter(({ state }) => state === "waiting")).toEqual([]);
    await it.stop();
  });

  test("a server that takes the connection and says nothing is given up in time", async () => {
    const it = await rig(backend);
    const client = it.client({ connectTimeoutMs: 200 });
    const states = statesOf(client);
    it.proxy.muteNew = true;
    await until(() => states.some(({ state }) => state === "waiting"), "given up");
    it.proxy.muteNew = false;
    expect(states.find(({ state }) => state === "waiting")).toMatchObject({ reason: "not ready within 200 ms" });
    await until(() => client.state.state === "connected", "connected");
    await it.stop();
  });
}
