#include "check.h"

int fl_checks_failed;
static int passed, failed;

void fl_test_run(void (*test)(void), const char *sentence) {
  int before = fl_checks_failed;
  test();
  int ok = fl_checks_failed == before;
  ok ? passed++ : failed++;
  printf("%s %d - %s\n", ok ? "ok" : "not ok", passed + failed, sentence);
}

/* Each test file has one of these: void test_<file>(void), listed in suites.h. */
#define SUITE(name) void test_##name(void);
#include "suites.h"
#undef SUITE

int main(void) {
#define SUITE(name) test_##name();
#include "suites.h"
#undef SUITE
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0;
}
