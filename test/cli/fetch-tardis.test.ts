// Datasets fetched from Tardis's own address, which a proxy leads to a host of this machine, and replayed.
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { Command } from "commander";
import { registerTardis } from "crosstick/internal/cli/fetch-tardis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runReplay } from "../replay/run-replay.js";
import { crosstickBeside } from "./crosstick.js";

const folder = mkdtempSync(join(tmpdir(), "crosstick-datasets-"));
const KEY = "TD.a-key-that-nobody-may-see";
const BTC = "binance:BTC/USDT";
const HOST = "datasets.tardis.dev";

/** Rows of a day: a book of two levels, or two trades; each day's numbers are its own. */
function csv(type: string, day: string): string {
  const us = Date.parse(`${day}T00:00:01Z`) * 1000;
  const price = 100 + Number(day.slice(-2));
  if (type === "trades")
    return `exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n${[1, 2].map((id) => `binance,BTCUSDT,${us + id},${us + id},${id},buy,${price},0.${id}\n`).join("")}`;
  return `exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\nbinance,BTCUSDT,${us},${us},true,bid,${price},1\nbinance,BTCUSDT,${us},${us},true,ask,${price + 1},2\n`;
}

const asked: string[] = [];
const keys = new Set<string | undefined>();
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const servers: Server[] = [];
let env: Record<string, string>;

function dataset({ url = "" }: IncomingMessage, response: ServerResponse): void {
  const [, , , type, ...day] = url.split("/");
  response.end(gzipSync(csv(type, day.slice(0, 3).join("-"))));
}

beforeAll(async () => {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  const name = ["-subj", `/CN=${HOST}`, "-addext", `subjectAltName=DNS:${HOST}`];
  execFileSync("openssl", ["req", "-x509", ...curve, ...name, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const host = createHttps({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    asked.push(request.url ?? "");
    keys.add(request.headers.authorization);
    answer(request, response);
  });
  const proxy = createHttp();
  proxy.on("connect", ({ url }: IncomingMessage, client: Socket) => {
    if (url !== `${HOST}:443`) return client.destroy();
    const there = connect((host.address() as AddressInfo).port, "127.0.0.1", () =>
      client.write("HTTP/1.1 200 OK\r\n\r\n"),
    );
    for (const socket of [there, client]) socket.on("error", () => socket.destroy());
    there.pipe(client).pipe(there);
  });
  for (const server of [host, proxy]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
  }
  env = { NODE_EXTRA_CA_CERTS: cert, HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
});
beforeEach(() => {
  asked.length = 0;
  keys.clear();
  answer = dataset;
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const out = (name: string): string => join(folder, name);
const fetch = (name: string, more: readonly string[], extra: Record<string, string> = {}) =>
  crosstickBeside(
    [
      ...[
        "fetch",
        "tardis",
        "--exchange",
        "binance",
        "--symbols",
        "btcusdt",
        "--data-types",
        "trades,incremental_book_L2",
      ],
      ...["--out", out(name), ...more],
    ],
    { env: { ...env, ...extra } },
  );

test("days are fetched by tardis' layout and replayed; whole files are kept, a damaged one is fetched again", async () => {
  const days = ["--from", "2026-01-31", "--to", "2026-02-02", "--json"];
  const first = await fetch("two", days, { TARDIS_API_KEY: KEY });
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining("4 files fetched, 0 kept") });
  const paths = ["2026/01/31", "2026/02/01"].flatMap((day) =>
    ["incremental_book_L2", "trades"].map((type) => `/v1/binance/${type}/${day}/BTCUSDT.csv.gz`),
  );
  expect([...asked].sort()).toEqual(paths.sort());
  expect([...keys]).toEqual([`Bearer ${KEY}`]);
  const files = readdirSync(out("two"));
  expect(files).toHaveLength(4);
  const lines = first.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ file }) => file).sort()).toEqual(files.map((file) => join(out("two"), file)));
  expect(lines[0]).toMatchObject({ exchange: "binance", symbol: "btcusdt", type: "trades", day: "2026-01-31" });

  const { summary, damages } = await runReplay([{ path: out("two") }]);
  expect(damages).toEqual([]);
  expect(summary).toMatchObject({ frames: 6, rejected: 0 });
  expect(summary.instruments[BTC]).toMatchObject({
    state: "live",
    snapshots: 2,
    trades: 4,
    bids: [[101, 1]],
    asks: [[102, 2]],
  });

  const cut = join(out("two"), files[2]);
  truncateSync(cut, 40);
  const kill = join(out("two"), ".unfinished");
  mkdirSync(kill);
  writeFileSync(join(kill, `${files[2]}0123456789abcdef.unconfirmed`), "half"); // what a kill leaves
  asked.length = 0;
  const second = await fetch("two", days, { TARDIS_API_KEY: KEY });
  expect(second.stderr).toContain("1 files fetched, 3 kept");
  expect(asked).toHaveLength(1);
  expect(readdirSync(out("two")).sort()).toEqual(files);
  expect((await runReplay([{ path: out("two") }])).summary.frames).toBe(6);
  for (const { stdout, stderr } of [first, second]) expect(stdout + stderr).not.toContain(KEY);
});

