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

#ifndef __wasm__
/* No words, or this one among them. */
static int is_wanted(const char *suite, int count, char **words) {
  int wanted = count == 0;
  for (int i = 0; i < count; i++) wanted |= strcmp(words[i], suite) == 0;
  return wanted;
}

/* [suite …]: all of them, or those. */
int main(int count, char **words) {
#define SUITE(name) if (is_wanted(#name, count - 1, words + 1)) test_##name();
#include "suites.h"
#undef SUITE
#else
int main(void) { /* Emscripten's main with arguments never returns from its start here */
#define SUITE(name) test_##name();
#include "suites.h"
#undef SUITE
#endif
  printf("%d passed, %d failed\n", passed, failed);
  return failed > 0 || passed == 0;
}
