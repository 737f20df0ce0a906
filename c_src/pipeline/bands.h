/* How the rows of an image are shared out among threads: tall bands from both ends, short ones in the middle, where the threads that
 * come from the two ends meet (sched/sched.h). A band's neighbours compute some of its rows too, so bands should be tall; but whoever
 * runs out of work waits for the slowest, so the last ones should be short. */
#ifndef FL_PIPELINE_BANDS_H
#define FL_PIPELINE_BANDS_H

#include "base/size.h"
#include "base/span.h"

typedef struct fl_bands {
  uint32_t rows;                 /* of the image */
  uint32_t height, short_height; /* of a band; the very last one may be cut */
  uint32_t tall, count;          /* of the count bands so many are tall: half of them above the short ones, half below */
} fl_bands;

static inline uint32_t fl_bands_above(const fl_bands *bands) { return (bands->tall + 1) / 2; }
static inline uint32_t fl_bands_short(const fl_bands *bands) { return bands->count - bands->tall; }

/* `tall` bands of `height` rows, as many as fit, and what is left in short ones. Range: heights ≥ 1. */
static inline fl_bands fl_bands_make(uint32_t rows, uint32_t height, uint32_t tall, uint32_t short_height) {
  tall = fl_min_u32(tall, rows / height);
  uint32_t left = rows - tall * height;
  return (fl_bands){rows, height, short_height, tall, tall + (left + short_height - 1) / short_height};
}

/* All of one height. */
static inline fl_bands fl_bands_even(uint32_t rows, uint32_t height) { return fl_bands_make(rows, height, 0, height); }

#define FL_TILE_PIXELS_MIN 16384u /* a tile is worth claiming from about here */

/* For work that needs nothing of its neighbours: a height at which every thread gets a few bands, none of them too small. */
static inline uint32_t fl_bands_free_height(uint32_t width, uint32_t rows, uint32_t lanes) {
  uint64_t worth = (uint64_t)width * rows / FL_TILE_PIXELS_MIN;
  uint32_t bands = fl_max_u32(1, fl_min_u32(fl_max_u32(lanes, 1) * 4, (uint32_t)worth));
  return (rows + bands - 1) / bands;
}

/* The first row of a band; of the band after the last one: where that would end. */
static inline uint32_t fl_bands_first(const fl_bands *bands, uint32_t band) {
  uint32_t above = fl_min_u32(band, fl_bands_above(bands)), shorts = fl_min_u32(band - above, fl_bands_short(bands));
  return (band - shorts) * bands->height + shorts * bands->short_height;
}

static inline fl_span fl_bands_rows(const fl_bands *bands, uint32_t band) {
  return (fl_span){fl_bands_first(bands, band), fl_min_u32(fl_bands_first(bands, band + 1), bands->rows)};
}

/* A band in the middle of the tall ones above, and of the short ones: neither at an edge of the image unless there are few. */
static inline uint32_t fl_bands_typical_tall(const fl_bands *bands) { return fl_bands_above(bands) / 2; }
static inline uint32_t fl_bands_typical_short(const fl_bands *bands) { return fl_bands_above(bands) + fl_bands_short(bands) / 2; }

#endif
