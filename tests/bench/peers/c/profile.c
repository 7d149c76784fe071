// profile: the native limit of decoding a profile (profile.proto, decompressed) into columns, and of merging its stacks into a call tree:
// profile columns|tree RUNS FILE. The memory of the columns is reused from run to run. Trusts the file; ids must be dense, as all writers make them.
#include <string.h>

#include "measure.h"

typedef struct {
  u32 *sample_location, *sample_label, *location;
  double *value;
  u32 *label_key, *label_text, *label_unit;
  double *label_number;
  u32 *location_line, *location_mapping;
  double *location_address;
  u32 *line_function, *line_number;
  u32 *function_name, *function_system_name, *function_file, *function_start;
  u32 *string_start, *string_length;
} Columns;
typedef struct { u32 samples, locations, lines, functions, strings, labels, location_entries; } Counts;

static inline u64 load64(const u8 *p) { u64 value; memcpy(&value, p, 8); return value; }

// Varints of up to eight bytes without a branch a byte.
static inline const u8 *varint(const u8 *p, u64 *value) {
  u64 first = *p;
  if (first < 128) { *value = first; return p + 1; }
  u64 word = load64(p), ends = ~word & 0x8080808080808080ull;
  if (!ends) return uvarint(p, value);
  u64 lowest = ends & -ends, kept = word & (lowest ^ (lowest - 1));
  kept = (kept & 0x007f007f007f007full) | (kept & 0x7f007f007f007f00ull) >> 1;
  kept = (kept & 0x00003fff00003fffull) | (kept & 0x3fff00003fff0000ull) >> 2;
  *value = (kept & 0x0fffffffull) | (kept & 0x0fffffff00000000ull) >> 4;
  return p + (__builtin_ctzll(lowest) >> 3) + 1;
}

static const u8 *skip_value(const u8 *p, u32 tag) {
  u64 length;
  switch (tag & 7) {
    case 0: while (*p++ > 127) {} return p;
    case 1: return p + 8;
    case 5: return p + 4;
    default: p = uvarint(p, &length); return p + length;
  }
}

static const u8 *read_fields(const u8 *p, const u8 *end, u64 *fields, u32 count) {
  for (u32 i = 0; i < count; i++) fields[i] = 0;
  while (p < end) {
    u32 tag = *p++;
    if ((tag & 7) == 0 && tag >> 3 >= 1 && tag >> 3 <= count) p = varint(p, &fields[(tag >> 3) - 1]);
    else p = skip_value(p, tag);
  }
  return p;
}

static void count_rows(const u8 *p, const u8 *end, Counts *counts, u64 *sample_bytes, u64 *location_bytes) {
  while (p < end) {
    u64 tag, length;
    p = uvarint(p, &tag);
    if ((tag & 7) != 2) { p = skip_value(p, (u32)tag); continue; }
    p = uvarint(p, &length);
    switch (tag >> 3) {
      case 2: counts->samples++; *sample_bytes += length; break;
      case 4: counts->locations++; *location_bytes += length; break;
      case 5: counts->functions++; break;
      case 6: counts->strings++; break;
    }
    p += length;
  }
}

static const u8 *read_sample(const u8 *p, const u8 *end, Columns *c, Counts *n, u32 *values) {
  while (p < end) {
    u32 tag = *p++;
    u64 length, value, fields[4];
    switch (tag) {
      case 8: p = varint(p, &value); c->location[n->location_entries++] = (u32)value; break;
      case 10:
        p = uvarint(p, &length);
        for (const u8 *last = p + length; p < last;) { p = varint(p, &value); c->location[n->location_entries++] = (u32)value; }
        break;
      case 16: p = varint(p, &value); c->value[(*values)++] = (double)(i64)value; break;
      case 18:
        p = uvarint(p, &length);
        for (const u8 *last = p + length; p < last;) { p = varint(p, &value); c->value[(*values)++] = (double)(i64)value; }
        break;
      case 26:
        p = uvarint(p, &length);
        p = read_fields(p, p + length, fields, 4);
        c->label_key[n->labels] = (u32)fields[0];
        c->label_text[n->labels] = (u32)fields[1];
        c->label_number[n->labels] = (double)(i64)fields[2];
        c->label_unit[n->labels++] = (u32)fields[3];
        break;
      default: p = skip_value(p, tag);
    }
  }
  return p;
}

static const u8 *read_location(const u8 *p, const u8 *end, Columns *c, Counts *n) {
  u64 id = 0, mapping = 0, address = 0, length, fields[3];
  while (p < end) {
    u32 tag = *p++;
    switch (tag) {
      case 8: p = varint(p, &id); break;
      case 16: p = varint(p, &mapping); break;
      case 24: p = varint(p, &address); break;
      case 34:
        p = uvarint(p, &length);
        p = read_fields(p, p + length, fields, 3);
        c->line_function[n->lines] = (u32)fields[0];
        c->line_number[n->lines++] = (u32)fields[1];
        break;
      default: p = skip_value(p, tag);
    }
  }
  c->location_mapping[n->locations] = (u32)mapping;
  c->location_address[n->locations++] = (double)address;
  c->location_line[n->locations] = n->lines;
  return p;
}

