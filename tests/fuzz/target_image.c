/* Bytes → an image file: whatever they are, they become pixels or an error in words, and nothing is kept. The first byte says what is done
 * with the rest: a PNG's checksums are made right, so that what lies behind them is reached. What could be read is written and read again. */
#include "fuzz.h"
#include "image_file/checksum.h"
#include "image_file/image_file.h"

#define PIXELS_MAX (1u << 20)
#define WRITTEN_MAX (1u << 14) /* pixels: more takes too long */

static fl_report report;

static void put_u32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24), at[1] = (uint8_t)(value >> 16), at[2] = (uint8_t)(value >> 8), at[3] = (uint8_t)value;
}

static void mend_checksums(uint8_t *bytes, uint32_t length) {
  for (uint32_t at = 8; length >= 20 && at <= length - 12;) {
    uint32_t count = fl_image_u32(bytes + at);
    if (count > length - at - 12) return;
    put_u32(bytes + at + 8 + count, fl_crc32(0, bytes + at + 4, (size_t)count + 4));
    at += 12 + count;
  }
}

/* What the decoder has to be given is exactly as large as it says. */
static uint8_t *decode(const uint8_t *bytes, uint32_t length, uint32_t channels, fl_image_header *header) {
  double copied = -1;
  if (fl_image_read_header(bytes, length, PIXELS_MAX, header, &report) != FL_OK) return NULL;
  FUZZ_CHECK(header->width > 0 && header->height > 0 && (uint64_t)header->width * header->height <= PIXELS_MAX, "%u×%u", header->width, header->height);
  if (channels == 1 && !header->is_gray) channels = 4;
  uint64_t count = (uint64_t)header->width * header->height * channels;
  uint8_t *pixels = calloc(1, count);
  fl_status status = fl_image_decode(bytes, length, header, channels, pixels, &copied, &report);
  FUZZ_CHECK(status == FL_OK || status == FL_BAD_FORMAT || status == FL_OUT_OF_MEMORY, "%d", status);
  FUZZ_CHECK(copied == 0 || copied == (double)count, "%f copied", copied);
  if (status == FL_OK) return pixels;
  free(pixels);
  return NULL;
}

static void write_again(const uint8_t *pixels, const fl_image_header *header, uint32_t channels) {
  const fl_image_pixels image = {pixels, header->width * channels, header->width, header->height, channels};
  fl_image_output png = {0}, jpeg = {0};
  fl_image_header again;
  double copied;
  fl_image_memory_begin(NULL, 0, 0, UINT64_MAX);
  if (fl_image_encode_png(&image, &png, &report) == FL_OK) {
    uint8_t *back = decode(png.bytes, (uint32_t)png.length, channels, &again);
    FUZZ_CHECK(back && memcmp(back, pixels, (size_t)header->width * header->height * channels) == 0, "%s", report.message);
    free(back);
  }
  if (header->width < 65536 && fl_image_encode_jpeg(&image, 1 + pixels[0] % 100, &jpeg, &copied, &report) == FL_OK) {
    uint8_t *back = decode(jpeg.bytes, (uint32_t)jpeg.length, 4, &again);
    FUZZ_CHECK(back && again.width == header->width && again.height == header->height, "%s", report.message);
    free(back);
  }
  fl_image_memory_give(png.bytes), fl_image_memory_give(jpeg.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes();
  uint32_t ways = data[0], length = (uint32_t)size - 1, channels = ways & 2 ? 1 : 4;
  uint8_t *file = malloc(length + 1);
  memcpy(file, data + 1, length);
  if (ways & 1) mend_checksums(file, length);
  if (ways & 12) fuzz_refuse(1 + (ways >> 2 & 3), ways & 16);
  fl_image_header header;
  memset(report.message, 0, sizeof report.message);
  uint8_t *pixels = decode(file, length, channels, &header);
  FUZZ_CHECK(pixels || report.message[0], "no words");
  fuzz_refuse(0, false);
  if (pixels && header.width * header.height <= WRITTEN_MAX) write_again(pixels, &header, channels == 1 && header.is_gray ? 1 : 4);
  free(pixels), free(file);
  FUZZ_CHECK(fuzz_live_bytes() == before, "%lld bytes left", (long long)(fuzz_live_bytes() - before));
  return 0;
}
