/* What a running tile knows of its job. The scheduler fills it in; whoever computes the tile calls back through it,
 * so that pipeline/ needs no knowledge of sched/ and sched/ none of images. */
#ifndef FL_BASE_TASK_H
#define FL_BASE_TASK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct fl_task fl_task;
struct fl_task {
  uint32_t phase; /* which step of the job: phases run one after the other */
  uint32_t tile;  /* which tile of the phase */
  uint32_t lane;  /* which scratch the tile may use: one per thread, 0 is the caller's own */
  /* To be called now and then (once a row). False: this thread was given up for lost, leave without writing on. */
  bool (*pulse)(fl_task *task);
  /* To be called once before a tile overwrites its own input. False: as above. After true, undo() is called if the thread dies. */
  bool (*commit)(fl_task *task);
};

#endif
