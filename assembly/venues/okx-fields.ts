// Keys of OKX's v5 messages and replies, and their places among the lane's values.
import {
  MESSAGE_PRODUCT,
  PRODUCT_FUTURES,
  PRODUCT_OPTION,
  PRODUCT_SPOT,
  PRODUCT_SWAP,
  REJECT_MISSING_FIELD,
  REJECT_SYMBOL,
  REJECT_WRONG_PRODUCT,
} from "../../src/layout";
import { clearFields, isNull, isText, setField, sideOf } from "../fields";
import { resolve } from "../symbols";
import { firstOf, nextOf, readText, readWords, textAt, textBytes, valueOf, word0, wordBytes, wordsAre } from "../walk";

export const FIELD_ARG: i32 = 0;
export const FIELD_DATA: i32 = 1;
export const FIELD_ACTION: i32 = 2;
export const FIELD_EVENT: i32 = 3;
/** Of a REST reply. */
export const FIELD_CODE: i32 = 4;
export const FIELD_CHANNEL: i32 = 5;
export const FIELD_INSTRUMENT: i32 = 6;
export const FIELD_ASKS: i32 = 7;
export const FIELD_BIDS: i32 = 8;
export const FIELD_TIME: i32 = 9;
export const FIELD_CHECKSUM: i32 = 10;
export const FIELD_PREVIOUS: i32 = 11;
export const FIELD_SEQUENCE: i32 = 12;
export const FIELD_TRADE_ID: i32 = 13;
export const FIELD_PRICE: i32 = 14;
export const FIELD_SIZE: i32 = 15;
export const FIELD_SIDE: i32 = 16;
export const FIELD_POSITION: i32 = 17;
export const FIELD_BANKRUPTCY: i32 = 18;
export const FIELD_DETAILS: i32 = 19;
export const FIELD_MARK: i32 = 20;
export const FIELD_INDEX: i32 = 21;
export const FIELD_RATE: i32 = 22;
export const FIELD_PAYMENT: i32 = 23;
export const FIELD_NEXT_RATE: i32 = 24;
export const FIELD_NEXT_PAYMENT: i32 = 25;
export const FIELD_OPEN_INTEREST: i32 = 26;
export const FIELD_OPEN_COIN: i32 = 27;
export const FIELD_VOLUME: i32 = 28;
export const FIELD_VOLUME_COIN: i32 = 29;

const KEY_TS: u64 = 0x7374; // ts
const KEY_PX: u64 = 0x7870; // px
const KEY_SZ: u64 = 0x7a73; // sz
const KEY_OI: u64 = 0x696f; // oi
const KEY_ARG: u64 = 0x677261; // arg
const KEY_DATA: u64 = 0x61746164; // data
const KEY_CODE: u64 = 0x65646f63; // code
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_SIDE: u64 = 0x65646973; // side
const KEY_BANKRUPTCY: u64 = 0x78506b62; // bkPx
const KEY_EVENT: u64 = 0x746e657665; // event
const KEY_SEQUENCE: u64 = 0x6449716573; // seqId
const KEY_INDEX: u64 = 0x7850786469; // idxPx
const KEY_OPEN_COIN: u64 = 0x796343696f; // oiCcy
const KEY_ACTION: u64 = 0x6e6f69746361; // action
const KEY_INSTRUMENT: u64 = 0x644974736e69; // instId
const KEY_MARK: u64 = 0x78506b72616d; // markPx
const KEY_VOLUME: u64 = 0x6834326c6f76; // vol24h
const KEY_CHANNEL: u64 = 0x6c656e6e616863; // channel
const KEY_TRADE_ID: u64 = 0x64496564617274; // tradeId
const KEY_POSITION: u64 = 0x65646953736f70; // posSide
const KEY_DETAILS: u64 = 0x736c6961746564; // details
const KEY_CHECKSUM: u64 = 0x6d75736b63656863; // checksum
const KEY_PREVIOUS: u64 = 0x4971655376657270; // prevSeqI
const KEY_PREVIOUS_END: u64 = 0x64; // d
const KEY_VOLUME_COIN: u64 = 0x34327963436c6f76; // volCcy24
const KEY_VOLUME_COIN_END: u64 = 0x68; // h
const KEY_RATE: u64 = 0x52676e69646e7566; // fundingR
const KEY_RATE_END: u64 = 0x657461; // ate
const KEY_PAYMENT: u64 = 0x54676e69646e7566; // fundingT
const KEY_PAYMENT_END: u64 = 0x656d69; // ime
const KEY_NEXT: u64 = 0x646e75467478656e; // nextFund
const KEY_NEXT_RATE_END: u64 = 0x65746152676e69; // ingRate
const KEY_NEXT_PAYMENT_END: u64 = 0x656d6954676e69; // ingTime

