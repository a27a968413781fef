// The binary layout of everything that crosses a thread or the WASM border, once.
// Compiled by tsc and by asc: integer constants only. No import, no annotation, no division,
// nothing above 2^31 - 1. All offsets are bytes, all values little-endian.

/** Bumped with every change of an offset or a meaning; kernel, journal and clients compare it. */
export const LAYOUT_VERSION = 2;
export const PAGE_BYTES = 65536;
/** Two cores never write within one line; 128 because of the adjacent-line prefetcher. */
export const LINE_BYTES = 128;

// ---------------------------------------------------------------------------------------------
// Record: one cache line. A message is one or more records of one instrument, the last one flagged.
//
//  0      1      2        4            6                8                16               24         32 ... 63
//  kind   flags  source   instrument   receivedNanos    exchangeTimeUs   receivedTimeUs   sequence   payload
//  u8     u8     u16      u16          u16 (0..999)     f64              f64              u64        4 x f64
// ---------------------------------------------------------------------------------------------
export const RECORD_BYTES = 64;
export const RECORD_SHIFT = 6;
export const RECORD_KIND = 0;
export const RECORD_FLAGS = 1;
/** Input index in a replay, feed index live: the second key of the merge. */
export const RECORD_SOURCE = 2;
/** Dense index into the instrument table; INSTRUMENT_NONE where a record has none. */
export const RECORD_INSTRUMENT = 4;
/** Nanoseconds below the microsecond of the receive time, so that a replay merges exactly as recorded. */
export const RECORD_RECEIVED_NANOS = 6;
/** Venue's time of sending, epoch µs, floored. NaN where the frame has none (Binance spot bookTicker). */
export const RECORD_EXCHANGE_TIME_US = 8;
/** Local receive time, epoch µs, floored. */
export const RECORD_RECEIVED_TIME_US = 16;
/** u64: update id, trade id or whatever orders this channel; 0 where the venue has none. */
export const RECORD_SEQUENCE = 24;
export const RECORD_PAYLOAD = 32;

export const INSTRUMENT_NONE = 65535;

// Kinds. Below 16: control; from 16 on: market data.
/** Time passed and nothing else happened. */
export const KIND_TICK = 1;
/** Merge progress only: nothing of this source will come before its receive time. Never journalled. */
export const KIND_WATERMARK = 2;
/** The book of `instrument` left live because an update is missing. */
export const KIND_GAP = 3;
/** The book of `instrument` changed its state. */
export const KIND_BOOK_STATE = 4;
/** A clock offset of a venue. */
export const KIND_CLOCK = 5;
/** An instrument was added: its entry in the instrument table is complete. */
export const KIND_INSTRUMENT = 6;
/** Journal only: the engine's state as of this place was handed over. */
export const KIND_CHECKPOINT = 7;
export const KIND_BBO = 16;
export const KIND_TRADE = 17;
/** One or two levels of a side that changed; absolute sizes, 0 removes. */
export const KIND_DEPTH = 18;
/** One or two levels of a whole book. FLAG_BEGIN clears it, FLAG_END completes it. */
export const KIND_SNAPSHOT = 19;
export const KIND_MARK = 20;
export const KIND_FUNDING = 21;
export const KIND_OPEN_INTEREST = 22;
export const KIND_LIQUIDATION = 23;
/** Implied volatilities of an option, and the price of what it is on. */
export const KIND_VOLATILITY = 24;
export const KIND_GREEKS = 25;
/** What was traded in the venue's rolling 24 hours. */
export const KIND_DAY = 26;

// Flags.
/** Last record of its message: books are consistent, strategies may look. */
export const FLAG_LAST = 1;
/** DEPTH, SNAPSHOT: levels are asks. */
export const FLAG_ASK = 2;
/** TRADE: the taker sold. LIQUIDATION: a short was liquidated (clear: a long was). */
export const FLAG_SELL = 2;
/** DEPTH, SNAPSHOT: the second level of the payload is present. */
export const FLAG_SECOND = 4;
/** BBO: a side that is NaN did not change (clear: that side is empty). */
export const FLAG_PARTIAL = 4;
/** DEPTH, SNAPSHOT: no level at all (an empty message still moves the sequence). */
export const FLAG_EMPTY = 8;
/** SNAPSHOT: first record. */
export const FLAG_BEGIN = 16;
/** SNAPSHOT: last record of the last part; the book is live after it. */
export const FLAG_END = 32;
/** TRADE: no market trade (insurance fund, auto-deleveraging, block, RFQ): kept out of volume and VWAP. */
export const FLAG_EXCLUDED = 64;
/** SNAPSHOT, on the last record: the venue cut it at a number of levels, nothing is known beyond its worst. */
export const FLAG_CUT = 64;
/** TRADE: from an aggregated channel, used only while the plain trade channel is absent. */
export const FLAG_AGGREGATE = 128;

