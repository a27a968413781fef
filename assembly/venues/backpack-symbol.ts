// Backpack: whose message it is. All markets share one address; a name tells its product.
import { MESSAGE_PRODUCT, PRODUCT_SWAP, REJECT_SYMBOL, REJECT_WRONG_PRODUCT } from "../../src/layout";
import { fault, isText, required } from "../fields";
import { resolve } from "../symbols";
import { readText, textAt, textBytes } from "../walk";

/** Makes the named symbol the message's: 0, or what is wrong. Perpetuals alone end in `_PERP`. */
export function market(lane: usize, index: i32): i32 {
  const value = required(lane, index);
  if (value == 0) return fault();
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  if (status != 0) return status;
  if (isPerpetual() != (load<u32>(lane, MESSAGE_PRODUCT) == PRODUCT_SWAP)) return REJECT_WRONG_PRODUCT;
  return resolve(lane, textAt, textBytes);
}

/** `PERP` */
const PERPETUAL: u32 = 0x50524550;

function isPerpetual(): bool {
  if (textBytes < 5) return false;
  const end = textAt + textBytes;
  return load<u8>(end - 5) == 0x5f && load<u32>(end - 4) == PERPETUAL;
}
