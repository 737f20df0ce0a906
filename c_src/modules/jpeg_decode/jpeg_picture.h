/* What a JPEG says of itself, read and judged before the decoder sees any of it. The decoder is a library that believes its input:
 * a table with too many codes makes it write past an array, and a scan that is missing leaves the pixels of another picture. Here
 * every segment up to the end marker is looked at once, so that what gets through is whole, bounded in time and in memory. */
#ifndef FL_MODULES_JPEG_PICTURE_H
#define FL_MODULES_JPEG_PICTURE_H

#include <framelane_module.h>

#define FL_JPEG_COMPONENTS_MAX 4
#define FL_JPEG_SIDE_MAX 65500u /* as libjpeg has it: a padded side is still one that a frame may have */
#define FL_JPEG_SCANS_MAX 20u   /* of one component: progressive files have 6 to 10; with scans without end a small file would take for ever */

typedef struct fl_jpeg_component {
  uint8_t id, h, v, quantizer; /* h × v blocks of 8 × 8 in every unit (MCU) */
  uint32_t width, height;      /* its samples */
  uint32_t stride, rows;       /* with those that fill up the last units: the decoder writes whole ones */
  uint32_t scans;
} fl_jpeg_component;

typedef struct fl_jpeg_picture {
  uint32_t width, height, components; /* 1, 3 or 4 components */
  uint32_t units_across, units_down;
  fl_jpeg_component component[FL_JPEG_COMPONENTS_MAX];
  bool progressive;
  bool standard_tables; /* uses Huffman tables that it does not bring, as pictures in an AVI do */
  fl_format format;     /* i420 for 4:2:0, gray8 for one component; all else is converted to rgba8 */
} fl_jpeg_picture;

/* NULL: the picture is whole as far as its segments tell, and described. Else what is wrong with it: one sentence, static. */
const char *fl_jpeg_read_picture(const uint8_t *bytes, uint32_t length, double pixels_max, fl_jpeg_picture *out);

#endif
