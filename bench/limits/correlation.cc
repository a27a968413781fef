// Limit of the correlation bench: rows made to have mean 0 and length 1, then the products of all pairs, in blocks of
// four rows by four that stay in registers.
//   correlation FILE ROWS COLUMNS SECONDS OUT  ->  {"ns":nanoseconds for all pairs}; OUT: ROWS x ROWS doubles, upper triangle
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

typedef double Lanes __attribute__((vector_size(64)));
constexpr size_t LANES = 8;

// Rows padded with zeros to whole vectors, and to a multiple of four rows.
static void standardise(const double *from, Lanes *to, size_t rows, size_t columns, size_t width) {
  for (size_t row = 0; row < rows; row++) {
    const double *values = from + row * columns;
    double *out = reinterpret_cast<double *>(to + row * width);
    double mean = 0, squares = 0;
    for (size_t i = 0; i < columns; i++) mean += values[i];
    mean /= double(columns);
    for (size_t i = 0; i < columns; i++) squares += (values[i] - mean) * (values[i] - mean);
    const double scale = 1 / std::sqrt(squares);
    for (size_t i = 0; i < columns; i++) out[i] = (values[i] - mean) * scale;
  }
}

static double total(Lanes lanes) {
  double sum = 0;
  for (size_t i = 0; i < LANES; i++) sum += lanes[i];
  return sum;
}

static void products(const Lanes *z, double *out, size_t rows, size_t padded, size_t width) {
  for (size_t a = 0; a < padded; a += 4)
    for (size_t b = a; b < padded; b += 4) {
      Lanes sums[4][4] = {};
      for (size_t i = 0; i < width; i++)
        for (size_t x = 0; x < 4; x++)
          for (size_t y = 0; y < 4; y++) sums[x][y] += z[(a + x) * width + i] * z[(b + y) * width + i];
      for (size_t x = 0; x < 4; x++)
        for (size_t y = 0; y < 4; y++)
          if (a + x < rows && b + y < rows) out[(a + x) * rows + b + y] = total(sums[x][y]);
    }
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const size_t rows = std::strtoul(argv[2], nullptr, 10), columns = std::strtoul(argv[3], nullptr, 10);
  const size_t width = (columns + LANES - 1) / LANES, padded = (rows + 3) / 4 * 4;
  std::vector<double> values(rows * columns), out(rows * rows);
  std::vector<Lanes> z(padded * width);
  std::FILE *file = std::fopen(argv[1], "rb");
  if (file == nullptr || std::fread(values.data(), 8, values.size(), file) != values.size()) return 3;
  std::fclose(file);
  const double seconds = std::atof(argv[4]);
  double elapsed = 0;
  unsigned long turns = 0;
  for (const double start = now(); elapsed < seconds || turns == 0; elapsed = now() - start, turns++) {
    standardise(values.data(), z.data(), rows, columns, width);
    products(z.data(), out.data(), rows, padded, width);
  }
  file = std::fopen(argv[5], "wb");
  if (file == nullptr) return 3;
  std::fwrite(out.data(), 8, out.size(), file);
  std::fclose(file);
  std::printf("{\"ns\":%.1f}\n", elapsed * 1e9 / double(turns));
}
