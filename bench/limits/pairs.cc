// Limit of the pairs bench: windows of all pairs side by side, so that one instruction serves eight of them.
//   pairs FILE PAIRS TICKS WINDOW K SECONDS OUT  ->  {"ns":nanoseconds a tick}
// FILE: TICKS x PAIRS doubles. OUT: a signed byte for each, 1 above, -1 below, 0 neither, the windows empty at first.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Windows {
  size_t pairs, capacity, count = 0, next = 0;
  std::vector<double> ring, shift, sum, squares;

  Windows(size_t pairs, size_t capacity)
      : pairs(pairs), capacity(capacity), ring(pairs * capacity), shift(pairs), sum(pairs), squares(pairs) {}

  // (n d - S)^2 > k^2 (n Q - S^2), sums relative to each pair's first value; neither root nor division.
  void tick(const double *__restrict values, double k, int8_t *__restrict flags) {
    const bool isFull = count == capacity;
    if (!isFull) count++;
    const double n = double(count), kk = k * k;
    double *__restrict slot = ring.data() + next * pairs, *__restrict shifts = shift.data();
    double *__restrict sums = sum.data(), *__restrict squared = squares.data();
    if (count == 1)
      for (size_t i = 0; i < pairs; i++) shifts[i] = values[i];
    for (size_t i = 0; i < pairs; i++) {
      const double old = isFull ? slot[i] : 0;
      const double d = values[i] - shifts[i];
      const double s = sums[i] + (d - old), q = squared[i] + (d * d - old * old);
      slot[i] = d, sums[i] = s, squared[i] = q;
      const double away = n * d - s;
      const bool isBeyond = away * away > kk * (n * q - s * s);
      flags[i] = int8_t(isBeyond ? (away > 0 ? 1 : -1) : 0);
    }
    next = next + 1 == capacity ? 0 : next + 1;
  }
};

int main(int argc, char **argv) {
  if (argc != 8) return 2;
  const size_t pairs = std::strtoul(argv[2], nullptr, 10), ticks = std::strtoul(argv[3], nullptr, 10);
  const double k = std::atof(argv[5]), seconds = std::atof(argv[6]);
  std::vector<double> values(pairs * ticks);
  std::FILE *file = std::fopen(argv[1], "rb");
  if (file == nullptr || std::fread(values.data(), 8, values.size(), file) != values.size()) return 3;
  std::fclose(file);
  Windows windows(pairs, std::strtoul(argv[4], nullptr, 10));
  std::vector<int8_t> flags(pairs);
  std::FILE *out = std::fopen(argv[7], "wb");
  if (out == nullptr) return 3;
  for (size_t tick = 0; tick < ticks; tick++) {
    windows.tick(values.data() + tick * pairs, k, flags.data());
    std::fwrite(flags.data(), 1, pairs, out);
  }
  std::fclose(out);
  uint64_t done = 0, seen = 0;
  double elapsed = 0;
  for (const double start = now(); elapsed < seconds || done == 0; elapsed = now() - start)
    for (size_t tick = 0; tick < ticks; tick++, done++) {
      windows.tick(values.data() + tick * pairs, k, flags.data());
      seen += uint64_t(flags[done % pairs] != 0);
    }
  std::printf("{\"ns\":%.2f,\"seen\":%llu}\n", elapsed * 1e9 / double(done), (unsigned long long)seen);
}
