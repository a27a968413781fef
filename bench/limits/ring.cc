// Limit of the ring bench: one writer, one reader, acquire and release, head and tail on lines of their own,
// the opposite index cached. Records are the bench's: eight doubles, word w of record i is 8 i + w.
//   ring stream RECORDS BATCH  ->  {"wrong":0,"elapsedNs":...}
//   ring hop RECORDS           ->  {"wrong":0,"p50":ns,"p99":ns}
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

constexpr uint64_t CAPACITY = 16384;
constexpr int WORDS = 8;

struct Ring {
  alignas(128) std::atomic<uint64_t> head{0};
  alignas(128) std::atomic<uint64_t> tail{0};
  alignas(128) double records[CAPACITY * WORDS];
};

static Ring forth, back;

// As the JavaScript sides wait: they look again, and step aside after a while, since the cores may be shared.
static void wait(unsigned &looks) {
  if (++looks % 2000 == 0) std::this_thread::sleep_for(std::chrono::microseconds(50));
  else __builtin_ia32_pause();
}

static double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static void write(uint64_t records, uint64_t batch) {
  uint64_t head = 0, tail = 0;
  while (head < records) {
    const uint64_t end = std::min(records, head + batch);
    for (unsigned looks = 0; end - tail > CAPACITY;) {
      tail = forth.tail.load(std::memory_order_acquire);
      if (end - tail > CAPACITY) wait(looks);
    }
    for (; head < end; head++) {
      double *at = forth.records + (head & (CAPACITY - 1)) * WORDS;
      const double first = double(int64_t(head * WORDS));
      for (int word = 0; word < WORDS; word++) at[word] = first + word;
    }
    forth.head.store(head, std::memory_order_release);
  }
}

static uint64_t read(uint64_t records) {
  uint64_t wrong = 0, tail = 0;
  for (unsigned looks = 0; tail < records;) {
    const uint64_t head = forth.head.load(std::memory_order_acquire);
    if (head == tail) {
      wait(looks);
      continue;
    }
    for (; tail < head; tail++) {
      const double *at = forth.records + (tail & (CAPACITY - 1)) * WORDS;
      const double first = double(int64_t(tail * WORDS));
      int differs = 0;
      for (int word = 0; word < WORDS; word++) differs |= at[word] != first + word;
      wrong += differs;
    }
    forth.tail.store(tail, std::memory_order_release);
  }
  return wrong;
}

static void stream(uint64_t records, uint64_t batch) {
  std::atomic<bool> go{false};
  std::thread writer([&] {
    while (!go.load(std::memory_order_acquire));
    write(records, batch);
  });
  const double start = now();
  go.store(true, std::memory_order_release);
  const uint64_t wrong = read(records);
  const double elapsed = now() - start;
  writer.join();
  std::printf("{\"wrong\":%llu,\"elapsedNs\":%.0f}\n", (unsigned long long)wrong, elapsed);
}

static void put(Ring &ring, uint64_t index, double value) {
  ring.records[(index & (CAPACITY - 1)) * WORDS] = value;
  ring.head.store(index + 1, std::memory_order_release);
}

static double take(Ring &ring, uint64_t index) {
  while (ring.head.load(std::memory_order_acquire) <= index);
  const double value = ring.records[(index & (CAPACITY - 1)) * WORDS];
  ring.tail.store(index + 1, std::memory_order_release);
  return value;
}

static void hop(uint64_t records) {
  std::thread echo([=] {
    for (uint64_t index = 0; index < records; index++) put(back, index, take(forth, index));
  });
  std::vector<double> hops(records);
  uint64_t wrong = 0;
  double before = now();
  for (uint64_t index = 0; index < records; index++) {
    put(forth, index, double(index));
    wrong += take(back, index) != double(index);
    const double after = now();
    hops[index] = (after - before) / 2;
    before = after;
  }
  echo.join();
  std::sort(hops.begin(), hops.end());
  std::printf("{\"wrong\":%llu,\"p50\":%.1f,\"p99\":%.1f}\n", (unsigned long long)wrong, hops[records / 2], hops[records * 99 / 100]);
}

int main(int argc, char **argv) {
  if (argc == 4 && !std::strcmp(argv[1], "stream")) stream(std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  else if (argc == 3 && !std::strcmp(argv[1], "hop")) hop(std::strtoull(argv[2], nullptr, 10));
  else return 2;
  return 0;
}
