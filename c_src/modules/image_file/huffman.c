#include "huffman.h"

#include <string.h>

typedef struct leaf {
  uint32_t count, symbol;
} leaf;

/* Shell's sort, by count and then symbol, so that the order is the same everywhere. */
static void sort(leaf *leaves, uint32_t n) {
  static const uint32_t gaps[] = {132, 57, 23, 10, 4, 1};
  for (uint32_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
    for (uint32_t i = gaps[g]; i < n; i++) {
      leaf moved = leaves[i];
      uint32_t at = i;
      for (; at >= gaps[g]; at -= gaps[g]) {
        const leaf *other = &leaves[at - gaps[g]];
        if (other->count < moved.count || (other->count == moved.count && other->symbol < moved.symbol)) break;
        leaves[at] = *other;
      }
      leaves[at] = moved;
    }
}

/* How many codes have each length: nodes are made of the two rarest, leaves from one queue, nodes from the other; then depths, downwards. */
static void count_lengths(const leaf *leaves, uint32_t n, uint32_t *lengths) {
  uint32_t sums[FL_HUFFMAN_SYMBOLS_MAX], parent[2 * FL_HUFFMAN_SYMBOLS_MAX], depth[FL_HUFFMAN_SYMBOLS_MAX];
  uint32_t next_leaf = 0, next_node = 0;
  for (uint32_t node = 0; node + 1 < n; node++) {
    sums[node] = 0;
    for (int child = 0; child < 2; child++) {
      bool is_leaf = next_leaf < n && (next_node >= node || leaves[next_leaf].count <= sums[next_node]);
      sums[node] += is_leaf ? leaves[next_leaf].count : sums[next_node];
      parent[is_leaf ? next_leaf++ : n + next_node++] = node;
    }
  }
  depth[n - 2] = 0;
  for (uint32_t node = n - 2; node-- > 0;) depth[node] = depth[parent[n + node]] + 1;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t length = depth[parent[i]] + 1;
    lengths[length < 32 ? length : 31]++;
  }
}

/* Codes that are too long are cut; for each that this makes too many, a shorter code is made one longer and takes a cut one as its sister. */
static void limit_lengths(uint32_t *lengths, uint32_t longest) {
  uint32_t total = 0; /* Kraft's sum, in units of 2^-longest */
  for (uint32_t length = longest + 1; length < 32; length++) lengths[longest] += lengths[length], lengths[length] = 0;
  for (uint32_t length = 1; length <= longest; length++) total += lengths[length] << (longest - length);
  for (; total > 1u << longest; total--) {
    uint32_t length = longest - 1;
    while (lengths[length] == 0) length--;
    lengths[longest]--, lengths[length]--, lengths[length + 1] += 2;
  }
}

static uint16_t reversed(uint32_t code, uint32_t bits) {
  uint32_t out = 0;
  for (; bits > 0; bits--, code >>= 1) out = out << 1 | (code & 1);
  return (uint16_t)out;
}

static void assign_codes(uint32_t symbols, const uint32_t *lengths, fl_huffman *out) {
  uint32_t next[FL_HUFFMAN_BITS_MAX + 2] = {0};
  for (uint32_t length = 1; length <= FL_HUFFMAN_BITS_MAX; length++) next[length + 1] = (next[length] + lengths[length]) << 1;
  for (uint32_t s = 0; s < symbols; s++)
    if (out->bits[s]) out->code[s] = reversed(next[out->bits[s]]++, out->bits[s]);
}

void fl_huffman_make(const uint32_t *counts, uint32_t symbols, uint32_t longest, fl_huffman *out) {
  leaf leaves[FL_HUFFMAN_SYMBOLS_MAX];
  uint32_t lengths[32] = {0}, n = 0;
  memset(out, 0, sizeof *out);
  for (uint32_t s = 0; s < symbols; s++)
    if (counts[s]) leaves[n++] = (leaf){counts[s], s};
  if (n == 0) return;
  sort(leaves, n);
  if (n == 1) lengths[1] = 1;
  else count_lengths(leaves, n, lengths), limit_lengths(lengths, longest);
  uint32_t at = n; /* the shortest code for what occurs most */
  for (uint32_t length = 1; length <= longest; length++)
    for (uint32_t i = 0; i < lengths[length]; i++) out->bits[leaves[--at].symbol] = (uint8_t)length;
  assign_codes(symbols, lengths, out);
}
