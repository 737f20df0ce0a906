#include "jpeg_writer.h"

#include "check.h"

#include <math.h>
#include <stdlib.h>

enum { SOF0 = 0xC0, SOF2 = 0xC2, DHT = 0xC4, SOI = 0xD8, EOI, SOS, DQT, DRI = 0xDD, APP14 = 0xEE };

/* Row and column of the nth coefficient in the file: along the diagonals, up and down in turn. */
static uint32_t place_of(uint32_t n) {
  for (uint32_t diagonal = 0;; diagonal++) {
    uint32_t first = diagonal > 7 ? diagonal - 7 : 0, last = diagonal > 7 ? 7 : diagonal, count = last - first + 1;
    if (n >= count) {
      n -= count;
      continue;
    }
    uint32_t row = diagonal % 2 ? first + n : last - n;
    return row * 8 + diagonal - row;
  }
}

static uint32_t quantizer(uint32_t table, uint32_t n) { return 2 + table + n / 8; }

/* ---- bytes and bits ---- */

static void put(jpeg_written *to, uint32_t byte) { to->bytes[to->length++] = (uint8_t)byte; }
static void put_marker(jpeg_written *to, uint32_t marker) { put(to, 0xFF), put(to, marker); }
static void put_two(jpeg_written *to, uint32_t value) { put(to, value >> 8), put(to, value); }

static void put_bits(jpeg_written *to, uint32_t value, uint32_t count) {
  for (uint32_t i = count; i-- > 0;) {
    to->bits = to->bits << 1 | (value >> i & 1);
    if (++to->bit_count < 8) continue;
    put(to, to->bits & 0xFF);
    if ((to->bits & 0xFF) == 0xFF) put(to, 0);
    to->bits = to->bit_count = 0;
  }
}

static void fill_byte(jpeg_written *to) {
  while (to->bit_count) put_bits(to, 1, 1);
}

/* ---- codes: of one length each, or those that the standard prints in its tables K.3 to K.6 ---- */

typedef struct known_code {
  uint32_t symbol;
  const char *luma, *chroma;
} known_code;
static const known_code dc_codes[] = {{0, "00", "00"}, {1, "010", "01"}, {2, "011", "10"}, {3, "100", "110"}, {4, "101", "1110"}};
static const known_code ac_codes[] = {{0x00, "1010", "00"}, {0x01, "00", "01"}, {0x02, "01", "100"}, {0x11, "1100", "1011"},
                                      {0x12, "11011", "111001"}, {0xF0, "11111111001", "1111111010"}};

static void put_symbol(jpeg_written *to, uint32_t component, bool is_ac, uint32_t symbol) {
  if (!to->wish.standard) {
    if (is_ac) put_bits(to, (symbol >> 4) * 11 + (symbol & 15), 8);
    else put_bits(to, symbol, 4);
    return;
  }
  const known_code *codes = is_ac ? ac_codes : dc_codes;
  for (uint32_t i = 0; i < (is_ac ? sizeof ac_codes : sizeof dc_codes) / sizeof *codes; i++) {
    if (codes[i].symbol != symbol) continue;
    for (const char *bit = component ? codes[i].chroma : codes[i].luma; *bit; bit++) put_bits(to, (uint32_t)(*bit - '0'), 1);
    return;
  }
  abort(); /* the picture was made of others than these */
}

static void put_flat_tables(jpeg_written *to) {
  for (uint32_t table = 0; table < 4; table++) { /* DC 0, DC 1, AC 0, AC 1 */
    bool is_ac = table >= 2;
    uint32_t count = is_ac ? 176 : 12, length = is_ac ? 8 : 4;
    put_marker(to, DHT), put_two(to, 19 + count), put(to, is_ac << 4 | (table & 1));
    for (uint32_t i = 1; i <= 16; i++) put(to, i == length ? count : 0);
    for (uint32_t i = 0; i < count; i++) put(to, is_ac ? i / 11 << 4 | i % 11 : i);
  }
}

