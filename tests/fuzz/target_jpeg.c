/* Bytes → a picture: whatever they are, the decoder stays in its memory, comes to an end, and what it makes is all of this picture. */
#include "fuzz.h"
#include "jpeg_over.h"

#define PIXELS_MAX 2e5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fl_jpeg_picture picture;
  const char *why = fl_jpeg_read_picture(data, (uint32_t)size, PIXELS_MAX, &picture);
  if (why) {
    FUZZ_CHECK(strlen(why) > 10, "no sentence");
    return 0;
  }
  FUZZ_CHECK((double)picture.width * picture.height <= PIXELS_MAX, "%u×%u", picture.width, picture.height);
  uint64_t bytes = 0;
  uint8_t *once = jpeg_decode_over(&picture, data, (uint32_t)size, 0, &bytes);
  uint8_t *again = jpeg_decode_over(&picture, data, (uint32_t)size, 0xA5, &bytes);
  FUZZ_CHECK(!once == !again && (!once || memcmp(once, again, bytes) == 0), "the frame shows what its memory held before");
  free(once), free(again);
  return 0;
}