static Counts decode(const u8 *data, size_t size, Columns *c) {
  Counts n = {0};
  u32 values = 0;
  u64 tag, length, fields[5];
  c->sample_location[0] = c->sample_label[0] = c->location_line[0] = 0;
  for (const u8 *p = data, *end = data + size; p < end;) {
    p = uvarint(p, &tag);
    if ((tag & 7) != 2) { p = skip_value(p, (u32)tag); continue; }
    p = uvarint(p, &length);
    switch (tag >> 3) {
      case 2:
        read_sample(p, p + length, c, &n, &values);
        n.samples++;
        c->sample_location[n.samples] = n.location_entries;
        c->sample_label[n.samples] = n.labels;
        break;
      case 4: read_location(p, p + length, c, &n); break;
      case 5:
        read_fields(p, p + length, fields, 5);
        c->function_name[n.functions] = (u32)fields[1];
        c->function_system_name[n.functions] = (u32)fields[2];
        c->function_file[n.functions] = (u32)fields[3];
        c->function_start[n.functions++] = (u32)fields[4];
        break;
      case 6:
        c->string_start[n.strings] = (u32)(p - data);
        c->string_length[n.strings++] = (u32)length;
        break;
    }
    p += length;
  }
  return n;
}

static Columns allocate_columns(const u8 *data, size_t size) {
  Counts n = {0};
  u64 sample_bytes = 0, location_bytes = 0;
  count_rows(data, data + size, &n, &sample_bytes, &location_bytes);
  size_t lines = location_bytes / 4 + 1, labels = sample_bytes / 6 + 1;
  return (Columns){
    .sample_location = allocate(4 * (n.samples + 1ul)), .sample_label = allocate(4 * (n.samples + 1ul)),
    .location = allocate(4 * sample_bytes), .value = allocate(8 * sample_bytes),
    .label_key = allocate(4 * labels), .label_text = allocate(4 * labels), .label_unit = allocate(4 * labels), .label_number = allocate(8 * labels),
    .location_line = allocate(4 * (n.locations + 1ul)), .location_mapping = allocate(4ul * n.locations), .location_address = allocate(8ul * n.locations),
    .line_function = allocate(4 * lines), .line_number = allocate(4 * lines),
    .function_name = allocate(4ul * n.functions), .function_system_name = allocate(4ul * n.functions),
    .function_file = allocate(4ul * n.functions), .function_start = allocate(4ul * n.functions),
    .string_start = allocate(4ul * n.strings), .string_length = allocate(4ul * n.strings),
  };
}

typedef struct { u32 parent, function, node; } Entry;

static inline u32 hash(u32 parent, u32 function) {
  u32 mixed = parent * 0x9E3779B1u + function * 0x85EBCA6Bu;
  return mixed ^ mixed >> 15;
}

// Merges all stacks, root first, into nodes (parent, function) by open addressing; returns how many frames were walked.
static u64 build_tree(const Columns *c, const Counts *n) {
  u32 capacity = 1 << 15, table = 1 << 16, nodes = 1;
  u64 frames = 0;
  Entry *entries = calloc(table, sizeof *entries);
  u32 *parent = allocate(4ul * capacity), *function = allocate(4ul * capacity);
  double *self = allocate(8ul * capacity);
  self[0] = 0;
  for (u32 sample = 0; sample < n->samples; sample++) {
    u32 node = 0;
    for (u32 i = c->sample_location[sample + 1]; i-- > c->sample_location[sample];) {
      u32 location = c->location[i] - 1;
      for (u32 line = c->location_line[location + 1]; line-- > c->location_line[location];) {
        u32 callee = c->line_function[line], place = hash(node, callee) & (table - 1);
        frames++;
        while (entries[place].node && (entries[place].parent != node || entries[place].function != callee)) place = (place + 1) & (table - 1);
        if (!entries[place].node) {
          if (nodes == capacity) {
            capacity *= 2;
            parent = realloc(parent, 4ul * capacity);
            function = realloc(function, 4ul * capacity);
            self = realloc(self, 8ul * capacity);
            if (!parent || !function || !self) exit(1);
          }
          parent[nodes] = node;
          function[nodes] = callee;
          self[nodes] = 0;
          entries[place] = (Entry){node, callee, nodes};
          node = nodes++;
          if (2 * nodes > table) {
            table *= 2;
            free(entries);
            entries = calloc(table, sizeof *entries);
            for (u32 old = 1; old < nodes; old++) {
              u32 at = hash(parent[old], function[old]) & (table - 1);
              while (entries[at].node) at = (at + 1) & (table - 1);
              entries[at] = (Entry){parent[old], function[old], old};
            }
          }
        } else node = entries[place].node;
      }
    }
    self[node] += c->value[sample];
  }
  free(entries);
  free(parent);
  free(function);
  free(self);
  return frames;
}

int main(int argc, char **argv) {
  if (argc != 4) { fputs("profile columns|tree RUNS FILE\n", stderr); return 2; }
  int is_tree = !strcmp(argv[1], "tree"), runs = atoi(argv[2]);
  size_t size;
  u8 *data = read_file(argv[3], &size);
  Columns columns = allocate_columns(data, size);
  double *ms = allocate((size_t)runs * sizeof *ms);
  Counts counts = decode(data, size, &columns);
  u64 result = counts.samples;
  for (int run = 0; run < runs; run++) {
    double start = now_ms();
    if (is_tree) result = build_tree(&columns, &counts); else counts = decode(data, size, &columns);
    ms[run] = now_ms() - start;
  }
  print_result(result, ms, runs);
}