/* ---- blocks ---- */

static uint32_t size_of(int32_t value) {
  uint32_t size = 0;
  for (int32_t rest = abs(value); rest; rest >>= 1) size++;
  return size;
}

static void put_value(jpeg_written *to, int32_t value, uint32_t size) { put_bits(to, (uint32_t)(value < 0 ? value - 1 : value), size); }

static void put_dc(jpeg_written *to, uint32_t c, const int16_t *block, uint32_t low) {
  int32_t value = block[0] >> low, step = value - to->before[c];
  uint32_t size = size_of(step);
  to->before[c] = value;
  put_symbol(to, c, false, size);
  put_value(to, step, size);
}

static void put_ac(jpeg_written *to, uint32_t c, const int16_t *block, uint32_t low) {
  uint32_t run = 0;
  for (uint32_t n = 1; n < 64; n++) {
    int32_t value = block[n] < 0 ? -(-block[n] >> low) : block[n] >> low;
    if (value == 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) put_symbol(to, c, true, 0xF0);
    put_symbol(to, c, true, run << 4 | size_of(value));
    put_value(to, value, size_of(value));
    run = 0;
  }
  if (run) put_symbol(to, c, true, 0);
}

/* The last bit of coefficients: of those that are known already a bit each, behind the code of what is new between them. */
static void put_last_bits(jpeg_written *to, uint32_t c, const int16_t *block) {
  uint32_t run = 0, last_new = 0, count = 0;
  uint8_t known[64];
  for (uint32_t n = 1; n < 64; n++)
    if (abs(block[n]) == 1) last_new = n;
  for (uint32_t n = 1; n < 64; n++) {
    if (block[n] == 0) {
      run++;
      continue;
    }
    for (; run > 15 && n <= last_new; run -= 16, count = 0) {
      put_symbol(to, c, true, 0xF0);
      for (uint32_t i = 0; i < count; i++) put_bits(to, known[i], 1);
    }
    if (abs(block[n]) > 1) {
      known[count++] = (uint8_t)(abs(block[n]) & 1);
      continue;
    }
    put_symbol(to, c, true, run << 4 | 1);
    put_bits(to, block[n] > 0, 1);
    for (uint32_t i = 0; i < count; i++) put_bits(to, known[i], 1);
    run = count = 0;
  }
  if (run == 0 && count == 0) return;
  put_symbol(to, c, true, 0);
  for (uint32_t i = 0; i < count; i++) put_bits(to, known[i], 1);
}

/* ---- scans ---- */

typedef struct scan {
  uint32_t first, last, high, low, components[4], count;
} scan;

static void put_block(jpeg_written *to, const scan *scan, uint32_t c, uint32_t x, uint32_t y) {
  const int16_t *block = to->coefficients[c][y * to->across[c] + x];
  if (scan->first == 0 && scan->high) put_bits(to, (uint32_t)block[0] & 1, 1);
  if (scan->first == 0 && !scan->high) put_dc(to, c, block, scan->low);
  if (scan->last > 0 && scan->high) put_last_bits(to, c, block);
  if (scan->last > 0 && !scan->high) put_ac(to, c, block, scan->low);
}

static void put_unit(jpeg_written *to, const scan *scan, uint32_t unit, uint32_t across) {
  if (scan->count == 1) {
    put_block(to, scan, scan->components[0], unit % across, unit / across);
    return;
  }
  for (uint32_t i = 0; i < scan->count; i++) {
    uint32_t c = scan->components[i];
    for (uint32_t y = 0; y < to->v[c]; y++)
      for (uint32_t x = 0; x < to->h[c]; x++) put_block(to, scan, c, unit % across * to->h[c] + x, unit / across * to->v[c] + y);
  }
}

static uint32_t samples(uint32_t side, uint32_t factor, uint32_t most) { return (side * factor + most - 1) / most; }

