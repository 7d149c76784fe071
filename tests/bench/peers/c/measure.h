// What the C peers share: reading the file, the clock, and the line of JSON that every peer prints.
#ifndef MEASURE_H
#define MEASURE_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

static inline double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

// Bytes after the end are zero, so that a varint read at the end stops.
static inline u8 *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  if (!file) { perror(path); exit(1); }
  fseek(file, 0, SEEK_END);
  *size = (size_t)ftell(file);
  rewind(file);
  u8 *bytes = calloc(*size + 64, 1);
  if (fread(bytes, 1, *size, file) != *size) { perror(path); exit(1); }
  fclose(file);
  return bytes;
}

static inline void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory) { fputs("out of memory\n", stderr); exit(1); }
  return memory;
}

static inline void print_result(u64 count, const double *ms, int runs) {
  printf("{\"count\":%llu,\"ms\":[", (unsigned long long)count);
  for (int run = 0; run < runs; run++) printf("%s%.4f", run ? "," : "", ms[run]);
  puts("]}");
}

static inline const u8 *uvarint(const u8 *p, u64 *value) {
  u64 byte = *p++;
  if (byte < 128) { *value = byte; return p; }
  u64 sum = byte & 127;
  int shift = 7;
  do {
    byte = *p++;
    sum |= (byte & 127) << shift;
    shift += 7;
  } while (byte > 127);
  *value = sum;
  return p;
}
#endif
