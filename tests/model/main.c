/* explore [--limit states] [--schedule] [model…]: one line of JSON for each model of this program. */
#include "explore.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern const fl_model fl_models[];
extern const int fl_models_count;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void explore(const fl_model *model, uint64_t limit, bool print) {
  double start = seconds();
  exploration e = fl_explore(model, limit, print);
  printf("{\"model\":\"%s\",\"threads\":%d,\"memory\":\"%s\",\"schedules\":%llu,\"states\":%llu,\"steps\":%llu,\"deepest\":%llu,\"end\":\"%s\",\"seconds\":%.2f,\"failure\":",
         model->name, model->threads, model->store_buffers ? "store buffers" : "sequentially consistent", (unsigned long long)e.schedules,
         (unsigned long long)e.states, (unsigned long long)e.steps, (unsigned long long)e.deepest,
         e.failure ? "failed" : !e.exhausted ? "limit" : model->preemptions ? "bounded" : "exhausted", seconds() - start);
  printf(e.failure ? "\"%s\"}\n" : "null}\n", e.failure);
}

static bool is_wanted(const char *name, int argc, char **argv) {
  bool named = false;
  for (int a = 1; a < argc; a++) {
    if (strcmp(argv[a], "--limit") == 0) a++;
    else if (argv[a][0] != '-' && !(named = true)) continue;
    else if (strcmp(argv[a], name) == 0) return true;
  }
  return !named;
}

int main(int argc, char **argv) {
  uint64_t limit = 3000000;
  bool print = false;
  for (int a = 1; a < argc; a++) {
    if (strcmp(argv[a], "--limit") == 0 && a + 1 < argc) limit = strtoull(argv[++a], NULL, 10);
    else if (strcmp(argv[a], "--schedule") == 0) print = true;
  }
  for (int m = 0; m < fl_models_count; m++) {
    if (!is_wanted(fl_models[m].name, argc, argv)) continue;
    fflush(stdout);
    pid_t child = fork(); /* each begins with fresh static memory */
    if (child == 0) {
      explore(&fl_models[m], limit, print);
      fflush(stdout);
      _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (status != 0) printf("{\"model\":\"%s\",\"end\":\"crashed\",\"failure\":\"the explorer itself crashed\"}\n", fl_models[m].name);
  }
  return 0;
}
