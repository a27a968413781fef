// Keys of Coinbase's Advanced Trade messages, and their places among the lane's values.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_CHANNEL: i32 = 0;
export const FIELD_TYPE: i32 = 1;
export const FIELD_SENT: i32 = 2;
export const FIELD_SEQUENCE: i32 = 3;
export const FIELD_EVENTS: i32 = 4;
export const FIELD_PRODUCT: i32 = 5;
export const FIELD_UPDATES: i32 = 6;
export const FIELD_TRADES: i32 = 7;
export const FIELD_TICKERS: i32 = 8;
export const FIELD_SIDE: i32 = 9;
export const FIELD_LEVEL_PRICE: i32 = 10;
export const FIELD_LEVEL_SIZE: i32 = 11;
export const FIELD_PRICE: i32 = 12;
export const FIELD_SIZE: i32 = 13;
export const FIELD_TIME: i32 = 14;
export const FIELD_TRADE_ID: i32 = 15;
export const FIELD_BID: i32 = 16;
export const FIELD_BID_SIZE: i32 = 17;
export const FIELD_ASK: i32 = 18;
export const FIELD_ASK_SIZE: i32 = 19;
/** Of the REST list of products. */
export const FIELD_PRODUCTS: i32 = 20;

const KEY_TYPE: u64 = 0x65707974; // type
const KEY_SIDE: u64 = 0x65646973; // side
const KEY_SIZE: u64 = 0x657a6973; // size
const KEY_TIME: u64 = 0x656d6974; // time
const KEY_PRICE: u64 = 0x6563697270; // price
const KEY_EVENTS: u64 = 0x73746e657665; // events
const KEY_TRADES: u64 = 0x736564617274; // trades
const KEY_CHANNEL: u64 = 0x6c656e6e616863; // channel
const KEY_UPDATES: u64 = 0x73657461647075; // updates
const KEY_TICKERS: u64 = 0x7372656b636974; // tickers
const KEY_BID: u64 = 0x6469625f74736562; // best_bid
const KEY_ASK: u64 = 0x6b73615f74736562; // best_ask
const KEY_QUANTITY: u64 = 0x7469746e6175715f; // _quantit
const KEY_QUANTITY_END: u64 = 0x79; // y
const KEY_PRODUCTS: u64 = 0x73746375646f7270; // products
const KEY_TRADE_ID: u64 = 0x64695f6564617274; // trade_id
const KEY_SENT: u64 = 0x6d617473656d6974; // timestam
const KEY_SENT_END: u64 = 0x70; // p
const KEY_PRODUCT: u64 = 0x5f746375646f7270; // product_
const KEY_PRODUCT_END: u64 = 0x6469; // id
const KEY_LEVEL_PRICE: u64 = 0x656c5f6563697270; // price_le
const KEY_LEVEL_PRICE_END: u64 = 0x6c6576; // vel
const KEY_LEVEL_SIZE: u64 = 0x6e6175715f77656e; // new_quan
const KEY_LEVEL_SIZE_END: u64 = 0x79746974; // tity
const KEY_SEQUENCE: u64 = 0x65636e6575716573; // sequence
const KEY_SEQUENCE_END: u64 = 0x6d756e5f; // _num

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  if (wordBytes == 4) {
    if (word0 == KEY_SIDE) return FIELD_SIDE;
    if (word0 == KEY_TYPE) return FIELD_TYPE;
    if (word0 == KEY_SIZE) return FIELD_SIZE;
    return word0 == KEY_TIME ? FIELD_TIME : -1;
  }
  if (wordsAre(11, KEY_LEVEL_PRICE, KEY_LEVEL_PRICE_END)) return FIELD_LEVEL_PRICE;
  if (wordBytes == 12) {
    if (wordsAre(12, KEY_LEVEL_SIZE, KEY_LEVEL_SIZE_END)) return FIELD_LEVEL_SIZE;
    return wordsAre(12, KEY_SEQUENCE, KEY_SEQUENCE_END) ? FIELD_SEQUENCE : -1;
  }
  if (wordBytes == 8) {
    if (word0 == KEY_TRADE_ID) return FIELD_TRADE_ID;
    if (word0 == KEY_BID) return FIELD_BID;
    if (word0 == KEY_PRODUCTS) return FIELD_PRODUCTS;
    return word0 == KEY_ASK ? FIELD_ASK : -1;
  }
  if (wordBytes == 7) {
    if (word0 == KEY_CHANNEL) return FIELD_CHANNEL;
    if (word0 == KEY_UPDATES) return FIELD_UPDATES;
    return word0 == KEY_TICKERS ? FIELD_TICKERS : -1;
  }
  if (wordBytes == 6) {
    if (word0 == KEY_EVENTS) return FIELD_EVENTS;
    return word0 == KEY_TRADES ? FIELD_TRADES : -1;
  }
  if (wordsAre(5, KEY_PRICE)) return FIELD_PRICE;
  if (wordsAre(9, KEY_SENT, KEY_SENT_END)) return FIELD_SENT;
  if (wordsAre(10, KEY_PRODUCT, KEY_PRODUCT_END)) return FIELD_PRODUCT;
  if (wordsAre(17, KEY_BID, KEY_QUANTITY, KEY_QUANTITY_END)) return FIELD_BID_SIZE;
  return wordsAre(17, KEY_ASK, KEY_QUANTITY, KEY_QUANTITY_END) ? FIELD_ASK_SIZE : -1;
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
