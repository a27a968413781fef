// Keys of tardis-machine's normalised messages, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, wordBytes, wordsAre } from "../walk";

export const FIELD_TYPE: i32 = 0;
export const FIELD_SYMBOL: i32 = 1;
export const FIELD_ID: i32 = 2;
export const FIELD_PRICE: i32 = 3;
export const FIELD_AMOUNT: i32 = 4;
export const FIELD_SIDE: i32 = 5;
export const FIELD_TIME: i32 = 6;
export const FIELD_IS_SNAPSHOT: i32 = 7;
export const FIELD_BIDS: i32 = 8;
export const FIELD_ASKS: i32 = 9;
export const FIELD_DEPTH: i32 = 10;
/** The touch is named one way in `book_ticker` and another in `option_summary`. */
export const FIELD_BID: i32 = 11;
export const FIELD_BID_AMOUNT: i32 = 12;
export const FIELD_ASK: i32 = 13;
export const FIELD_ASK_AMOUNT: i32 = 14;
export const FIELD_OPEN_INTEREST: i32 = 15;
export const FIELD_RATE: i32 = 16;
export const FIELD_NEXT: i32 = 17;
export const FIELD_PREDICTED: i32 = 18;
export const FIELD_INDEX: i32 = 19;
export const FIELD_MARK: i32 = 20;
export const FIELD_BID_IV: i32 = 21;
export const FIELD_ASK_IV: i32 = 22;
export const FIELD_MARK_IV: i32 = 23;
export const FIELD_DELTA: i32 = 24;
export const FIELD_GAMMA: i32 = 25;
export const FIELD_VEGA: i32 = 26;
export const FIELD_THETA: i32 = 27;
export const FIELD_UNDERLYING: i32 = 28;

