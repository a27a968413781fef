import { afterAll, beforeAll, expect, test } from "vitest";
import { frame, RawSocket } from "./raw-socket.js";
import { type Backend, type Started, start } from "./started.js";

const ping = JSON.stringify({ op: "ping", id: 1 });

export function frameCases(backend: Backend): void {
  let started: Started;
  beforeAll(async () => {
    started = await start(backend);
  });
  afterAll(() => started.stop());

  const upgraded = async () => {
    const raw = new RawSocket(started.port);
    await raw.upgrade();
    return raw;
  };

  /**
   * RFC 6455 asks for a close frame (7.1.7: SHOULD). uWebSockets.js cuts the connection without one where a frame
   * is malformed: there only the end is checked.
   */
  const broken: [what: string, bytes: Buffer, code: number][] = [
    ["an unknown opcode", frame(3, "x"), 1002],
    ["a reserved bit", frame(1, ping, { reserved: 0x40 }), 1002],
    ["a ping that is too long", frame(9, "x".repeat(126)), 1002],
    ["a ping in fragments", frame(9, "x", { final: false }), 1002],
    ["a continuation of nothing", frame(0, "x"), 1002],
    ["text that is not UTF-8", frame(1, Buffer.from([0x22, 0xc3, 0x28, 0x22])), 1007],
    ["a length of 2^62", Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1009],
  ];
  test.each(broken)("%s ends the connection", async (_, bytes, code) => {
    const raw = await upgraded();
    raw.write(bytes);
    await raw.closed;
    if (backend === "ws") expect(raw.closeCode()).toBe(code);
    else expect([null, code]).toContain(raw.closeCode());
  });

  test.each([
    ["1005, which may not be sent", Buffer.from([3, 237]), 1002],
    ["999", Buffer.from([3, 231]), 1002],
    ["one byte", Buffer.from([3]), 1002],
    ["1000", Buffer.from([3, 232]), 1000],
    ["4999", Buffer.from([19, 135]), 4999],
  ])("a close with code %s is answered or cut", async (_, bytes, code) => {
    const raw = await upgraded();
    raw.write(frame(8, bytes));
    await raw.closed;
    if (backend === "ws" || code !== 1002) expect(raw.closeCode()).toBe(code);
  });

  test("a frame that is not masked serves nothing", async () => {
    const raw = await upgraded();
    raw.write(frame(1, ping, { masked: false }));
    const ended = await Promise.race([raw.closed.then(() => true), new Promise((resolve) => setTimeout(resolve, 300))]);
    expect(raw.received.includes("pong")).toBe(false);
    if (backend === "ws") expect([ended, raw.closeCode()]).toEqual([true, 1002]);
    raw.socket.destroy();
  });

  test("a message in fragments with a ping in between is understood", async () => {
    const raw = await upgraded();
    raw.write(Buffer.concat([frame(1, ping.slice(0, 5), { final: false }), frame(9, "hi"), frame(0, ping.slice(5))]));
    await raw.until((bytes) => bytes.includes('"pong"'));
    expect(raw.received.includes(Buffer.from([0x8a, 2, 0x68, 0x69]))).toBe(true);
    raw.socket.destroy();
  });

  test("a binary message is closed with 1003", async () => {
    const raw = await upgraded();
    raw.write(frame(2, ping));
    await raw.until(() => raw.closeCode() !== null);
    expect(raw.closeCode()).toBe(1003);
    raw.socket.destroy();
  });

  test("a message above the limit is closed with 1009, one at the limit is not", async () => {
    const fitting = await upgraded();
    fitting.write(frame(1, ping.padEnd(65_536)));
    await fitting.until((bytes) => bytes.includes('"pong"'));
    fitting.socket.destroy();
    const raw = await upgraded();
    raw.write(frame(1, ping.padEnd(65_537)));
    await raw.closed;
    expect(raw.closeCode()).toBe(1009);
  });

  test("random bytes after the upgrade harm nobody else", async () => {
    const seed = Number(process.env.SEED ?? 20_261_121);
    console.log(`frames of random bytes, seed ${seed}`);
    let state = seed;
    const byte = (): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 16) & 255;
    };
    const other = await started.connect();
    await other.next("hello");
    for (let i = 0; i < 60; i++) {
      const raw = await upgraded();
      const payload = Buffer.from(Array.from({ length: byte() }, byte));
      raw.write(i % 2 === 0 ? payload : frame(byte() & 15, payload, { final: byte() > 30, reserved: byte() & 0x10 }));
      raw.socket.end();
      setTimeout(() => raw.socket.destroy(), 100);
    }
    other.say({ op: "ping", id: 1 });
    await other.next("pong");
    await expect.poll(() => started.server.hub.connections.size, { timeout: 5000 }).toBe(1);
  });
}
