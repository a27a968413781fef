// Tardis: the normalised messages of tardis-machine, of any venue, and the rows of its CSV files brought into
// that shape (src/sources/recording/tardis-csv.ts). Amounts and volatilities are the venue's own, unscaled.
// Source: docs.tardis.dev/api/tardis-machine, "Normalized data types".
import { MESSAGE_FEED_LOST, MESSAGE_MAY_BE_BOOK, REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, field, isText } from "../fields";
import { skipSpace, validate } from "../scan";
import { readWords, wordsAre } from "../walk";
import { bookChange, bookSnapshot } from "./tardis-book";
import { FIELD_TYPE, readFields } from "./tardis-fields";
import { bookTicker, liquidation, trade } from "./tardis-market";
import { derivativeTicker, optionSummary } from "./tardis-ticker";

const TYPE_TRADE: u64 = 0x6564617274; // trade
const TYPE_BOOK_CHANGE: u64 = 0x6168635f6b6f6f62; // book_cha
const TYPE_BOOK_CHANGE_END: u64 = 0x65676e; // nge
const TYPE_BOOK_SNAPSHOT: u64 = 0x616e735f6b6f6f62; // book_sna
const TYPE_BOOK_SNAPSHOT_END: u64 = 0x746f687370; // pshot
const TYPE_BOOK_TICKER: u64 = 0x6369745f6b6f6f62; // book_tic
const TYPE_BOOK_TICKER_END: u64 = 0x72656b; // ker
const TYPE_DERIVATIVE_TICKER: u64 = 0x6974617669726564; // derivati
const TYPE_DERIVATIVE_TICKER_MIDDLE: u64 = 0x656b6369745f6576; // ve_ticke
const TYPE_DERIVATIVE_TICKER_END: u64 = 0x72; // r
const TYPE_LIQUIDATION: u64 = 0x746164697571696c; // liquidat
const TYPE_LIQUIDATION_END: u64 = 0x6e6f69; // ion
const TYPE_OPTION_SUMMARY: u64 = 0x735f6e6f6974706f; // option_s
const TYPE_OPTION_SUMMARY_END: u64 = 0x7972616d6d75; // ummary
const TYPE_DISCONNECT: u64 = 0x656e6e6f63736964; // disconne
const TYPE_DISCONNECT_END: u64 = 0x7463; // ct
const TYPE_ERROR: u64 = 0x726f727265; // error
const TYPE_TRADE_BAR: u64 = 0x61625f6564617274; // trade_ba
const TYPE_TRADE_BAR_END: u64 = 0x72; // r

/** Decodes the frame at [at, end), which came from `venue`: records, 0 not used, below 0 refused. */
export function tardisGeneral(venue: u32, lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readFields(lane, root);
  const type = field(lane, FIELD_TYPE);
  if (!isText(type)) return REJECT_UNKNOWN;
  readWords(type);
  if (wordsAre(11, TYPE_BOOK_CHANGE, TYPE_BOOK_CHANGE_END)) return bookChange(lane);
  if (wordsAre(13, TYPE_BOOK_SNAPSHOT, TYPE_BOOK_SNAPSHOT_END)) return bookSnapshot(lane);
  store<u32>(lane, 0, MESSAGE_MAY_BE_BOOK);
  if (wordsAre(5, TYPE_TRADE)) return trade(lane);
  if (wordsAre(11, TYPE_BOOK_TICKER, TYPE_BOOK_TICKER_END)) return bookTicker(lane);
  if (wordsAre(17, TYPE_DERIVATIVE_TICKER, TYPE_DERIVATIVE_TICKER_MIDDLE, TYPE_DERIVATIVE_TICKER_END))
    return derivativeTicker(lane);
  if (wordsAre(11, TYPE_LIQUIDATION, TYPE_LIQUIDATION_END)) return liquidation(venue, lane);
  if (wordsAre(14, TYPE_OPTION_SUMMARY, TYPE_OPTION_SUMMARY_END)) return optionSummary(venue, lane);
  // The relay lost the venue: its messages bear no numbers, so nothing later would tell what is missing.
  if (wordsAre(10, TYPE_DISCONNECT, TYPE_DISCONNECT_END)) {
    store<u8>(lane, 1, MESSAGE_FEED_LOST);
    return 0;
  }
  return wordsAre(5, TYPE_ERROR) || wordsAre(9, TYPE_TRADE_BAR, TYPE_TRADE_BAR_END) ? 0 : REJECT_UNKNOWN;
}
