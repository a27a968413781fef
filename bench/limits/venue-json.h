// Binance's and Bybit's frames by simdjson On-Demand: what bench/json-path.ts does, in one pass over each
// object, field for field and bit for bit. Eight doubles a record; the head's flags come when all is known.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <simdjson.h>
#include <string_view>

namespace venue_json {
using namespace simdjson;

constexpr int WORDS = 8;
constexpr int BBO = 16, TRADE = 17, DEPTH = 18, SNAPSHOT = 19, MARK = 20, FUNDING = 21, OPEN_INTEREST = 22, LIQUIDATION = 23;
constexpr int LAST = 1 << 8, ASK = 2 << 8, SELL = 2 << 8, SECOND = 4 << 8, PARTIAL = 4 << 8, EMPTY = 8 << 8;
constexpr int BEGIN = 16 << 8, END = 32 << 8, EXCLUDED = 64 << 8, AGGREGATE = 128 << 8;
constexpr int COINM = 2;
constexpr double COINM_CONTRACT = 100;
constexpr double UNKNOWN = __builtin_nan("");

struct Writer {
  double *out;
  int count = 0;
  double contract = 0; // 0: sizes are in base coin

  double *put(int head) {
    double *at = out + count++ * WORDS;
    at[0] = head;
    return at;
  }

  void stamp(double time, double id) {
    for (int i = 0; i < count; i++) {
      out[i * WORDS + 1] = time;
      out[i * WORDS + 2] = id;
    }
  }

  void flag(int index, int flags) { out[index * WORDS] = int(out[index * WORDS]) | flags; }

  void levels(ondemand::array list, int head) {
    double *at = nullptr;
    for (ondemand::array pair : list) {
      double level[2];
      int part = 0;
      for (ondemand::value text : pair)
        if (part < 2) level[part++] = text.get_double_in_string();
      const double size = contract == 0 ? level[1] : (level[1] * contract) / level[0];
      if (at == nullptr) {
        at = put(head);
        at[3] = level[0], at[4] = size, at[5] = 0, at[6] = 0;
      } else {
        at[0] = head | SECOND;
        at[5] = level[0], at[6] = size;
        at = nullptr;
      }
    }
  }

  void endBook(int kind) {
    if (count == 0) {
      double *at = put(kind | EMPTY);
      at[3] = at[4] = at[5] = at[6] = 0;
    }
    if (kind == SNAPSHOT) flag(0, BEGIN);
    flag(count - 1, kind == SNAPSHOT ? LAST | END : LAST);
  }

  void touch(int head, const double *bid, const double *ask) {
    double *at = put(head);
    at[3] = bid[0], at[4] = contract == 0 ? bid[1] : (bid[1] * contract) / bid[0];
    at[5] = ask[0], at[6] = contract == 0 ? ask[1] : (ask[1] * contract) / ask[0];
  }

