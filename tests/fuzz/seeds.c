/* seeds <folder>: writes the seeds of all targets, the same every time. For `pipeline` random inputs are tried and those kept that reach
 * an operation, or an error of one, that none before did; their encoded pipelines are the seeds of `wire`. */
#include "graphs.h"
#include "jpeg_writer.h"
#include "made_video.h"

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

/* ---- videos: behind a byte that says how they are read ---- */

static void end_video(uint32_t number, made_file *file) {
  write_seed("avi", number, file->bytes, file->length);
  made_end(file);
}

static void write_avi(uint32_t number, uint8_t way, const made_avi *about, uint32_t bytes) {
  made_file file = {0};
  size_t opened[2];
  made_bytes(&file, &way, 1);
  made_avi_header(&file, about, opened);
  for (uint32_t i = 0; i < 3; i++) made_chunk(&file, i == 1 && !bytes ? "01wb" : "00dc", bytes ? bytes : 31 * i, i);
  if (number % 2) made_finish(&file, opened), opened[0] = made_open(&file, "RIFF", "AVIX"), opened[1] = made_open(&file, "LIST", "movi");
  if (number % 3 == 2) made_noise(&file, 50, 5);
  made_chunk(&file, "00db", bytes ? bytes : 77, 9);
  made_finish(&file, opened);
  end_video(number, &file);
}

static void write_y4m(uint32_t number, uint8_t way, const char *line, uint32_t bytes, uint32_t gap) {
  made_file file = {0};
  made_bytes(&file, &way, 1);
  made_text(&file, line);
  for (uint32_t i = 0; i < 5; i++) {
    made_text(&file, i % 2 ? "FRAME Ip\n" : "FRAME\n");
    made_noise(&file, bytes, i);
    if (i == gap) made_noise(&file, 20, 7);
  }
  end_video(number, &file);
}

static void write_videos(void) {
  static const char *const codecs[] = {"MJPG", "I420", "YV12", "NV12", "Y800", "dmb1"};
  static const uint32_t pixels[] = {0, 59, 59, 59, 35, 0}; /* bytes of 7×5 */
  for (uint32_t i = 0; i < 12; i++) {
    const made_avi about = {.codec = codecs[i % 6], .width = 7, .height = 5, .scale = 1, .rate = i < 6 ? 25 : 0, .frame_us = i * 10000};
    write_avi(i, (uint8_t)(i * 7), &about, pixels[i % 6] > i / 9 ? pixels[i % 6] - i / 9 : 0); /* the last ones too short */
  }
  write_y4m(12, 0, "YUV4MPEG2 W7 H5 F30000:1001 Ip A1:1 C420jpeg XSOME=THING\n", 59, 5);
  write_y4m(13, 3, "YUV4MPEG2 W7 H5 F25:1 Cmono\n", 35, 5);
  write_y4m(14, 16, "YUV4MPEG2 W7 H5 C420paldv\n", 59, 2);
  write_y4m(15, 0, "YUV4MPEG2 W7 H5 C422\n", 70, 5);
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  folder = arguments[1];
  fuzz_start_engine();
  write_pipelines();
  write_jpegs();
  write_videos();
  for (uint32_t i = 0; i < 24; i++) {
    uint8_t bytes[192];
    make_bytes(bytes, sizeof bytes);
    write_seed("views", i, bytes, sizeof bytes);
    make_bytes(bytes, sizeof bytes);
    write_seed("text", i, bytes, sizeof bytes);
  }
  return 0;
}
