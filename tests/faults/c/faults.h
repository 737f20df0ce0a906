/* Faults to order, in test builds only: the n-th allocation fails, the n-th growth of memory fails, a thread stops or traps at a
 * chosen point of a tile's life. The shipped sources know nothing of it: calls are led here by the linker (--wrap), and sched.c is
 * compiled once more with a few of its calls renamed (points.c). */
#ifndef FL_TESTS_FAULTS_H
#define FL_TESTS_FAULTS_H

#include "sync/atomic.h"

#define FAULTS_NEVER 0xFFFFFFFFu

/* One kind of failure. seen counts the calls since it was armed; number `from` fails, and all after it if `lasting`. */
typedef struct fault {
  fl_atomic from;    /* counted from 1; FAULTS_NEVER */
  fl_atomic lasting; /* 1: for ever; FAULTS_NEVER: once */
  fl_atomic seen, failed;
} fault;

/* Where in a tile's life. */
enum { POINT_CLAIM = 1, POINT_KERNEL, POINT_COMMIT, POINT_PUBLISH, POINT_PUBLISHED, POINTS };
enum { ACTION_STOP = 1, ACTION_TRAP };

/* What JavaScript reads and writes, word by word; the order is known to tests/faults/build.js. Nothing is 0 at first, so that the
 * linker keeps it in one piece that can be found by its name, and be set before the first instance starts. */
typedef struct fault_words {
  char name[16];
  fault allocations, growths;
  fl_atomic point, countdown, action; /* armed: the countdown-th thread of the pool to come by */
  fl_atomic lane;                     /* who was caught there; FAULTS_NEVER: nobody yet */
  fl_atomic passed[POINTS];           /* how often the pool's threads have passed each point; one too many */
} fault_words;

extern fault_words faults;

/* A pool's thread passes a point of a tile's life. */
void faults_pass(uint32_t point, uint32_t lane);

#endif
