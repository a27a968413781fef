// OKX v5: index prices. An index is of many contracts, and names none of them.
import {
  KIND_MARK,
  LANE_SYMBOLS,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_FUTURES,
  PRODUCT_SPOT,
  PRODUCT_SWAP,
  REJECT_MALFORMED,
  REJECT_SYMBOL,
  SYMBOL_BYTES,
  SYMBOL_LENGTH,
  SYMBOL_PRODUCT,
  SYMBOL_SLOTS,
} from "../../src/layout";
import { fault, isText, priceOf, required, timeOf } from "../fields";
import { endMessage, fill, head, put, written } from "../records";
import { useSymbol } from "../symbols";
import { firstOf, nextOf, readText, textAt, textBytes } from "../walk";
import { FIELD_INDEX, FIELD_INSTRUMENT, FIELD_TIME, productOfName, readFields } from "./okx-fields";

/**
 * index-tickers: a message for every contract of the lane that is settled by the index `BTC-USDT`. Of
 * options the summary tells the forward price, which is what counts; spot is no contract.
 */
export function indexTickers(lane: usize, data: usize): i32 {
  const product = load<u32>(lane, MESSAGE_PRODUCT);
  if (product != PRODUCT_SWAP && product != PRODUCT_FUTURES) return 0;
  for (let element = firstOf(data); element != 0; element = nextOf(element)) {
    if (load<u8>(element) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, element);
    const named = required(lane, FIELD_INSTRUMENT);
    const price = priceOf(lane, required(lane, FIELD_INDEX));
    const timeUs = timeOf(lane, required(lane, FIELD_TIME));
    if (fault() != 0) return fault();
    if (!isText(named) || readText(lane, named) != 0) return REJECT_SYMBOL;
    // An index has the name of a pair.
    if (productOfName(textAt, textBytes) != PRODUCT_SPOT) return REJECT_SYMBOL;
    for (let slot = 0; slot < SYMBOL_SLOTS; slot++) {
      const at = lane + LANE_SYMBOLS + slot * SYMBOL_BYTES;
      if (!isOfIndex(at, product)) continue;
      useSymbol(lane, at);
      const record = put(head(at, KIND_MARK, 0), timeUs, 0);
      if (record == 0) return NEED_SPACE;
      fill(record, NaN, price, NaN, NaN);
      endMessage();
    }
  }
  return written();
}

/** The contract's name is that of the index read last and what follows it: `-SWAP`, `-261225`, `_UM_XPERP-310404`. */
function isOfIndex(slot: usize, product: u32): bool {
  if (load<i32>(slot, SYMBOL_LENGTH) <= textBytes || load<u32>(slot, SYMBOL_PRODUCT) != product) return false;
  const next = load<u8>(slot + textBytes);
  if (next != 0x2d && next != 0x5f) return false;
  for (let i = 0; i < textBytes; i++) if (load<u8>(slot + i) != load<u8>(textAt + i)) return false;
  return true;
}