// Payloads (offsets from the start of the record). f64 unless said.
/** Best bid, quote currency; NaN when that side is empty. */
export const BBO_BID = 32;
export const BBO_BID_SIZE = 40;
export const BBO_ASK = 48;
export const BBO_ASK_SIZE = 56;
export const TRADE_PRICE = 32;
/** Base coin. */
export const TRADE_SIZE = 40;
/** The venue's own unit (contracts, USD); equal to the size where that is base coin. */
export const TRADE_NATIVE_SIZE = 48;
/** Matching time at the venue, epoch µs; NaN where not given apart. */
export const TRADE_TIME_US = 56;
export const LEVEL_PRICE = 32;
/** Base coin; 0 removes the level. */
export const LEVEL_SIZE = 40;
export const LEVEL_SECOND_PRICE = 48;
export const LEVEL_SECOND_SIZE = 56;
/** Mark price; NaN unchanged. */
export const MARK_PRICE = 32;
/** Index price; NaN unchanged. */
export const MARK_INDEX = 40;
/** Rate of one interval, as a fraction (0.0001 = 1 bp); NaN unchanged. */
export const FUNDING_RATE = 32;
/** Hours between payments; NaN unknown or unchanged. */
export const FUNDING_INTERVAL_HOURS = 40;
/** Next payment, epoch µs; NaN unknown or unchanged. */
export const FUNDING_NEXT_US = 48;
/** The venue's own forecast of the next rate; NaN where it gives none. */
export const FUNDING_PREDICTED_RATE = 56;
/** Base coin. */
export const OPEN_INTEREST_SIZE = 32;
/** Quote currency; NaN where not given. */
export const OPEN_INTEREST_VALUE = 40;
export const LIQUIDATION_PRICE = 32;
/** Base coin. */
export const LIQUIDATION_SIZE = 40;
export const LIQUIDATION_NATIVE_SIZE = 48;
/** LIQUIDATION_PRICE_* as f64. */
export const LIQUIDATION_PRICE_KIND = 56;
export const LIQUIDATION_PRICE_ORDER = 1;
export const LIQUIDATION_PRICE_AVERAGE = 2;
export const LIQUIDATION_PRICE_BANKRUPTCY = 3;
/** Of a year, as a fraction (0.55 = 55 %); NaN unknown or unchanged. */
export const VOLATILITY_BID = 32;
export const VOLATILITY_ASK = 40;
export const VOLATILITY_MARK = 48;
/** Price of the underlying that the venue's own model uses, quote currency; NaN unknown or unchanged. */
export const VOLATILITY_UNDERLYING = 56;
/** As the venue gives them: delta and gamma per unit of the underlying, vega per 1 % of volatility, theta a day. */
export const GREEKS_DELTA = 32;
export const GREEKS_GAMMA = 40;
export const GREEKS_VEGA = 48;
export const GREEKS_THETA = 56;
/** Base coin; NaN unknown or unchanged. */
export const DAY_VOLUME = 32;
/** Quote currency; NaN unknown or unchanged. */
export const DAY_TURNOVER = 40;
/** The id that was due. */
export const GAP_EXPECTED = 32;
/** The id that came. */
export const GAP_GOT = 40;
/** REASON_* as f64. */
export const GAP_REASON = 48;
/** STATE_* as f64. */
export const BOOK_STATE_STATE = 32;
/** REASON_* as f64. */
export const BOOK_STATE_REASON = 40;
/** Messages and records that the journal's ring could not take since the checkpoint before. */
export const CHECKPOINT_LOST_MESSAGES = 32;
export const CHECKPOINT_LOST_RECORDS = 40;
/** Venue index as f64. */
export const CLOCK_VENUE = 32;
/** Venue clock minus local clock, µs. */
export const CLOCK_OFFSET_US = 40;
/** Half the width of what is known, µs. */
export const CLOCK_UNCERTAINTY_US = 48;
/** CLOCK_METHOD_* as f64. */
export const CLOCK_METHOD = 56;
export const CLOCK_METHOD_NONE = 0;
export const CLOCK_METHOD_RECEIVE_MINIMUM = 1;
export const CLOCK_METHOD_ROUND_TRIP = 2;

// States of a book.
export const STATE_SYNCING = 0;
export const STATE_LIVE = 1;
export const STATE_GAP = 2;
export const STATE_STALE = 3;
export const STATE_MAINTENANCE = 4;
export const STATE_BLOCKED = 5;

// Why a book is in its state.
export const REASON_NONE = 0;
export const REASON_AWAITING_SNAPSHOT = 1;
export const REASON_AWAITING_BRIDGE = 2;
export const REASON_SNAPSHOT_TOO_OLD = 3;
export const REASON_SEQUENCE = 4;
export const REASON_OVERFLOW = 5;
export const REASON_CROSSED = 6;
export const REASON_CHECKSUM = 7;
export const REASON_DISCONNECTED = 8;
export const REASON_SILENT = 9;
export const REASON_WORKER_LOST = 10;
export const REASON_BAN = 11;
export const REASON_MAINTENANCE = 12;
export const REASON_REJECTED_FRAME = 13;