static void put_scan(jpeg_written *to, const scan *scan) {
  put_marker(to, SOS), put_two(to, 6 + 2 * scan->count), put(to, scan->count);
  for (uint32_t i = 0; i < scan->count; i++) put(to, to->wish.ids[scan->components[i]]), put(to, scan->components[i] ? 0x11 : 0);
  put(to, scan->first), put(to, scan->last), put(to, scan->high << 4 | scan->low);
  uint32_t across = to->units_across, down = to->units_down, c = scan->components[0];
  if (scan->count == 1) {
    across = (samples(to->wish.width, to->h[c], to->h_max) + 7) / 8;
    down = (samples(to->wish.height, to->v[c], to->v_max) + 7) / 8;
  }
  memset(to->before, 0, sizeof to->before);
  for (uint32_t unit = 0; unit < across * down; unit++) {
    uint32_t restart = to->wish.restarts && unit > 0 && unit % to->wish.restarts == 0;
    if (restart) fill_byte(to), put_marker(to, 0xD0 + (unit / to->wish.restarts - 1) % 8), memset(to->before, 0, sizeof to->before);
    put_unit(to, scan, unit, across);
  }
  fill_byte(to);
}

static void put_scans(jpeg_written *to, scan scan, bool apart) {
  for (uint32_t c = 0; c < to->wish.components; c++) scan.components[c] = c;
  scan.count = apart ? 1 : to->wish.components;
  for (uint32_t c = 0; c < (apart ? to->wish.components : 1); c++) put_scan(to, (scan.components[0] = c, &scan));
}

static void put_all_scans(jpeg_written *to) {
  if (!to->wish.progressive) {
    put_scans(to, (scan){.last = 63}, to->wish.apart);
    return;
  }
  put_scans(to, (scan){.low = 1}, to->wish.apart);
  put_scans(to, (scan){.first = 1, .last = 63, .low = 1}, true);
  put_scans(to, (scan){.high = 1}, to->wish.apart);
  put_scans(to, (scan){.first = 1, .last = 63, .high = 1}, true);
}

/* ---- the picture ---- */

/* Some blocks have their mean only, some one more; of the standard's few symbols there are runs of 1, and one far away. */
static void make_block(const jpeg_written *to, const uint8_t *noise, int16_t *block, int32_t mean) {
  bool standard = to->wish.standard;
  block[0] = (int16_t)mean;
  if (noise[0] < 80) return;
  if (noise[0] < 120 && !standard) {
    block[1 + noise[1] % 63] = (int16_t)(5 + noise[2] % 20);
    return;
  }
  uint32_t last = standard ? 7 : 2 + noise[1] % 62;
  for (uint32_t n = 1; n < last; n += 1 + (noise[n] < 60)) {
    int32_t most = standard ? 3 : n < 6 ? 31 : 3;
    int32_t value = noise[64 + n] % (uint32_t)(2 * most + 1) - most;
    block[n] = (int16_t)(standard && value == 0 ? 1 : value);
  }
  if (standard) memset(block + 8, 0, 112), block[last - 1] = 1, block[last + 16] = -1;
}

static void make_coefficients(jpeg_written *to, uint32_t c) {
  int32_t mean = 0;
  memset(to->coefficients[c], 0, sizeof to->coefficients[c]);
  if (to->wish.grey && c > 0) return;
  for (uint32_t b = 0; b < to->across[c] * to->down[c]; b++) {
    uint8_t noise[128];
    fl_test_noise(noise, sizeof noise, to->wish.seed * 4000 + c * 1000 + b);
    int32_t most = to->wish.standard ? 7 : 90; /* with the standard's few symbols a step is 15 at most */
    mean = noise[127] % (2 * most + 1) - most + (to->wish.standard ? 0 : mean);
    if (abs(mean) > 400) mean /= 2;
    make_block(to, noise, to->coefficients[c][b], mean);
  }
}

