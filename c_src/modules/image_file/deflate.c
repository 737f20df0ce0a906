#include "deflate.h"

#include "checksum.h"
#include "huffman.h"

#define WINDOW 32768u
#define BLOCK (4u * WINDOW) /* of input: each has its own codes */
#define HASH_BITS 15u
#define CHAIN 16u           /* earlier places that are tried */
#define LENGTH_MIN 3u        /* that DEFLATE has codes for; in filtered rows such matches cost more than their bytes: */
#define MATCH_MIN 5u
#define LENGTH_MAX 258u
#define GOOD_LENGTH 32u     /* so long a match is taken without a look at the next byte's */
#define END_OF_BLOCK 256u
#define LITERALS 286u
#define DISTANCES 30u
#define MATCH 0x80000000u   /* of a token: length in bits 16 to 24, distance - 1 below; else a byte */

struct fl_deflate {
  fl_image_output *out;
  uint64_t bits;     /* not yet written, the first lowest */
  uint32_t bit_count, adler;
  uint32_t begin, end; /* of what has no tokens yet, in bytes[]; before it lie up to WINDOW bytes that matches may refer to */
  uint32_t origin;     /* where in the whole input bytes[0] is, plus 1: so that a place is never 0 */
  uint32_t token_count;
  uint32_t literals[LITERALS], distances[DISTANCES]; /* how often each code is needed */
  uint32_t newest[1u << HASH_BITS], older[WINDOW];   /* places with the same hash; 0: none */
  uint32_t tokens[WINDOW + BLOCK]; /* the first block has no window before it */
  uint8_t bytes[WINDOW + BLOCK];
};

typedef struct match {
  uint32_t length, distance; /* length 0: none */
} match;

/* ---- bits ---- */

static void put_bits(fl_deflate *d, uint32_t value, uint32_t count) {
  d->bits |= (uint64_t)value << d->bit_count;
  for (d->bit_count += count; d->bit_count >= 8; d->bit_count -= 8, d->bits >>= 8) fl_image_output_add_byte(d->out, (uint8_t)d->bits);
}

static void put_symbol(fl_deflate *d, const fl_huffman *code, uint32_t symbol) { put_bits(d, code->code[symbol], code->bits[symbol]); }

/* ---- lengths and distances: 2^extra values share a code, four codes of lengths (two of distances) have as many extra bits ---- */

typedef struct coded {
  uint32_t code, extra_bits, extra;
} coded;

static coded code_value(uint32_t value, uint32_t per_step) {
  uint32_t low = per_step == 4 ? 2 : 1;
  if (value < 2u << low) return (coded){value, 0, 0};
  uint32_t extra_bits = 31u - (uint32_t)__builtin_clz(value) - low;
  return (coded){per_step * extra_bits + (value >> extra_bits), extra_bits, value & ((1u << extra_bits) - 1)};
}

static coded code_length(uint32_t length) {
  if (length == LENGTH_MAX) return (coded){285, 0, 0};
  coded c = code_value(length - LENGTH_MIN, 4);
  return (coded){257 + c.code, c.extra_bits, c.extra};
}

static coded code_distance(uint32_t distance) { return code_value(distance - 1, 2); }

/* ---- finding what was there before ---- */

static uint32_t hash_at(const fl_deflate *d, uint32_t at) {
  uint32_t first;
  memcpy(&first, d->bytes + at, sizeof first);
  return first * 2654435761u >> (32 - HASH_BITS);
}

static void remember(fl_deflate *d, uint32_t at) {
  if (at + MATCH_MIN > d->end) return;
  uint32_t *newest = &d->newest[hash_at(d, at)], place = d->origin + at;
  d->older[place % WINDOW] = *newest;
  *newest = place;
}