  void payload(int head, double a, double b, double c, double d) {
    double *at = put(head);
    at[3] = a, at[4] = b, at[5] = c, at[6] = d;
  }
};

inline double text(ondemand::value value) { return value.get_double_in_string(); }
inline double whole(ondemand::value value) { return double(int64_t(value.get_int64())); }

inline void liquidated(Writer &to, ondemand::object order) {
  bool bought = false;
  double price = UNKNOWN, size = UNKNOWN;
  for (auto field : order) {
    const char *key = field.key().raw();
    if (key[0] == 'S' && key[1] == '"') bought = std::string_view(field.value().get_string()) == "BUY";
    else if (key[0] == 'a' && key[1] == 'p') price = text(field.value());
    else if (key[0] == 'z' && key[1] == '"') size = text(field.value());
  }
  to.payload(LIQUIDATION | (bought ? SELL : 0) | LAST, price, size, size, 2);
}

// One-letter keys mean different things in different events; their JSON type tells which.
inline void binanceEvent(Writer &to, ondemand::object event) {
  std::string_view name = "bookTicker";
  double time = UNKNOWN, traded = UNKNOWN, id = 0, update = UNKNOWN, p = UNKNOWN, q = UNKNOWN, index = UNKNOWN, rate = UNKNOWN;
  double bid[2] = {UNKNOWN, UNKNOWN}, ask[2] = {UNKNOWN, UNKNOWN};
  bool maker = false;
  for (auto field : event) {
    const char *key = field.key().raw();
    if (key[1] != '"') continue;
    ondemand::value value = field.value();
    switch (key[0]) {
      case 'e': name = value.get_string(); break;
      case 'E': time = whole(value) * 1000; break;
      case 'T': traded = whole(value) * 1000; break;
      case 'u': update = whole(value); break;
      case 't': id = whole(value); break;
      case 'p': p = text(value); break;
      case 'q': q = text(value); break;
      case 'i': index = text(value); break;
      case 'r': rate = text(value); break;
      case 'm': maker = value.get_bool(); break;
      case 'B': bid[1] = text(value); break;
      case 'A': ask[1] = text(value); break;
      case 'o': liquidated(to, value.get_object()); break;
      case 'b':
        if (value.type() == ondemand::json_type::array) to.levels(value.get_array(), DEPTH);
        else bid[0] = text(value);
        break;
      case 'a': {
        const ondemand::json_type type = value.type();
        if (type == ondemand::json_type::array) to.levels(value.get_array(), DEPTH | ASK);
        else if (type == ondemand::json_type::number) id = whole(value);
        else ask[0] = text(value);
        break;
      }
    }
  }
  if (name == "bookTicker") to.touch(BBO | LAST, bid, ask), id = update;
  else if (name == "depthUpdate") to.endBook(DEPTH), id = update;
  else if (name == "markPriceUpdate") {
    to.payload(MARK, p, index, UNKNOWN, UNKNOWN);
    to.payload(FUNDING | LAST, rate, UNKNOWN, traded, UNKNOWN);
  } else if (name != "forceOrder") {
    const int head = TRADE | (maker ? SELL : 0) | (name == "aggTrade" ? AGGREGATE : 0) | LAST;
    to.payload(head, p, to.contract == 0 ? q : (q * to.contract) / p, q, traded);
  }
  to.stamp(time, id);
}

inline void binance(Writer &to, ondemand::object message) {
  double time = UNKNOWN, id = 0;
  bool isSnapshot = false;
  for (auto field : message) {
    const ondemand::raw_json_string key = field.key();
    if (key == "data") return binanceEvent(to, field.value().get_object());
    if (key == "lastUpdateId") id = whole(field.value()), isSnapshot = true;
    else if (key == "E") time = whole(field.value()) * 1000;
    else if (key == "bids") to.levels(field.value().get_array(), SNAPSHOT);
    else if (key == "asks") to.levels(field.value().get_array(), SNAPSHOT | ASK);
  }
  if (!isSnapshot) return;
  to.endBook(SNAPSHOT);
  to.stamp(time, id);
}

inline void firstLevel(ondemand::array list, double *level) {
  bool isFirst = true;
  for (ondemand::array pair : list) {
    if (!isFirst) continue;
    isFirst = false;
    int part = 0;
    for (ondemand::value value : pair)
      if (part < 2) level[part++] = text(value);
    if (level[1] == 0) level[0] = level[1] = UNKNOWN;
  }
}

inline double bybitBook(Writer &to, ondemand::object data, bool isTouch, bool isSnapshot) {
  double bid[2] = {UNKNOWN, UNKNOWN}, ask[2] = {UNKNOWN, UNKNOWN}, update = UNKNOWN;
  const int kind = isSnapshot ? SNAPSHOT : DEPTH;
  for (auto field : data) {
    const char *key = field.key().raw();
    if (key[1] != '"') continue;
    if (key[0] == 'u') update = whole(field.value());
    else if (key[0] == 'b' && isTouch) firstLevel(field.value().get_array(), bid);
    else if (key[0] == 'a' && isTouch) firstLevel(field.value().get_array(), ask);
    else if (key[0] == 'b') to.levels(field.value().get_array(), kind);
    else if (key[0] == 'a') to.levels(field.value().get_array(), kind | ASK);
  }
  if (isTouch) to.touch(isSnapshot ? BBO | LAST : BBO | LAST | PARTIAL, bid, ask);
  else to.endBook(kind);
  return update;
}

inline void bybitTrade(Writer &to, ondemand::object trade, bool isLiquidation) {
  double time = UNKNOWN, price = UNKNOWN, size = UNKNOWN, id = UNKNOWN, sequence = UNKNOWN;
  bool sold = false, block = false;
  for (auto field : trade) {
    const ondemand::raw_json_string key = field.key();
    if (key == "T") time = whole(field.value()) * 1000;
    else if (key == "S") sold = std::string_view(field.value().get_string()) == "Sell";
    else if (key == "v") size = text(field.value());
    else if (key == "p") price = text(field.value());
    else if (key == "BT") block = field.value().get_bool();
    else if (key == "seq") sequence = whole(field.value());
    else if (key == "i" && field.value().get_double_in_string().get(id)) id = UNKNOWN;
  }
  const int flags = (sold ? SELL : 0) | (block ? EXCLUDED : 0);
  if (isLiquidation) to.payload(LIQUIDATION | flags, price, size, size, 3);
  else to.payload(TRADE | flags, price, size, size, time);
  to.out[(to.count - 1) * WORDS + 2] = isLiquidation ? 0 : std::isnan(id) ? sequence : id;
}

inline void bybitTicker(Writer &to, ondemand::object data) {
  double mark = UNKNOWN, index = UNKNOWN, rate = UNKNOWN, hours = UNKNOWN, next = UNKNOWN, interest = UNKNOWN, value = UNKNOWN;
  for (auto field : data) {
    const ondemand::raw_json_string key = field.key();
    double *to = key == "markPrice"              ? &mark
                 : key == "indexPrice"           ? &index
                 : key == "fundingRate"          ? &rate
                 : key == "fundingIntervalHour"  ? &hours
                 : key == "nextFundingTime"      ? &next
                 : key == "openInterest"         ? &interest
                 : key == "openInterestValue"    ? &value
                                                 : nullptr;
    if (to != nullptr && field.value().get_double_in_string().get(*to)) *to = UNKNOWN;
  }
  if (mark > 0 || index > 0) to.payload(MARK, mark, index, UNKNOWN, UNKNOWN);
  if (!std::isnan(rate) || !std::isnan(hours) || !std::isnan(next)) to.payload(FUNDING, rate, hours, next * 1000, UNKNOWN);
  if (!std::isnan(interest)) to.payload(OPEN_INTEREST, interest, value, UNKNOWN, UNKNOWN);
  if (to.count > 0) to.flag(to.count - 1, LAST);
}

inline void bybit(Writer &to, ondemand::object message) {
  std::string_view topic;
  double time = UNKNOWN, id = 0;
  bool isSnapshot = false, ownIds = false;
  for (auto field : message) {
    const ondemand::raw_json_string key = field.key();
    if (key == "topic") topic = field.value().get_string();
    else if (key == "type") isSnapshot = std::string_view(field.value().get_string()) == "snapshot";
    else if (key == "ts") time = whole(field.value()) * 1000;
    else if (key == "data") {
      if (topic.starts_with("orderbook.")) id = bybitBook(to, field.value().get_object(), topic.starts_with("orderbook.1."), isSnapshot);
      else if (topic.starts_with("tickers.")) bybitTicker(to, field.value().get_object());
      else {
        ownIds = true;
        for (ondemand::object trade : field.value().get_array()) bybitTrade(to, trade, topic.starts_with("allLiquidation."));
        if (to.count > 0) to.flag(to.count - 1, LAST);
      }
    }
  }
  if (!ownIds) return to.stamp(time, id);
  for (int i = 0; i < to.count; i++) to.out[i * WORDS + 1] = time;
}

// Records written to `out`. The frame lies in a buffer with SIMDJSON_PADDING bytes behind it.
inline int decode(ondemand::parser &parser, const char *frame, size_t length, uint32_t venue, uint32_t product, double *out) {
  Writer to{out};
  if (venue == 0 && product == COINM) to.contract = COINM_CONTRACT;
  ondemand::document document = parser.iterate(frame, length, length + SIMDJSON_PADDING);
  if (venue == 0) binance(to, document.get_object());
  else bybit(to, document.get_object());
  return to.count;
}
} // namespace venue_json
