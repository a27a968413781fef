import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const EXECUTABLE = "/usr/bin/chromium";
/** Nothing that would look for the network. */
const ARGUMENTS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

export const hasBrowser = existsSync(EXECUTABLE);
if (!hasBrowser) console.info(`no browser at ${EXECUTABLE}: the dashboard's tests are skipped`);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS, headless: true });
}

/** A page and what went wrong in it: console errors, exceptions, requests to anywhere else. */
export interface Watched {
  page: Page;
  errors: string[];
}

export async function openPage(browser: Browser, url?: string): Promise<Watched> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).hostname !== "127.0.0.1") errors.push(`request to ${request.url()}`);
  });
  if (url !== undefined) await page.goto(url);
  return { page, errors };
}

/** Texts of a table's cells, row by row. */
export function cells(page: Page, body: string): Promise<string[][]> {
  return page
    .locator(`#${body} tr`)
    .evaluateAll((rows) =>
      rows.map((row) => Array.from(row.querySelectorAll("td"), ({ textContent }) => textContent ?? "")),
    );
}