// ---------------------------------------------------------------------------------------------
// Ring: header of four lines, then capacity << 6 bytes of records. One writer, one reader.
// Cursors are u32 modulo 2^32; record address = base + ((cursor & mask) << 6).
// ---------------------------------------------------------------------------------------------
export const RING_HEADER_BYTES = 512;
/** u32, written by the writer only: records before it are readable. */
export const RING_HEAD = 0;
/** u32, written by the reader only: records before it are free. */
export const RING_TAIL = 128;
/** u32, 1: nothing comes after what is published. */
export const RING_CLOSED = 256;
/** u32, 1: the writer sleeps on RING_TAIL until the reader frees records. */
export const RING_WRITER_WAITING = 260;
/** u32: messages dropped because the ring was full. */
export const RING_DROPPED_MESSAGES = 264;
/** u32: records of those messages. */
export const RING_DROPPED_RECORDS = 268;
/** u32: the writer's private cursor, where the message it writes began, and whether that message is being dropped. */
export const RING_PRIVATE = 272;
export const RING_MESSAGE_BEGIN = 276;
export const RING_OVERFLOWING = 280;
/** u32, capacity in records, a power of two; set once. */
export const RING_CAPACITY = 384;
/** u32, 1: after one lost message nothing more comes until the next checkpoint, so that a hole shows (journal); set once. */
export const RING_STRICT = 388;

// ---------------------------------------------------------------------------------------------
// Lane: what one feed (live) or one group of inputs (replay) owns. Written by its worker only.
// ---------------------------------------------------------------------------------------------
/** Message header, filled by the decoder, read by the integrity rule. */
export const MESSAGE_CLASS = 0; // u32 CLASS_*
export const MESSAGE_INSTRUMENT = 4; // u32
/** u32 slot of the symbol table. */
export const MESSAGE_SYMBOL_SLOT = 8;
/** u32: which of an instrument's book channels: its depth where the name says it (Bybit orderbook.200), a number above all depths for whole books at several intervals (Deribit), else 0. */
export const MESSAGE_DEPTH = 12;
/** f64: first, last and previous update id of a depth message; NaN where absent. */
export const MESSAGE_FIRST_ID = 16;
export const MESSAGE_LAST_ID = 24;
export const MESSAGE_PREVIOUS_ID = 32;
/** u32, u32: where the symbol's text is, when it is not in the table yet. */
export const MESSAGE_SYMBOL_AT = 40;
export const MESSAGE_SYMBOL_LENGTH = 44;
/** In: f64 receive time in µs, u32 nanoseconds below it, u32 source index: what the records are stamped with. */
export const MESSAGE_RECEIVED_TIME_US = 48;
export const MESSAGE_RECEIVED_NANOS = 56;
export const MESSAGE_SOURCE = 60;
/** In: u32 instrument + 1 for a reply that names no symbol, 0 for none. */
export const MESSAGE_HINT = 64;
/** In: u32 product of the connection, PRODUCT_*. */
export const MESSAGE_PRODUCT = 68;
/** Out of the line scanner: u32 start and end of the frame's text, u32 start of the next line. */
export const MESSAGE_FRAME_AT = 72;
export const MESSAGE_FRAME_END = 76;
export const MESSAGE_NEXT_LINE = 80;
/** u32: frames decoded or refused by the general scanner because no template knew their shape; ignored ones do not count. */
export const MESSAGE_TEMPLATE_MISSES = 84;
/** u32, decoder's own: symbol slot of the last MESSAGE_HINT. */
export const MESSAGE_HINT_SLOT = 88;
/**
 * u32, in: which part of the frame to decode, from 0. Out: parts the frame has; a decoder that knows only
 * whole frames leaves it 1. A part is one message to the integrity rule (Kraken and Coinbase put several books in one).
 */
export const MESSAGE_PART = 92;
export const MESSAGE_PARTS = 96;
/** u32, out: 1 when the depth message carries a checksum that must be proved (absent or retired ones do not count). */
export const MESSAGE_HAS_CHECKSUM = 100;
/** f64, out: that checksum, as the venue writes it, signed or not. */
export const MESSAGE_CHECKSUM = 104;
/** f64, out: number of this frame in its connection, over all channels (Coinbase); NaN where the venue has none. */
export const MESSAGE_CONNECTION_ID = 112;
/** u32, out: 0 once the decoder knows that the frame is no book's; what it refuses may else have been an update. */
export const MESSAGE_MAY_BE_BOOK = 120;
/**
 * u8, in: 1 on a live lane, whose instruments are all known before their frames come. What a frame of a whole
 * family or product says of others is passed over then (OKX opt-summary, liquidation-orders).
 */
export const MESSAGE_KNOWN_ONLY = 124;
/** u8, decoder's own: a bit for each PRODUCT_* whose next message of a channel is history (OKX liquidation-orders). */
export const MESSAGE_AWAITS_HISTORY = 125;
/** u8, out: the frame says that whoever relays the feed lost it; every book of the lane is in doubt. */
export const MESSAGE_FEED_LOST = 126;
export const MESSAGE_BYTES = 128;

