// Keys of Binance's messages and replies, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_EVENT: i32 = 0;
export const FIELD_EVENT_TIME: i32 = 1;
export const FIELD_TIME: i32 = 2;
export const FIELD_SYMBOL: i32 = 3;
export const FIELD_PAIR: i32 = 4;
export const FIELD_FIRST_ID: i32 = 5;
export const FIELD_LAST_ID: i32 = 6;
export const FIELD_PREVIOUS_ID: i32 = 7;
export const FIELD_BIDS: i32 = 8;
export const FIELD_ASKS: i32 = 9;
export const FIELD_BID_SIZE: i32 = 10;
export const FIELD_ASK_SIZE: i32 = 11;
export const FIELD_PRICE: i32 = 12;
export const FIELD_SIZE: i32 = 13;
export const FIELD_TRADE_ID: i32 = 14;
export const FIELD_IS_MAKER: i32 = 15;
export const FIELD_TYPE: i32 = 16;
export const FIELD_INDEX: i32 = 17;
export const FIELD_RATE: i32 = 18;
export const FIELD_ORDER: i32 = 19;
export const FIELD_SNAPSHOT_ID: i32 = 20;
export const FIELD_SNAPSHOT_BIDS: i32 = 21;
export const FIELD_SNAPSHOT_ASKS: i32 = 22;
export const FIELD_LONG_SYMBOL: i32 = 23;
export const FIELD_OPEN_INTEREST: i32 = 24;
export const FIELD_SIDE: i32 = 25;
export const FIELD_FILLED: i32 = 26;
export const FIELD_AVERAGE: i32 = 27;
export const FIELD_STREAM: i32 = 28;
export const FIELD_DATA: i32 = 29;
export const FIELD_REPLY_TIME: i32 = 30;
/** Any key that only replies and acknowledgements have. */
export const FIELD_REPLY: i32 = 31;

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes == 1)
    switch (<u32>word0) {
      case 0x65: // e
        return FIELD_EVENT;
      case 0x45: // E
        return FIELD_EVENT_TIME;
      case 0x54: // T
        return FIELD_TIME;
      case 0x73: // s
        return FIELD_SYMBOL;
      case 0x55: // U
        return FIELD_FIRST_ID;
      case 0x75: // u
        return FIELD_LAST_ID;
      case 0x62: // b
        return FIELD_BIDS;
      case 0x61: // a
        return FIELD_ASKS;
      case 0x42: // B
        return FIELD_BID_SIZE;
      case 0x41: // A
        return FIELD_ASK_SIZE;
      case 0x70: // p
        return FIELD_PRICE;
      case 0x71: // q
        return FIELD_SIZE;
      case 0x74: // t
        return FIELD_TRADE_ID;
      case 0x6d: // m
        return FIELD_IS_MAKER;
      case 0x58: // X
        return FIELD_TYPE;
      case 0x69: // i
        return FIELD_INDEX;
      case 0x72: // r
        return FIELD_RATE;
      case 0x6f: // o
        return FIELD_ORDER;
      case 0x53: // S
        return FIELD_SIDE;
      case 0x7a: // z
        return FIELD_FILLED;
      default:
        return -1;
    }
  if (wordBytes == 2) {
    if (word0 == KEY_PAIR_SHORT) return FIELD_PAIR;
    if (word0 == KEY_PREVIOUS) return FIELD_PREVIOUS_ID;
    return word0 == KEY_AVERAGE ? FIELD_AVERAGE : -1;
  }
  if (wordBytes == 4) {
    if (word0 == KEY_BIDS) return FIELD_SNAPSHOT_BIDS;
    if (word0 == KEY_ASKS) return FIELD_SNAPSHOT_ASKS;
    if (word0 == KEY_DATA) return FIELD_DATA;
    if (word0 == KEY_PAIR) return FIELD_PAIR;
    if (word0 == KEY_TIME) return FIELD_REPLY_TIME;
    return word0 == KEY_CODE ? FIELD_REPLY : -1;
  }
  if (wordBytes == 6) {
    if (word0 == KEY_STREAM) return FIELD_STREAM;
    if (word0 == KEY_SYMBOL) return FIELD_LONG_SYMBOL;
    return word0 == KEY_RESULT ? FIELD_REPLY : -1;
  }
  if (wordsAre(12, KEY_LAST_UPDATE, KEY_LAST_UPDATE_ID)) return FIELD_SNAPSHOT_ID;
  if (wordsAre(12, KEY_OPEN_INTEREST, KEY_OPEN_INTEREST_END)) return FIELD_OPEN_INTEREST;
  return isReplyKey() ? FIELD_REPLY : -1;
}

const KEY_PAIR_SHORT: u64 = 0x7370; // ps
const KEY_PREVIOUS: u64 = 0x7570; // pu
const KEY_AVERAGE: u64 = 0x7061; // ap
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_DATA: u64 = 0x61746164; // data
const KEY_PAIR: u64 = 0x72696170; // pair
const KEY_TIME: u64 = 0x656d6974; // time
const KEY_CODE: u64 = 0x65646f63; // code
const KEY_STREAM: u64 = 0x6d6165727473; // stream
const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_RESULT: u64 = 0x746c75736572; // result
const KEY_LAST_UPDATE: u64 = 0x616470557473616c; // lastUpda
const KEY_LAST_UPDATE_ID: u64 = 0x64496574; // teId
const KEY_OPEN_INTEREST: u64 = 0x65746e496e65706f; // openInte
const KEY_OPEN_INTEREST_END: u64 = 0x74736572; // rest
const KEY_ERROR: u64 = 0x726f727265; // error
const KEY_SYMBOLS: u64 = 0x736c6f626d7973; // symbols
const KEY_TIMEZONE: u64 = 0x656e6f7a656d6974; // timezone
const KEY_SERVER_TIME: u64 = 0x6954726576726573; // serverTi
const KEY_SERVER_TIME_END: u64 = 0x656d; // me
const KEY_RATE_LIMITS: u64 = 0x696d694c65746172; // rateLimi
const KEY_RATE_LIMITS_END: u64 = 0x7374; // ts
const KEY_FUNDING_CAP: u64 = 0x64657473756a6461; // adjusted
const KEY_LAST_FUNDING: u64 = 0x646e75467473616c; // lastFund
const KEY_FUNDING_TIME: u64 = 0x54676e69646e7566; // fundingT
const KEY_PRICE_CHANGE: u64 = 0x6168436563697270; // priceCha
const KEY_BID_PRICE: u64 = 0x6563697250646962; // bidPrice

/** Keys of exchangeInfo, time, fundingInfo, premiumIndex, fundingRate and ticker replies. */
function isReplyKey(): bool {
  return (
    wordsAre(5, KEY_ERROR) ||
    wordsAre(7, KEY_SYMBOLS) ||
    wordsAre(8, KEY_TIMEZONE) ||
    wordsAre(8, KEY_BID_PRICE) ||
    wordsAre(10, KEY_SERVER_TIME, KEY_SERVER_TIME_END) ||
    wordsAre(10, KEY_RATE_LIMITS, KEY_RATE_LIMITS_END) ||
    word0 == KEY_FUNDING_CAP ||
    word0 == KEY_LAST_FUNDING ||
    word0 == KEY_FUNDING_TIME ||
    word0 == KEY_PRICE_CHANGE
  );
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
