// Limit of the pairs bench between samples: spreads of one leg against bounds, eight by an instruction.
//   spreads FILE PAIRS TICKS SECONDS OUT  ->  {"ns":nanoseconds a tick}
// FILE: doubles: PAIRS lower bounds, PAIRS upper ones, PAIRS prices of the other legs, TICKS prices of the leg.
// OUT: for each tick a bit a pair, in words of 32, 1 when price - other lies outside its bounds.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The other legs are looked up, since each of them moves by itself.
static void look(double value, size_t pairs, const double *__restrict lower, const double *__restrict upper,
                 const double *__restrict prices, const int32_t *__restrict others, uint32_t *__restrict flags) {
  for (size_t first = 0; first < pairs; first += 32) {
    const size_t end = pairs - first < 32 ? pairs - first : 32;
    uint32_t word = 0;
    for (size_t bit = 0; bit < end; bit++) {
      const double spread = value - prices[others[first + bit]];
      word |= uint32_t((spread < lower[first + bit]) | (spread > upper[first + bit])) << bit;
    }
    flags[first / 32] = word;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const size_t pairs = std::strtoul(argv[2], nullptr, 10), ticks = std::strtoul(argv[3], nullptr, 10);
  const double seconds = std::atof(argv[4]);
  std::vector<double> all(3 * pairs + ticks), prices(pairs);
  std::vector<int32_t> others(pairs);
  std::FILE *file = std::fopen(argv[1], "rb");
  if (file == nullptr || std::fread(all.data(), 8, all.size(), file) != all.size()) return 3;
  std::fclose(file);
  for (size_t i = 0; i < pairs; i++) prices[i] = all[2 * pairs + i], others[i] = int32_t(i);
  const double *lower = all.data(), *upper = lower + pairs, *values = lower + 3 * pairs;
  std::vector<uint32_t> flags((pairs + 31) / 32);
  std::FILE *out = std::fopen(argv[5], "wb");
  if (out == nullptr) return 3;
  for (size_t tick = 0; tick < ticks; tick++) {
    look(values[tick], pairs, lower, upper, prices.data(), others.data(), flags.data());
    std::fwrite(flags.data(), 4, flags.size(), out);
  }
  std::fclose(out);
  uint64_t done = 0, seen = 0;
  double elapsed = 0;
  for (const double start = now(); elapsed < seconds || done == 0; elapsed = now() - start)
    for (size_t tick = 0; tick < ticks; tick++, done++) {
      look(values[tick], pairs, lower, upper, prices.data(), others.data(), flags.data());
      seen += flags[done % flags.size()];
    }
  std::printf("{\"ns\":%.2f,\"seen\":%llu}\n", elapsed * 1e9 / double(done), (unsigned long long)seen);
}
