#include "fuzz.h"

uint64_t fuzz_take(fuzz_bytes *bytes, uint32_t count) {
  uint64_t value = 0;
  for (uint32_t i = 0; i < count && bytes->left > 0; i++, bytes->at++, bytes->left--) value |= (uint64_t)*bytes->at << (8 * i);
  return value;
}

uint32_t fuzz_odd_u32(fuzz_bytes *bytes) {
  static const uint32_t limits[] = {0, 1, 127, 255, 256, 32767, 32768, 65534, 65535, 65536, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};
  switch (fuzz_below(bytes, 4)) {
    case 0: return fuzz_u8(bytes);
    case 1: return fuzz_u16(bytes);
    case 2: return limits[fuzz_below(bytes, FL_COUNT(limits))] + fuzz_below(bytes, 3);
    default: return fuzz_u32(bytes);
  }
}

double fuzz_odd_double(fuzz_bytes *bytes) {
  static const double limits[] = {0,      -0.0,  0.5,      -1,        1e-300, 1e16,     4294967295.0, 4294967296.0, 9007199254740993.0,
                                  1e300,  -1e300, INFINITY, -INFINITY, NAN,    65535.5, 1.7e308,      1e-7,    2.9999999,        18446744073709551616.0};
  switch (fuzz_below(bytes, 4)) {
    case 0: return fuzz_u8(bytes);
    case 1: return (double)(int32_t)fuzz_odd_u32(bytes);
    case 2: return limits[fuzz_below(bytes, FL_COUNT(limits))];
    default: {
      uint64_t pattern = fuzz_take(bytes, 8);
      double value;
      memcpy(&value, &pattern, sizeof value);
      return value;
    }
  }
}
