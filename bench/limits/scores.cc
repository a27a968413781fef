// Limit of the pairs bench with z: what each of many spreads of one leg would have as its next sample's z.
//   scores FILE PAIRS TICKS SECONDS OUT  ->  {"ns":nanoseconds a tick}
// FILE: doubles: PAIRS each of shift, sum, squares and number that a next sample finds, PAIRS prices of the other legs,
// TICKS prices of the leg. OUT: PAIRS doubles a tick.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The other legs are looked up, since each of them moves by itself.
static void look(double value, size_t pairs, const double *__restrict rest, const double *__restrict prices,
                 const int32_t *__restrict others, double *__restrict scores) {
  const double *shift = rest, *sums = rest + pairs, *squares = sums + pairs, *counts = squares + pairs;
  for (size_t i = 0; i < pairs; i++) {
    const double away = value - prices[others[i]] - shift[i];
    const double total = sums[i] + away;
    const double scaled = counts[i] * (squares[i] + away * away) - total * total;
    const double score = (counts[i] * away - total) / std::sqrt(scaled);
    scores[i] = scaled > 0 ? score : 0;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const size_t pairs = std::strtoul(argv[2], nullptr, 10), ticks = std::strtoul(argv[3], nullptr, 10);
  const double seconds = std::atof(argv[4]);
  std::vector<double> all(5 * pairs + ticks), scores(pairs);
  std::vector<int32_t> others(pairs);
  std::FILE *file = std::fopen(argv[1], "rb");
  if (file == nullptr || std::fread(all.data(), 8, all.size(), file) != all.size()) return 3;
  std::fclose(file);
  for (size_t i = 0; i < pairs; i++) others[i] = int32_t(i);
  const double *prices = all.data() + 4 * pairs, *values = prices + pairs;
  std::FILE *out = std::fopen(argv[5], "wb");
  if (out == nullptr) return 3;
  for (size_t tick = 0; tick < ticks; tick++) {
    look(values[tick], pairs, all.data(), prices, others.data(), scores.data());
    std::fwrite(scores.data(), 8, pairs, out);
  }
  std::fclose(out);
  uint64_t done = 0;
  double elapsed = 0, seen = 0;
  for (const double start = now(); elapsed < seconds || done == 0; elapsed = now() - start)
    for (size_t tick = 0; tick < ticks; tick++, done++) {
      look(values[tick], pairs, all.data(), prices, others.data(), scores.data());
      seen += scores[done % pairs];
    }
  std::printf("{\"ns\":%.2f,\"seen\":%g}\n", elapsed * 1e9 / double(done), seen);
}
