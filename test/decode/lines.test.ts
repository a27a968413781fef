import * as L from "crosstick/internal/layout";
import { describe, expect, test } from "vitest";
import { Decoder } from "./decoder.js";

const decoder = new Decoder(L.VENUE_BINANCE, L.PRODUCT_SPOT);
const { kernel, u8, u32, f64, lane, scratch } = decoder;

interface Line {
  result: number;
  frame: string;
  us: number;
  nanos: number;
  next: number;
}

function nextLine(text: string, from = 0): Line {
  const bytes = new TextEncoder().encode(text);
  u8.set(bytes, scratch);
  // What follows is the rest of an earlier, longer read.
  u8.set(new TextEncoder().encode('\n1723161256 {"stale":1}\n'), scratch + bytes.length);
  const result = kernel.nextLine(lane, scratch + from, scratch + bytes.length);
  const at = u32[(lane + L.MESSAGE_FRAME_AT) >> 2];
  return {
    result,
    frame: result === 1 ? new TextDecoder().decode(u8.slice(at, u32[(lane + L.MESSAGE_FRAME_END) >> 2])) : "",
    us: f64[(lane + L.MESSAGE_RECEIVED_TIME_US) >> 3],
    nanos: u32[(lane + L.MESSAGE_RECEIVED_NANOS) >> 2],
    next: u32[(lane + L.MESSAGE_NEXT_LINE) >> 2] - scratch,
  };
}

describe("the receive time, told apart by magnitude", () => {
  const cases: [string, number, number][] = [
    ["1723161256", 1723161256000000, 0],
    ["1723161256.172216566", 1723161256172216, 566],
    ["1723161256.1722165669999", 1723161256172216, 566],
    ["1723161256.5", 1723161256500000, 0],
    ["1723161256172", 1723161256172000, 0],
    ["1723161256172.216566", 1723161256172216, 566],
    ["1723161256172216", 1723161256172216, 0],
    ["1723161256172216.566", 1723161256172216, 566],
    ["1723161256172216.5669", 1723161256172216, 566],
    ["1723161256172216566", 1723161256172216, 566],
    ["1723161256172216566.9", 1723161256172216, 566],
    ["1680652700423575", 1680652700423575, 0],
    ["1633998512.0633569", 1633998512063356, 900],
    ["0001723161256", 1723161256000000, 0],
    ["100000000", 100000000000000, 0],
  ];
  for (const [text, us, nanos] of cases)
    test(text, () => {
      const line = `${text} {"a":1}\n`;
      expect(nextLine(line)).toEqual({ result: 1, frame: '{"a":1}', us, nanos, next: line.length });
    });
});

describe("what is no line is refused, and the next one found", () => {
  for (const text of [
    '{"a":1}',
    "1723161256",
    "1723161256 ",
    "1723161256\t{}",
    "1723161256{}",
    " 1723161256 {}",
    "-1723161256 {}",
    "1723161256. {}",
    ".5 {}",
    "1723161256.5.5 {}",
    "1723161256e0 {}",
    "99999999 {}",
    "0 {}",
    "50000000000 {}",
    "50000000000000 {}",
    "50000000000000000 {}",
    "99999999999999999999 {}",
    "123456789012345678901 {}",
    "x 1723161256 {}",
  ])
    test(JSON.stringify(text), () => {
      const { result, next } = nextLine(`${text}\n1723161256 {}\n`);
      expect([result, next]).toEqual([L.REJECT_LINE, text.length + 1]);
      expect(nextLine(`${text}\n1723161256 {}\n`, next)).toMatchObject({ result: 1, frame: "{}" });
    });
});

test("blank lines are skipped, ends of lines and blanks around a frame cut off", () => {
  const text = '\n\r\n   \n1723161256   {"a": 1} \r\n';
  expect(nextLine(text)).toMatchObject({ result: 1, frame: '{"a": 1}', next: text.length });
});

test("a line without its end is not a line yet, and is where the next read begins", () => {
  for (const text of ["", "1723161256", '1723161256 {"a":1}', "1723161256 {}\r"])
    expect(nextLine(text)).toMatchObject({ result: 0, next: 0 });
  expect(nextLine("\n\n1723161256 {")).toMatchObject({ result: 0, next: 2 });
});

test("lines of any length and at any place are found", () => {
  for (let length = 1; length < 80; length++) {
    const text = `1723161256 ${"x".repeat(length)}\n1723161257 y\n`;
    const first = nextLine(text);
    expect(first).toMatchObject({ result: 1, frame: "x".repeat(length), next: length + 12 });
    expect(nextLine(text, first.next)).toMatchObject({ result: 1, frame: "y", us: 1723161257000000 });
    expect(nextLine(text, text.length)).toMatchObject({ result: 0, next: text.length });
  }
});