test("what goes wrong has a code, leaves no file, and says nothing of the key", async () => {
  const whole = gzipSync("x".repeat(99));
  const cases: Record<string, [code: string, exit: number, told: string, answer: typeof answer]> = {
    A: ["TARDIS_REFUSED", 3, "set TARDIS_API_KEY", (_, response) => response.writeHead(401).end(`not yours: ${KEY}`)],
    B: ["TARDIS_REFUSED", 2, "no such symbol", (_, response) => response.writeHead(400).end("no such symbol")],
    C: ["TARDIS_DAMAGED", 5, "binance_trades_2026-01-02_C", (_, response) => response.end(whole.subarray(0, 20))],
    D: ["TARDIS_UNREACHABLE", 4, "nothing came for 2 s", () => {}],
  };
  answer = (request, response) => cases[/(\w)\.csv/.exec(request.url ?? "")?.[1] ?? ""][3](request, response);
  // One process for all of them: what it throws is what the command prints.
  const program = `
    import { fetchDatasets } from "crosstick/internal/cli/tardis-datasets";
    const options = { directory: ${JSON.stringify(folder)}, apiKey: process.env.TARDIS_API_KEY, patienceMs: 2000, done() {} };
    const ends = [..."ABCD"].map((symbol) => fetchDatasets(["trades", "quotes"].map((type) =>
      ({ exchange: "binance", type, symbol, dayMs: Date.UTC(2026, 0, 2) })), options).catch((error) => error));
    console.log(JSON.stringify((await Promise.all(ends)).map(({ code, exitCode, message }) => [code, exitCode, message])));
    process.exit();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
    ...{ cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    env: { ...process.env, ...env, TARDIS_API_KEY: KEY },
  });
  expect(JSON.parse(stdout)).toEqual(
    Object.values(cases).map(([code, exit, told]) => [code, exit, expect.stringContaining(told)]),
  );
  expect(stdout + stderr).not.toContain(KEY);
  expect(asked, "one request each: the first file goes alone").toHaveLength(4);
  expect(readdirSync(folder).filter((name) => name.includes("2026-01-02"))).toEqual([]);
});

test("without the package: what to install, and nothing is asked", async () => {
  const hook = `export function resolve(name, context, next) { if (name === "tardis-dev") throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" }); return next(name, context); }`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const node = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(register)}"` };
  const { code, stderr } = await fetch("no-package", ["--from", "2026-01-01"], node);
  expect([code, stderr]).toEqual([3, expect.stringContaining("npm install tardis-dev")]);
  expect(stderr).toContain("[TARDIS_PACKAGE]");
  expect(asked).toEqual([]);
});

describe("bad input is refused before anything is asked", () => {
  const good = { exchange: "binance", symbols: "BTCUSDT", "data-types": "trades", from: "2026-01-01", out: out("bad") };
  test.each([
    [{ exchange: "binanc" }, "give one of binance, binance-futures"],
    [{ exchange: "__proto__" }, "give one of binance"],
    [{ symbols: "" }, "give symbols such as"],
    [{ symbols: "BTCUSDT,,ETHUSDT" }, "give symbols such as"],
    [{ symbols: "../../etc" }, "give symbols such as"],
    [{ symbols: "BTC%2f" }, "give symbols such as"],
    [{ "data-types": "trades,book" }, "replay reads no book"],
    [{ "data-types": "" }, "replay reads no type without a name"],
    [{ from: "2026-02-30" }, "give a day such as"],
    [{ from: "2026-1-1" }, "give a day such as"],
    [{ from: "yesterday" }, "give a day such as"],
    [{ to: "2026-01-01" }, "is not after"],
    [{ patience: "0" }, "give seconds above 0"],
  ])("%j", async (change, message) => {
    const program = new Command().exitOverride().configureOutput({ outputError: () => {} });
    registerTardis(program);
    for (const command of program.commands) command.exitOverride().configureOutput({ outputError: () => {} });
    const args = Object.entries({ ...good, ...change }).flatMap(([name, value]) => [`--${name}`, value]);
    await expect(program.parseAsync(["tardis", ...args], { from: "user" })).rejects.toThrow(message);
    expect([asked, existsSync(good.out)]).toEqual([[], false]);
  });
});
