import { createSimulator, type Simulator } from "crosstick/internal/simulator/simulator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { okxExamples as examples } from "../decode/examples-okx.js";
import { getJson, type Message, until, Wire } from "./wire.js";

const SEED = 43;
const CALL = "BTC-USD-270326-65000-C";
const PUT = "BTC-USD-270326-65000-P";
let simulator: Simulator;
let wire: Wire;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  simulator = await createSimulator({ venues: ["okx"], seed: SEED, speed: 20 });
  wire = await Wire.open(`${simulator.endpoints.okx.option.ws}/ws/v5/public`);
});
afterAll(async () => {
  wire.end();
  await simulator.stop();
});

const rest = (path: string) => getJson(`${simulator.endpoints.okx.option.rest}/api/v5/${path}`);
const summaries = () => wire.messages.filter(({ arg, data }) => (arg as Message)?.channel === "opt-summary" && data);

test("a family's summary names all its options: dollars by Black and Scholes, coin adjusted by the premium", async () => {
  const args = [{ channel: "opt-summary", instFamily: "BTC-USD" }];
  wire.send({ id: "1", op: "subscribe", args: [...args, { channel: "opt-summary", instFamily: "SOL-USD" }] });
  await until("three summaries", () => summaries().length > 2, 10_000);
  expect(wire.messages.filter(({ event }) => event !== undefined)).toMatchObject([
    { event: "subscribe", arg: args[0] },
    { event: "error", code: "60018" },
  ]);
  const elements = summaries()[2].data as Record<string, string>[];
  const names = simulator.markets.filter(({ symbol }) => /^BTC-USD-.*-[CP]$/.test(symbol)).map(({ symbol }) => symbol);
  expect(elements.map(({ instId }) => instId)).toEqual(names);
  const recorded = examples.find(({ name }) => name === "okx option opt-summary");
  const known = Object.keys((JSON.parse(recorded?.text ?? "{}") as { data: object[] }).data[0]);
  for (const element of elements) expect(Object.keys(element)).toEqual(expect.arrayContaining(known));
  const [call, put] = [CALL, PUT].map(
    (name) => elements.find(({ instId }) => instId === name) as Record<string, string>,
  );
  expect(Number(call.deltaBS) - Number(put.deltaBS)).toBeCloseTo(1, 6);
  expect(call.markVol).toBe(put.markVol);
  const marks = (await rest(`market/tickers?instType=OPTION`)).data as Record<string, string>[];
  const { askPx } = marks.find(({ instId }) => instId === CALL) as Record<string, string>;
  expect(Number(call.deltaBS) - Number(call.delta)).toBeCloseTo(Number(askPx), 2);
});

test("instruments are listed a family at a time, in contracts of a part of a coin", async () => {
  expect((await rest("public/instruments?instType=OPTION")).code).toBe("50015");
  const list = (await rest("public/instruments?instType=OPTION&instFamily=ETH-USD")).data as Message[];
  expect(list.length).toBe(12);
  expect(list[1]).toMatchObject({
    ...{ instId: "ETH-USD-270326-1800-P", optType: "P", stk: "1800", ctVal: "1", ctMult: "0.1", ctValCcy: "ETH" },
    ...{ settleCcy: "ETH", expTime: "1806048000000", ctType: "" },
  });
});
