/* How long an allocation and a free take, at worst and usually: a random load over the native build of the allocator.
 * allocator [operations] [threads]: prints a table, and as JSON lines «{"what": …, "figure": …}» to descriptor 3 if that is open.
 * Sizes are spread evenly over the powers of two from 16 bytes to 1 MB; so many blocks live that what is free is in pieces. */
#define _GNU_SOURCE
#include "memory/allocator.h"
#include "memory/survey.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LIVE 2000

static uint64_t operations = 1000000;
static clockid_t clock_id = CLOCK_MONOTONIC; /* what the waiting program sees; CLOCK_THREAD_CPUTIME_ID leaves out that others had the processor */

typedef struct load {
  uint32_t seed, allocs, frees;
  uint32_t *alloc_ns, *free_ns;
} load;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(clock_id, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint32_t next(uint32_t *state) {
  *state ^= *state << 13, *state ^= *state >> 17, *state ^= *state << 5;
  return *state;
}

static void *run(void *given) {
  load *l = given;
  static _Thread_local void *blocks[LIVE];
  uint32_t state = l->seed * 2654435761u + 1;
  for (uint64_t i = 0; i < operations; i++) {
    uint32_t slot = next(&state) % LIVE;
    if (blocks[slot]) {
      uint64_t began = now();
      fl_memory_free(blocks[slot]);
      l->free_ns[l->frees++] = (uint32_t)(now() - began);
      blocks[slot] = NULL;
    } else {
      uint64_t bytes = (16u << next(&state) % 17) + next(&state) % 16;
      uint64_t began = now();
      blocks[slot] = fl_memory_alloc(bytes, FL_MEMORY_USER);
      l->alloc_ns[l->allocs++] = (uint32_t)(now() - began);
      if (!blocks[slot]) abort();
    }
  }
  for (int slot = 0; slot < LIVE; slot++) fl_memory_free(blocks[slot]), blocks[slot] = NULL;
  return NULL;
}

static int by_value(const void *a, const void *b) { return (*(const uint32_t *)a > *(const uint32_t *)b) - (*(const uint32_t *)a < *(const uint32_t *)b); }

static void print(FILE *json, const char *what, uint32_t *ns, uint32_t count) {
  qsort(ns, count, sizeof *ns, by_value);
  char figure[200];
  snprintf(figure, sizeof figure, "median %u ns, p99 %u ns, p99.99 %u ns, max %u ns of %u", ns[count / 2], ns[(uint64_t)count * 99 / 100],
           ns[(uint64_t)count * 9999 / 10000], ns[count - 1], count);
  printf("  %-34s%s\n", what, figure);
  if (json) fprintf(json, "{\"what\": \"%s\", \"figure\": \"%s\"}\n", what, figure);
}

/* Touches every page the load will use: what the system takes to bring one in is not the allocator's. */
static void warm_up(void) {
  load l = {.seed = 1, .alloc_ns = malloc(operations * 4), .free_ns = malloc(operations * 4)};
  fl_memory_start(FL_DEBUG_ZONES);
  run(&l);
  free(l.alloc_ns), free(l.free_ns);
}

static void measure(FILE *json, const char *name, uint32_t debug, uint32_t threads) {
  fl_memory_start(debug);
  load loads[16] = {0};
  pthread_t handles[16];
  for (uint32_t t = 0; t < threads; t++) {
    loads[t] = (load){.seed = t + 1, .alloc_ns = malloc(operations * 4), .free_ns = malloc(operations * 4)};
    pthread_create(&handles[t], NULL, run, &loads[t]);
  }
  for (uint32_t t = 0; t < threads; t++) pthread_join(handles[t], NULL);
  char what[100];
  snprintf(what, sizeof what, "alloc, %s", name), print(json, what, loads[0].alloc_ns, loads[0].allocs);
  snprintf(what, sizeof what, "free, %s", name), print(json, what, loads[0].free_ns, loads[0].frees);
  fl_survey survey;
  fl_memory_survey(&survey);
  if (survey.free_blocks != 1) printf("  not all came back: %u free blocks\n", survey.free_blocks), exit(1);
  for (uint32_t t = 0; t < threads; t++) free(loads[t].alloc_ns), free(loads[t].free_ns);
}

int main(int count, char **arguments) {
  if (count > 1) operations = strtoull(arguments[1], NULL, 10);
  uint32_t threads = count > 2 ? (uint32_t)strtoul(arguments[2], NULL, 10) : 2;
  if (threads < 1 || threads > 16 || operations < 10000) return fprintf(stderr, "allocator [operations ≥ 10000] [threads 1 to 16]\n"), 2;
  FILE *json = fdopen(3, "w");
  char name[40];
  uint64_t began = now();
  for (int i = 0; i < 1000; i++) now();
  printf("  reading the clock takes %u ns", (unsigned)((now() - began) / 1000));
  warm_up();
  clock_id = CLOCK_THREAD_CPUTIME_ID, began = now();
  for (int i = 0; i < 1000; i++) now();
  printf(", that of CPU time %u ns: part of every figure\n", (unsigned)((now() - began) / 1000));
  measure(json, "CPU time", FL_DEBUG_OFF, 1);
  clock_id = CLOCK_MONOTONIC;
  measure(json, "one thread", FL_DEBUG_OFF, 1);
  snprintf(name, sizeof name, "%u threads at once", threads);
  measure(json, name, FL_DEBUG_OFF, threads);
  measure(json, "one thread, debug", FL_DEBUG_ZONES, 1);
  if (json) fclose(json);
  return 0;
}
