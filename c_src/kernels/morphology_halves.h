/* Included by the reference and by its twin, once each: makes of their stack, suffixes, slide and along, which take `greatest` as their
 * last argument, the two halves of an fl_morphology_family. */
#define BOTH(name, parameters, ...)                                      \
  static void name##_least parameters { name(__VA_ARGS__, false); }      \
  static void name##_greatest parameters { name(__VA_ARGS__, true); }
BOTH(stack, (uint8_t *dst, const uint8_t *const *rows, uint32_t count, size_t n, bool more), dst, rows, count, n, more)
BOTH(suffixes, (uint8_t *table, size_t stride, const uint8_t *const *rows, uint32_t count, size_t n), table, stride, rows, count, n)
BOTH(slide, (uint8_t *dst, uint8_t *newest, const uint8_t *oldest, const uint8_t *row, size_t n, bool fresh), dst, newest, oldest, row,
     n, fresh)
BOTH(along, (uint8_t *dst, const uint8_t *src, size_t n, const size_t *offsets, uint32_t count), dst, src, n, offsets, count)
#undef BOTH

#define FL_MORPHOLOGY_HALVES                                                                                                \
  .least = {.stack = stack_least, .suffixes = suffixes_least, .slide = slide_least, .along = along_least},                 \
  .greatest = {.stack = stack_greatest, .suffixes = suffixes_greatest, .slide = slide_greatest, .along = along_greatest}