static uint32_t common_length(const uint8_t *a, const uint8_t *b, uint32_t most) {
  uint32_t n = 0;
  for (uint64_t x, y; n + 8 <= most; n += 8) {
    memcpy(&x, a + n, 8), memcpy(&y, b + n, 8);
    if (x != y) return n + (uint32_t)__builtin_ctzll(x ^ y) / 8;
  }
  while (n < most && a[n] == b[n]) n++;
  return n;
}

/* The longest match for what begins at `at`, which is not remembered yet. Whatever lies within the window is in bytes[] still, and its
 * entry of older[] is its own still. */
static match find_match(const fl_deflate *d, uint32_t at) {
  match best = {0, 0};
  uint32_t most = d->end - at < LENGTH_MAX ? d->end - at : LENGTH_MAX;
  if (most < MATCH_MIN) return best;
  uint32_t place = d->origin + at, earlier = d->newest[hash_at(d, at)];
  for (uint32_t tries = CHAIN; earlier && place - earlier <= WINDOW && tries > 0; tries--) {
    const uint8_t *here = d->bytes + at, *there = d->bytes + (earlier - d->origin);
    if (there[best.length] == here[best.length]) {
      uint32_t length = common_length(here, there, most);
      if (length > best.length) best = (match){length, place - earlier};
      if (length == most) break;
    }
    earlier = d->older[earlier % WINDOW];
  }
  if (best.length < MATCH_MIN) best.length = 0;
  return best;
}

/* ---- tokens ---- */

static void add_literal(fl_deflate *d, uint32_t at) {
  d->tokens[d->token_count++] = d->bytes[at];
  d->literals[d->bytes[at]]++;
}

static void add_match(fl_deflate *d, match m) {
  d->tokens[d->token_count++] = MATCH | m.length << 16 | (m.distance - 1);
  d->literals[code_length(m.length).code]++, d->distances[code_distance(m.distance).code]++;
}

/* A match is put off by a byte where the next byte has a longer one. */
static void make_tokens(fl_deflate *d) {
  uint32_t at = d->begin;
  match m = at < d->end ? find_match(d, at) : (match){0, 0};
  while (at < d->end) {
    remember(d, at);
    match next = {0, 0};
    if (m.length < GOOD_LENGTH && at + 1 < d->end) next = find_match(d, at + 1);
    if (m.length == 0 || next.length > m.length) {
      add_literal(d, at++);
      m = next;
      continue;
    }
    add_match(d, m);
    for (uint32_t i = 1; i < m.length; i++) remember(d, at + i);
    at += m.length;
    m = at < d->end ? find_match(d, at) : (match){0, 0};
  }
  d->begin = d->end;
}

/* ---- a block: which codes it uses, then its tokens ---- */

static uint32_t used(const uint8_t *bits, uint32_t symbols, uint32_t least) {
  while (symbols > least && !bits[symbols - 1]) symbols--;
  return symbols;
}

typedef struct run {
  uint8_t symbol, extra_bits, extra;
} run;

/* The lengths of all codes, with 16, 17 and 18 for what repeats. Gives the number of runs. */
static uint32_t shorten(const uint8_t *bits, uint32_t count, run *runs) {
  uint32_t n = 0;
  for (uint32_t i = 0, length; i < count; i += length) {
    uint8_t value = bits[i];
    uint32_t most = value ? 6 : 138;
    for (length = 1; i + length < count && length < most && bits[i + length] == value;) length++;
    if (!value && length >= 11) runs[n++] = (run){18, 7, (uint8_t)(length - 11)};
    else if (!value && length >= 3) runs[n++] = (run){17, 3, (uint8_t)(length - 3)};
    else if (i > 0 && bits[i - 1] == value && length >= 3) runs[n++] = (run){16, 2, (uint8_t)(length - 3)};
    else length = 1, runs[n++] = (run){value, 0, 0};
  }
  return n;
}

