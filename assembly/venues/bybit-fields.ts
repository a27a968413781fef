// Keys of Bybit's v5 messages and replies, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_TOPIC: i32 = 0;
export const FIELD_TYPE: i32 = 1;
export const FIELD_SENT: i32 = 2;
export const FIELD_DATA: i32 = 3;
/** Any key that only replies and acknowledgements have. */
export const FIELD_REPLY: i32 = 4;
export const FIELD_SYMBOL: i32 = 5;
export const FIELD_BIDS: i32 = 6;
export const FIELD_ASKS: i32 = 7;
export const FIELD_UPDATE_ID: i32 = 8;
export const FIELD_SEQUENCE: i32 = 9;
export const FIELD_TIME: i32 = 10;
export const FIELD_SIDE: i32 = 11;
export const FIELD_SIZE: i32 = 12;
export const FIELD_PRICE: i32 = 13;
export const FIELD_TRADE_ID: i32 = 14;
export const FIELD_IS_BLOCK: i32 = 15;
export const FIELD_LONG_SYMBOL: i32 = 16;
export const FIELD_MARK: i32 = 17;
export const FIELD_INDEX: i32 = 18;
export const FIELD_RATE: i32 = 19;
export const FIELD_INTERVAL: i32 = 20;
export const FIELD_NEXT: i32 = 21;
export const FIELD_OPEN_INTEREST: i32 = 22;
export const FIELD_OPEN_VALUE: i32 = 23;
/** `op`: of an acknowledgement, a ping or a pong. */
export const FIELD_OPERATION: i32 = 24;

const KEY_TOPIC: u64 = 0x6369706f74; // topic
const KEY_TYPE: u64 = 0x65707974; // type
const KEY_TS: u64 = 0x7374; // ts
const KEY_DATA: u64 = 0x61746164; // data
const KEY_OP: u64 = 0x706f; // op
const KEY_BLOCK: u64 = 0x5442; // BT
const KEY_SEQUENCE: u64 = 0x716573; // seq
const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_SUCCESS: u64 = 0x73736563637573; // success
const KEY_RET_CODE: u64 = 0x65646f43746572; // retCode
const KEY_MARK: u64 = 0x636972506b72616d; // markPric
const KEY_MARK_END: u64 = 0x65; // e
const KEY_INDEX: u64 = 0x6972507865646e69; // indexPri
const KEY_INDEX_END: u64 = 0x6563; // ce
const KEY_FUNDING: u64 = 0x52676e69646e7566; // fundingR
const KEY_FUNDING_END: u64 = 0x657461; // ate
const KEY_INTERVAL: u64 = 0x49676e69646e7566; // fundingI
const KEY_INTERVAL_MIDDLE: u64 = 0x486c61767265746e; // ntervalH
const KEY_INTERVAL_END: u64 = 0x72756f; // our
const KEY_NEXT: u64 = 0x646e75467478656e; // nextFund
const KEY_NEXT_END: u64 = 0x656d6954676e69; // ingTime
const KEY_OPEN: u64 = 0x65746e496e65706f; // openInte
const KEY_OPEN_END: u64 = 0x74736572; // rest
const KEY_OPEN_VALUE: u64 = 0x756c615674736572; // restValu
const KEY_OPEN_VALUE_END: u64 = 0x65; // e

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes == 1)
    switch (<u32>word0) {
      case 0x73: // s
        return FIELD_SYMBOL;
      case 0x62: // b
        return FIELD_BIDS;
      case 0x61: // a
        return FIELD_ASKS;
      case 0x75: // u
        return FIELD_UPDATE_ID;
      case 0x54: // T
        return FIELD_TIME;
      case 0x53: // S
        return FIELD_SIDE;
      case 0x76: // v
        return FIELD_SIZE;
      case 0x70: // p
        return FIELD_PRICE;
      case 0x69: // i
        return FIELD_TRADE_ID;
      default:
        return -1;
    }
  if (wordBytes == 2) {
    if (word0 == KEY_TS) return FIELD_SENT;
    if (word0 == KEY_BLOCK) return FIELD_IS_BLOCK;
    return word0 == KEY_OP ? FIELD_OPERATION : -1;
  }
  if (wordBytes == 4) {
    if (word0 == KEY_DATA) return FIELD_DATA;
    return word0 == KEY_TYPE ? FIELD_TYPE : -1;
  }
  if (wordsAre(3, KEY_SEQUENCE)) return FIELD_SEQUENCE;
  if (wordsAre(5, KEY_TOPIC)) return FIELD_TOPIC;
  if (wordsAre(6, KEY_SYMBOL)) return FIELD_LONG_SYMBOL;
  if (wordsAre(7, KEY_SUCCESS) || wordsAre(7, KEY_RET_CODE)) return FIELD_REPLY;
  return tickerField();
}

function tickerField(): i32 {
  if (wordsAre(9, KEY_MARK, KEY_MARK_END)) return FIELD_MARK;
  if (wordsAre(10, KEY_INDEX, KEY_INDEX_END)) return FIELD_INDEX;
  if (wordsAre(11, KEY_FUNDING, KEY_FUNDING_END)) return FIELD_RATE;
  if (wordsAre(19, KEY_INTERVAL, KEY_INTERVAL_MIDDLE, KEY_INTERVAL_END)) return FIELD_INTERVAL;
  if (wordsAre(15, KEY_NEXT, KEY_NEXT_END)) return FIELD_NEXT;
  if (wordsAre(12, KEY_OPEN, KEY_OPEN_END)) return FIELD_OPEN_INTEREST;
  return wordsAre(17, KEY_OPEN, KEY_OPEN_VALUE, KEY_OPEN_VALUE_END) ? FIELD_OPEN_VALUE : -1;
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
