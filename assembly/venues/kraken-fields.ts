// Keys of Kraken's v2 messages and replies, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_CHANNEL: i32 = 0;
export const FIELD_TYPE: i32 = 1;
export const FIELD_DATA: i32 = 2;
/** Of a reply to a request. */
export const FIELD_METHOD: i32 = 3;
export const FIELD_RESULT: i32 = 4;
export const FIELD_SYMBOL: i32 = 5;
export const FIELD_BIDS: i32 = 6;
export const FIELD_ASKS: i32 = 7;
export const FIELD_CHECKSUM: i32 = 8;
export const FIELD_TIME: i32 = 9;
export const FIELD_PRICE: i32 = 10;
export const FIELD_SIZE: i32 = 11;
export const FIELD_SIDE: i32 = 12;
export const FIELD_TRADE_ID: i32 = 13;
export const FIELD_BID: i32 = 14;
export const FIELD_BID_SIZE: i32 = 15;
export const FIELD_ASK: i32 = 16;
export const FIELD_ASK_SIZE: i32 = 17;
export const FIELD_DEPTH: i32 = 18;
/** Of a REST reply, beside its result. */
export const FIELD_ERROR: i32 = 19;

const KEY_QTY: u64 = 0x797471; // qty
const KEY_BID: u64 = 0x646962; // bid
const KEY_ASK: u64 = 0x6b7361; // ask
const KEY_TYPE: u64 = 0x65707974; // type
const KEY_DATA: u64 = 0x61746164; // data
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_SIDE: u64 = 0x65646973; // side
const KEY_PRICE: u64 = 0x6563697270; // price
const KEY_DEPTH: u64 = 0x6874706564; // depth
const KEY_ERROR: u64 = 0x726f727265; // error
const KEY_METHOD: u64 = 0x646f6874656d; // method
const KEY_RESULT: u64 = 0x746c75736572; // result
const KEY_SYMBOL: u64 = 0x6c6f626d7973; // symbol
const KEY_CHANNEL: u64 = 0x6c656e6e616863; // channel
const KEY_BID_SIZE: u64 = 0x7974715f646962; // bid_qty
const KEY_ASK_SIZE: u64 = 0x7974715f6b7361; // ask_qty
const KEY_CHECKSUM: u64 = 0x6d75736b63656863; // checksum
const KEY_TRADE_ID: u64 = 0x64695f6564617274; // trade_id
const KEY_TIME: u64 = 0x6d617473656d6974; // timestam
const KEY_TIME_END: u64 = 0x70; // p

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes == 3) {
    if (word0 == KEY_QTY) return FIELD_SIZE;
    if (word0 == KEY_BID) return FIELD_BID;
    return word0 == KEY_ASK ? FIELD_ASK : -1;
  }
  if (wordBytes == 4) {
    if (word0 == KEY_TYPE) return FIELD_TYPE;
    if (word0 == KEY_DATA) return FIELD_DATA;
    if (word0 == KEY_BIDS) return FIELD_BIDS;
    if (word0 == KEY_ASKS) return FIELD_ASKS;
    return word0 == KEY_SIDE ? FIELD_SIDE : -1;
  }
  if (wordBytes == 5) {
    if (word0 == KEY_PRICE) return FIELD_PRICE;
    if (word0 == KEY_ERROR) return FIELD_ERROR;
    return word0 == KEY_DEPTH ? FIELD_DEPTH : -1;
  }
  if (wordBytes == 6) {
    if (word0 == KEY_SYMBOL) return FIELD_SYMBOL;
    if (word0 == KEY_METHOD) return FIELD_METHOD;
    return word0 == KEY_RESULT ? FIELD_RESULT : -1;
  }
  if (wordBytes == 7) {
    if (word0 == KEY_CHANNEL) return FIELD_CHANNEL;
    if (word0 == KEY_BID_SIZE) return FIELD_BID_SIZE;
    return word0 == KEY_ASK_SIZE ? FIELD_ASK_SIZE : -1;
  }
  if (wordsAre(8, KEY_CHECKSUM)) return FIELD_CHECKSUM;
  if (wordsAre(8, KEY_TRADE_ID)) return FIELD_TRADE_ID;
  return wordsAre(9, KEY_TIME, KEY_TIME_END) ? FIELD_TIME : -1;
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
