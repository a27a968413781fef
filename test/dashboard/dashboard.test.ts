import { fileURLToPath } from "node:url";
import { loadPages } from "crosstick/internal/live/pages";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { closedPort } from "../cli/closed-port.js";
import { type Session, startSession } from "../cli/session.js";
import { fakeHttp } from "../stream/fake-engine.js";
import { start } from "../stream/started.js";
import { cells, hasBrowser, openBrowser, openPage } from "./browser.js";

/** Columns of the table of markets. */
const [STATE, BID, GAPS] = [2, 3, 8];
const SCREENSHOT = fileURLToPath(new URL("../../build/dashboard.png", import.meta.url));

describe.skipIf(!hasBrowser)("dashboard", () => {
  let browser: Browser;
  let session: Session | null = null;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(() => {
    session?.child.kill("SIGKILL");
  });
  afterAll(() => browser?.close());

  /** A running demo and its page's address. */
  async function demo(port = 0): Promise<string> {
    session = startSession(["demo", "--json", "--port", String(port), "--seed", "3"]);
    return String((await session.line("ready")).url);
  }

  test("shows every book live, prices that change, a gap that heals, and a signal", async () => {
    const { page, errors } = await openPage(browser, await demo());
    await page.locator("#markets .state.live").nth(7).waitFor({ timeout: 15_000 });
    expect(await page.locator("#kind").textContent()).toBe("SIMULATED");
    expect(await page.locator("#link").textContent()).toBe("connected");
    const before = await cells(page, "markets");
    expect(before).toHaveLength(8);
    await page.locator("#signals tr").first().waitFor({ timeout: 15_000 });
    await expect
      .poll(async () => (await cells(page, "markets")).map((row) => row[GAPS]).join(""), { timeout: 15_000 })
      .toContain("1");
    await expect
      .poll(async () => (await cells(page, "markets")).map((row) => row[STATE]).join(" "), { timeout: 10_000 })
      .toBe(Array(8).fill("live").join(" "));
    // Polled: the page may have shown a signal and the gap before `before` was read.
    await expect
      .poll(async () => (await cells(page, "markets")).filter((row, i) => row[BID] !== before[i][BID]).length, {
        timeout: 15_000,
      })
      .toBeGreaterThan(4);
    const [signal] = await cells(page, "signals");
    expect(signal[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    expect(signal.slice(4, 8).every((text) => /^-?[\d.]+$/.test(text))).toBe(true);
    // An entry is judged at once, and looked at again for a second.
    const entries = async () => (await cells(page, "signals")).filter((row) => row[2] === "enter");
    await expect
      .poll(
        async () =>
          (await entries()).some((row) => /^-?[\d.]+$/.test(row[9]) && /^(approve|reject) \(rule\)$/.test(row[10])),
        {
          timeout: 15_000,
        },
      )
      .toBe(true);
    expect(await page.locator("#no-signals").isVisible()).toBe(false);
    expect((await cells(page, "latency")).length).toBeGreaterThan(2);
    expect((await cells(page, "clocks")).map(([venue]) => venue).sort()).toEqual(["binance", "bybit"]);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(tooWide, "scrolls sideways").toBe(false);
    await page.screenshot({ path: SCREENSHOT });
    console.log(`screenshot in ${SCREENSHOT}`);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("comes back by itself when the server was started anew", async () => {
    const port = await closedPort();
    const { page } = await openPage(browser, await demo(port));
    await page.locator("#link.live").waitFor({ timeout: 10_000 });
    session?.child.kill("SIGINT");
    await page.locator("#link.lost").waitFor({ timeout: 10_000 });
    await session?.ended();
    await demo(port);
    await page.locator("#link.live").waitFor({ timeout: 20_000 });
    await page.locator("#markets .state.live").nth(7).waitFor({ timeout: 20_000 });
    await page.close();
  });

  test("asks for the token until it is the right one", async () => {
    const pages = loadPages();
    const started = await start("ws", { token: "right", http: { ...fakeHttp, page: pages } });
    const { page } = await openPage(browser, `${started.server.url}/`);
    for (const token of ["wrong", "right"]) {
      await page.locator("#ask[open]").waitFor({ timeout: 10_000 });
      await page.locator("#token").fill(token);
      await page.locator("#ask button").click();
    }
    await page.locator("#link.live").waitFor({ timeout: 10_000 });
    expect(started.server.hub.counters).toMatchObject({ wrongTokens: 1 });
    await page.close();
    await started.stop();
  });

  test("text from outside is shown as text, whatever it says", async () => {
    const url = await demo();
    const { page, errors } = await openPage(browser);
    const hostile = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>';
    await page.routeWebSocket(/\/v1\/stream/, (socket) => {
      const say = (message: object): void => socket.send(JSON.stringify(message));
      say({ type: "hello", protocol: 1, session: "x", limits: {} });
      socket.onMessage(() => {
        const update = (ch: string, data: object): void => say({ type: "update", ch, seq: 1, ts: "1", data });
        update("status", hostileStatus(hostile));
        update(`signal.${hostile}`, hostileSignal(hostile));
        update(`refusal.${hostile}`, { refused: { [hostile]: 1 } });
        update(`clock.${hostile}`, { offsetUs: 1, uncertaintyUs: 1, method: hostile });
        update("latency", { [hostile]: { count: 1, p50: 1, p99: 1, p999: 1, max: 1 } });
      });
    });
    await page.goto(url);
    await page.locator("#signals tr").first().waitFor();
    for (const body of ["markets", "signals", "refusals", "clocks", "latency"])
      await expect.poll(async () => (await cells(page, body)).flat().join(" ")).toContain(hostile);
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => ["taken" in window, document.querySelectorAll("td *").length])).toEqual([
      false,
      0,
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test("the page may neither be framed nor load scripts from elsewhere", async () => {
    const { headers } = await fetch(await demo());
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toMatch(/(default|script)-src 'self'/);
    expect(policy).not.toContain("unsafe");
  });
});

function hostileStatus(text: string): object {
  const instrument = { instrument: `x:${text}`, venue: text, state: text, reason: text };
  const numbers = { bid: 1, ask: 2, spreadBps: 1, feedAgeMs: 1, messagesPerSecond: 1, gaps: 0, crossed: 0 };
  return { uptimeMs: 1000, booksLive: 0, books: 1, venues: [], instruments: [{ ...instrument, ...numbers }] };
}

function hostileSignal(text: string): object {
  const names = { id: text, strategy: text, action: text, direction: text };
  return { ...names, ts: "1795255341430485000", legs: [{ size: 1 }], grossBps: 1, feesBps: 1, netBps: 1 };
}
