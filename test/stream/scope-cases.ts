import { expect, test } from "vitest";
import type { Backend } from "./started.js";
import { start } from "./started.js";

const scope = { name: "prices", channels: ["bbo.*", "book.binance:*"], paths: ["/v1/ticker", "/metrics"] };
const grants = [{ token: "some", scope }];
const some = { headers: { authorization: "Bearer some" } };

/** Tokens whose bearers may follow and ask some things only. */
export function scopeCases(backend: Backend): void {
  test("a channel that the token covers is followed; any other closes with 4403, and nothing of it is sent", async () => {
    const started = await start(backend, { token: "all", grants });
    const inside = await started.connect("/v1/stream", some);
    expect((await inside.subscribe(["bbo.*", "book.binance:BTC/USDT", "bbo.nobody:X"])).ok).toHaveLength(2);
    inside.say({ op: "list", id: 1 });
    for (;;) {
      const one = await inside.any();
      if (one.type !== "list") continue;
      expect(one.channels.sort()).toEqual(["bbo.binance:BTC/USDT", "bbo.bybit:BTC/USDT", "book.binance:BTC/USDT"]);
      break;
    }
    for (const beyond of ["status", "signal.*", "book.*", "signal.cross"]) {
      const outside = await started.connect("/v1/stream");
      outside.say({ op: "auth", token: "some" });
      outside.say({ op: "subscribe", channels: ["bbo.binance:BTC/USDT", beyond] });
      expect(await outside.ended).toMatchObject({ code: 4403, reason: `the token does not cover ${beyond}` });
      expect(outside.messages.map(({ type }) => type)).toEqual(["hello", "ack"]);
    }
    const byUrl = await started.connect("/v1/stream?enc=bin&channels=status", some);
    expect((await byUrl.ended).code).toBe(4403);
    const all = await started.connect("/v1/stream", { headers: { authorization: "Bearer all" } });
    expect((await all.subscribe(["status", "signal.*"])).ok).toHaveLength(2);
    await started.stop();
  });

  test("a path that the token covers is answered, any other with 403; a wrong token with 401", async () => {
    const started = await start(backend, { token: "all", grants });
    const ask = async (path: string, token: string) => {
      const reply = await fetch(`${started.server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const body = await reply.text();
      return [reply.status, body.startsWith("{") ? (JSON.parse(body).error?.code ?? null) : null];
    };
    expect(await ask("/v1/ticker?instrument=binance:BTC/USDT", "some")).toEqual([200, null]);
    expect(await ask("/metrics", "some")).toEqual([200, null]);
    expect(await ask("/v1/venues", "some")).toEqual([403, "HTTP_SCOPE"]);
    expect(await ask("/v1/ticker/..", "some")).toEqual([403, "HTTP_SCOPE"]);
    expect(await ask("/v1/venues", "all")).toEqual([200, null]);
    expect(await ask("/v1/ticker?instrument=binance:BTC/USDT", "none")).toEqual([401, "HTTP_UNAUTHORIZED"]);
    started.server.reload({ token: "all", grants: [{ token: "some", scope: { ...scope, paths: ["/v1/*"] } }] });
    expect(await ask("/v1/venues", "some")).toEqual([200, null]);
    started.server.reload({ token: "all", grants: [] });
    expect(await ask("/v1/venues", "some")).toEqual([401, "HTTP_UNAUTHORIZED"]);
    await started.stop();
  });
}
