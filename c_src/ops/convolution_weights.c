/* From weights as numbers to weights in fixed point. Each way is tried in turn, and taken when the sum of all its errors stays below
 * ERROR_MAX levels whatever the pixels are: then the result is at most one level off the exact one's rounding. */
#include "ops/convolution_weights.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Run once per pipeline: small rather than fast. */
#pragma clang attribute push(__attribute__((minsize)), apply_to = function)

#define ERROR_MAX 0.45
#define SMALL_TAPS 15u     /* up to here all at once in 16 bits is faster than one direction after the other */
#define SMALL_SUM 255      /* of the absolute weights, in 16 bits */
#define SCALE_MAX 8191.0
#define SUM_MAX 0x1p29     /* of biases and of sums: two of them fit an i32 with room to spare */
#define ALIKE 1e-7         /* relative: weights that differ by less are meant to be the same */

static double weight_at(const fl_convolution *wanted, uint32_t row, uint32_t column) {
  return wanted->kernel ? wanted->kernel[row * wanted->width + column] : wanted->down[row] * wanted->across[column];
}

double fl_convolution_sum(const double *weights, uint32_t count) {
  double sum = 0, size = 0;
  for (uint32_t k = 0; k < count; k++) sum += weights[k], size += fabs(weights[k]);
  return fabs(sum) <= 1e-9 * size ? 1 : sum;
}

/* The most bits of fraction, up to `most`, with which v stays within limit; may be negative. */
static int bits_within(double v, double limit, int most) {
  int bits = most;
  while (bits > -64 && v * ldexp(1, bits) > limit) bits--;
  return bits;
}

/* ---- all at once ---- */

static void put_offset(fl_convolve_finish *finish, double offset, int shift) {
  finish->shift = (uint32_t)shift;
  finish->bias = (int32_t)floor((offset + 0.5) * ldexp(1, shift) + 0.5);
}

/* The taps that count, in order, and their weights divided. */
static void list_taps(fl_convolve_taps *taps, const fl_convolution *wanted) {
  uint32_t count = 0;
  for (uint32_t row = 0; row < wanted->height; row++)
    for (uint32_t column = 0; column < wanted->width; column++) {
      double weight = weight_at(wanted, row, column) / wanted->divisor;
      if (weight == 0) continue;
      taps->row[count] = (uint16_t)row;
      taps->column[count] = (int16_t)((int32_t)column - (int32_t)(wanted->width / 2));
      taps->loose_weight[count++] = weight;
    }
  taps->count = count + count % 2;
  if (count % 2) taps->row[count] = taps->row[count - 1], taps->column[count] = taps->column[count - 1], taps->loose_weight[count] = 0;
  taps->offset = wanted->offset;
}

static void put_tap(fl_convolve_taps *taps, uint32_t at, uint16_t row, int16_t column, int16_t weight) {
  taps->row[at] = row, taps->column[at] = column, taps->weight[at] = weight;
}

/* The taps that count: those of the first sum, as many as there is room for, before the others. */
static bool part_taps(fl_convolve_taps *taps) {
  int32_t size[2] = {0, 0}, total[2] = {0, 0};
  uint32_t count = 0, first = 0;
  for (uint32_t k = 0; k < taps->count; k++) {
    uint16_t row = taps->row[k];
    int16_t column = taps->column[k], weight = taps->weight[k];
    if (weight == 0) continue;
    uint32_t at = count++, sum = size[0] + abs(weight) > SMALL_SUM;
    size[sum] += abs(weight), total[sum] += weight;
    if (sum == 0) { /* in the place of the first of the others, which goes to the end */
      put_tap(taps, at, taps->row[first], taps->column[first], taps->weight[first]);
      at = first++;
    }
    put_tap(taps, at, row, column, weight);
  }
  taps->count = count, taps->first = first;
  memcpy(taps->total, total, sizeof total);
  return size[1] <= SMALL_SUM;
}

/* Can the one sum be finished in 16 bits, where the weights are multiples of 1 / 2^shift? */
static bool try_plain(fl_convolve_taps *taps, double size, double unit, double offset) {
  int shift = bits_within(unit, 1, 14);
  double bias = floor((offset + 0.5) * ldexp(1, shift));
  if (unit != ldexp(1, -shift) || shift < 0 || fabs(128.0 * taps->total[0] + bias) > INT16_MAX || size > SMALL_SUM) return false;
  if (shift > 0 && 255 * size + fabs(bias) > INT16_MAX) return false;
  taps->finish.shift = (uint32_t)shift, taps->finish.bias = (int32_t)bias;
  taps->scale = 1;
  return true;
}

