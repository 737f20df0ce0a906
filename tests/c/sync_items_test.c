#include "sync/queue.h"
#include "sync/ring.h"
#include "sync_threads.h"

static fl_atomic wrong;

/* ---- ring ---- */

typedef struct ring_test {
  fl_ring *ring;
  uint32_t items, seed;
} ring_test;

static fl_ring *new_ring(uint32_t capacity, uint32_t item_size) {
  fl_ring *ring = aligned_alloc(FL_CACHE_LINE, (sizeof(fl_ring) + (size_t)capacity * item_size + 63) & ~(size_t)63);
  memset(ring, 0, sizeof *ring);
  ring->capacity = capacity, ring->item_size = item_size;
  return ring;
}

static uint32_t next_random(uint32_t *state) { return (*state = *state * 1664525u + 1013904223u) >> 16; }

/* Byte i of item n. */
static uint8_t byte_of(uint32_t n, uint32_t i) { return (uint8_t)((n * 2654435761u) >> (8 * (i % 4)) ^ i); }

static void *write_items(void *test) {
  ring_test *t = test;
  uint32_t random = t->seed;
  for (uint32_t n = 0; n < t->items;) {
    fl_wait wait = {.count = next_random(&random) % 9}; /* 0: as many as there are */
    uint32_t wanted = wait.count;
    if (fl_wait_until(fl_ring_write_attempt, NULL, t->ring, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    if (wait.count == 0 || wait.count > t->ring->capacity || (wanted && wait.count > wanted)) fl_count(&wrong);
    uint32_t count = wait.count < t->items - n ? wait.count : t->items - n;
    if (next_random(&random) % 4 == 0) count = next_random(&random) % (count + 1); /* gives some up */
    uint8_t *to = wait.result;
    for (uint32_t k = 0; k < count; k++)
      for (uint32_t i = 0; i < t->ring->item_size; i++) to[k * t->ring->item_size + i] = byte_of(n + k, i);
    if (fl_ring_publish(t->ring, count) != FL_OK) fl_count(&wrong);
    n += count;
  }
  return NULL;
}

static void *read_items(void *test) {
  ring_test *t = test;
  uint32_t random = t->seed + 77;
  for (uint32_t n = 0; n < t->items;) {
    fl_wait wait = {.count = next_random(&random) % 7};
    if (fl_wait_until(fl_ring_read_attempt, NULL, t->ring, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    uint32_t count = next_random(&random) % 4 == 0 ? next_random(&random) % (wait.count + 1) : wait.count;
    const uint8_t *from = wait.result;
    for (uint32_t k = 0; k < count; k++)
      for (uint32_t i = 0; i < t->ring->item_size; i++)
        if (from[k * t->ring->item_size + i] != byte_of(n + k, i)) fl_count(&wrong);
    if (fl_ring_release(t->ring, count) != FL_OK) fl_count(&wrong);
    n += count;
  }
  return NULL;
}

static void a_ring_keeps_order_at_awkward_sizes(void) {
  static const uint32_t sizes[][2] = {{1, 1}, {1, 7}, {2, 4}, {3, 5}, {7, 3}, {13, 64}, {64, 1}, {1000, 12}};
  for (uint32_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    fl_store(&wrong, 0);
    ring_test t = {new_ring(sizes[s][0], sizes[s][1]), 20000, s};
    crew c = {0};
    crew_add(&c, read_items, &t), crew_add(&c, write_items, &t);
    crew_join(&c);
    CHECK(fl_load(&wrong) == 0 && fl_ring_count(t.ring) == 0);
    free(t.ring);
  }
}

static int32_t acquire(fl_attempt *attempt, void *object, uint32_t want, fl_wait *wait) {
  *wait = (fl_wait){.flags = FL_WAIT_TRY, .count = want};
  return attempt(object, wait);
}

static void spans_lie_in_place_and_end_at_the_end(void) {
  fl_ring *ring = new_ring(5, 3);
  fl_wait w, r;
  CHECK(acquire(fl_ring_read_attempt, ring, 0, &r) == FL_STEP_WAIT);
  CHECK(acquire(fl_ring_write_attempt, ring, 0, &w) == FL_STEP_DONE && w.count == 5 && w.result == ring->items);
  CHECK(fl_ring_publish(ring, 6) == FL_BAD_ARGUMENT && fl_ring_publish(ring, 4) == FL_OK && fl_ring_publish(ring, 1) == FL_BAD_ARGUMENT);
  CHECK(acquire(fl_ring_read_attempt, ring, 3, &r) == FL_STEP_DONE && r.count == 3 && r.result == ring->items);
  CHECK(fl_ring_release(ring, 4) == FL_BAD_ARGUMENT && fl_ring_release(ring, 2) == FL_OK && fl_ring_release(ring, 1) == FL_BAD_ARGUMENT);
  CHECK(acquire(fl_ring_write_attempt, ring, 0, &w) == FL_STEP_DONE && w.count == 1 && w.result == ring->items + 4 * 3);
  CHECK(fl_ring_publish(ring, 1) == FL_OK && fl_ring_count(ring) == 3);
  CHECK(acquire(fl_ring_write_attempt, ring, 0, &w) == FL_STEP_DONE && w.count == 2 && w.result == ring->items);
  CHECK(fl_ring_publish(ring, 2) == FL_OK && acquire(fl_ring_write_attempt, ring, 0, &w) == FL_STEP_WAIT && fl_ring_count(ring) == 5);
  CHECK(acquire(fl_ring_read_attempt, ring, 0, &r) == FL_STEP_DONE && r.count == 3 && r.result == ring->items + 2 * 3);
  free(ring);
}

/* The sleeper announces itself before it looks again; the other side moves first, then looks: then the word has moved or it is woken. */
static void a_ring_wakes_who_sleeps(void) {
  fl_ring *ring = new_ring(1, 1);
  fl_wait wait = {0}, w;
  CHECK(fl_ring_read_attempt(ring, &wait) == FL_STEP_WAIT && fl_load(&ring->reader_sleeps) == 1);
  acquire(fl_ring_write_attempt, ring, 0, &w);
  fl_ring_publish(ring, 1);
  CHECK(fl_load(wait.word) != wait.value);
  CHECK(do_for(fl_ring_write_attempt, NULL, ring, 5 * MS) == FL_BUSY);
  wait = (fl_wait){0};
  CHECK(fl_ring_write_attempt(ring, &wait) == FL_STEP_WAIT && fl_load(&ring->writer_sleeps) == 1);
  acquire(fl_ring_read_attempt, ring, 0, &w);
  CHECK(fl_load(&ring->reader_sleeps) == 0); /* its own to take back */
  fl_ring_release(ring, 1);
  CHECK(fl_load(wait.word) != wait.value);
  CHECK(do_for(fl_ring_read_attempt, NULL, ring, 5 * MS) == FL_BUSY);
  free(ring);
}

/* ---- queue ---- */

#define PRODUCERS 3
#define CONSUMERS 3
#define EACH 20000

static fl_queue *queue;
static fl_atomic delivered[PRODUCERS * EACH], taken;

static void new_queue(uint32_t capacity, uint32_t item_size) {
  uint32_t cell = (uint32_t)fl_queue_cell_size(item_size);
  queue = aligned_alloc(FL_CACHE_LINE, sizeof(fl_queue) + (size_t)capacity * cell);
  memset(queue, 0, sizeof *queue + (size_t)capacity * cell);
  queue->capacity = capacity, queue->item_size = item_size, queue->cell_size = cell;
  fl_queue_start(queue);
}

static void *produce(void *number) {
  for (uint32_t i = 0; i < EACH; i++) {
    fl_wait wait = {0};
    if (fl_wait_until(fl_queue_push_attempt, NULL, queue, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    uint32_t *item = wait.result;
    item[0] = (uint32_t)(uintptr_t)number * EACH + i, item[1] = ~item[0];
    if (fl_queue_publish(queue, item) != FL_OK) fl_count(&wrong);
  }
  return NULL;
}

static void *eat(void *unused) {
  (void)unused;
  uint32_t last[PRODUCERS] = {0};
  while (fl_fetch_add(&taken, 1) < PRODUCERS * EACH) {
    fl_wait wait = {0};
    if (fl_wait_until(fl_queue_pop_attempt, NULL, queue, &wait, FOR_EVER) != FL_STEP_DONE) fl_count(&wrong);
    const uint32_t *item = wait.result;
    uint32_t number = item[0] / EACH, i = item[0] % EACH;
    if (item[1] != ~item[0] || number >= PRODUCERS || i + 1 <= last[number]) fl_count(&wrong); /* of one producer: in order */
    else last[number] = i + 1, fl_count(&delivered[item[0]]);
    if (fl_queue_release(queue, wait.result) != FL_OK) fl_count(&wrong);
  }
  return NULL;
}

static void a_queue_delivers_each_item_exactly_once(void) {
  for (uint32_t capacity = 2; capacity <= 32; capacity *= 4) {
    new_queue(capacity, 8);
    memset(delivered, 0, sizeof delivered);
    fl_store(&wrong, 0), fl_store(&taken, 0);
    crew c = {0};
    for (int i = 0; i < PRODUCERS; i++) crew_add(&c, produce, (void *)(uintptr_t)i);
    for (int i = 0; i < CONSUMERS; i++) crew_add(&c, eat, NULL);
    crew_join(&c);
    uint32_t missed = 0;
    for (int i = 0; i < PRODUCERS * EACH; i++) missed += fl_load(&delivered[i]) != 1;
    CHECK(missed == 0 && fl_load(&wrong) == 0 && fl_queue_count(queue) == 0);
    free(queue);
  }
}

static void a_queue_is_full_and_empty_when_it_says_so(void) {
  new_queue(4, 100);
  CHECK(queue->cell_size == 128);
  fl_wait w[5], r = {.flags = FL_WAIT_TRY};
  CHECK(fl_queue_pop_attempt(queue, &r) == FL_STEP_WAIT);
  for (int i = 0; i < 5; i++) CHECK(acquire(fl_queue_push_attempt, queue, 0, &w[i]) == (i < 4 ? FL_STEP_DONE : FL_STEP_WAIT));
  CHECK(fl_queue_count(queue) == 4 && do_for(fl_queue_push_attempt, NULL, queue, 5 * MS) == FL_BUSY);
  CHECK(fl_queue_publish(queue, w[1].result) == FL_OK && fl_queue_pop_attempt(queue, &r) == FL_STEP_WAIT); /* the first is not yet there */
  CHECK(fl_queue_publish(queue, w[1].result) == FL_BAD_ARGUMENT && fl_queue_publish(queue, (uint8_t *)w[0].result + 1) == FL_BAD_ARGUMENT);
  CHECK(fl_queue_publish(queue, &r) == FL_BAD_ARGUMENT && fl_queue_release(queue, w[0].result) == FL_BAD_ARGUMENT);
  CHECK(fl_queue_publish(queue, w[0].result) == FL_OK);
  CHECK(fl_queue_pop_attempt(queue, &r) == FL_STEP_DONE && r.result == w[0].result);
  CHECK(fl_queue_publish(queue, r.result) == FL_BAD_ARGUMENT && fl_queue_release(queue, r.result) == FL_OK);
  CHECK(fl_queue_release(queue, r.result) == FL_BAD_ARGUMENT);
  CHECK(acquire(fl_queue_push_attempt, queue, 0, &w[4]) == FL_STEP_DONE && w[4].result == w[0].result);
  free(queue);
}

static void a_queue_wakes_who_sleeps(void) {
  new_queue(2, 4);
  fl_wait wait = {0}, w;
  CHECK(fl_queue_pop_attempt(queue, &wait) == FL_STEP_WAIT && fl_load(&queue->pop.sleeps) == 1);
  acquire(fl_queue_push_attempt, queue, 0, &w);
  fl_queue_publish(queue, w.result);
  CHECK(fl_load(&queue->pop.sleeps) == 0 && fl_load(wait.word) != wait.value && fl_queue_pop_attempt(queue, &wait) == FL_STEP_DONE);
  free(queue);
}

void test_sync_items(void) {
  TEST(a_ring_keeps_order_at_awkward_sizes, "sync: a ring keeps order at awkward sizes");
  TEST(spans_lie_in_place_and_end_at_the_end, "sync: spans lie in place and end at the end of the ring");
  TEST(a_ring_wakes_who_sleeps, "sync: a ring wakes who sleeps");
  TEST(a_queue_delivers_each_item_exactly_once, "sync: a queue delivers each item exactly once");
  TEST(a_queue_is_full_and_empty_when_it_says_so, "sync: a queue is full and empty when it says so");
  TEST(a_queue_wakes_who_sleeps, "sync: a queue wakes who sleeps");
}
