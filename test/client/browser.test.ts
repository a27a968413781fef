import { loadPages } from "crosstick/internal/live/pages";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasBrowser, openBrowser, openPage } from "../dashboard/browser.js";
import { fakeHttp } from "../stream/fake-engine.js";
import { rig, type Seen } from "./rig.js";

/** What a page does with the client. */
const program = (encoding: string): string => `
  import { createClient } from "/client/index.js";
  window.seen = [];
  const client = createClient(location.origin, { encoding: "${encoding}", reconnect: { baseMs: 20, capMs: 200 } });
  client.subscribe(["status"], (item) => seen.push(item), { policy: "all" });
`;

describe.skipIf(!hasBrowser)("in a browser", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  test.each(["json", "bin"])("the same files follow a stream over lost connections, with %s", async (encoding) => {
    const pages = loadPages();
    const own = new Map([
      [
        "/",
        { type: "text/html", body: '<link rel="icon" href="/icon.svg"><script type="module" src="/own.js"></script>' },
      ],
      ["/own.js", { type: "text/javascript", body: program(encoding) }],
    ]);
    const it = await rig("ws", { http: { ...fakeHttp, page: (path) => own.get(path) ?? pages(path) } });
    const { server, engine } = it.started;
    const { page, errors } = await openPage(browser, `${server.url}/`);
    const seen = () => page.evaluate(() => (window as unknown as { seen: Seen[] }).seen);
    await expect.poll(async () => (await seen())?.length, { timeout: 20_000 }).toBe(1);
    for (let n = 1; n <= 60; n++) {
      if (encoding === "json") engine.say("status", { n });
      else server.binary.publish("status", "1", { n });
      if (n % 20 === 0)
        for (const hub of [server.hub, server.binary]) for (const one of hub.connections) one.close(1011, "");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await expect.poll(async () => (await seen()).at(-1)?.seq, { timeout: 20_000 }).toBe(60);
    expect((await seen()).map(({ type, seq }) => [type, seq])).toEqual([
      ["snapshot", 0],
      ...Array.from({ length: 60 }, (_, i) => ["update", i + 1]),
    ]);
    expect(server.hub.counters.opened + server.binary.counters.opened).toBeGreaterThan(1);
    expect(errors).toEqual([]);
    await page.close();
    await it.stop();
  });
});