/** Number of the field with the key read last, -1 for one that means nothing here. */
function fieldOf(): i32 {
  switch (wordBytes) {
    case 2:
      if (word0 == KEY_TS) return FIELD_TIME;
      if (word0 == KEY_PX) return FIELD_PRICE;
      if (word0 == KEY_SZ) return FIELD_SIZE;
      return word0 == KEY_OI ? FIELD_OPEN_INTEREST : -1;
    case 3:
      return word0 == KEY_ARG ? FIELD_ARG : -1;
    case 4:
      if (word0 == KEY_DATA) return FIELD_DATA;
      if (word0 == KEY_ASKS) return FIELD_ASKS;
      if (word0 == KEY_BIDS) return FIELD_BIDS;
      if (word0 == KEY_SIDE) return FIELD_SIDE;
      if (word0 == KEY_BANKRUPTCY) return FIELD_BANKRUPTCY;
      return word0 == KEY_CODE ? FIELD_CODE : -1;
    case 5:
      if (word0 == KEY_SEQUENCE) return FIELD_SEQUENCE;
      if (word0 == KEY_INDEX) return FIELD_INDEX;
      if (word0 == KEY_OPEN_COIN) return FIELD_OPEN_COIN;
      return word0 == KEY_EVENT ? FIELD_EVENT : -1;
    case 6:
      if (word0 == KEY_INSTRUMENT) return FIELD_INSTRUMENT;
      if (word0 == KEY_ACTION) return FIELD_ACTION;
      if (word0 == KEY_MARK) return FIELD_MARK;
      return word0 == KEY_VOLUME ? FIELD_VOLUME : -1;
    case 7:
      if (word0 == KEY_CHANNEL) return FIELD_CHANNEL;
      if (word0 == KEY_TRADE_ID) return FIELD_TRADE_ID;
      if (word0 == KEY_POSITION) return FIELD_POSITION;
      return word0 == KEY_DETAILS ? FIELD_DETAILS : -1;
    case 8:
      return word0 == KEY_CHECKSUM ? FIELD_CHECKSUM : -1;
    default:
      return longField();
  }
}

function longField(): i32 {
  if (wordsAre(9, KEY_PREVIOUS, KEY_PREVIOUS_END)) return FIELD_PREVIOUS;
  if (wordsAre(9, KEY_VOLUME_COIN, KEY_VOLUME_COIN_END)) return FIELD_VOLUME_COIN;
  if (wordsAre(11, KEY_RATE, KEY_RATE_END)) return FIELD_RATE;
  if (wordsAre(11, KEY_PAYMENT, KEY_PAYMENT_END)) return FIELD_PAYMENT;
  if (wordsAre(15, KEY_NEXT, KEY_NEXT_RATE_END)) return FIELD_NEXT_RATE;
  return wordsAre(15, KEY_NEXT, KEY_NEXT_PAYMENT_END) ? FIELD_NEXT_PAYMENT : -1;
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

/** Makes the instrument that `value` names the message's: 0, NEED_SYMBOL, or what is wrong. */
export function instrument(lane: usize, value: usize): i32 {
  if (value == 0 || isNull(value)) return REJECT_MISSING_FIELD;
  if (!isText(value)) return REJECT_SYMBOL;
  const status = readText(lane, value);
  if (status != 0) return status;
  if (productOfName(textAt, textBytes) != load<i32>(lane, MESSAGE_PRODUCT)) return REJECT_WRONG_PRODUCT;
  return resolve(lane, textAt, textBytes);
}

const SWAP_END: u32 = 0x50415753; // SWAP

/**
 * PRODUCT_* by the form of the name, -1 for no known form: `BTC-USDT`, `BTC-USDT-SWAP`, `BTC-USD-261225`,
 * `BTC-USD-261225-100000-C`. One socket serves all products, and their sizes count in different units.
 */
export function productOfName(at: usize, length: i32): i32 {
  let dashes = 0;
  for (let i = 0; i < length; i++) dashes += i32(load<u8>(at + i) == 0x2d);
  if (dashes == 1) return PRODUCT_SPOT;
  if (dashes == 4) return PRODUCT_OPTION;
  if (dashes != 2) return -1;
  // Two dashes: at least "-" and four letters can be read.
  const isSwap = length > 5 && load<u8>(at + length - 5) == 0x2d && load<u32>(at + length - 4) == SWAP_END;
  return isSwap ? PRODUCT_SWAP : PRODUCT_FUTURES;
}

const SIDE_BUY: u64 = 0x797562; // buy
const SIDE_SELL: u64 = 0x6c6c6573; // sell

/** The side of an order: true for a sale. */
export function isSale(value: usize): bool {
  return sideOf(value, 4, SIDE_SELL, 3, SIDE_BUY);
}
