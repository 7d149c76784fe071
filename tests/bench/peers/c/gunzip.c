// gunzip: libdeflate over one gzip file, checksum included: gunzip RUNS FILE. Linked with -ldeflate.
#include <libdeflate.h>

#include "measure.h"

int main(int argc, char **argv) {
  if (argc != 3) { fputs("gunzip RUNS FILE\n", stderr); return 2; }
  int runs = atoi(argv[1]);
  size_t size;
  u8 *data = read_file(argv[2], &size);
  // The trailer says the size modulo 2^32: true for the files of this benchmark.
  size_t capacity = data[size - 4] | data[size - 3] << 8 | data[size - 2] << 16 | (size_t)data[size - 1] << 24;
  u8 *out = allocate(capacity);
  double *ms = allocate((size_t)runs * sizeof *ms);
  size_t written = 0;
  for (int run = 0; run < runs; run++) {
    double start = now_ms();
    struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
    if (libdeflate_gzip_decompress(decompressor, data, size, out, capacity, &written) != LIBDEFLATE_SUCCESS) { fputs("gunzip: damaged\n", stderr); return 1; }
    libdeflate_free_decompressor(decompressor);
    ms[run] = now_ms() - start;
  }
  print_result(written, ms, runs);
}