/** Nothing for the integrity rule: commit. */
export const CLASS_MARKET = 0;
/** A change of a book: the rule decides. */
export const CLASS_DELTA = 1;
/** A whole book: the rule decides. */
export const CLASS_SNAPSHOT = 2;
/** A change of a one-level channel (Bybit orderbook.1): a side whose price and size are NaN did not change. */
export const CLASS_TOP_DELTA = 3;
/** The whole of a one-level channel: a side whose price and size are NaN is empty. */
export const CLASS_TOP_SNAPSHOT = 4;
/** A whole book that stands for itself, even where snapshots must be bridged: it replaces what there is. */
export const CLASS_IMAGE = 5;

/** Symbol table of a lane: open addressing, SYMBOL_SLOTS slots of SYMBOL_BYTES. */
export const SYMBOL_SLOTS = 4096;
export const SYMBOL_BYTES = 128;
/** 48 bytes of name, zero padded; longer names are refused. */
export const SYMBOL_NAME = 0;
export const SYMBOL_NAME_BYTES = 48;
/** u32, 0 = free slot. */
export const SYMBOL_LENGTH = 48;
export const SYMBOL_INSTRUMENT = 52; // u32
/** u32 UNIT_*: how a native quantity becomes base coin. */
export const SYMBOL_UNIT = 56;
/** u32 product, so that one lane can hold equal names of several products. */
export const SYMBOL_PRODUCT = 60;
/** f64 contract size: quote currency for UNIT_INVERSE, base coin for UNIT_CONTRACT. */
export const SYMBOL_CONTRACT_SIZE = 64;
/** f64 receive times of the first and last frame that named it, NaN before. */
export const SYMBOL_FIRST_RECEIVED_US = 72;
export const SYMBOL_LAST_RECEIVED_US = 80;
/** u32 levels a side of its book channel, where the venue says so when it accepts the subscription (Kraken); 0 unknown. */
export const SYMBOL_DEPTH = 88;

/** Native quantity is base coin. */
export const UNIT_BASE = 0;
/** Contracts of a fixed quote amount: base = contracts * contractSize / price. */
export const UNIT_INVERSE = 1;
/** Contracts of a fixed base amount: base = contracts * contractSize. */
export const UNIT_CONTRACT = 2;
/** Not known: any quantity is refused. */
export const UNIT_UNKNOWN = 3;

/** Decoder results below zero: the frame is refused or needs help. Names in src/feed/rejections.ts. */
export const REJECT_MALFORMED = -1;
export const REJECT_UNKNOWN = -2;
export const REJECT_MISSING_FIELD = -3;
export const REJECT_PRICE = -4;
export const REJECT_SIZE = -5;
export const REJECT_TIME = -6;
export const REJECT_ID = -7;
export const REJECT_CONTRACT_SIZE = -8;
export const REJECT_WRONG_PRODUCT = -9;
export const REJECT_SYMBOL = -10;
export const REJECT_TOO_LONG = -11;
export const REJECT_TOO_MANY_RECORDS = -12;
export const REJECT_CAPACITY = -13;
export const REJECT_LINE = -14;
export const REJECT_SIDE = -15;
export const REJECT_UNATTRIBUTED = -16;
export const REJECT_DEPTH_LIMIT = -17;
/** A compressed frame that cannot be inflated, or inflates beyond the limit. */
export const REJECT_COMPRESSION = -18;
/** Not refusals: the caller adds the symbol, finds the instrument or frees the ring, and decodes again. */
export const NEED_SYMBOL = -100;
export const NEED_INSTRUMENT = -101;
export const NEED_SPACE = -102;

// Products, one numbering for all venues.
export const PRODUCT_SPOT = 0;
export const PRODUCT_USDM = 1;
export const PRODUCT_COINM = 2;
export const PRODUCT_LINEAR = 3;
export const PRODUCT_INVERSE = 4;
export const PRODUCT_OPTION = 5;
export const PRODUCT_SWAP = 6;
export const PRODUCT_FUTURES = 7;

// Venues, in the order of the registry.
export const VENUE_BINANCE = 0;
export const VENUE_BYBIT = 1;
export const VENUE_OKX = 2;
export const VENUE_DERIBIT = 3;
export const VENUE_HTX = 4;
export const VENUE_KRAKEN = 5;
export const VENUE_COINBASE = 6;
export const VENUE_BACKPACK = 7;
/** Added to a venue's number for the decoder: its market as Tardis writes it, and not as the venue does. */
export const DIALECT_TARDIS = 64;
export const VENUES_MAXIMUM = 16;

