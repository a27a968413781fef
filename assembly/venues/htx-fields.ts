// Keys of HTX's messages and replies, and their places among the lane's values. A message has three floors,
// each with places of its own: the message itself, its `tick` (or the `data` of a reply), and one element of a list.
import { clearFields, setField } from "../fields";
import { firstOf, nextOf, readWords, valueOf, wordBytes, wordsAre } from "../walk";

// The message.
export const FIELD_CHANNEL: i32 = 0;
export const FIELD_SENT: i32 = 1;
export const FIELD_TICK: i32 = 2;
export const FIELD_DATA: i32 = 3;
/** `rep`: the channel that a request asked for once. */
export const FIELD_REPLY: i32 = 4;
export const FIELD_TOPIC: i32 = 5;
export const FIELD_OPERATION: i32 = 6;
/** `status` or `ping`: an acknowledgement, an HTTP reply, a sign of life. */
export const FIELD_STATUS: i32 = 7;
/** `update`: of the retired depth channel that sent changes without a number. */
export const FIELD_UPDATE: i32 = 8;

// The tick.
export const FIELD_SEQUENCE: i32 = 0;
export const FIELD_PREVIOUS: i32 = 1;
export const FIELD_BIDS: i32 = 2;
export const FIELD_ASKS: i32 = 3;
export const FIELD_EVENT: i32 = 4;
export const FIELD_VERSION: i32 = 5;
export const FIELD_MATCH: i32 = 6;
export const FIELD_BID: i32 = 7;
export const FIELD_ASK: i32 = 8;
export const FIELD_BID_SIZE: i32 = 9;
export const FIELD_ASK_SIZE: i32 = 10;
export const FIELD_SEQUENCE_ID: i32 = 11;
export const FIELD_CLOSE: i32 = 12;
export const FIELD_INDEX_PRICE: i32 = 13;
export const FIELD_TICK_ID: i32 = 14;
export const FIELD_TRADES: i32 = 15;

// An element: a trade, a funding rate, a liquidation, an open interest.
export const FIELD_ID: i32 = 0;
export const FIELD_TRADE_ID: i32 = 1;
export const FIELD_PRICE: i32 = 2;
export const FIELD_AMOUNT: i32 = 3;
export const FIELD_DIRECTION: i32 = 4;
export const FIELD_TIME: i32 = 5;
export const FIELD_CODE: i32 = 6;
export const FIELD_RATE: i32 = 7;
export const FIELD_ESTIMATED: i32 = 8;
export const FIELD_SETTLEMENT: i32 = 9;
export const FIELD_OFFSET: i32 = 10;
export const FIELD_VOLUME: i32 = 11;
export const FIELD_VALUE: i32 = 12;
export const FIELD_CREATED: i32 = 13;

const KEY_CHANNEL: u64 = 0x6863; // ch
const KEY_TS: u64 = 0x7374; // ts
const KEY_TICK: u64 = 0x6b636974; // tick
const KEY_DATA: u64 = 0x61746164; // data
const KEY_REPLY: u64 = 0x706572; // rep
const KEY_TOPIC: u64 = 0x6369706f74; // topic
const KEY_OPERATION: u64 = 0x706f; // op
const KEY_STATUS: u64 = 0x737574617473; // status
const KEY_PING: u64 = 0x676e6970; // ping
const KEY_UPDATE: u64 = 0x657461647075; // update

/** Notes where the values of a message are. */
export function readMessage(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = messageField();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}

function messageField(): i32 {
  if (wordsAre(2, KEY_CHANNEL)) return FIELD_CHANNEL;
  if (wordsAre(2, KEY_TS)) return FIELD_SENT;
  if (wordsAre(4, KEY_TICK)) return FIELD_TICK;
  if (wordsAre(4, KEY_DATA)) return FIELD_DATA;
  if (wordsAre(3, KEY_REPLY)) return FIELD_REPLY;
  if (wordsAre(5, KEY_TOPIC)) return FIELD_TOPIC;
  if (wordsAre(2, KEY_OPERATION)) return FIELD_OPERATION;
  if (wordsAre(6, KEY_STATUS) || wordsAre(4, KEY_PING)) return FIELD_STATUS;
  return wordsAre(6, KEY_UPDATE) ? FIELD_UPDATE : -1;
}

const KEY_SEQUENCE: u64 = 0x6d754e716573; // seqNum
const KEY_PREVIOUS: u64 = 0x4e71655376657270; // prevSeqN
const KEY_PREVIOUS_END: u64 = 0x6d75; // um
const KEY_BIDS: u64 = 0x73646962; // bids
const KEY_ASKS: u64 = 0x736b7361; // asks
const KEY_EVENT: u64 = 0x746e657665; // event
const KEY_VERSION: u64 = 0x6e6f6973726576; // version
const KEY_MATCH: u64 = 0x6469726d; // mrid
const KEY_BID: u64 = 0x646962; // bid
const KEY_ASK: u64 = 0x6b7361; // ask
const KEY_BID_SIZE: u64 = 0x657a6953646962; // bidSize
const KEY_ASK_SIZE: u64 = 0x657a69536b7361; // askSize
const KEY_SEQUENCE_ID: u64 = 0x6449716573; // seqId
const KEY_CLOSE: u64 = 0x65736f6c63; // close
const KEY_INDEX_PRICE: u64 = 0x72705f7865646e69; // index_pr
const KEY_INDEX_PRICE_END: u64 = 0x656369; // ice
const KEY_ID: u64 = 0x6469; // id

