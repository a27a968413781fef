// Frames of a venue that are sent again and again, with other times, ids and sizes each time.
#pragma once
#include "websocket.h"
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

// Right-aligned digits of a fixed width.
inline void digits(char *to, int width, uint64_t value) {
  for (int i = width - 1; i >= 0; i--, value /= 10) to[i] = char('0' + value % 10);
}

// A frame whose times, ids and sizes are written over in place.
struct Template {
  std::string frame;
  std::vector<size_t> times, ids, sizes;

  // In `text` \1 stands for 13 digits of ms, \2 for 12 of an id (which begin with 1), \3 for 3 of a size.
  explicit Template(const std::string &text) {
    std::string body;
    for (char letter : text) {
      if (letter == '\1') times.push_back(body.size()), body += "0000000000000";
      else if (letter == '\2') ids.push_back(body.size()), body += "100000000000";
      else if (letter == '\3') sizes.push_back(body.size()), body += "000";
      else body += letter;
    }
    websocket::append(frame, 1, body);
    const size_t head = frame.size() - body.size();
    for (auto *list : {&times, &ids, &sizes})
      for (size_t &at : *list) at += head;
  }

  void write(std::string &out, uint64_t ms, uint64_t id, uint32_t &random) {
    for (size_t at : times) digits(frame.data() + at, 13, ms);
    for (size_t at : ids) digits(frame.data() + at + 1, 11, id);
    for (size_t at : sizes) {
      random = random * 1664525 + 1013904223;
      digits(frame.data() + at, 3, random >> 8);
    }
    out += frame;
  }
};

inline std::string levels(bool isAsk, int count) {
  std::string out;
  for (int i = 0; i < count; i++) {
    char price[32];
    std::snprintf(price, sizeof price, "%s[\"%.2f\",\"1.\3\"]", i ? "," : "", isAsk ? 60000.1 + 0.1 * i : 60000.0 - 0.1 * i);
    out += price;
  }
  return out;
}