/* Whole multiples of the smallest weight, where they are few: one multiplication for all of them at the end, if any. */
static bool try_small(fl_convolve_taps *taps, const fl_convolution *wanted) {
  double unit = INFINITY;
  for (uint32_t k = 0; k < taps->count; k++)
    if (taps->loose_weight[k] != 0) unit = fmin(unit, fabs(taps->loose_weight[k]));
  if (isinf(unit)) return false;
  double size = 0, off = 0;
  for (uint32_t k = 0; k < taps->count; k++) {
    double multiple = taps->loose_weight[k] / unit, whole = rint(multiple);
    size += fabs(whole), off += fabs(multiple - whole);
    if (size > 2 * SMALL_SUM) return false;
    taps->weight[k] = (int16_t)whole;
  }
  int shift = fl_min_i32(bits_within(unit, SCALE_MAX, 28), bits_within(fabs(wanted->offset) + 1, SUM_MAX, 28));
  if (shift < 1) return false;
  double scale = rint(unit * ldexp(1, shift));
  if (255 * (unit * off + size * fabs(scale * ldexp(1, -shift) - unit)) > ERROR_MAX || !part_taps(taps)) return false;
  if (off == 0 && try_plain(taps, size, unit, wanted->offset)) return true;
  taps->scale = (int16_t)scale;
  put_offset(&taps->finish, wanted->offset, shift);
  return true;
}

/* Taps with this many bits of fraction; a weight that does not fit one is shared by several. Gives by how many levels results may be
 * off; infinity where there is no room for so many taps. */
static double put_fine(fl_convolve_taps *taps, const fl_convolution *wanted, int bits) {
  double above = 0, below = 0;
  uint32_t count = 0, all = wanted->width * wanted->height;
  for (uint32_t k = 0; k < all; k++) {
    uint32_t row = k / wanted->width, column = k % wanted->width;
    double exact = weight_at(wanted, row, column) / wanted->divisor * ldexp(1, bits), left = rint(exact);
    above += fmax(0, left - exact), below += fmax(0, exact - left);
    for (; left != 0; count++) {
      if (count == FL_CONVOLVE_TAPS_ROOM - 1) return INFINITY;
      double part = fmax(-INT16_MAX, fmin(left, INT16_MAX));
      left -= part;
      taps->row[count] = (uint16_t)row, taps->column[count] = (int16_t)((int32_t)column - (int32_t)(wanted->width / 2));
      taps->weight[count] = (int16_t)part;
    }
  }
  taps->count = count + count % 2;
  if (count % 2) taps->row[count] = taps->row[count - 1], taps->column[count] = taps->column[count - 1], taps->weight[count] = 0;
  return 255 * fmax(above, below) * ldexp(1, -bits);
}

/* As few bits as will do from where each weight has a tap of its own. */
static bool try_fine(fl_convolve_taps *taps, const fl_convolution *wanted) {
  double size = 0, most = 0;
  for (uint32_t k = 0; k < taps->count; k++) size += fabs(taps->loose_weight[k]), most = fmax(most, fabs(taps->loose_weight[k]));
  int end = bits_within(255 * size + fabs(wanted->offset) + 1, SUM_MAX, 28), bits = fl_min_i32(bits_within(most, INT16_MAX, 28), end);
  for (bits = bits < 1 ? 1 : bits; bits <= end; bits++) {
    double off = put_fine(taps, wanted, bits);
    put_offset(&taps->finish, wanted->offset, bits);
    if (off <= ERROR_MAX) return true;
    if (isinf(off)) break;
  }
  list_taps(taps, wanted);
  return false;
}

/* ---- one direction after the other ---- */

/* Weights in fixed point. Gives how far they are off, in sum. */
static double put_line(fl_convolve_line *line, const double *weights, uint32_t count, double factor, int bits) {
  double off = 0;
  for (uint32_t k = 0; k < count; k++) {
    double exact = weights[k] * factor * ldexp(1, bits), whole = rint(exact);
    off += fabs(whole - exact) * ldexp(1, -bits);
    line->weight[k] = (int16_t)whole;
  }
  if (count % 2) line->weight[count] = 0;
  line->count = count + count % 2;
  return off;
}