/** Notes where the values of a tick are. */
export function readTick(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = tickField();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}

function tickField(): i32 {
  if (wordBytes == 4) {
    if (wordsAre(4, KEY_BIDS)) return FIELD_BIDS;
    if (wordsAre(4, KEY_ASKS)) return FIELD_ASKS;
    if (wordsAre(4, KEY_MATCH)) return FIELD_MATCH;
    return wordsAre(4, KEY_DATA) ? FIELD_TRADES : -1;
  }
  if (wordsAre(6, KEY_SEQUENCE)) return FIELD_SEQUENCE;
  if (wordsAre(10, KEY_PREVIOUS, KEY_PREVIOUS_END)) return FIELD_PREVIOUS;
  if (wordsAre(7, KEY_VERSION)) return FIELD_VERSION;
  if (wordsAre(5, KEY_EVENT)) return FIELD_EVENT;
  if (wordsAre(3, KEY_BID)) return FIELD_BID;
  if (wordsAre(3, KEY_ASK)) return FIELD_ASK;
  if (wordsAre(7, KEY_BID_SIZE)) return FIELD_BID_SIZE;
  if (wordsAre(7, KEY_ASK_SIZE)) return FIELD_ASK_SIZE;
  if (wordsAre(5, KEY_SEQUENCE_ID)) return FIELD_SEQUENCE_ID;
  if (wordsAre(5, KEY_CLOSE)) return FIELD_CLOSE;
  if (wordsAre(11, KEY_INDEX_PRICE, KEY_INDEX_PRICE_END)) return FIELD_INDEX_PRICE;
  return wordsAre(2, KEY_ID) ? FIELD_TICK_ID : -1;
}

const KEY_TRADE_ID: u64 = 0x64496564617274; // tradeId
const KEY_PRICE: u64 = 0x6563697270; // price
const KEY_AMOUNT: u64 = 0x746e756f6d61; // amount
const KEY_DIRECTION: u64 = 0x6f69746365726964; // directio
const KEY_DIRECTION_END: u64 = 0x6e; // n
const KEY_CODE: u64 = 0x74636172746e6f63; // contract
const KEY_CODE_END: u64 = 0x65646f635f; // _code
const KEY_RATE: u64 = 0x5f676e69646e7566; // funding_
const KEY_RATE_END: u64 = 0x65746172; // rate
const KEY_ESTIMATED: u64 = 0x6574616d69747365; // estimate
const KEY_ESTIMATED_END: u64 = 0x657461725f64; // d_rate
const KEY_SETTLEMENT: u64 = 0x656d656c74746573; // settleme
const KEY_SETTLEMENT_END: u64 = 0x656d69745f746e; // nt_time
const KEY_OFFSET: u64 = 0x74657366666f; // offset
const KEY_VOLUME: u64 = 0x656d756c6f76; // volume
const KEY_VALUE: u64 = 0x65756c6176; // value
const KEY_CREATED: u64 = 0x5f64657461657263; // created_
const KEY_CREATED_END: u64 = 0x7461; // at

/** Notes where the values of an element of a list are. */
export function readElement(lane: usize, object: usize): void {
  clearFields(lane);
  for (let key = firstOf(object); key != 0; ) {
    readWords(key);
    const value = valueOf(key);
    const index = elementField();
    if (index >= 0) setField(lane, index, value);
    key = nextOf(value);
  }
}

function elementField(): i32 {
  if (wordBytes == 2) return wordsAre(2, KEY_ID) ? FIELD_ID : wordsAre(2, KEY_TS) ? FIELD_TIME : -1;
  if (wordBytes == 5) return wordsAre(5, KEY_PRICE) ? FIELD_PRICE : wordsAre(5, KEY_VALUE) ? FIELD_VALUE : -1;
  if (wordBytes == 6) {
    if (wordsAre(6, KEY_AMOUNT)) return FIELD_AMOUNT;
    if (wordsAre(6, KEY_VOLUME)) return FIELD_VOLUME;
    return wordsAre(6, KEY_OFFSET) ? FIELD_OFFSET : -1;
  }
  if (wordsAre(7, KEY_TRADE_ID)) return FIELD_TRADE_ID;
  if (wordsAre(9, KEY_DIRECTION, KEY_DIRECTION_END)) return FIELD_DIRECTION;
  if (wordsAre(13, KEY_CODE, KEY_CODE_END)) return FIELD_CODE;
  if (wordsAre(12, KEY_RATE, KEY_RATE_END)) return FIELD_RATE;
  if (wordsAre(14, KEY_ESTIMATED, KEY_ESTIMATED_END)) return FIELD_ESTIMATED;
  if (wordsAre(15, KEY_SETTLEMENT, KEY_SETTLEMENT_END)) return FIELD_SETTLEMENT;
  return wordsAre(10, KEY_CREATED, KEY_CREATED_END) ? FIELD_CREATED : -1;
}
