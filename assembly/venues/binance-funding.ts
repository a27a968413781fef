// Binance futures: hours between fundings, out of the reply fundingInfo. It lists the symbols whose cap,
// floor or interval was adjusted; all others have the default of 8 hours.
// Source: developers.binance.com, USD-M and COIN-M, "Get Funding Rate Info".
import {
  KIND_FUNDING,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_COINM,
  PRODUCT_SPOT,
  RECORD_INSTRUMENT,
  REJECT_MALFORMED,
  REJECT_MISSING_FIELD,
  REJECT_SYMBOL,
  REJECT_WRONG_PRODUCT,
  SYMBOL_INSTRUMENT,
  SYMBOL_LENGTH,
  SYMBOL_NAME_BYTES,
  SYMBOL_PRODUCT,
  SYMBOL_SLOTS,
} from "../../src/layout";
import { fault, isNull, isText, numberOf } from "../fields";
import { endMessage, fill, head, put, recordAt, written } from "../records";
import { findSymbol, symbolSlot } from "../symbols";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, valueOf, wordsAre } from "../walk";

const DEFAULT_HOURS: f64 = 8;

const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_INTERVAL: u64 = 0x49676e69646e7566; // fundingI
const KEY_INTERVAL_MIDDLE: u64 = 0x486c61767265746e; // ntervalH
const KEY_INTERVAL_END: u64 = 0x7372756f; // ours

/** Values of the element read last; 0 where it has none. */
let symbolAt: usize = 0;
let intervalAt: usize = 0;

function readElement(element: usize): void {
  symbolAt = 0;
  intervalAt = 0;
  for (let key = firstOf(element); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    if (wordsAre(6, KEY_SYMBOL)) symbolAt = value;
    else if (wordsAre(20, KEY_INTERVAL, KEY_INTERVAL_MIDDLE, KEY_INTERVAL_END)) intervalAt = value;
    key = nextOf(value);
  }
}

/** Whether a list is this reply, by its first element. */
export function isFundingInfo(list: usize): bool {
  const first = firstOf(list);
  if (first == 0 || load<u8>(first) != 0x7b) return false;
  readElement(first);
  return intervalAt != 0;
}

/** Intervals of the lane's own perpetuals, each a message of its own: records, or what is wrong. */
export function fundingInfo(lane: usize, list: usize): i32 {
  const product = load<u32>(lane, MESSAGE_PRODUCT);
  if (product == PRODUCT_SPOT) return REJECT_WRONG_PRODUCT;
  for (let element = firstOf(list); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readElement(element);
    if (symbolAt == 0 || intervalAt == 0 || isNull(intervalAt)) return REJECT_MISSING_FIELD;
    if (!isText(symbolAt)) return REJECT_SYMBOL;
    const status = readText(lane, symbolAt);
    if (status != 0) return status;
    // The reply is of the whole product: only what the lane has is of interest.
    const isName = textBytes > 0 && textBytes <= SYMBOL_NAME_BYTES;
    const slot: usize = isName ? findSymbol(lane, textAt, textBytes, product) : 0;
    const hours = numberOf(lane, intervalAt, REJECT_MALFORMED);
    if (fault() != 0) return fault();
    if (!(hours > 0)) return REJECT_MALFORMED;
    if (slot != 0 && !write(slot, hours)) return NEED_SPACE;
  }
  const listed = written();
  let slot = nextPerpetual(lane, product, -1);
  while (slot != 0) {
    if (!isListed(slot, listed) && !write(slot, DEFAULT_HOURS)) return NEED_SPACE;
    slot = nextPerpetual(lane, product, load<u16>(slot, SYMBOL_INSTRUMENT));
  }
  return written();
}

/** The perpetual that follows an instrument in the order of their numbers, 0 after the last. */
function nextPerpetual(lane: usize, product: u32, instrument: i32): usize {
  let found: usize = 0;
  for (let index = 0; index < SYMBOL_SLOTS; index++) {
    const slot = symbolSlot(lane, index);
    if (slot == 0 || load<u32>(slot, SYMBOL_PRODUCT) != product || !isPerpetual(slot, product)) continue;
    const number = <i32>load<u16>(slot, SYMBOL_INSTRUMENT);
    if (number > instrument && (found == 0 || number < <i32>load<u16>(found, SYMBOL_INSTRUMENT))) found = slot;
  }
  return found;
}

function write(slot: usize, hours: f64): bool {
  const at = put(head(slot, KIND_FUNDING, 0), NaN, 0);
  if (at == 0) return false;
  fill(at, NaN, hours, NaN, NaN);
  endMessage();
  return true;
}

/** Whether one of the first `count` records is of the instrument. */
function isListed(slot: usize, count: i32): bool {
  const instrument = load<u16>(slot, SYMBOL_INSTRUMENT);
  for (let i = 0; i < count; i++) if (load<u16>(recordAt(i), RECORD_INSTRUMENT) == instrument) return true;
  return false;
}

/** `PERP` */
const PERPETUAL: u32 = 0x50524550;

/** `BTCUSD_PERP` of COIN-M; on USD-M whatever has no underscore. */
function isPerpetual(slot: usize, product: u32): bool {
  const length = load<i32>(slot, SYMBOL_LENGTH);
  if (product == PRODUCT_COINM)
    return length > 5 && load<u8>(slot + length - 5) == 0x5f && load<u32>(slot + length - 4) == PERPETUAL;
  for (let i = 0; i < length; i++) if (load<u8>(slot + i) == 0x5f) return false;
  return true;
}
