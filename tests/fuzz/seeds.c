/* seeds <folder>: writes the seeds of all targets, the same every time. For `pipeline` random inputs are tried and those kept that reach
 * an operation, or an error of one, that none before did; their encoded pipelines are the seeds of `wire`. */
#include "graphs.h"
#include "jpeg_writer.h"

#include <sys/stat.h>

#define SEEDS_MAX 40u
#define TRIES 60000u

static const char *folder;
static uint64_t state = 0x2545F4914F6CDD1Dull;

static void make_bytes(uint8_t *bytes, size_t count) {
  for (size_t b = 0; b < count; b++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    bytes[b] = (uint8_t)(state >> 24);
  }
}

static void write_seed(const char *target, uint32_t number, const uint8_t *bytes, size_t count) {
  char path[1024];
  snprintf(path, sizeof path, "%s/%s", folder, target);
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/%s/%02u", folder, target, number);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, count, file) != count || fclose(file) != 0) abort();
}

/* The head of an input of target_wire.c: an rgba8 frame of 31×21, three handles, SIMD and fused. */
static void write_wire_seed(uint32_t number, const fuzz_graph *graph) {
  static uint8_t bytes[16 + sizeof graph->encoded.bytes] = {30, 20, 0, 7, 0, 0, 0, 3, 3};
  memcpy(bytes + 16, graph->encoded.bytes, graph->encoded.length);
  write_seed("wire", number, bytes, 16 + graph->encoded.length);
}

/* How much this graph has that none before had: operations that run, and errors. */
static uint32_t news_of(const fuzz_graph *graph, uint8_t *known, bool learn) {
  uint32_t news = 0;
  for (uint32_t n = graph->frames; n < graph->encoded.nodes; n++) {
    uint32_t index = 0;
    while (fl_ops_at(index) != graph->ops[n]) index++;
    if (n + 1 == graph->encoded.nodes && graph->status != FL_OK) index += 128;
    news += !known[index];
    if (learn) known[index] = 1;
  }
  return news;
}

static void write_pipelines(void) {
  static uint8_t known[512];
  static fuzz_scene scene;
  uint32_t written = 0;
  for (uint32_t wanted = 6; wanted >= 1 && written < SEEDS_MAX; wanted--)
    for (uint32_t i = 0; i < TRIES && written < SEEDS_MAX; i++) {
      uint8_t bytes[160];
      make_bytes(bytes, sizeof bytes);
      fuzz_bytes input = {bytes, sizeof bytes};
      fuzz_make_scene(&input, &scene);
      fuzz_end_scene(&scene);
      const fuzz_graph *graph = &scene.graph;
      if (news_of(graph, known, false) < wanted || graph->encoded.length > 1500) continue;
      news_of(graph, known, true);
      write_seed("pipeline", written, bytes, sizeof bytes);
      write_wire_seed(written++, graph);
    }
  printf("%u pipelines\n", written);
}

static void write_jpegs(void) {
  static jpeg_written written;
  static const jpeg_wish wishes[] = {
      {.width = 17, .height = 18, .components = 3, .sampling = {0x22}, .standard = true},
      {.width = 20, .height = 20, .components = 3, .sampling = {0x22}, .restarts = 1},
      {.width = 20, .height = 20, .components = 3, .sampling = {0x22}, .progressive = true},
      {.width = 16, .height = 9, .components = 3, .progressive = true, .apart = true, .restarts = 2},
      {.width = 9, .height = 9, .components = 1, .sampling = {0x22}, .standard = true},
      {.width = 9, .height = 9, .components = 3, .apart = true, .ids = {'R', 'G', 'B'}},
      {.width = 8, .height = 8, .components = 4, .adobe = 3},
      {.width = 20, .height = 4, .components = 3, .sampling = {0x41}, .standard = true},
  };
  for (uint32_t i = 0; i < FL_COUNT(wishes); i++) {
    jpeg_write(&wishes[i], &written);
    write_seed("jpeg", i, written.bytes, written.length);
  }
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  folder = arguments[1];
  fuzz_start_engine();
  write_pipelines();
  write_jpegs();
  for (uint32_t i = 0; i < 24; i++) {
    uint8_t bytes[192];
    make_bytes(bytes, sizeof bytes);
    write_seed("views", i, bytes, sizeof bytes);
    make_bytes(bytes, sizeof bytes);
    write_seed("text", i, bytes, sizeof bytes);
  }
  return 0;
}