static void lay_out(jpeg_written *to) {
  to->h_max = to->v_max = 1;
  for (uint32_t c = 0; c < to->wish.components; c++) {
    uint32_t sampling = to->wish.sampling[c] ? to->wish.sampling[c] : 0x11;
    to->h[c] = sampling >> 4, to->v[c] = sampling & 15;
    if (to->h[c] > to->h_max) to->h_max = to->h[c];
    if (to->v[c] > to->v_max) to->v_max = to->v[c];
    if (!to->wish.ids[c]) to->wish.ids[c] = (uint8_t)(c + 1);
  }
  to->units_across = samples(to->wish.width, 1, 8 * to->h_max), to->units_down = samples(to->wish.height, 1, 8 * to->v_max);
  for (uint32_t c = 0; c < to->wish.components; c++) {
    to->across[c] = to->units_across * to->h[c], to->down[c] = to->units_down * to->v[c];
    if (to->across[c] * to->down[c] > JPEG_BLOCKS_MAX) abort();
    make_coefficients(to, c);
  }
}

static void put_head(jpeg_written *to) {
  const jpeg_wish *wish = &to->wish;
  put_marker(to, SOI);
  if (wish->adobe) {
    put_marker(to, APP14), put_two(to, 14);
    for (uint32_t i = 0; i < 11; i++) put(to, "Adobe\0\144\0\0\0\0"[i]);
    put(to, wish->adobe - 1);
  }
  for (uint32_t table = 0; table < 2; table++) {
    put_marker(to, DQT), put_two(to, 67), put(to, table);
    for (uint32_t n = 0; n < 64; n++) put(to, quantizer(table, n));
  }
  if (!wish->standard) put_flat_tables(to);
  if (wish->restarts) put_marker(to, DRI), put_two(to, 4), put_two(to, wish->restarts);
  put_marker(to, wish->progressive ? SOF2 : SOF0), put_two(to, 8 + 3 * wish->components);
  put(to, 8), put_two(to, wish->height), put_two(to, wish->width), put(to, wish->components);
  for (uint32_t c = 0; c < wish->components; c++) put(to, wish->ids[c]), put(to, to->h[c] << 4 | to->v[c]), put(to, c > 0);
}

void jpeg_write(const jpeg_wish *wish, jpeg_written *out) {
  out->wish = *wish;
  out->length = out->bits = out->bit_count = 0;
  lay_out(out);
  put_head(out);
  put_all_scans(out);
  put_marker(out, EOI);
}

int jpeg_sample(const jpeg_written *picture, uint32_t component, uint32_t x, uint32_t y) {
  const int16_t *block = picture->coefficients[component][y / 8 * picture->across[component] + x / 8];
  const double step = acos(-1) / 16;
  double sum = 0;
  for (uint32_t n = 0; n < 64; n++) {
    if (block[n] == 0) continue;
    uint32_t place = place_of(n), u = place % 8, v = place / 8;
    double scale = (u ? 1 : sqrt(0.5)) * (v ? 1 : sqrt(0.5)) / 4;
    sum += scale * block[n] * quantizer(component > 0, n) * cos((2 * (x % 8) + 1) * u * step) * cos((2 * (y % 8) + 1) * v * step);
  }
  return (int)floor(fmin(fmax(sum + 128, 0), 255) + 0.5 + 1e-9); /* a mean may be half a level, but for its factors */
}

bool jpeg_is_flat(const jpeg_written *picture, uint32_t component, uint32_t x, uint32_t y) {
  const int16_t *block = picture->coefficients[component][y / 8 * picture->across[component] + x / 8];
  for (uint32_t n = 1; n < 64; n++)
    if (block[n]) return false;
  return true;
}

uint32_t jpeg_find(const jpeg_written *picture, uint8_t marker, uint32_t nth) {
  for (uint32_t at = 2; at + 1 < picture->length; at++)
    if (picture->bytes[at] == 0xFF && picture->bytes[at + 1] == marker && nth-- == 0) return at;
  return 0;
}
