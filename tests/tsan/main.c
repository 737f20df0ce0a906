/* The C tests that use threads, and stress tests, in one program under ThreadSanitizer: [times what the stress tests do at least].
 * A mutant's program has only the suite that must show it (FL_ONLY). */
#include "check.h"
#include "stress.h"

#include <stdlib.h>

int fl_checks_failed;
static int passed, failed;
static uint32_t scale = 1;

uint32_t fl_stress_rounds(uint32_t rounds) { return rounds * scale; }

void fl_test_run(void (*test)(void), const char *sentence) {
  int before = fl_checks_failed;
  test();
  int ok = fl_checks_failed == before;
  ok ? passed++ : failed++;
  printf("%s %d - %s\n", ok ? "ok" : "not ok", passed + failed, sentence);
  fflush(stdout);
}

#ifdef FL_ONLY
#define JOIN(a, b) a##b
#define TEST_OF(name) JOIN(test_, name)
void TEST_OF(FL_ONLY)(void);
static void run_suites(void) { TEST_OF(FL_ONLY)(); }
#else
#define SUITE(name) void test_##name(void);
#include "suites.h"
#undef SUITE
static void run_suites(void) {
#define SUITE(name) test_##name();
#include "suites.h"
#undef SUITE
}
#endif

int main(int argc, char **argv) {
  if (argc > 1) scale = (uint32_t)atoi(argv[1]);
  run_suites();
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
