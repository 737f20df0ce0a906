/* The atomic words of the core. Only sync/ names a memory order; everyone else calls these, and each says what it pairs with.
 * In wasm all of them are sequentially consistent; the native build, under ThreadSanitizer, shows where that was needed. */
#ifndef FL_SYNC_ATOMIC_H
#define FL_SYNC_ATOMIC_H

#include "base/prim.h"

#include <stdatomic.h>

#define FL_CACHE_LINE 64

typedef _Atomic(uint32_t) fl_atomic;

/* acquire; pairs with the release of fl_store, fl_exchange or fl_swap_if on the same word */
static inline uint32_t fl_load(const fl_atomic *word) { return atomic_load_explicit((fl_atomic *)word, memory_order_acquire); }
/* release; pairs with fl_load */
static inline void fl_store(fl_atomic *word, uint32_t value) { atomic_store_explicit(word, value, memory_order_release); }
/* seq_cst: for «I announce, then I look» against another thread that does the same with two other words (hazards, sleepers) */
static inline uint32_t fl_load_ordered(const fl_atomic *word) { return atomic_load_explicit((fl_atomic *)word, memory_order_seq_cst); }
static inline void fl_store_ordered(fl_atomic *word, uint32_t value) { atomic_store_explicit(word, value, memory_order_seq_cst); }
static inline uint32_t fl_fetch_add_ordered(fl_atomic *word, uint32_t value) { return atomic_fetch_add_explicit(word, value, memory_order_seq_cst); }
/* acq_rel; pairs with itself and with fl_load: who sees the new value sees all that came before */
static inline uint32_t fl_fetch_add(fl_atomic *word, uint32_t value) { return atomic_fetch_add_explicit(word, value, memory_order_acq_rel); }
static inline uint32_t fl_fetch_sub(fl_atomic *word, uint32_t value) { return atomic_fetch_sub_explicit(word, value, memory_order_acq_rel); }
static inline uint32_t fl_exchange(fl_atomic *word, uint32_t value) { return atomic_exchange_explicit(word, value, memory_order_acq_rel); }
/* acq_rel on success, acquire on failure; pairs with itself and with fl_load */
static inline bool fl_swap_if(fl_atomic *word, uint32_t expected, uint32_t desired) {
  return atomic_compare_exchange_strong_explicit(word, &expected, desired, memory_order_acq_rel, memory_order_acquire);
}
/* relaxed: a figure that nothing is inferred from */
static inline uint32_t fl_peek(const fl_atomic *word) { return atomic_load_explicit((fl_atomic *)word, memory_order_relaxed); }
static inline void fl_count(fl_atomic *word) { atomic_fetch_add_explicit(word, 1, memory_order_relaxed); }
/* relaxed: the word has one writer, this thread */
static inline void fl_beat(fl_atomic *word) { atomic_store_explicit(word, fl_peek(word) + 1, memory_order_relaxed); }

/* relaxed: a figure that this thread writes and others only look at */
typedef _Atomic(uint64_t) fl_figure;
static inline uint64_t fl_figure_read(const fl_figure *figure) { return atomic_load_explicit((fl_figure *)figure, memory_order_relaxed); }
static inline void fl_figure_add(fl_figure *figure, uint64_t by) {
  atomic_store_explicit(figure, fl_figure_read(figure) + by, memory_order_relaxed);
}

/* A pointer that one thread publishes and others look up; ordered, for the same «announce, then look» */
typedef _Atomic(void *) fl_atomic_pointer;
static inline void *fl_load_pointer(fl_atomic_pointer *pointer) { return atomic_load_explicit(pointer, memory_order_seq_cst); }
static inline void fl_store_pointer(fl_atomic_pointer *pointer, void *value) { atomic_store_explicit(pointer, value, memory_order_seq_cst); }

/* Every sleep ends by itself, so that a lost wake-up costs time, never a hang. */
#define FL_SLEEP_NS 1000000000ll

static inline void fl_sleep_while(const fl_atomic *word, uint32_t value, int64_t timeout_ns) {
  fl_prim_wait((const uint32_t *)word, value, timeout_ns);
}
/* Nanoseconds on a clock that only goes forward; its zero means nothing. */
static inline int64_t fl_now_ns(void) { return fl_prim_now_ns(); }
static inline void fl_wake(const fl_atomic *word, uint32_t count) { fl_prim_notify((const uint32_t *)word, count); }

/* Whoever watches a word sees it change in less than a microsecond; waking a sleeper takes the one who does it as long as many tiles.
 * (By the clock, as processors differ: 40 000 looks are over in 16 µs on some.) */
#define FL_WATCH_NS 150000ll
#define FL_WATCH_LOOKS 500 /* between two at the clock */

static inline bool fl_watch_changes(const fl_atomic *word, uint32_t value) {
  for (int i = 0; i < FL_WATCH_LOOKS; i++) {
    if (fl_load(word) != value) return true;
    fl_prim_relax();
  }
  return false;
}

/* Watches the word for a little while. True: it has changed. (Sleeping on it all the same would return at once, but engines look at the
 * word under a lock that the waking thread holds too: 10–100 µs.) */
static inline bool fl_watch_while(const fl_atomic *word, uint32_t value) {
  if (fl_watch_changes(word, value)) return true;
  for (int64_t end = fl_now_ns() + FL_WATCH_NS; fl_now_ns() < end;)
    if (fl_watch_changes(word, value)) return true;
  return false;
}

#endif
