/* What js/node/image-file.js calls, on the engine's thread: look at a file, decode it into a frame, or encode one. A negative status
 * comes with words. */
#include "image_file.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name), visibility("default")))
#else
#define EXPORT(name)
#endif

enum { MAIL_MESSAGE, MAIL_WIDTH, MAIL_HEIGHT, MAIL_TYPE, MAIL_IS_GRAY, MAIL_COPIED, MAIL_DATA, MAIL_LENGTH, MAIL_COUNT };

static double mail[MAIL_COUNT]; /* doubles: addresses fit in every mode */
static fl_report report;
static fl_image_header header; /* of the file that was looked at last, for fl_image_file_decode() */

EXPORT(fl_image_file_mail) double *fl_image_file_mail(void) {
  mail[MAIL_MESSAGE] = (double)(uintptr_t)report.message;
  return mail;
}

/* mail: width, height, type, is it gray. */
EXPORT(fl_image_file_look) int32_t fl_image_file_look(uintptr_t bytes, double length, double pixels_max) {
  if (length > FL_IMAGE_BYTES_MAX) return fl_report_range(&report, NULL, "the number of a file's bytes", 1, FL_IMAGE_BYTES_MAX, length);
  fl_status status = fl_image_read_header((const uint8_t *)bytes, (uint32_t)length, pixels_max, &header, &report);
  mail[MAIL_WIDTH] = header.width, mail[MAIL_HEIGHT] = header.height, mail[MAIL_TYPE] = header.type, mail[MAIL_IS_GRAY] = header.is_gray;
  return status;
}

/* The same bytes, into pixels of that size. mail: bytes copied. */
EXPORT(fl_image_file_decode) int32_t fl_image_file_decode(uintptr_t bytes, double length, uint32_t channels, uintptr_t pixels) {
  return fl_image_decode((const uint8_t *)bytes, (uint32_t)length, &header, channels, (uint8_t *)pixels, &mail[MAIL_COPIED], &report);
}

/* mail: bytes copied; where the file's bytes are and how many, to be given back with fl_image_file_free(). */
EXPORT(fl_image_file_encode) int32_t fl_image_file_encode(uint32_t type, uint32_t quality, uintptr_t rows, uint32_t stride, uint32_t width,
                                                         uint32_t height, uint32_t channels) {
  fl_image_pixels image = {(const uint8_t *)rows, stride, width, height, channels};
  fl_image_output out = {0};
  fl_image_memory_begin(NULL, 0, 0, UINT64_MAX);
  mail[MAIL_COPIED] = 0;
  fl_status status = type == FL_IMAGE_PNG ? fl_image_encode_png(&image, &out, &report)
                                          : fl_image_encode_jpeg(&image, quality, &out, &mail[MAIL_COPIED], &report);
  mail[MAIL_DATA] = (double)(uintptr_t)out.bytes, mail[MAIL_LENGTH] = (double)out.length;
  if (status != FL_OK) fl_image_memory_give(out.bytes);
  return status;
}

EXPORT(fl_image_file_free) void fl_image_file_free(uintptr_t bytes) { fl_image_memory_give((void *)bytes); }