// ---------------------------------------------------------------------------------------------
// Instrument state: written by the engine only. Readers on other threads use the sequence lock.
// ---------------------------------------------------------------------------------------------
export const INSTRUMENT_BYTES = 640;
/** u32 sequence lock: odd while the engine writes. */
export const INSTRUMENT_LOCK = 0;
export const INSTRUMENT_VENUE = 4; // u32
export const INSTRUMENT_PRODUCT = 8; // u32
export const INSTRUMENT_STATE = 12; // u32 STATE_*
export const INSTRUMENT_REASON = 16; // u32 REASON_*
/** u32: a strategy looks at it, so the kernel stops after each of its messages. */
export const INSTRUMENT_WATCHED = 20;
/** u32, 1 while bid >= ask in the book. */
export const INSTRUMENT_IS_CROSSED = 24;
/** u32, 1 once the plain trade channel was seen. */
export const INSTRUMENT_HAS_TRADES = 28;
/** u64 sequence of the book's last update. */
export const INSTRUMENT_BOOK_SEQUENCE = 32;
/** u64 sequence of the touch below. */
export const INSTRUMENT_TOUCH_SEQUENCE = 40;
/** Best bid and offer, the fresher of the book and of the venue's own channel. NaN when unknown. */
export const INSTRUMENT_BID = 48;
export const INSTRUMENT_BID_SIZE = 56;
export const INSTRUMENT_ASK = 64;
export const INSTRUMENT_ASK_SIZE = 72;
export const INSTRUMENT_TOUCH_EXCHANGE_US = 80;
export const INSTRUMENT_TOUCH_RECEIVED_US = 88;
/** Last value of the venue's own top-of-book channel; NaN without one. */
export const INSTRUMENT_BBO_BID = 96;
export const INSTRUMENT_BBO_BID_SIZE = 104;
export const INSTRUMENT_BBO_ASK = 112;
export const INSTRUMENT_BBO_ASK_SIZE = 120;
export const INSTRUMENT_BOOK_EXCHANGE_US = 128;
export const INSTRUMENT_BOOK_RECEIVED_US = 136;
/** Engine time at which the book became crossed; NaN when it is not. */
export const INSTRUMENT_CROSSED_SINCE_US = 144;
// Counts, as f64.
export const INSTRUMENT_TRADES = 152;
export const INSTRUMENT_EXCLUDED_TRADES = 160;
/** Sum of base sizes and of price times size, each followed by its compensation term. */
export const INSTRUMENT_VOLUME = 168;
export const INSTRUMENT_VOLUME_LOW = 176;
export const INSTRUMENT_TURNOVER = 184;
export const INSTRUMENT_TURNOVER_LOW = 192;
/** The same four from the aggregated channel. */
export const INSTRUMENT_AGGREGATES = 200;
export const INSTRUMENT_AGGREGATE_VOLUME = 208;
export const INSTRUMENT_AGGREGATE_VOLUME_LOW = 216;
export const INSTRUMENT_AGGREGATE_TURNOVER = 224;
export const INSTRUMENT_AGGREGATE_TURNOVER_LOW = 232;
export const INSTRUMENT_BBO_UPDATES = 240;
export const INSTRUMENT_DEPTH_UPDATES = 248;
export const INSTRUMENT_SNAPSHOTS = 256;
export const INSTRUMENT_GAPS = 264;
export const INSTRUMENT_CHECKSUM_FAILURES = 272;
export const INSTRUMENT_CROSSED = 280;
export const INSTRUMENT_LAST_PRICE = 288;
export const INSTRUMENT_LAST_SIZE = 296;
export const INSTRUMENT_MARK = 304;
export const INSTRUMENT_INDEX = 312;
export const INSTRUMENT_FUNDING_RATE = 320;
export const INSTRUMENT_FUNDING_INTERVAL_HOURS = 328;
export const INSTRUMENT_FUNDING_NEXT_US = 336;
export const INSTRUMENT_OPEN_INTEREST = 344;
export const INSTRUMENT_LIQUIDATIONS = 352;
/** f64 receive time of the last message that reached the engine. */
export const INSTRUMENT_RECEIVED_US = 360;
/** f64 messages that reached the engine. */
export const INSTRUMENT_MESSAGES = 368;
/** u32, 1: the top-of-book channel and the book count in one sequence, so the fresher is known (Binance). */
export const INSTRUMENT_SHARED_SEQUENCE = 376;
/** u32 address of the first VWAP window that this instrument's trades feed, 0 for none. */
export const INSTRUMENT_VWAP = 380;
// Options and day figures, NaN while unknown; units as in the payloads.
export const INSTRUMENT_OPEN_INTEREST_VALUE = 384;
export const INSTRUMENT_FUNDING_PREDICTED_RATE = 392;
export const INSTRUMENT_BID_VOLATILITY = 400;
export const INSTRUMENT_ASK_VOLATILITY = 408;
export const INSTRUMENT_MARK_VOLATILITY = 416;
export const INSTRUMENT_UNDERLYING = 424;
export const INSTRUMENT_DELTA = 432;
export const INSTRUMENT_GAMMA = 440;
export const INSTRUMENT_VEGA = 448;
export const INSTRUMENT_THETA = 456;
export const INSTRUMENT_DAY_VOLUME = 464;
export const INSTRUMENT_DAY_TURNOVER = 472;
// The last liquidation: LIQUIDATION_* and whether a short was liquidated (f64 1) or a long (0).
export const INSTRUMENT_LIQUIDATION_PRICE = 480;
export const INSTRUMENT_LIQUIDATION_SIZE = 488;
export const INSTRUMENT_LIQUIDATION_SHORT = 496;
/** f64 receive time of the first message that reached the engine. */
export const INSTRUMENT_FIRST_RECEIVED_US = 504;
/** f64 receive time at which price or size of that side of the touch changed last, µs; NaN while unknown. */
export const INSTRUMENT_BID_CHANGED_US = 512;
export const INSTRUMENT_ASK_CHANGED_US = 520;
/** Sums of liquidated sizes, base coin: of long positions, and of short ones. */
export const INSTRUMENT_LIQUIDATED_LONG = 528;
export const INSTRUMENT_LIQUIDATED_SHORT = 536;
/** f64 receive time at which the index, and the price of what an option is on, was told last, µs; 0 before it was. */
export const INSTRUMENT_INDEX_RECEIVED_US = 544;
export const INSTRUMENT_UNDERLYING_RECEIVED_US = 552;

