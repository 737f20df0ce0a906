/* DEFLATE and its codes: checked by an inflater of the tests' own making, which follows RFC 1951 bit by bit. */
#include "image_file/huffman.h"
#include "image_file_support.h"

typedef struct bits {
  const uint8_t *bytes;
  size_t at, count; /* in bits */
} bits;

static uint32_t take(bits *in, uint32_t n) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < n; i++, in->at++) value |= (in->at < in->count ? in->bytes[in->at / 8] >> in->at % 8 & 1u : 0u) << i;
  return value;
}

/* Canonical codes, as the lengths alone say: how many of each length, and the symbols in order. */
typedef struct canon {
  uint32_t counts[16], symbols[320];
} canon;

static canon canon_of(const uint8_t *lengths, uint32_t symbols) {
  canon out = {0};
  for (uint32_t length = 1, n = 0; length <= 15; length++)
    for (uint32_t s = 0; s < symbols; s++)
      if (lengths[s] == length) out.counts[length]++, out.symbols[n++] = s;
  return out;
}

static uint32_t take_symbol(bits *in, const canon *codes) {
  uint32_t code = 0, first = 0, before = 0;
  for (uint32_t length = 1; length <= 15; length++) {
    code = code << 1 | take(in, 1);
    if (code - first < codes->counts[length]) return codes->symbols[before + code - first];
    before += codes->counts[length], first = (first + codes->counts[length]) << 1;
  }
  return UINT32_MAX;
}

static bool take_lengths(bits *in, uint8_t *lengths, uint32_t count) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t code[19] = {0};
  uint32_t written = take(in, 4) + 4;
  for (uint32_t i = 0; i < written; i++) code[order[i]] = (uint8_t)take(in, 3);
  canon codes = canon_of(code, 19);
  for (uint32_t i = 0; i < count;) {
    uint32_t symbol = take_symbol(in, &codes), times = 1;
    uint8_t value = (uint8_t)symbol;
    if (symbol > 18 || (symbol == 16 && i == 0)) return false;
    if (symbol == 16) value = lengths[i - 1], times = 3 + take(in, 2);
    if (symbol == 17) value = 0, times = 3 + take(in, 3);
    if (symbol == 18) value = 0, times = 11 + take(in, 7);
    if (i + times > count) return false;
    while (times-- > 0) lengths[i++] = value;
  }
  return true;
}

