// Limit of the decode bench: frames to records by simdjson On-Demand.
//   decode records FILE OUT      ->  OUT: for each frame u32 count, then its records of eight doubles; {"frames":n,"simdjson":version}
//   decode time FILE SECONDS     ->  {"ns":[nanoseconds a frame, for each set]}
#include "frames.h"
#include "venue-json.h"
#include <chrono>

static double records[8 * 65536];

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const Frames input(argv[2]);
  simdjson::ondemand::parser parser;
  uint64_t seen = 0;
  const auto one = [&](const FrameSet &set, const Frame &frame) {
    return venue_json::decode(parser, input.text.data() + frame.at, frame.length, set.venue, set.product, records);
  };
  if (!std::strcmp(argv[1], "records")) {
    std::FILE *out = std::fopen(argv[3], "wb");
    if (out == nullptr) return 3;
    for (const FrameSet &set : input.sets)
      for (const Frame &frame : set.frames) {
        const uint32_t count = one(set, frame);
        std::fwrite(&count, 4, 1, out);
        std::fwrite(records, 64, count, out);
        seen++;
      }
    std::fclose(out);
    std::printf("{\"frames\":%llu,\"simdjson\":\"%d.%d.%d %s\"}\n", (unsigned long long)seen, simdjson::SIMDJSON_VERSION_MAJOR,
                simdjson::SIMDJSON_VERSION_MINOR, simdjson::SIMDJSON_VERSION_REVISION, simdjson::builtin_implementation()->name().c_str());
    return 0;
  }
  const double seconds = std::atof(argv[3]);
  std::printf("{\"ns\":[");
  for (const FrameSet &set : input.sets) {
    for (const Frame &frame : set.frames) seen += one(set, frame);
    double elapsed = 0;
    uint64_t turns = 0;
    for (const double start = now(); elapsed < seconds || turns < 3; elapsed = now() - start, turns++)
      for (const Frame &frame : set.frames) seen += one(set, frame);
    std::printf("%s%.2f", &set == input.sets.data() ? "" : ",", elapsed * 1e9 / double(turns * set.frames.size()));
  }
  std::printf("],\"records\":%llu}\n", (unsigned long long)seen);
}