// ---------------------------------------------------------------------------------------------
// Book: header, then bid prices, bid sizes, ask prices, ask sizes, each f64[levels].
// The levels kept, from slot BOOK_FIRST_* on, are sorted so that the best one is last.
// ---------------------------------------------------------------------------------------------
export const BOOK_HEADER_BYTES = 128;
export const BOOK_LEVELS = 0; // u32 capacity of a side
export const BOOK_BIDS = 4; // u32 levels kept
export const BOOK_ASKS = 8; // u32
/** u32, 1 between FLAG_BEGIN and FLAG_END of a snapshot. */
export const BOOK_LOADING = 12;
/** u32: levels dropped at the far end because the side was full. */
export const BOOK_DROPPED_BIDS = 16;
export const BOOK_DROPPED_ASKS = 20;
/** f64: worst price up to which the side is known to be complete; NaN when it is complete. */
export const BOOK_TRUSTED_BID = 24;
export const BOOK_TRUSTED_ASK = 32;
/** Result of the last walk on this book. */
export const WALK_PRICE = 40; // f64 volume-weighted price
export const WALK_WORST = 48; // f64
export const WALK_SIZE = 56; // f64 base coin
export const WALK_NOTIONAL = 64; // f64 quote currency
export const WALK_LEVELS = 72; // u32
/** u32: levels a snapshot has written so far, at the top of each side's arrays, while BOOK_LOADING is 1. */
export const BOOK_LOADING_BIDS = 76;
export const BOOK_LOADING_ASKS = 80;
/**
 * u32 slot of the farthest level: the best one is in slot first + kept - 1. Free slots at both ends make
 * an insertion move only what lies on its shorter side.
 */
export const BOOK_FIRST_BID = 84;
export const BOOK_FIRST_ASK = 88;

// ---------------------------------------------------------------------------------------------
// Clock of a venue, receive-minimum method: last CLOCK_SAMPLES delays, in order of arrival and, while
// somebody reads the clock, sorted too.
// ---------------------------------------------------------------------------------------------
export const CLOCK_SAMPLES = 1024;
export const CLOCK_STATE_COUNT = 0; // u32 samples held
export const CLOCK_STATE_NEXT = 4; // u32 slot of the next sample
export const CLOCK_STATE_METHOD = 8; // u32 CLOCK_METHOD_*
export const CLOCK_STATE_WANTED = 12; // u32 samples to come that are sorted at once, because the clock was read lately
export const CLOCK_STATE_UNSORTED = 32; // u32 1 when the sorted samples are out of date
export const CLOCK_STATE_OFFSET_US = 16; // f64, NaN when unknown
export const CLOCK_STATE_UNCERTAINTY_US = 24; // f64
export const CLOCK_STATE_SAMPLES = 64; // f64[CLOCK_SAMPLES]
export const CLOCK_STATE_SORTED = 8256; // f64[CLOCK_SAMPLES]
export const CLOCK_STATE_BYTES = 16512;
/** Fewer samples: the offset is not known. */
export const CLOCK_SAMPLES_MINIMUM = 32;

// ---------------------------------------------------------------------------------------------
// Rolling window of one series: shifted sums, see assembly/window.ts.
// ---------------------------------------------------------------------------------------------
export const WINDOW_HEADER_BYTES = 128;
export const WINDOW_CAPACITY = 0; // u32 n, 2..10,000
export const WINDOW_COUNT = 4; // u32 samples held
export const WINDOW_NEXT = 8; // u32 slot of the next sample
export const WINDOW_SINCE = 12; // u32 pushes since the sums were last computed afresh
export const WINDOW_SHIFT = 16; // f64 K
export const WINDOW_SUM = 24; // f64 sum of (x - K)
export const WINDOW_SUM_LOW = 32;
export const WINDOW_SQUARES = 40; // f64 sum of (x - K)^2
export const WINDOW_SQUARES_LOW = 48;
/** Results of the last push. */
export const WINDOW_MEAN = 64; // f64
export const WINDOW_DEVIATION = 72; // f64 population deviation
export const WINDOW_Z = 80; // f64
export const WINDOW_LAST = 88; // f64 the last sample
export const WINDOW_FLAT = 96; // u32, 1 when the deviation is zero
/** f64, of a hedged spread: the ratio under which its samples stand. */
export const WINDOW_BETA = 104;

