/** Time for the stream server. */
export interface StreamClock {
  /** Milliseconds that never go back; only differences mean something. */
  monotonicMs(): number;
  /** Wall clock, epoch µs, whole. */
  nowUs(): number;
}

/** The machine's own clocks. */
export const systemClock: StreamClock = {
  monotonicMs: () => performance.now(),
  nowUs: () => Math.floor((performance.timeOrigin + performance.now()) * 1000),
};
