// OKX v5: liquidations of a whole product, by the general scanner. The venue says that they are not all of them.
import {
  FLAG_SELL,
  KIND_LIQUIDATION,
  LIQUIDATION_PRICE_BANKRUPTCY,
  MESSAGE_PRODUCT,
  NEED_SPACE,
  PRODUCT_FUTURES,
  PRODUCT_SWAP,
  REJECT_MALFORMED,
  REJECT_SIDE,
} from "../../src/layout";
import { baseSizeOf, container, fault, field, isAbsent, isText, priceOf, required, sizeOf, timeOf } from "../fields";
import { fill, head, put } from "../records";
import { firstOf, nextOf, readWords, wordsAre } from "../walk";
import {
  FIELD_BANKRUPTCY,
  FIELD_DETAILS,
  FIELD_POSITION,
  FIELD_SIDE,
  FIELD_SIZE,
  FIELD_TIME,
  isSale,
  readFields,
} from "./okx-fields";

/** One element, with a record for each of its details: 0, or what is wrong. Margin and options have no price and side. */
export function liquidations(lane: usize, slot: usize): i32 {
  const product = load<u32>(lane, MESSAGE_PRODUCT);
  if (product != PRODUCT_SWAP && product != PRODUCT_FUTURES) return 0;
  const details = container(lane, FIELD_DETAILS, 0x5b);
  if (fault() != 0) return fault();
  for (let detail = firstOf(details); detail != 0; detail = nextOf(detail)) {
    if (load<u8>(detail) != 0x7b) return REJECT_MALFORMED;
    readFields(lane, detail);
    const timeUs = timeOf(lane, required(lane, FIELD_TIME));
    const price = priceOf(lane, required(lane, FIELD_BANKRUPTCY));
    const sizeAt = required(lane, FIELD_SIZE);
    const native = sizeOf(lane, sizeAt);
    const size = baseSizeOf(lane, sizeAt, slot, price);
    // The order closes the position: a sale means that a long was liquidated.
    const isLong = isSale(required(lane, FIELD_SIDE));
    if (fault() != 0) return fault();
    if (!agrees(field(lane, FIELD_POSITION), isLong)) return REJECT_SIDE;
    const at = put(head(slot, KIND_LIQUIDATION, isLong ? 0 : FLAG_SELL), timeUs, 0);
    if (at == 0) return NEED_SPACE;
    fill(at, price, size, native, LIQUIDATION_PRICE_BANKRUPTCY);
  }
  return 0;
}

const POSITION_LONG: u64 = 0x676e6f6c; // long
const POSITION_SHORT: u64 = 0x74726f6873; // short
const POSITION_NET: u64 = 0x74656e; // net

/** The position as the venue names it, where it does, is the one that the order's side closes. */
function agrees(value: usize, isLong: bool): bool {
  if (isAbsent(value)) return true;
  if (!isText(value)) return false;
  readWords(value);
  if (wordsAre(3, POSITION_NET)) return true;
  return isLong ? wordsAre(4, POSITION_LONG) : wordsAre(5, POSITION_SHORT);
}