// ---------------------------------------------------------------------------------------------
// Kalman filter of y = alpha + beta (x - origin), see assembly/hedge.ts. Variances in units of the residual's.
// ---------------------------------------------------------------------------------------------
export const KALMAN_ORIGIN = 0; // f64, NaN before the first sample
export const KALMAN_DRIFT = 8; // f64
export const KALMAN_ALPHA = 16; // f64
export const KALMAN_BETA = 24; // f64
export const KALMAN_ALPHA_VARIANCE = 32; // f64
export const KALMAN_BETA_VARIANCE = 40; // f64
export const KALMAN_COVARIANCE = 48; // f64
export const KALMAN_BYTES = 128;

// ---------------------------------------------------------------------------------------------
// Rolling correlations of many series: f64[rows][even], f64[even] sums, f64[series][even] sums of products, upper
// triangle; see assembly/correlation.ts.
// ---------------------------------------------------------------------------------------------
export const CORRELATION_SERIES = 0; // u32
export const CORRELATION_ROWS = 4; // u32 rows of the window
export const CORRELATION_COUNT = 8; // u32 rows held
export const CORRELATION_NEXT = 12; // u32 slot of the next row
export const CORRELATION_SINCE = 16; // u32 pushes since the sums were computed afresh
export const CORRELATION_HEADER_BYTES = 128;

/** Kinds of spread of two prices a and b, see assembly/zscore.ts. */
export const SPREAD_DIFFERENCE = 0;
export const SPREAD_RATIO = 1;
export const SPREAD_LOG_RATIO = 2;
export const SPREAD_HEDGE_RATIO = 3;

// ---------------------------------------------------------------------------------------------
// VWAP window of trades: prices, sizes and times as three f64[capacity].
// ---------------------------------------------------------------------------------------------
export const VWAP_HEADER_BYTES = 128;
export const VWAP_CAPACITY = 0; // u32 trades kept at most
export const VWAP_COUNT = 4; // u32
export const VWAP_NEXT = 8; // u32
export const VWAP_SINCE = 12; // u32
export const VWAP_SPAN_US = 16; // f64 window by time, NaN for a window by count
export const VWAP_SIZE = 32; // f64 sum of q
export const VWAP_SIZE_LOW = 40;
export const VWAP_TURNOVER = 48; // f64 sum of p q
export const VWAP_TURNOVER_LOW = 56;
/** f64 result, NaN when empty. */
export const VWAP_PRICE = 64;
/** u32, 1 when trades inside the span had to be dropped for lack of room: the price is NaN. */
export const VWAP_OVERFLOWED = 72;
/** f64 latest time seen by a window by time, µs; -Infinity before the first. */
export const VWAP_NOW_US = 80;
/** f64 latest time of a trade dropped for lack of room, µs; -Infinity when there was none. */
export const VWAP_DROPPED_US = 88;
/** f64 largest sum of q since the sums were computed afresh. */
export const VWAP_PEAK = 96;
/** u32 address of the next window of the same instrument, 0 for none. */
export const VWAP_LINK = 76;

// ---------------------------------------------------------------------------------------------
// Engine header and its table of lanes.
// ---------------------------------------------------------------------------------------------
/** u32 doorbell: incremented by a writer when the engine sleeps. On its own line. */
export const ENGINE_DOORBELL = 0;
/** u32, 1 while the engine sleeps on the doorbell. */
export const ENGINE_SLEEPING = 128;
/** u32, 1 while main sleeps and wants a message when a publication ring has something. On the engine's line. */
export const ENGINE_CONSUMERS_SLEEPING = 132;
export const ENGINE_LANES = 256; // u32 lanes in use
/** u32 ENGINE_MODE_*. */
export const ENGINE_MODE = 260;
export const ENGINE_MODE_LIVE = 0;
export const ENGINE_MODE_REPLAY = 1;
/** f64 largest receive time seen, epoch µs. */
export const ENGINE_TIME_US = 264;
/** f64 next grid point at which the kernel must stop; +Infinity for none. */
export const ENGINE_NEXT_GRID_US = 272;
/** u32 instrument of the event that step() returned. */
export const ENGINE_EVENT_INSTRUMENT = 280;
/** u32 address of the record of the event that step() returned. */
export const ENGINE_EVENT_RECORD = 284;
/** f64 records and messages taken so far. */
export const ENGINE_RECORDS = 288;
export const ENGINE_MESSAGES = 296;
/** u32 publication rings in use, and their addresses. */
export const ENGINE_CONSUMERS = 304;
export const ENGINE_CONSUMER_RINGS = 308; // u32[4]
/** u32 addresses the kernel needs, set once. */
export const ENGINE_INSTRUMENTS_AT = 324;
export const ENGINE_BOOKS_AT = 328;
export const ENGINE_BOOK_BYTES = 332;
export const ENGINE_CLOCKS_AT = 336;
export const ENGINE_INSTRUMENT_CAPACITY = 340;
/** u32, 1: the recorder wants a checkpoint; set by it, cleared by the engine when it hands one over. */
export const ENGINE_CHECKPOINT_REQUEST = 348;
/** u32 resync epochs, one per instrument: the engine asks the feed for a fresh book. */
export const ENGINE_RESYNC_AT = 352;
export const ENGINE_LANE_TABLE = 512;
export const LANES_MAXIMUM = 64;
export const CONSUMERS_MAXIMUM = 4;
export const ENGINE_LANE_BYTES = 64;
export const ENGINE_LANE_RING = 0; // u32 address of the ring
export const ENGINE_LANE_BASE = 4; // u32 address of its records
export const ENGINE_LANE_MASK = 8; // u32
export const ENGINE_LANE_HEAD = 12; // u32 cached
export const ENGINE_LANE_TAIL = 16; // u32 private
export const ENGINE_LANE_DONE = 20; // u32
export const ENGINE_LANE_RELEASED = 24; // u32 tail as last published
/** Levels that the run of a delta under way adds to a side or takes from it, and room for one more. */
export const ENGINE_CHANGES = 4608;
export const CHANGES_MAXIMUM = 64;
export const CHANGE_BYTES = 32;
export const CHANGE_SHIFT = 5;
export const CHANGE_PRICE = 0; // f64
export const CHANGE_SIZE = 8; // f64, 0 for a level that goes
export const CHANGE_INDEX = 16; // i32 levels that were worse when the run began
export const ENGINE_HEADER_BYTES = 6688;

