// Binance: keys that messages of several shapes have, as the bytes in which they come.
export const SYMBOL: u64 = 0x223a2273222c; // ,"s":"
export const PAIR: u64 = 0x223a227370222c22; // ","ps":"
export const TIME: u64 = 0x3a2254222c; // ,"T":
export const EVENT_TIME: u64 = 0x3a2245222c; // ,"E":