static bool take_block(bits *in, uint8_t *out, size_t *done, size_t room) {
  static const uint16_t length_base[] = {3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t length_extra[] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  uint8_t lengths[320] = {0};
  uint32_t literals = take(in, 5) + 257, distances = take(in, 5) + 1;
  if (literals > 286 || distances > 30 || !take_lengths(in, lengths, literals + distances)) return false;
  canon literal_codes = canon_of(lengths, literals), distance_codes = canon_of(lengths + literals, distances);
  for (;;) {
    uint32_t symbol = take_symbol(in, &literal_codes);
    if (symbol == 256) return true;
    if (symbol > 285 || *done >= room) return false;
    if (symbol < 256) {
      out[(*done)++] = (uint8_t)symbol;
      continue;
    }
    uint32_t length = length_base[symbol - 257] + take(in, length_extra[symbol - 257]);
    uint32_t code = take_symbol(in, &distance_codes), extra = code < 4 ? 0 : code / 2 - 1;
    if (code >= 30) return false;
    uint32_t distance = (code < 4 ? code : (2u + code % 2) << extra) + 1 + take(in, extra);
    if (distance > *done || distance > 32768 || *done + length > room) return false;
    for (; length > 0; length--, (*done)++) out[*done] = out[*done - distance];
  }
}

/* What a zlib stream of dynamic blocks holds; false where it breaks a rule. */
static bool inflate(const uint8_t *bytes, size_t length, uint8_t *out, size_t count) {
  bits in = {bytes + 2, 0, (length - 6) * 8};
  size_t done = 0;
  bool is_last = false;
  if (length < 6 || (bytes[0] * 256u + bytes[1]) % 31 || (bytes[0] & 15) != 8) return false;
  while (!is_last) {
    is_last = take(&in, 1);
    if (take(&in, 2) != 2 || !take_block(&in, out, &done, count) || in.at > in.count) return false;
  }
  return done == count && in.count - in.at < 8 && fl_image_u32(bytes + length - 4) == fl_adler32(1, out, count);
}

/* Compresses in pieces; the length, 0 where it does not come back. */
static size_t there_and_back(const uint8_t *bytes, size_t count, size_t piece) {
  fl_image_output out = {0};
  fl_image_memory_begin(NULL, 0, 0, NO_LIMIT);
  fl_deflate *stream = fl_deflate_begin(&out);
  for (size_t at = 0; at < count; at += piece) fl_deflate_put(stream, bytes + at, count - at < piece ? count - at : piece);
  fl_deflate_end(stream);
  uint8_t *back = malloc(count + 1);
  size_t length = inflate(out.bytes, out.length, back, count) && memcmp(back, bytes, count) == 0 ? out.length : 0;
  free(back);
  fl_image_memory_give(out.bytes);
  return length;
}

static void whatever_goes_in_comes_out(void) {
  enum { MOST = 500000 };
  static const size_t counts[] = {0, 1, 2, 3, 5, 100, 32768, 32769, 163839, 163840, 163841, MOST};
  static const size_t at_most[] = {2000, MOST + 2500, MOST / 4, 40000};
  uint8_t *bytes = malloc(MOST);
  fl_start(0);
  uint64_t before = live_bytes();
  for (uint32_t kind = 0; kind < 4; kind++) {
    memset(bytes, 0, MOST);
    if (kind) fl_test_noise(bytes, MOST, kind);
    if (kind == 2) for (size_t i = 0; i < MOST; i++) bytes[i] %= 3;
    if (kind == 3) for (size_t i = 32768; i < MOST; i++) bytes[i] = bytes[i - 32768]; /* as far back as a match may be */
    for (uint32_t i = 0; i < FL_COUNT(counts); i++) {
      size_t length = there_and_back(bytes, counts[i], i % 2 ? 1000 : MOST);
      CHECK(length > 0 && length < 200 + counts[i] + counts[i] / 200); /* noise grows by little */
      if (counts[i] == MOST) CHECK(length < at_most[kind]);
    }
  }
  free(bytes);
  CHECK(live_bytes() == before);
}

/* ---- codes ---- */

static void codes_are_complete_as_short_as_can_be_and_within_their_limit(void) {
  uint32_t counts[FL_HUFFMAN_SYMBOLS_MAX];
  fl_huffman code;
  for (uint32_t kind = 0; kind < 6; kind++)
    for (uint32_t symbols = 2; symbols <= 286; symbols += kind == 5 ? 17 : 71) {
      uint32_t longest = symbols <= 19 ? 7 : 15, used = 0;
      uint64_t kraft = 0;
      for (uint32_t s = 0; s < symbols; s++) /* equal; growing; Fibonacci's, which make the longest codes; sparse */
        counts[s] = kind == 0 ? 1 : kind == 1 ? s + 1 : kind == 2 ? (s < 2 ? 1 : s < 30 ? counts[s - 1] + counts[s - 2] : counts[29])
                    : kind == 3 ? (s % 3 == 0) * (s + 2) : s * 2654435761u >> 20;
      fl_huffman_make(counts, symbols, longest, &code);
      for (uint32_t s = 0; s < symbols; s++) {
        CHECK((code.bits[s] > 0) == (counts[s] > 0) && code.bits[s] <= longest);
        used += counts[s] > 0;
        if (code.bits[s]) kraft += 1u << (15 - code.bits[s]);
        for (uint32_t t = 0; t < s; t++) /* none begins another; whoever occurs more often is no longer */
          if (code.bits[s] && code.bits[t]) {
            uint32_t common = code.bits[s] < code.bits[t] ? code.bits[s] : code.bits[t];
            CHECK((code.code[s] ^ code.code[t]) & ((1u << common) - 1));
            CHECK(counts[s] <= counts[t] || code.bits[s] <= code.bits[t]);
          }
      }
      CHECK(kraft == 1u << 15 || used == 1);
    }
  const uint32_t known[] = {5, 9, 12, 13, 16, 45};
  static const uint8_t lengths[] = {4, 4, 3, 3, 3, 1};
  fl_huffman_make(known, 6, 15, &code);
  CHECK(memcmp(code.bits, lengths, 6) == 0);
  const uint32_t one[] = {0, 7, 0}, none[] = {0, 0};
  fl_huffman_make(one, 3, 15, &code);
  CHECK(code.bits[1] == 1 && code.bits[0] == 0 && code.code[1] == 0);
  fl_huffman_make(none, 2, 15, &code);
  CHECK(code.bits[0] == 0 && code.bits[1] == 0);
}

static void checksums_are_those_of_the_standards(void) {
  static uint8_t many[200000];
  memset(many, 255, sizeof many);
  CHECK(fl_crc32(0, (const uint8_t *)"123456789", 9) == 0xCBF43926);
  CHECK(fl_crc32(fl_crc32(0, (const uint8_t *)"1234", 4), (const uint8_t *)"56789", 5) == 0xCBF43926);
  CHECK(fl_adler32(1, (const uint8_t *)"Wikipedia", 9) == 0x11E60398);
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < sizeof many; i++) a = (a + many[i]) % 65521, b = (b + a) % 65521;
  CHECK(fl_adler32(1, many, sizeof many) == (b << 16 | a));
}

void test_image_file_deflate(void) {
  TEST(whatever_goes_in_comes_out, "deflate: whatever goes in comes out, in however many pieces");
  TEST(codes_are_complete_as_short_as_can_be_and_within_their_limit, "deflate: codes are complete, as short as can be, and within their limit");
  TEST(checksums_are_those_of_the_standards, "deflate: checksums are those of the standards");
}