static void size_up(const double *weights, uint32_t count, double factor, double *size, double *most, double *reach) {
  double positive = 0, negative = 0;
  *most = 0;
  for (uint32_t k = 0; k < count; k++) {
    double weight = weights[k] * factor;
    *most = fmax(*most, fabs(weight));
    *(weight > 0 ? &positive : &negative) += fabs(weight);
  }
  *size = positive + negative, *reach = fmax(positive, negative);
}

/* The row between has as many bits of fraction as 16 bits have room for. */
static bool try_lines(fl_convolution_tables *t, const fl_convolution *wanted, const double *across, const double *down) {
  double size, most, reach, across_size, across_most, unused;
  size_up(down, wanted->height, 1, &size, &most, &reach);
  size_up(across, wanted->width, 1 / wanted->divisor, &across_size, &across_most, &unused);
  if (most == 0 || across_most == 0) return false;
  int bits = fl_min_i32(bits_within(most, INT16_MAX, 24), bits_within(255 * size, SUM_MAX, 24));
  int fraction = fl_min_i32(bits, bits_within(255 * reach, INT16_MAX, 14)), drop = bits - fraction;
  double off = 255 * put_line(&t->down, down, wanted->height, 1, bits);
  bool exact = off == 0;
  for (uint32_t k = 0; k < t->down.count; k++) exact = exact && t->down.weight[k] % (1 << fl_clamp_i32(drop, 0, 16)) == 0;
  if (!exact) off += 0.5 * ldexp(1, -fraction);
  t->down.shift = (uint32_t)drop, t->down.bias = drop > 0 ? 1 << (drop - 1) : 0;
  int more = fl_min_i32(bits_within(across_most, INT16_MAX, 28), bits_within(INT16_MAX * across_size, SUM_MAX, 28));
  more = fl_min_i32(more, bits_within(fabs(wanted->offset) + 1, SUM_MAX, 28) - fraction);
  if (drop < 0 || drop > 30 || more + fraction < 1 || more + fraction > 30) return false;
  off = off * across_size + put_line(&t->along, across, wanted->width, 1 / wanted->divisor, more) * 255 * reach;
  put_offset(&t->taps.finish, wanted->offset, more + fraction);
  return off <= ERROR_MAX;
}

/* Is the kernel a column times a row? Then they are these: the row through its largest weight, and the column's shares of it. */
static bool split(const fl_convolution *wanted, double *across, double *down) {
  uint32_t width = wanted->width, count = width * wanted->height, peak = 0;
  for (uint32_t k = 0; k < count; k++)
    if (fabs(wanted->kernel[k]) > fabs(wanted->kernel[peak])) peak = k;
  double largest = wanted->kernel[peak];
  if (largest == 0) return false;
  for (uint32_t x = 0; x < width; x++) across[x] = wanted->kernel[peak / width * width + x];
  for (uint32_t y = 0; y < wanted->height; y++) down[y] = wanted->kernel[y * width + peak % width] / largest;
  for (uint32_t k = 0; k < count; k++)
    if (fabs(wanted->kernel[k] - down[k / width] * across[k % width]) > ALIKE * fabs(largest)) return false;
  return true;
}

static fl_convolution_way choose(fl_convolution_tables *t, const fl_convolution *wanted) {
  double own_across[FL_CONVOLVE_SIDE_MAX], own_down[FL_CONVOLVE_SIDE_MAX];
  const double *across = wanted->across, *down = wanted->down;
  bool separable = wanted->width > 1 && wanted->height > 1;
  list_taps(&t->taps, wanted);
  bool few = t->taps.count <= SMALL_TAPS;
  if (few && try_small(&t->taps, wanted)) return FL_CONVOLUTION_SMALL;
  if (wanted->kernel && separable) separable = split(wanted, own_across, own_down), across = own_across, down = own_down;
  if (separable && try_lines(t, wanted, across, down)) return FL_CONVOLUTION_LINES;
  if (!few && try_small(&t->taps, wanted)) return FL_CONVOLUTION_SMALL;
  list_taps(&t->taps, wanted); /* what was tried may have parted them */
  return try_fine(&t->taps, wanted) ? FL_CONVOLUTION_FINE : FL_CONVOLUTION_LOOSE;
}

void fl_convolution_fill(const fl_node *node, void *tables, const fl_convolution *wanted) {
  fl_convolution_tables *t = tables;
  memset(t, 0, sizeof *t);
  t->taps.finish.mask = wanted->keeps_alpha && fl_bytes_per_pixel(node->out.format) == 4 ? 0x00ffffff : 0xffffffff;
  t->taps.finish.absolute = wanted->absolute;
  t->way = choose(t, wanted);
}

#pragma clang attribute pop
