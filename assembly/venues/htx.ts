// HTX, all products: the general scanner's reading of every message. Frames come inflated.
import { REJECT_UNKNOWN } from "../../src/layout";
import { clearFault, field, isText } from "../fields";
import { skipSpace, validate } from "../scan";
import { readWords, wordsAre } from "../walk";
import { bbo, changes, highFrequency, image, requested } from "./htx-book";
import {
  CHANNEL_BASIS,
  CHANNEL_BBO,
  CHANNEL_CHANGES,
  CHANNEL_FUNDING,
  CHANNEL_HIGH_FREQUENCY,
  CHANNEL_IGNORED,
  CHANNEL_IMAGE,
  CHANNEL_INDEX,
  CHANNEL_LIQUIDATIONS,
  CHANNEL_MARK,
  CHANNEL_OPEN_INTEREST,
  CHANNEL_TRADES,
  CHANNEL_UNKNOWN,
  channel,
  readChannel,
} from "./htx-channel";
import { FIELD_CHANNEL, FIELD_OPERATION, FIELD_REPLY, FIELD_STATUS, FIELD_TOPIC, readMessage } from "./htx-fields";
import { funding, isOpenInterest, liquidations, mark, openInterest, trades } from "./htx-market";

/** Decodes the frame at [at, end) by its keys alone: records, 0 not used, below 0 refused. */
export function htxGeneral(lane: usize, at: usize, end: usize): i32 {
  clearFault();
  const status = validate(at, end);
  if (status != 0) return status;
  const root = skipSpace(at, end);
  if (load<u8>(root) != 0x7b) return REJECT_UNKNOWN;
  readMessage(lane, root);
  const name = field(lane, FIELD_CHANNEL);
  if (name != 0) return push(lane, name);
  const reply = field(lane, FIELD_REPLY);
  if (reply != 0) return answer(lane, reply);
  const topic = field(lane, FIELD_TOPIC);
  if (topic != 0 && isNotice(lane)) return notice(lane, topic);
  // Acknowledgements, pings and closings of the notification socket.
  if (field(lane, FIELD_OPERATION) != 0) return 0;
  if (field(lane, FIELD_STATUS) == 0) return REJECT_UNKNOWN;
  // Acknowledgements and pings of the market sockets, errors, and HTTP replies: of those, open interest is kept.
  if (!isOpenInterest(lane)) return 0;
  readMessage(lane, root);
  return openInterest(lane);
}

/** `{"ch":"market.…","ts":…,"tick":{…}}` */
function push(lane: usize, name: usize): i32 {
  if (!isText(name)) return REJECT_UNKNOWN;
  const status = readChannel(lane, name);
  if (status != 0) return status;
  switch (channel) {
    case CHANNEL_IGNORED:
      return 0;
    case CHANNEL_TRADES:
      return trades(lane);
    case CHANNEL_BBO:
      return bbo(lane);
    case CHANNEL_CHANGES:
      return changes(lane);
    case CHANNEL_HIGH_FREQUENCY:
      return highFrequency(lane);
    case CHANNEL_IMAGE:
      return image(lane);
    case CHANNEL_MARK:
      return mark(lane, true, false);
    case CHANNEL_INDEX:
      return mark(lane, false, false);
    case CHANNEL_BASIS:
      return mark(lane, false, true);
    case CHANNEL_OPEN_INTEREST:
      return openInterest(lane);
    default:
      return REJECT_UNKNOWN;
  }
}

/** `{"rep":"market.…","status":"ok","data":{…}}`: a book that was asked for; other requests ask for the past. */
function answer(lane: usize, name: usize): i32 {
  if (!isText(name)) return REJECT_UNKNOWN;
  const status = readChannel(lane, name);
  if (status != 0) return status;
  if (channel == CHANNEL_CHANGES) return requested(lane);
  return channel == CHANNEL_UNKNOWN ? REJECT_UNKNOWN : 0;
}

const OPERATION_NOTIFY: u64 = 0x796669746f6e; // notify

function isNotice(lane: usize): bool {
  const operation = field(lane, FIELD_OPERATION);
  if (!isText(operation)) return false;
  readWords(operation);
  return wordsAre(6, OPERATION_NOTIFY);
}

/** `{"op":"notify","topic":"public.…","ts":…,"data":[…]}` */
function notice(lane: usize, topic: usize): i32 {
  if (!isText(topic)) return REJECT_UNKNOWN;
  const status = readChannel(lane, topic);
  if (status != 0) return status;
  if (channel == CHANNEL_FUNDING) return funding(lane);
  if (channel == CHANNEL_LIQUIDATIONS) return liquidations(lane);
  return channel == CHANNEL_IGNORED ? 0 : REJECT_UNKNOWN;
}
