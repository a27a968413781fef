import { expect, test } from "vitest";
import type { Backend } from "../stream/started.js";
import { BBO, BOOK, connected, rig, SIGNAL, statesOf, until } from "./rig.js";

/** Questions for the channels that a server has. */
export function listCases(backend: Backend): void {
  test("all channels, those of a pattern, one, and none", async () => {
    const it = await rig(backend);
    const client = it.client();
    const all = await client.list(); // asked before there is a connection
    expect([...all].sort()).toEqual(it.started.engine.list("*").sort());
    expect(all).toEqual(expect.arrayContaining([BBO, BOOK, SIGNAL]));
    expect(await client.list("bbo.*")).toEqual(all.filter((ch) => ch.startsWith("bbo.")));
    expect(await client.list(BOOK)).toEqual([BOOK]);
    expect(await client.list("bbo.nowhere:X/Y")).toEqual([]);
    await it.stop();
  });

  test("only what the token covers is listed", async () => {
    const it = await rig(backend, { grants: [{ token: "some", scope: { name: "s", channels: [BBO], paths: [] } }] });
    expect(await it.client({ token: "some" }).list()).toEqual([BBO]);
    await it.stop();
  });

  test("asked again on another connection when the first is lost before the answer", async () => {
    const it = await rig(backend);
    const client = it.client();
    await connected(client);
    it.proxy.mute();
    const channels = client.list(BBO);
    const states = statesOf(client);
    await new Promise((resolve) => setTimeout(resolve, 20));
    it.proxy.cut();
    expect(await channels).toEqual([BBO]);
    expect(states.map(({ state }) => state)).toEqual(["waiting", "connecting", "connected"]);
    await it.stop();
  });

  test("asked again when the server finds that commands come too fast", async () => {
    const it = await rig(backend, { limits: { commandBurst: 15, commandsPerSecond: 20 } });
    const client = it.client();
    await connected(client);
    const refusals: unknown[] = [];
    client.on("refused", (refused) => refusals.push(refused));
    expect(await Promise.all([client.list(BBO), client.list(BOOK), client.list(SIGNAL)])).toEqual([
      [BBO],
      [BOOK],
      [SIGNAL],
    ]);
    expect(refusals).toEqual([]);
    await it.stop();
  });

  test("what the server calls no pattern is an error of its own, and the client goes on", async () => {
    const it = await rig(backend);
    const client = it.client();
    await expect(client.list("x".repeat(1000))).rejects.toMatchObject({
      code: "CLIENT_REFUSED",
      message: expect.stringContaining("STREAM_MESSAGE"),
    });
    expect(await client.list(BBO)).toEqual([BBO]);
    await it.stop();
  });

  test("a client that ends answers nobody any more, and says why", async () => {
    const it = await rig(backend, { token: "right" });
    await expect(it.client({ token: "wrong" }).list()).rejects.toMatchObject({ code: "CLIENT_UNAUTHORIZED" });
    const client = it.client({ token: "right" });
    await connected(client);
    it.proxy.mute();
    const waiting = client.list();
    const refused = expect(waiting).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
    await until(() => client.state.state === "connected", "still connected");
    await client.close();
    await refused;
    await expect(client.list()).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
    await it.stop();
  });
}
