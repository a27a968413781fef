import * as L from "../layout.js";

/** Stable names of the reasons for which a frame is refused: `rejections` of the summary and a metric label. */
const names = new Map<number, string>([
  [L.REJECT_MALFORMED, "malformed"],
  [L.REJECT_UNKNOWN, "unknown"],
  [L.REJECT_MISSING_FIELD, "missing-field"],
  [L.REJECT_PRICE, "price"],
  [L.REJECT_SIZE, "size"],
  [L.REJECT_TIME, "time"],
  [L.REJECT_ID, "id"],
  [L.REJECT_CONTRACT_SIZE, "contract-size-unknown"],
  [L.REJECT_WRONG_PRODUCT, "wrong-product"],
  [L.REJECT_SYMBOL, "symbol"],
  [L.REJECT_TOO_LONG, "too-long"],
  [L.REJECT_TOO_MANY_RECORDS, "too-many-records"],
  [L.REJECT_CAPACITY, "instrument-capacity"],
  [L.REJECT_LINE, "line"],
  [L.REJECT_SIDE, "side"],
  [L.REJECT_UNATTRIBUTED, "snapshot-unattributed"],
  [L.REJECT_DEPTH_LIMIT, "nesting"],
  [L.REJECT_COMPRESSION, "compression"],
]);

/** The name of a REJECT_* code. */
export function rejectionName(code: number): string {
  return names.get(code) ?? `code${code}`;
}
