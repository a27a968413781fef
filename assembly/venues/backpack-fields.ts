// Keys of Backpack's messages and replies, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_STREAM: i32 = 0;
export const FIELD_DATA: i32 = 1;
export const FIELD_EVENT: i32 = 2;
export const FIELD_EVENT_TIME: i32 = 3;
export const FIELD_TIME: i32 = 4;
export const FIELD_SYMBOL: i32 = 5;
export const FIELD_FIRST_ID: i32 = 6;
export const FIELD_LAST_ID: i32 = 7;
export const FIELD_BIDS: i32 = 8;
export const FIELD_ASKS: i32 = 9;
export const FIELD_BID_SIZE: i32 = 10;
export const FIELD_ASK_SIZE: i32 = 11;
export const FIELD_PRICE: i32 = 12;
export const FIELD_SIZE: i32 = 13;
export const FIELD_TRADE_ID: i32 = 14;
export const FIELD_IS_MAKER: i32 = 15;
export const FIELD_RATE: i32 = 16;
export const FIELD_INDEX: i32 = 17;
export const FIELD_NEXT: i32 = 18;
export const FIELD_OPEN_INTEREST: i32 = 19;
export const FIELD_SIDE: i32 = 20;
export const FIELD_SNAPSHOT_ID: i32 = 21;
export const FIELD_SNAPSHOT_TIME: i32 = 22;
export const FIELD_SNAPSHOT_BIDS: i32 = 23;
export const FIELD_SNAPSHOT_ASKS: i32 = 24;
export const FIELD_LONG_SYMBOL: i32 = 25;
export const FIELD_INTERVAL: i32 = 26;
/** Any key that only other replies, errors and answers have. */
export const FIELD_REPLY: i32 = 27;

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
      case 0x66: // f
        return FIELD_RATE;
      case 0x69: // i
        return FIELD_INDEX;
      case 0x6e: // n
        return FIELD_NEXT;
      case 0x6f: // o
        return FIELD_OPEN_INTEREST;
      case 0x53: // S
        return FIELD_SIDE;
      default:
        return -1;
    }
  if (wordBytes == 2) return word0 == KEY_ID ? FIELD_REPLY : -1;
  if (wordBytes == 4) {
    if (word0 == KEY_DATA) return FIELD_DATA;
    if (word0 == KEY_BIDS) return FIELD_SNAPSHOT_BIDS;
    if (word0 == KEY_ASKS) return FIELD_SNAPSHOT_ASKS;
    return word0 == KEY_CODE ? FIELD_REPLY : -1;
  }
  if (wordBytes == 5) return word0 == KEY_ERROR ? FIELD_REPLY : -1;
  if (wordBytes == 6) {
    if (word0 == KEY_STREAM) return FIELD_STREAM;
    if (word0 == KEY_SYMBOL) return FIELD_LONG_SYMBOL;
    return word0 == KEY_RESULT ? FIELD_REPLY : -1;
  }
  if (wordsAre(9, KEY_TIMESTAMP, KEY_TIMESTAMP_END)) return FIELD_SNAPSHOT_TIME;
  if (wordsAre(12, KEY_LAST_UPDATE, KEY_LAST_UPDATE_ID)) return FIELD_SNAPSHOT_ID;
  return wordsAre(15, KEY_INTERVAL, KEY_INTERVAL_END) ? FIELD_INTERVAL : -1;
}

const KEY_ID: u64 = 0x6469; // id
const KEY_DATA: u64 = 0x61746164; // data
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_CODE: u64 = 0x65646f63; // code
const KEY_ERROR: u64 = 0x726f727265; // error
const KEY_STREAM: u64 = 0x6d6165727473; // stream
const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_RESULT: u64 = 0x746c75736572; // result
const KEY_TIMESTAMP: u64 = 0x6d617473656d6974; // timestam
const KEY_TIMESTAMP_END: u64 = 0x70; // p
const KEY_LAST_UPDATE: u64 = 0x616470557473616c; // lastUpda
const KEY_LAST_UPDATE_ID: u64 = 0x64496574; // teId
const KEY_INTERVAL: u64 = 0x49676e69646e7566; // fundingI
const KEY_INTERVAL_END: u64 = 0x6c61767265746e; // nterval

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