static void put_codes(fl_deflate *d, const fl_huffman *literals, const fl_huffman *distances) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint32_t literal_count = used(literals->bits, LITERALS, 257), distance_count = used(distances->bits, DISTANCES, 1);
  uint8_t bits[LITERALS + DISTANCES];
  run runs[LITERALS + DISTANCES];
  uint32_t counts[19] = {0}, written = 19;
  memcpy(bits, literals->bits, literal_count), memcpy(bits + literal_count, distances->bits, distance_count);
  uint32_t run_count = shorten(bits, literal_count + distance_count, runs);
  for (uint32_t i = 0; i < run_count; i++) counts[runs[i].symbol]++;
  fl_huffman code;
  fl_huffman_make(counts, 19, 7, &code);
  while (written > 4 && !code.bits[order[written - 1]]) written--;
  put_bits(d, literal_count - 257, 5), put_bits(d, distance_count - 1, 5), put_bits(d, written - 4, 4);
  for (uint32_t i = 0; i < written; i++) put_bits(d, code.bits[order[i]], 3);
  for (uint32_t i = 0; i < run_count; i++) put_symbol(d, &code, runs[i].symbol), put_bits(d, runs[i].extra, runs[i].extra_bits);
}

static void put_tokens(fl_deflate *d, const fl_huffman *literals, const fl_huffman *distances) {
  for (uint32_t i = 0; i < d->token_count; i++) {
    uint32_t token = d->tokens[i];
    if (!(token & MATCH)) {
      put_symbol(d, literals, token);
      continue;
    }
    coded length = code_length(token >> 16 & 511), distance = code_distance((token & 0xFFFF) + 1);
    put_symbol(d, literals, length.code), put_bits(d, length.extra, length.extra_bits);
    put_symbol(d, distances, distance.code), put_bits(d, distance.extra, distance.extra_bits);
  }
  put_symbol(d, literals, END_OF_BLOCK);
}

static void put_block(fl_deflate *d, bool is_last) {
  fl_huffman literals, distances;
  make_tokens(d);
  d->literals[END_OF_BLOCK] = 1;
  fl_huffman_make(d->literals, LITERALS, FL_HUFFMAN_BITS_MAX, &literals);
  fl_huffman_make(d->distances, DISTANCES, FL_HUFFMAN_BITS_MAX, &distances);
  put_bits(d, is_last, 1), put_bits(d, 2, 2);
  put_codes(d, &literals, &distances);
  put_tokens(d, &literals, &distances);
  d->token_count = 0;
  memset(d->literals, 0, sizeof d->literals), memset(d->distances, 0, sizeof d->distances);
}

/* Makes room for the next block: what is left are the bytes that matches may refer to. */
static void slide(fl_deflate *d) {
  uint32_t kept = d->end < WINDOW ? d->end : WINDOW, gone = d->end - kept;
  memmove(d->bytes, d->bytes + gone, kept);
  d->origin += gone;
  d->begin = d->end = kept;
}

/* ---- the stream ---- */

fl_deflate *fl_deflate_begin(fl_image_output *out) {
  fl_deflate *d = fl_image_memory_take(sizeof *d);
  if (!d) return NULL;
  d->out = out, d->adler = 1, d->origin = 1;
  fl_image_output_add(out, "\x78\x9C", 2); /* a window of 32 KB; the two are a multiple of 31 */
  return d;
}

void fl_deflate_put(fl_deflate *d, const uint8_t *bytes, size_t count) {
  d->adler = fl_adler32(d->adler, bytes, count);
  while (count > 0) {
    size_t part = sizeof d->bytes - d->end < count ? sizeof d->bytes - d->end : count;
    memcpy(d->bytes + d->end, bytes, part);
    d->end += (uint32_t)part, bytes += part, count -= part;
    if (d->end == sizeof d->bytes) put_block(d, false), slide(d);
  }
}

void fl_deflate_end(fl_deflate *d) {
  put_block(d, true);
  if (d->bit_count > 0) put_bits(d, 0, 8 - d->bit_count);
  for (int shift = 24; shift >= 0; shift -= 8) fl_image_output_add_byte(d->out, (uint8_t)(d->adler >> shift));
  fl_image_memory_give(d);
}
