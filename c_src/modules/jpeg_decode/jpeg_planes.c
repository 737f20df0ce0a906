/* The decoder is stb_image (Debian's libstb-dev), as it is. libjpeg-turbo tells errors by setjmp and longjmp, which side modules do not
 * have, and is fast by assembly that Wasm has not. stb_image asks for memory wherever it needs some: what it asks for its planes is
 * answered with the frame's. Its SSE2 code becomes SIMD128 by Emscripten's emmintrin.h; the flags for that are in .ci/make/jpeg.mk. */
#include "jpeg_planes.h"

#include "jpeg_tables.h"

#define ALIGN 16u /* of what stb_image allocates; it takes 15 bytes more than a plane has, and rounds up */

typedef struct place {
  uint8_t *at;
  size_t bytes;
} place;

/* What stb_image's allocations are made of: the places in order, where the size is as foreseen; for others what is left of the scratch. */
typedef struct room {
  place places[FL_PLANES_MAX];
  uint32_t count, taken;
  uint8_t *free;
  const uint8_t *end;
} room;

static _Thread_local room *here; /* stb_image hands nothing on to its allocator; several seats decode at a time */

static size_t aligned(size_t bytes) { return (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1); }

static void *give_memory(size_t bytes) {
  if (here->taken < here->count && bytes == here->places[here->taken].bytes) return here->places[here->taken++].at;
  if (bytes > (size_t)(here->end - here->free)) return NULL;
  uint8_t *block = here->free;
  here->free += aligned(bytes);
  return block;
}

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_NO_HDR
#define STBI_NO_FAILURE_STRINGS
#define STBI_NO_THREAD_LOCALS
#define STBI_MAX_DIMENSIONS FL_JPEG_SIDE_MAX
#define STBI_MALLOC(bytes) give_memory(bytes)
#define STBI_REALLOC(block, bytes) NULL
#define STBI_FREE(block) ((void)(block))
#define STBI_ASSERT(condition) ((void)0)
#ifdef __wasm__
#define STBI__X64_TARGET /* what it takes for a sign that there is SSE2 */
#elif defined(__ARM_NEON)
#define STBI_NEON
#endif
#include <stb_image.h>

typedef struct decoder {
  stbi__jpeg jpeg;
  stbi__context source;
} decoder;

/* ---- memory ---- */

static uint64_t plane_bytes(const fl_jpeg_component *component) { return (uint64_t)component->stride * component->rows + ALIGN - 1; }

uint64_t fl_jpeg_scratch_bytes(const fl_jpeg_picture *picture) {
  uint64_t bytes = aligned(sizeof(decoder)), row = picture->width + 3u;
  for (uint32_t i = 0; i < picture->components; i++) {
    uint64_t plane = plane_bytes(&picture->component[i]);
    if (picture->progressive) bytes += 2 * plane + ALIGN;
    if (picture->format == FL_RGBA8) bytes += plane + row + 2 * ALIGN;
  }
  return bytes;
}

/* The planes, or the converted pixels, where stb_image asks for a byte more than it has. */
static void place_frame(room *room, const fl_jpeg_picture *picture, const fl_image *frame) {
  if (picture->format == FL_RGBA8) {
    room->places[room->count++] = (place){frame->plane[0].data, (size_t)frame->plane[0].stride * frame->height + 1};
    return;
  }
  for (uint32_t p = 0; p < picture->components; p++) room->places[room->count++] = (place){frame->plane[p].data, plane_bytes(&picture->component[p])};
}

/* ---- the transform ---- */

/* Most blocks of a smooth picture have their mean and nothing else: eight rows of one value, which is what stb_image's transform makes of
 * them too. Measured, of 1080p frames: 1.5 times the speed for a test pattern, 1.2 for a photo with much sky, nothing lost where blocks are full. */
static void transform(stbi_uc *out, int stride, short block[64]) {
  v128_t rest = wasm_i16x8_replace_lane(wasm_v128_load(block), 0, 0);
  for (uint32_t i = 8; i < 64; i += 8) rest = wasm_v128_or(rest, wasm_v128_load(block + i));
  if (wasm_v128_any_true(rest)) {
    stbi__idct_simd(out, stride, block);
    return;
  }
  uint64_t row = 0x0101010101010101u * stbi__clamp(((block[0] + 4) >> 3) + 128);
  for (uint32_t y = 0; y < 8; y++, out += stride) memcpy(out, &row, sizeof row);
}

/* ---- decoding ---- */

static void begin(decoder *decoder, const fl_jpeg_picture *picture) {
  memset(decoder, 0, sizeof *decoder);
  stbi__jpeg *jpeg = &decoder->jpeg;
  jpeg->s = &decoder->source;
  stbi__setup_jpeg(jpeg);
  jpeg->idct_block_kernel = transform;
  if (!picture->standard_tables) return;
  stbi__start_mem(jpeg->s, standard_tables, sizeof standard_tables);
  stbi__process_marker(jpeg, 0xC4);
}

static bool run(decoder *decoder, const fl_jpeg_picture *picture) {
  if (picture->format != FL_RGBA8) return stbi__decode_jpeg_image(&decoder->jpeg);
  int width, height, components;
  return load_jpeg_image(&decoder->jpeg, &width, &height, &components, 4);
}

const char *fl_jpeg_decode(const fl_jpeg_picture *picture, const uint8_t *bytes, uint32_t length, void *scratch, const fl_image *frame) {
  decoder *decoder = scratch;
  uint8_t *start = scratch;
  room room = {.free = start + aligned(sizeof *decoder), .end = start + fl_jpeg_scratch_bytes(picture)};
  place_frame(&room, picture, frame);
  here = &room;
  begin(decoder, picture);
  stbi__start_mem(&decoder->source, bytes, (int)length);
  bool done = run(decoder, picture);
  here = NULL;
  if (!done) return "the compressed data of the picture is damaged";
  return room.taken == room.count ? NULL : "the decoder that this module was built with does not write into frames";
}
