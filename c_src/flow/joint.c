/* The rings between two stages, and the counting that keeps the order. */
#include "base/size.h"
#include "flow/line.h"

#define RING_ITEMS 8u
#define ITEM_END 4u /* a kind of its own, within the rings */

static fl_ring *new_ring(fl_line *line, uint32_t capacity) {
  fl_ring *ring = fl_memory_arena_take(&line->arena, fl_add(sizeof(fl_ring), fl_mul(capacity, sizeof(fl_item))));
  if (ring) ring->capacity = capacity, ring->item_size = sizeof(fl_item);
  return ring;
}

bool fl_joint_make(fl_line *line, fl_joint *joint, uint32_t writers, uint32_t readers) {
  *joint = (fl_joint){writers, readers, fl_memory_arena_take(&line->arena, (uint64_t)writers * readers * sizeof(fl_ring *))};
  for (uint32_t r = 0; joint->rings && r < writers * readers; r++)
    if (!(joint->rings[r] = new_ring(line, RING_ITEMS))) return false;
  return joint->rings != NULL;
}

/* ---- reading ---- */

int32_t fl_joint_read(fl_seat *seat, fl_item *item, fl_wait *wait, bool wait_here) {
  const fl_joint *joint = seat->in;
  fl_ring *ring = joint->rings[seat->turn % joint->writers * joint->readers + seat->index];
  wait->count = 1;
  int32_t step = wait_here ? fl_seat_wait(seat, fl_ring_read_attempt, ring, wait, &seat->waiting_in) : fl_ring_read_attempt(ring, wait);
  if (step != FL_STEP_DONE) return step;
  *item = *(const fl_item *)wait->result;
  if (item->kind == ITEM_END) return FL_LINE_ENDED; /* it stays there: whoever reads again is told again */
  fl_ring_release(ring, 1);
  return FL_STEP_DONE;
}

/* ---- writing ---- */

/* Where nobody else runs there is no waiting for room: the ring is replaced by one with twice as much. */
static fl_ring *grow(fl_line *line, fl_ring *ring) {
  fl_ring *larger = new_ring(line, 2 * ring->capacity);
  fl_wait from = {.flags = FL_WAIT_TRY}, to = {.flags = FL_WAIT_TRY};
  while (larger && (from.count = to.count = 1, fl_ring_read_attempt(ring, &from)) == FL_STEP_DONE) {
    fl_ring_write_attempt(larger, &to);
    *(fl_item *)to.result = *(const fl_item *)from.result;
    fl_ring_publish(larger, 1);
    fl_ring_release(ring, 1);
  }
  return larger;
}

static int32_t write(fl_seat *seat, uint32_t reader, const fl_item *item, fl_wait *wait, bool wait_here) {
  fl_joint *joint = seat->out;
  fl_ring **ring = &joint->rings[seat->index * joint->readers + reader];
  wait->count = 1;
  int32_t step = wait_here ? fl_seat_wait(seat, fl_ring_write_attempt, *ring, wait, &seat->waiting_out) : fl_ring_write_attempt(*ring, wait);
  if (step == FL_STEP_WAIT && seat->line->alone) {
    fl_ring *larger = grow(seat->line, *ring);
    if (!larger) return fl_report_fail(&seat->report, FL_OUT_OF_MEMORY, NULL, "no memory for so many items at once");
    *ring = larger, wait->count = 1;
    step = fl_ring_write_attempt(larger, wait);
  }
  if (step != FL_STEP_DONE) return step;
  *(fl_item *)wait->result = *item;
  fl_ring_publish(*ring, 1);
  return FL_STEP_DONE;
}

static bool is_alone_in_stage(const fl_seat *seat) { return seat->stage->seats == 1; }

int32_t fl_joint_write(fl_seat *seat, const fl_item *item, fl_wait *wait, bool wait_here) {
  fl_item sent = *item;
  bool single = is_alone_in_stage(seat);
  sent.last = single;
  int32_t step = write(seat, (single ? seat->sent : seat->turn) % seat->out->readers, &sent, wait, wait_here);
  if (step == FL_STEP_DONE && single) seat->sent++;
  return step;
}

int32_t fl_joint_end_group(fl_seat *seat) {
  int32_t step = FL_STEP_DONE;
  if (!is_alone_in_stage(seat)) {
    fl_wait wait = {0};
    step = write(seat, seat->turn % seat->out->readers, &(fl_item){.kind = FL_ITEM_NOTHING, .last = 1}, &wait, true);
  }
  seat->turn += seat->stage->seats;
  return step;
}

int32_t fl_joint_end(fl_seat *seat, fl_wait *wait, bool wait_here) {
  for (; seat->told < seat->out->readers; seat->told++) {
    int32_t step = write(seat, seat->told, &(fl_item){.kind = ITEM_END}, wait, wait_here);
    if (step != FL_STEP_DONE) return step;
  }
  return FL_STEP_DONE;
}
