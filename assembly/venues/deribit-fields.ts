// Keys of Deribit's v2 messages outside tickers, and their places among the lane's values. Every kind of
// object has its own places, because only one is read at a time.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, wordBytes, wordsAre } from "../walk";

/** Of every element that is of one instrument. */
export const FIELD_INSTRUMENT: i32 = 0;
export const FIELD_TIMESTAMP: i32 = 1;
/** Envelope: the JSON-RPC message and its `params`. */
export const FIELD_METHOD: i32 = 2;
export const FIELD_PARAMS: i32 = 3;
/** `result` or `error`: an answer. */
export const FIELD_ANSWER: i32 = 4;
export const FIELD_CHANNEL: i32 = 5;
export const FIELD_DATA: i32 = 6;
/** Book. */
export const FIELD_TYPE: i32 = 2;
export const FIELD_CHANGE_ID: i32 = 3;
export const FIELD_PREVIOUS_ID: i32 = 4;
export const FIELD_BIDS: i32 = 5;
export const FIELD_ASKS: i32 = 6;
/** Trade. */
export const FIELD_PRICE: i32 = 2;
export const FIELD_AMOUNT: i32 = 3;
export const FIELD_DIRECTION: i32 = 4;
export const FIELD_TRADE_SEQUENCE: i32 = 5;
export const FIELD_LIQUIDATION: i32 = 6;
/** The first of the ids that only trades outside the order book have; there are EXCLUDING_FIELDS. */
export const FIELD_EXCLUDING: i32 = 7;
export const EXCLUDING_FIELDS: i32 = 4;

/** Kinds of objects. */
export const ENVELOPE: i32 = 0;
export const BOOK: i32 = 1;
export const TRADE: i32 = 2;

const KEY_METHOD: u64 = 0x646f6874656d; // method
const KEY_PARAMS: u64 = 0x736d61726170; // params
const KEY_RESULT: u64 = 0x746c75736572; // result
const KEY_ERROR: u64 = 0x726f727265; // error
const KEY_CHANNEL: u64 = 0x6c656e6e616863; // channel
const KEY_DATA: u64 = 0x61746164; // data
const KEY_TYPE: u64 = 0x65707974; // type
const KEY_TIMESTAMP: u64 = 0x6d617473656d6974; // timestam
const KEY_TIMESTAMP_END: u64 = 0x70; // p
const KEY_INSTRUMENT: u64 = 0x656d757274736e69; // instrume
const KEY_INSTRUMENT_END: u64 = 0x656d616e5f746e; // nt_name
const KEY_CHANGE: u64 = 0x695f65676e616863; // change_i
const KEY_CHANGE_END: u64 = 0x64; // d
const KEY_PREVIOUS: u64 = 0x6168635f76657270; // prev_cha
const KEY_PREVIOUS_END: u64 = 0x64695f65676e; // nge_id
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_PRICE: u64 = 0x6563697270; // price
const KEY_AMOUNT: u64 = 0x746e756f6d61; // amount
const KEY_DIRECTION: u64 = 0x6f69746365726964; // directio
const KEY_DIRECTION_END: u64 = 0x6e; // n
const KEY_TRADE: u64 = 0x65735f6564617274; // trade_se
const KEY_TRADE_END: u64 = 0x71; // q
const KEY_LIQUIDATION: u64 = 0x746164697571696c; // liquidat
const KEY_LIQUIDATION_END: u64 = 0x6e6f69; // ion
const KEY_BLOCK_TRADE: u64 = 0x72745f6b636f6c62; // block_tr
const KEY_COMBO_TRADE: u64 = 0x72745f6f626d6f63; // combo_tr
const KEY_TRADE_ID_END: u64 = 0x64695f656461; // ade_id
const KEY_BLOCK_RFQ: u64 = 0x66725f6b636f6c62; // block_rf
const KEY_BLOCK_RFQ_END: u64 = 0x64695f71; // q_id
const KEY_COMBO: u64 = 0x64695f6f626d6f63; // combo_id

/** Number of the field with the key read last, -1 for one that means nothing in such an object. */
function fieldOf(kind: i32): i32 {
  if (kind == ENVELOPE) return envelopeField();
  if (wordsAre(15, KEY_INSTRUMENT, KEY_INSTRUMENT_END)) return FIELD_INSTRUMENT;
  if (wordsAre(9, KEY_TIMESTAMP, KEY_TIMESTAMP_END)) return FIELD_TIMESTAMP;
  return kind == BOOK ? bookField() : tradeField();
}

function envelopeField(): i32 {
  if (wordsAre(6, KEY_METHOD)) return FIELD_METHOD;
  if (wordsAre(6, KEY_PARAMS)) return FIELD_PARAMS;
  if (wordsAre(7, KEY_CHANNEL)) return FIELD_CHANNEL;
  if (wordsAre(4, KEY_DATA)) return FIELD_DATA;
  return wordsAre(6, KEY_RESULT) || wordsAre(5, KEY_ERROR) ? FIELD_ANSWER : -1;
}

function bookField(): i32 {
  if (wordsAre(4, KEY_BIDS)) return FIELD_BIDS;
  if (wordsAre(4, KEY_ASKS)) return FIELD_ASKS;
  if (wordsAre(4, KEY_TYPE)) return FIELD_TYPE;
  if (wordsAre(9, KEY_CHANGE, KEY_CHANGE_END)) return FIELD_CHANGE_ID;
  return wordsAre(14, KEY_PREVIOUS, KEY_PREVIOUS_END) ? FIELD_PREVIOUS_ID : -1;
}

function tradeField(): i32 {
  if (wordBytes == 9) {
    if (wordsAre(9, KEY_DIRECTION, KEY_DIRECTION_END)) return FIELD_DIRECTION;
    return wordsAre(9, KEY_TRADE, KEY_TRADE_END) ? FIELD_TRADE_SEQUENCE : -1;
  }
  if (wordsAre(5, KEY_PRICE)) return FIELD_PRICE;
  if (wordsAre(6, KEY_AMOUNT)) return FIELD_AMOUNT;
  if (wordsAre(11, KEY_LIQUIDATION, KEY_LIQUIDATION_END)) return FIELD_LIQUIDATION;
  if (wordsAre(14, KEY_BLOCK_TRADE, KEY_TRADE_ID_END)) return FIELD_EXCLUDING;
  if (wordsAre(12, KEY_BLOCK_RFQ, KEY_BLOCK_RFQ_END)) return FIELD_EXCLUDING + 1;
  if (wordsAre(8, KEY_COMBO)) return FIELD_EXCLUDING + 2;
  return wordsAre(14, KEY_COMBO_TRADE, KEY_TRADE_ID_END) ? FIELD_EXCLUDING + 3 : -1;
}

/** Notes where the values of an object are whose keys mean something in its kind. */
export function readFields(lane: usize, object: usize, kind: i32): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = fieldOf(kind);
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}