// What step() returns.
/** Every open lane is needed and at least one has nothing: sleep until the doorbell. */
export const STEP_EMPTY = 0;
/** A message of a watched instrument is complete. */
export const STEP_MESSAGE = 1;
/** The next record lies at or after the grid point: sample, move the grid, call again. */
export const STEP_GRID = 2;
/** A control record was applied. */
export const STEP_CONTROL = 3;
/** All lanes are closed and empty. */
export const STEP_DONE = 4;
/** The budget is used up: publish, look after other things, call again. */
export const STEP_BUDGET = 5;

// ---------------------------------------------------------------------------------------------
// Regions at fixed places of the shared memory; all others follow from the configuration.
// ---------------------------------------------------------------------------------------------
/** The engine-side module keeps its constants (Math.log) below here; asc --memoryBase. */
export const ENGINE_DATA_AT = 1024;
export const ENGINE_DATA_END = 32768;
/** Tables of the decimal parser, built once by the first feed: see assembly/number.ts. */
export const TABLES_AT = 32768;
export const TABLES_BYTES = 32768;
export const REGIONS_AT = 65536;

/** Records of a lane's overflow ring: the largest message whose book is found when the ring is full. */
export const OVERFLOW_RECORDS = 8192;
/** Room for one frame that is kept and decoded again later. */
export const SPARE_BYTES = 2097152;
/** Room for what one read of a socket brings, where sockets read into the shared memory. */
export const RECEIVE_BYTES = 65536;
/** What the kernel says of several messages that it took in one call. Out: u32 where it stopped. */
export const BURST_STOP = 0;
/** u32, u32: messages that are to be committed, and their records. */
export const BURST_KEPT = 4;
export const BURST_RECORDS = 8;
/** u32, 1: the last message is not among them, and i32 what decode() said of it. */
export const BURST_UNSETTLED = 12;
export const BURST_COUNT = 16;
/** u32: runs of messages of one instrument and kind, and the runs: u32 kind and, in the upper half, instrument; u32 messages. */
export const BURST_RUNS = 20;
/** u32: where the last message that was decoded begins. */
export const BURST_LAST = 24;
export const BURST_LIST = 28;
export const BURST_RUN_BYTES = 8;
export const BURST_RUN_KEY = 0;
export const BURST_RUN_MESSAGES = 4;
export const BURST_RUNS_MAXIMUM = 32;
export const BURST_BYTES = 284;
/** Bytes after the end of a scratch area that SIMD loads may read and nobody relies on. */
export const SCRATCH_PADDING = 256;

// Lane region: message header, the general scanner's values, the symbol table, and room for an unescaped string.
/** u32[32]: addresses of the values of the keys that the general scanner knows, 0 where absent. */
export const LANE_FIELDS = 128;
export const LANE_SYMBOLS = 256;
export const LANE_TEXT = 524544;
export const LANE_TEXT_BYTES = 256;
/** u32[256]: where the quotes of a flat object are. */
export const LANE_QUOTES = 524800;
export const LANE_QUOTES_MAXIMUM = 256;
export const LANE_BYTES = 525824;

// Instrument table: identity, written by the feed that adds the instrument before its KIND_INSTRUMENT
// record is published, read by everyone after.
export const IDENTITY_BYTES = 128;
export const IDENTITY_VENUE = 0; // u32
export const IDENTITY_PRODUCT = 4; // u32
export const IDENTITY_UNIT = 8; // u32 UNIT_*
export const IDENTITY_NAME_LENGTH = 12; // u32
/** f64, NaN when unknown. */
export const IDENTITY_CONTRACT_SIZE = 16;
/** f64 receive time of the first and last frame that said something of it, whether the book could use it or not. */
export const IDENTITY_FIRST_RECEIVED_US = 24;
export const IDENTITY_LAST_RECEIVED_US = 32;
/** The venue's own symbol, UTF-8. */
export const IDENTITY_NAME = 48;
export const IDENTITY_NAME_BYTES = 80;
