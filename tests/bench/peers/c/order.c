// order: the native limit of ordering an execution trace (Go 1.22 to 1.27, undamaged): order RUNS FILE.
// Columns of type, time, goroutine, proc, thread and offset, 21 bytes an event. It checks what ordering needs and nothing else: no names of
// tasks and regions, no ranges, no CPU samples, no tables.
#include <string.h>

#include "measure.h"

enum { MAX_THREADS = 4096, MAX_PROCS = 4096, HASH = 1 << 20 };
enum { SYNC_FREQUENCY = 8, SYNC = 50, END_OF_GENERATION = 52, EXPERIMENTAL = 49 };

// Values after the type byte, the time delta included; 0: no timed event.
static const u8 value_count[256] = {
  [9] = 3, [10] = 3, [11] = 1, [12] = 4, [13] = 3, [14] = 4, [15] = 2, [16] = 3, [17] = 1, [18] = 1, [19] = 3, [20] = 3, [21] = 4,
  [22] = 3, [23] = 1, [24] = 1, [25] = 4, [26] = 3, [27] = 1, [28] = 2, [29] = 3, [30] = 2, [31] = 2, [32] = 2, [33] = 3, [34] = 2,
  [35] = 2, [36] = 1, [37] = 2, [38] = 2, [39] = 2, [40] = 5, [41] = 3, [42] = 4, [43] = 4, [44] = 5, [45] = 3, [46] = 3, [47] = 4, [48] = 5,
};

typedef struct { const u8 *start, *end; u64 ticks; i32 next; } Batch;
typedef struct { u8 *type; double *time; i32 *goroutine; i32 *proc; u16 *thread; u32 *offset; } Columns;
typedef struct { i32 thread, batch; const u8 *at, *end; u8 type; double time; } Cursor;

static Batch *batches;
static u32 batch_count, batch_capacity;
static u64 thread_id[MAX_THREADS];
static i32 first_batch[MAX_THREADS], last_batch[MAX_THREADS], thread_goroutine[MAX_THREADS], thread_proc[MAX_THREADS];
static u8 thread_seen[MAX_THREADS];
static u32 thread_count;
static u8 proc_status[MAX_PROCS], proc_known[MAX_PROCS];
static u32 proc_sequence[MAX_PROCS];
// Goroutines: open addressing by id; state is sequence << 3 | status.
static u64 hash_id[HASH];
static i32 hash_slot[HASH];
static u32 state[HASH / 2], goroutine_count;

static inline const u8 *uvarint32(const u8 *p, u32 *value) {
  u64 wide;
  p = uvarint(p, &wide);
  *value = (u32)wide;
  return p;
}
static inline const u8 *skip(const u8 *p) {
  while (*p++ > 127) {}
  return p;
}
static i32 thread_slot(u64 id) {
  for (u32 i = thread_count; i-- > 0;) if (thread_id[i] == id) return (i32)i;
  u32 slot = thread_count++;
  thread_id[slot] = id;
  thread_goroutine[slot] = thread_proc[slot] = -1;
  thread_seen[slot] = 0;
  return (i32)slot;
}
// Slot of a goroutine, or -1 - its place in the table.
static inline i32 find(u64 id) {
  u32 place = (u32)((id * 0x9E3779B97F4A7C15ull) >> 44) & (HASH - 1);
  for (;; place = (place + 1) & (HASH - 1)) {
    if (hash_slot[place] == 0) return -1 - (i32)place;
    if (hash_id[place] == id) return hash_slot[place] - 1;
  }
}
static i32 insert(u64 id) {
  i32 place = -1 - find(id);
  hash_id[place] = id;
  hash_slot[place] = (i32)goroutine_count + 1;
  return (i32)goroutine_count++;
}
static void fail(const char *why) { fprintf(stderr, "order: %s\n", why); exit(1); }

static const u8 *read_sync(const u8 *p, const u8 *end, u64 *frequency) {
  if (*p == SYNC) p++;
  if (p < end && *p == SYNC_FREQUENCY) uvarint(p + 1, frequency);
  return end;
}