const KEY_TYPE: u64 = 0x65707974; // type
const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_ID: u64 = 0x6469; // id
const KEY_PRICE: u64 = 0x6563697270; // price
const KEY_AMOUNT: u64 = 0x746e756f6d61; // amount
const KEY_SIDE: u64 = 0x65646973; // side
const KEY_TIMESTAMP: u64 = 0x6d617473656d6974; // timestam
const KEY_TIMESTAMP_END: u64 = 0x70; // p
const KEY_IS_SNAPSHOT: u64 = 0x687370616e537369; // isSnapsh
const KEY_IS_SNAPSHOT_END: u64 = 0x746f; // ot
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_DEPTH: u64 = 0x6874706564; // depth
const KEY_BID_PRICE: u64 = 0x6563697250646962; // bidPrice
const KEY_BEST_BID_PRICE: u64 = 0x5064694274736562; // bestBidP
const KEY_BEST_BID_PRICE_END: u64 = 0x65636972; // rice
const KEY_BID_AMOUNT: u64 = 0x6e756f6d41646962; // bidAmoun
const KEY_BID_AMOUNT_END: u64 = 0x74; // t
const KEY_BEST_BID_AMOUNT: u64 = 0x4164694274736562; // bestBidA
const KEY_BEST_BID_AMOUNT_END: u64 = 0x746e756f6d; // mount
const KEY_ASK_PRICE: u64 = 0x65636972506b7361; // askPrice
const KEY_BEST_ASK_PRICE: u64 = 0x506b734174736562; // bestAskP
const KEY_BEST_ASK_PRICE_END: u64 = 0x65636972; // rice
const KEY_ASK_AMOUNT: u64 = 0x6e756f6d416b7361; // askAmoun
const KEY_ASK_AMOUNT_END: u64 = 0x74; // t
const KEY_BEST_ASK_AMOUNT: u64 = 0x416b734174736562; // bestAskA
const KEY_BEST_ASK_AMOUNT_END: u64 = 0x746e756f6d; // mount
const KEY_OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte
const KEY_OPEN_INTEREST_END: u64 = 0x74736572; // rest
const KEY_FUNDING_RATE: u64 = 0x52676e69646e7566; // fundingR
const KEY_FUNDING_RATE_END: u64 = 0x657461; // ate
const KEY_FUNDING_TIMESTAMP: u64 = 0x54676e69646e7566; // fundingT
const KEY_FUNDING_TIMESTAMP_END: u64 = 0x706d617473656d69; // imestamp
const KEY_PREDICTED_FUNDING_RATE: u64 = 0x6574636964657270; // predicte
const KEY_PREDICTED_FUNDING_RATE_MIDDLE: u64 = 0x676e69646e754664; // dFunding
const KEY_PREDICTED_FUNDING_RATE_END: u64 = 0x65746152; // Rate
const KEY_INDEX_PRICE: u64 = 0x6972507865646e69; // indexPri
const KEY_INDEX_PRICE_END: u64 = 0x6563; // ce
const KEY_MARK_PRICE: u64 = 0x636972506b72616d; // markPric
const KEY_MARK_PRICE_END: u64 = 0x65; // e
const KEY_BEST_BID_IV: u64 = 0x4964694274736562; // bestBidI
const KEY_BEST_BID_IV_END: u64 = 0x56; // V
const KEY_BEST_ASK_IV: u64 = 0x496b734174736562; // bestAskI
const KEY_BEST_ASK_IV_END: u64 = 0x56; // V
const KEY_MARK_IV: u64 = 0x56496b72616d; // markIV
const KEY_DELTA: u64 = 0x61746c6564; // delta
const KEY_GAMMA: u64 = 0x616d6d6167; // gamma
const KEY_VEGA: u64 = 0x61676576; // vega
const KEY_THETA: u64 = 0x6174656874; // theta
const KEY_UNDERLYING_PRICE: u64 = 0x69796c7265646e75; // underlyi
const KEY_UNDERLYING_PRICE_END: u64 = 0x6563697250676e; // ngPrice

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordsAre(2, KEY_ID)) return FIELD_ID;
  if (wordBytes == 4) {
    if (wordsAre(4, KEY_TYPE)) return FIELD_TYPE;
    if (wordsAre(4, KEY_SIDE)) return FIELD_SIDE;
    if (wordsAre(4, KEY_BIDS)) return FIELD_BIDS;
    if (wordsAre(4, KEY_ASKS)) return FIELD_ASKS;
    return wordsAre(4, KEY_VEGA) ? FIELD_VEGA : -1;
  }
  if (wordBytes == 5) {
    if (wordsAre(5, KEY_PRICE)) return FIELD_PRICE;
    if (wordsAre(5, KEY_DEPTH)) return FIELD_DEPTH;
    if (wordsAre(5, KEY_DELTA)) return FIELD_DELTA;
    if (wordsAre(5, KEY_GAMMA)) return FIELD_GAMMA;
    return wordsAre(5, KEY_THETA) ? FIELD_THETA : -1;
  }
  if (wordBytes == 6) {
    if (wordsAre(6, KEY_SYMBOL)) return FIELD_SYMBOL;
    if (wordsAre(6, KEY_AMOUNT)) return FIELD_AMOUNT;
    return wordsAre(6, KEY_MARK_IV) ? FIELD_MARK_IV : -1;
  }
  if (wordBytes == 8) {
    if (wordsAre(8, KEY_BID_PRICE)) return FIELD_BID;
    return wordsAre(8, KEY_ASK_PRICE) ? FIELD_ASK : -1;
  }
  if (wordBytes == 9) {
    if (wordsAre(9, KEY_TIMESTAMP, KEY_TIMESTAMP_END)) return FIELD_TIME;
    if (wordsAre(9, KEY_BID_AMOUNT, KEY_BID_AMOUNT_END)) return FIELD_BID_AMOUNT;
    if (wordsAre(9, KEY_ASK_AMOUNT, KEY_ASK_AMOUNT_END)) return FIELD_ASK_AMOUNT;
    if (wordsAre(9, KEY_MARK_PRICE, KEY_MARK_PRICE_END)) return FIELD_MARK;
    if (wordsAre(9, KEY_BEST_BID_IV, KEY_BEST_BID_IV_END)) return FIELD_BID_IV;
    return wordsAre(9, KEY_BEST_ASK_IV, KEY_BEST_ASK_IV_END) ? FIELD_ASK_IV : -1;
  }
  if (wordBytes == 10) {
    if (wordsAre(10, KEY_IS_SNAPSHOT, KEY_IS_SNAPSHOT_END)) return FIELD_IS_SNAPSHOT;
    return wordsAre(10, KEY_INDEX_PRICE, KEY_INDEX_PRICE_END) ? FIELD_INDEX : -1;
  }
  if (wordsAre(11, KEY_FUNDING_RATE, KEY_FUNDING_RATE_END)) return FIELD_RATE;
  if (wordBytes == 12) {
    if (wordsAre(12, KEY_BEST_BID_PRICE, KEY_BEST_BID_PRICE_END)) return FIELD_BID;
    if (wordsAre(12, KEY_BEST_ASK_PRICE, KEY_BEST_ASK_PRICE_END)) return FIELD_ASK;
    return wordsAre(12, KEY_OPEN_INTEREST, KEY_OPEN_INTEREST_END) ? FIELD_OPEN_INTEREST : -1;
  }
  if (wordBytes == 13) {
    if (wordsAre(13, KEY_BEST_BID_AMOUNT, KEY_BEST_BID_AMOUNT_END)) return FIELD_BID_AMOUNT;
    return wordsAre(13, KEY_BEST_ASK_AMOUNT, KEY_BEST_ASK_AMOUNT_END) ? FIELD_ASK_AMOUNT : -1;
  }
  if (wordsAre(15, KEY_UNDERLYING_PRICE, KEY_UNDERLYING_PRICE_END)) return FIELD_UNDERLYING;
  if (wordsAre(16, KEY_FUNDING_TIMESTAMP, KEY_FUNDING_TIMESTAMP_END)) return FIELD_NEXT;
  if (wordsAre(20, KEY_PREDICTED_FUNDING_RATE, KEY_PREDICTED_FUNDING_RATE_MIDDLE, KEY_PREDICTED_FUNDING_RATE_END)) return FIELD_PREDICTED;
  return -1;
}

/** Notes where the values of an object are whose keys mean something here. */
export function readFields(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = fieldOf();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}
