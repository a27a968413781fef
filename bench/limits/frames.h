// Sets of frames as bench/limits/frame-file.ts writes them: u32 sets; a set: u32 venue, product, frames; a frame: u32 length, bytes.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

struct Frame {
  size_t at;
  uint32_t length;
};

struct FrameSet {
  uint32_t venue, product;
  std::vector<Frame> frames;
};

struct Frames {
  std::string text; // with padding at its end
  std::vector<FrameSet> sets;

  explicit Frames(const char *path) {
    std::FILE *file = std::fopen(path, "rb");
    if (file == nullptr) std::exit(3);
    char part[1 << 16];
    for (size_t read; (read = std::fread(part, 1, sizeof part, file)) > 0;) text.append(part, read);
    std::fclose(file);
    size_t at = 0;
    const auto next = [&] {
      uint32_t value;
      std::memcpy(&value, text.data() + at, 4);
      at += 4;
      return value;
    };
    for (uint32_t sets = next(); sets > 0; sets--) {
      FrameSet set{next(), next(), {}};
      for (uint32_t frames = next(); frames > 0; frames--) {
        const uint32_t length = next();
        set.frames.push_back({at, length});
        at += length;
      }
      this->sets.push_back(set);
    }
    text.append(256, '\0');
  }
};