static void add_batch(const u8 *start, const u8 *end, u64 ticks, i32 *head, i32 *tail) {
  if (batch_count == batch_capacity) {
    batch_capacity = batch_capacity ? 2 * batch_capacity : 4096;
    batches = realloc(batches, batch_capacity * sizeof *batches);
    if (!batches) fail("out of memory");
  }
  if (*head < 0) *head = (i32)batch_count; else batches[*tail].next = (i32)batch_count;
  *tail = (i32)batch_count;
  batches[batch_count++] = (Batch){start, end, ticks, -1};
}

static void open_batch(Cursor *cursor, i32 batch, u64 base, double ns_per_tick) {
  u64 delta;
  cursor->batch = batch;
  cursor->end = batches[batch].end;
  cursor->type = *batches[batch].start;
  cursor->at = uvarint(batches[batch].start + 1, &delta);
  cursor->time = (double)(batches[batch].ticks + delta - base) * ns_per_tick;
}

static u32 order(const u8 *data, size_t size, Columns out) {
  static Cursor cursors[MAX_THREADS + 1];
  static i32 ranked[MAX_THREADS + 1];
  memset(hash_slot, 0, sizeof hash_slot);
  memset(proc_known, 0, sizeof proc_known);
  memset(proc_status, 0, sizeof proc_status);
  thread_count = goroutine_count = 0;
  u64 gc_sequence = 0, initial = 0, base = ~0ull;
  int gc_known = 0;
  double last = -1;
  u32 rows = 0;
  const u8 *p = data + 16, *file_end = data + size;
  while (p < file_end) {
    u64 generation = 0, least_ticks = ~0ull, frequency = 0;
    i32 late_head = -1, late_tail = -1;
    batch_count = 0;
    for (u32 i = 0; i < MAX_THREADS; i++) first_batch[i] = -1;
    while (p < file_end) {
      const u8 *start = p;
      u64 number, thread, ticks, length;
      u8 type = *p++;
      if (type == END_OF_GENERATION) break;
      if (type == EXPERIMENTAL) p++;
      p = uvarint(p, &number);
      if (!generation) generation = number;
      else if (number != generation) { p = start; break; }
      p = uvarint(p, &thread);
      p = uvarint(p, &ticks);
      p = uvarint(p, &length);
      const u8 *end = p + length;
      if (type != EXPERIMENTAL && length) {
        if (*p == SYNC || *p == SYNC_FREQUENCY) read_sync(p, end, &frequency);
        else if (value_count[*p]) {
          if (thread == ~0ull) add_batch(p, end, ticks, &late_head, &late_tail);
          else { i32 slot = thread_slot(thread); add_batch(p, end, ticks, &first_batch[slot], &last_batch[slot]); }
          if (ticks < least_ticks) least_ticks = ticks;
        }
      }
      p = end;
    }
    if (!generation) continue;
    if (!initial) initial = generation;
    if (base == ~0ull) base = least_ticks;
    int is_initial = generation == initial;
    double ns_per_tick = 1e9 / (double)frequency;
    u32 live = 0;
    for (i32 thread = -1; thread < (i32)thread_count; thread++) {
      i32 head = thread < 0 ? late_head : first_batch[thread];
      if (head < 0) continue;
      cursors[live].thread = thread;
      open_batch(&cursors[live], head, base, ns_per_tick);
      ranked[live] = (i32)live;
      live++;
    }
    u32 try_from = 0;
    while (live) {
      // The cursor with the least time runs until it passes the second least.
      double least = 1e300, second = 1e300;
      u32 at = 0;
      if (!try_from) {
        for (u32 i = 0; i < live; i++) {
          double time = cursors[ranked[i]].time;
          if (time < least) { second = least; least = time; at = i; } else if (time < second) second = time;
        }
      } else {
        if (try_from >= live) fail("failed to advance");
        for (u32 i = 0; i <= try_from; i++) {
          u32 best = i;
          for (u32 j = i + 1; j < live; j++) if (cursors[ranked[j]].time < cursors[ranked[best]].time) best = j;
          i32 swapped = ranked[i];
          ranked[i] = ranked[best];
          ranked[best] = swapped;
        }
        at = try_from;
        second = -1;
      }
      Cursor *cursor = &cursors[ranked[at]];
      i32 thread = cursor->thread, goroutine = thread < 0 ? -1 : thread_goroutine[thread], proc = thread < 0 ? -1 : thread_proc[thread];
      if (thread >= 0) thread_seen[thread] = 1;
      const u8 *q = cursor->at, *event;
      u32 type = cursor->type;
      double time = cursor->time;
      int possible = 1, any = 0;
      for (;;) {
        event = q;
        i32 new_goroutine = goroutine, new_proc = proc, row_thread = thread, row_goroutine = goroutine, slot;
        u64 id, other;
        u32 sequence, status;
        switch (type) {
          case 16: // GoStart
            q = uvarint32(uvarint(q, &id), &sequence);
            slot = find(id);
            if (slot < 0 || state[slot] != ((sequence - 1) << 3 | 1)) { possible = 0; break; }
            state[slot] = sequence << 3 | 2;
            new_goroutine = slot;
            break;
          case 19: case 20: // GoStop, GoBlock
            q = skip(skip(q));
            if (goroutine < 0) fail("no goroutine");
            state[goroutine] = (state[goroutine] & ~7u) | (type == 20 ? 4 : 1);
            new_goroutine = -1;
            break;
          case 21: // GoUnblock
            q = skip(uvarint32(uvarint(q, &id), &sequence));
            slot = find(id);
            if (slot < 0 || state[slot] != ((sequence - 1) << 3 | 4)) { possible = 0; break; }
            state[slot] = sequence << 3 | 1;
            break;
          case 22: // GoSyscallBegin
            q = skip(uvarint32(q, &sequence));
            if (goroutine < 0 || proc < 0 || (state[goroutine] & 7) != 2 || proc_sequence[proc] + 1 != sequence) fail("system call");
            state[goroutine] += 1;
            proc_status[proc] = 3;
            proc_sequence[proc] = sequence;
            break;
          case 23: // GoSyscallEnd
            if (goroutine < 0 || proc < 0 || (state[goroutine] & 7) != 3 || proc_status[proc] != 3) fail("end of a system call");
            state[goroutine] -= 1;
            proc_status[proc] = 1;
            break;
          case 24: // GoSyscallEndBlocked
            if (proc >= 0 && proc_status[proc] == 3) { possible = 0; break; }
            if (goroutine < 0) fail("no goroutine");
            state[goroutine] = (state[goroutine] & ~7u) | 1;
            new_goroutine = -1;
            break;
          case 14: case 47: // GoCreate, GoCreateBlocked
            q = skip(skip(uvarint(q, &id)));
            if ((slot = find(id)) >= 0 && state[slot]) fail("goroutine exists");
            if (slot < 0) slot = insert(id);
            state[slot] = type == 14 ? 1 : 4;
            break;
          case 15: // GoCreateSyscall
            q = uvarint(q, &id);
            slot = find(id);
            if (slot < 0) slot = insert(id);
            state[slot] = 3;
            new_goroutine = slot;
            break;
          case 17: // GoDestroy
            if (goroutine < 0) fail("no goroutine");
            state[goroutine] = 0;
            new_goroutine = -1;
            break;
          case 18: // GoDestroySyscall
            if (goroutine < 0) fail("no goroutine");
            state[goroutine] = 0;
            new_goroutine = -1;
            if (proc >= 0) { proc_status[proc] = 4; new_proc = -1; }
            break;
          case 10: // ProcStart
            q = uvarint32(uvarint(q, &id), &sequence);
            if (id >= MAX_PROCS || !proc_known[id] || proc_status[id] != 2 || proc_sequence[id] + 1 != sequence || proc >= 0) { possible = 0; break; }
            proc_status[id] = 1;
            proc_sequence[id] = sequence;
            new_proc = (i32)id;
            break;
          case 11: // ProcStop
            if (proc < 0) fail("no proc");
            proc_status[proc] = 2;
            new_proc = -1;
            break;
          case 12: { // ProcSteal
            q = uvarint(uvarint32(uvarint(q, &id), &sequence), &other);
            if (id >= MAX_PROCS || !proc_known[id] || (proc_status[id] != 3 && proc_status[id] != 4) || proc_sequence[id] + 1 != sequence) { possible = 0; break; }
            int old = proc_status[id];
            proc_status[id] = 2;
            proc_sequence[id] = sequence;
            if (old == 4) break;
            slot = thread_slot(other);
            if (slot == thread) new_proc = -1; else thread_proc[slot] = -1;
            break;
          }
          case 13: // ProcStatus
            q = uvarint32(uvarint(q, &id), &status);
            if (id >= MAX_PROCS) fail("too many procs");
            if (!proc_known[id]) { proc_known[id] = 1; proc_status[id] = (u8)status; }
            proc_sequence[id] = 0;
            if (status == 1 || status == 3) new_proc = (i32)id;
            break;
          case 25: case 48: // GoStatus, GoStatusStack
            q = uvarint32(uvarint(uvarint(q, &id), &other), &status);
            if (type == 48) q = skip(q);
            slot = find(id);
            if (slot < 0) { if (!is_initial) fail("unknown goroutine"); slot = insert(id); }
            state[slot] = status;
            if (status == 2) new_goroutine = slot;
            else if (status == 3) {
              i32 holder = thread_slot(other);
              if (holder == thread) new_goroutine = slot;
              else {
                if (thread_seen[holder]) row_goroutine = thread_goroutine[holder];
                else { thread_seen[holder] = 1; thread_goroutine[holder] = slot; }
                row_thread = holder;
              }
            }
            break;
          case 45: case 46: // GoSwitch, GoSwitchDestroy
            q = uvarint32(uvarint(q, &id), &sequence);
            slot = find(id);
            if (slot < 0 || state[slot] != ((sequence - 1) << 3 | 4)) { possible = 0; break; }
            if (goroutine < 0) fail("no goroutine");
            state[goroutine] = type == 45 ? (state[goroutine] & ~7u) | 4 : 0;
            state[slot] = sequence << 3 | 2;
            new_goroutine = slot;
            break;
          case 28: case 29: case 30: // GCActive, GCBegin, GCEnd
            q = uvarint(q, &id);
            if (type == 29) q = skip(q);
            if ((type == 28 && is_initial) || (type == 29 && !gc_known)) { gc_sequence = id; gc_known = 1; break; }
            if (id != gc_sequence + 1) { possible = 0; break; }
            gc_sequence = id;
            gc_known = 1;
            break;
          default: {
            int values = value_count[type];
            if (!values) fail("unknown event");
            while (--values) q = skip(q);
          }
        }
        if (!possible) break;
        any = 1;
        if (time <= last) time = last + 1;
        last = time;
        out.type[rows] = (u8)type;
        out.time[rows] = time;
        out.goroutine[rows] = row_goroutine;
        out.proc[rows] = proc;
        out.thread[rows] = (u16)row_thread;
        out.offset[rows] = (u32)(event - data);
        rows++;
        goroutine = new_goroutine;
        proc = new_proc;
        if (q < cursor->end) {
          u64 delta;
          type = *q++;
          q = uvarint(q, &delta);
          cursor->time = time = cursor->time + (double)delta * ns_per_tick;
        } else {
          i32 next = batches[cursor->batch].next;
          if (next < 0) { ranked[at] = ranked[--live]; break; }
          open_batch(cursor, next, base, ns_per_tick);
          q = cursor->at;
          type = cursor->type;
          time = cursor->time;
        }
        if (time > second) { cursor->at = q; cursor->type = (u8)type; break; }
      }
      if (thread >= 0) { thread_goroutine[thread] = goroutine; thread_proc[thread] = proc; }
      if (!possible) { cursor->type = (u8)type; cursor->at = event; try_from = any ? 1 : try_from + 1; } else try_from = 0;
    }
  }
  return rows;
}

int main(int argc, char **argv) {
  if (argc != 3) { fputs("order RUNS FILE\n", stderr); return 2; }
  int runs = atoi(argv[1]);
  size_t size;
  u8 *data = read_file(argv[2], &size);
  // An event takes two bytes at least.
  size_t most = size / 2;
  Columns out = {allocate(most), allocate(8 * most), allocate(4 * most), allocate(4 * most), allocate(2 * most), allocate(4 * most)};
  double *ms = allocate((size_t)runs * sizeof *ms);
  u32 rows = 0;
  for (int run = 0; run < runs; run++) {
    double start = now_ms();
    rows = order(data, size, out);
    ms[run] = now_ms() - start;
  }
  print_result(rows, ms, runs);
}
