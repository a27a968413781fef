// Limit of the book bench: depth frames by simdjson into a book of two flat, sorted arrays, best level last.
//   book FILE SECONDS OUT  ->  {"ns":nanoseconds a frame}; OUT: bids, then asks, each u32 count, prices and sizes best first
// FILE holds two sets: the snapshot, and the deltas, which are applied over and over.
#include "frames.h"
#include "venue-json.h"
#include <chrono>

constexpr int LEVELS = 8192;
static double records[8 * 65536];

template <bool isAsk> struct Side {
  double prices[LEVELS], sizes[LEVELS];
  int count = 0;

  // Levels change near the best, so the search begins there and doubles its stride.
  void apply(double price, double size) {
    int high = count, stride = 1, low = count - 1;
    while (low >= 0 && better(prices[low], price)) high = low, low -= stride, stride *= 2;
    low = low < 0 ? 0 : low;
    while (low < high) {
      const int middle = (low + high) / 2;
      if (better(price, prices[middle])) low = middle + 1;
      else high = middle;
    }
    if (low < count && prices[low] == price) {
      if (size > 0) sizes[low] = size;
      else {
        count--;
        move(low, low + 1, count - low);
      }
    } else if (size > 0 && count < LEVELS) {
      move(low + 1, low, count - low);
      prices[low] = price, sizes[low] = size;
      count++;
    }
  }

private:
  static bool better(double a, double b) { return isAsk ? a < b : a > b; }
  void move(int to, int from, int levels) {
    std::memmove(prices + to, prices + from, levels * sizeof(double));
    std::memmove(sizes + to, sizes + from, levels * sizeof(double));
  }
};

static Side<false> bids;
static Side<true> asks;
static simdjson::ondemand::parser parser;

static void put(const double *record, int at) {
  if (int(record[0]) & venue_json::ASK) asks.apply(record[at], record[at + 1]);
  else bids.apply(record[at], record[at + 1]);
}

static void take(const Frames &input, const FrameSet &set, const Frame &frame) {
  const int count = venue_json::decode(parser, input.text.data() + frame.at, frame.length, set.venue, set.product, records);
  for (int i = 0; i < count; i++) {
    const double *record = records + i * venue_json::WORDS;
    if (int(record[0]) & venue_json::EMPTY) continue;
    put(record, 3);
    if (int(record[0]) & venue_json::SECOND) put(record, 5);
  }
}

template <class S> static void save(std::FILE *out, const S &side) {
  const uint32_t count = side.count;
  std::fwrite(&count, 4, 1, out);
  for (int i = side.count - 1; i >= 0; i--) {
    std::fwrite(side.prices + i, 8, 1, out);
    std::fwrite(side.sizes + i, 8, 1, out);
  }
}

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const Frames input(argv[1]);
  if (input.sets.size() != 2) return 2;
  for (const FrameSet &set : input.sets)
    for (const Frame &frame : set.frames) take(input, set, frame);
  const FrameSet &deltas = input.sets[1];
  const double seconds = std::atof(argv[2]);
  double elapsed = 0;
  uint64_t turns = 0;
  for (const double start = now(); elapsed < seconds || turns < 3; elapsed = now() - start, turns++)
    for (const Frame &frame : deltas.frames) take(input, deltas, frame);
  std::FILE *out = std::fopen(argv[3], "wb");
  if (out == nullptr) return 3;
  save(out, bids);
  save(out, asks);
  std::fclose(out);
  std::printf("{\"ns\":%.2f}\n", elapsed * 1e9 / double(turns * deltas.frames.size()));
}
