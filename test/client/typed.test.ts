import { readdirSync, readFileSync } from "node:fs";
import type { Signal } from "crosstick";
import { createClient, type Gap, type Item } from "crosstick/client";
import { expect, expectTypeOf, test } from "vitest";
import { WebSocket } from "ws";

test("what a channel brings has the type of its kind", async () => {
  const client = createClient("http://127.0.0.1:1", { WebSocket });
  client.subscribe(["bbo.binance:BTC/USDT"], (item) => {
    if (item.type === "update") expectTypeOf(item.data.bid).toEqualTypeOf<number | null>();
    if (item.type === "snapshot") expectTypeOf(item.data).toBeNullable();
    if (item.type === "gap") expectTypeOf(item).toEqualTypeOf<Gap>();
  });
  client.subscribe(["signal.*", "book.okx:A/B"], (item) => {
    if (item.type !== "update") return;
    if (item.kind === "signal") expectTypeOf(item.data).toEqualTypeOf<Signal>();
    else expectTypeOf(item.data.bids).toEqualTypeOf<[number, number][]>();
    if (item.kind === "book") expectTypeOf(item.data).not.toHaveProperty("state");
  });
  const anything: string[] = ["status"];
  expectTypeOf(client.messages(anything)).toEqualTypeOf<AsyncIterableIterator<Item>>();
  // @ts-expect-error a policy that there is not
  client.subscribe(["status"], () => {}, { policy: "some" });
  await client.close();
});

test("its files import each other and nothing else, so that a browser can have them as they are", () => {
  const folder = new URL(".", import.meta.resolve("crosstick/client"));
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  const imported = files.flatMap((name) =>
    [...readFileSync(new URL(name, folder), "utf8").matchAll(/^(?:import|export) .*(?:from )?"([^"]+)";$/gm)].map(
      ([, to]) => to,
    ),
  );
  expect(imported.length).toBeGreaterThan(20);
  expect(imported.filter((to) => !to.startsWith("./") || !files.includes(to.slice(2)))).toEqual([]);
});
