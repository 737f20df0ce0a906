/* One pass over a JPEG's segments (ITU-T T.81, Annex B). It goes where the decoder will go: from marker to marker, over compressed
 * data to the next marker that is no restart; so no segment is decoded that was not judged. */
#include "jpeg_picture.h"

enum { SOF0 = 0xC0, SOF2 = 0xC2, DHT = 0xC4, RST0 = 0xD0, SOI = 0xD8, EOI, SOS, DQT, DNL, DRI, APP0 = 0xE0, APP14 = 0xEE, APP15, COM = 0xFE };

static const char ENDS_EARLY[] = "the picture ends before it is complete";
static const char BAD_SEGMENT[] = "a segment of the picture's head does not have the length it should have";

typedef struct walk {
  const uint8_t *bytes;
  uint32_t at, length; /* at: the next byte */
  fl_jpeg_picture *picture;
  uint32_t restart_interval;
  uint32_t dc_tables, ac_tables, quantizers; /* bit n: number n is defined */
  bool jfif, adobe_rgb;                      /* adobe_rgb: its marker says that there is no YCbCr */
} walk;

/* A segment behind its length. */
typedef struct segment {
  const uint8_t *bytes;
  uint32_t length;
} segment;

static uint32_t big_endian(const uint8_t *bytes) { return (uint32_t)bytes[0] << 8 | bytes[1]; }

static bool take_segment(walk *walk, segment *out) {
  uint32_t left = walk->length - walk->at, length = left >= 2 ? big_endian(walk->bytes + walk->at) : 0;
  if (length < 2 || length > left) return false;
  *out = (segment){walk->bytes + walk->at + 2, length - 2};
  walk->at += length;
  return true;
}

/* ---- tables ---- */

static const char *read_quantizers(walk *walk, segment s) {
  while (s.length > 0) {
    uint32_t wide = s.bytes[0] >> 4, number = s.bytes[0] & 15, length = 1 + 64 * (1 + wide);
    if (wide > 1 || number > 3) return "a quantization table of the picture is of no known kind";
    if (length > s.length) return BAD_SEGMENT;
    walk->quantizers |= 1u << number;
    s.bytes += length, s.length -= length;
  }
  return NULL;
}

/* No more symbols than a byte has values: the decoder's arrays are as long. */
static const char *read_huffman(walk *walk, segment s) {
  while (s.length > 0) {
    uint32_t is_ac = s.bytes[0] >> 4, number = s.bytes[0] & 15, symbols = 0;
    if (is_ac > 1 || number > 3) return "a Huffman table of the picture is of no known kind";
    if (s.length < 17) return BAD_SEGMENT;
    for (uint32_t i = 1; i <= 16; i++) symbols += s.bytes[i];
    if (symbols > 256) return "a Huffman table of the picture has more than 256 symbols";
    if (17 + symbols > s.length) return BAD_SEGMENT;
    *(is_ac ? &walk->ac_tables : &walk->dc_tables) |= 1u << number;
    s.bytes += 17 + symbols, s.length -= 17 + symbols;
  }
  return NULL;
}

/* ---- the frame header ---- */

static bool is_divided(const fl_jpeg_component *c, uint32_t across, uint32_t down) { return c->h * across == c[-1].h && c->v * down == c[-1].v; }

/* Planes as the decoder leaves them: halved chroma is i420, luma alone gray8. */
static fl_format format_of(const walk *walk, bool has_rgb_ids) {
  const fl_jpeg_picture *picture = walk->picture;
  if (picture->components == 1) return FL_GRAY8;
  bool is_ycc = picture->components == 3 && !has_rgb_ids && (walk->jfif || !walk->adobe_rgb);
  return is_ycc && is_divided(&picture->component[1], 2, 2) && is_divided(&picture->component[2], 1, 1) ? FL_I420 : FL_RGBA8;
}

static const char *read_component(walk *walk, const uint8_t *bytes, uint32_t number) {
  fl_jpeg_component *component = &walk->picture->component[number];
  *component = (fl_jpeg_component){.id = bytes[0], .h = bytes[1] >> 4, .v = bytes[1] & 15, .quantizer = bytes[2]};
  for (uint32_t i = 0; i < number; i++)
    if (walk->picture->component[i].id == component->id) return "two components of the picture have the same name";
  if (component->h < 1 || component->h > 4 || component->v < 1 || component->v > 4)
    return "the sampling factors of a component must be between 1 and 4";
  return component->quantizer > 3 ? "a component of the picture uses a quantization table beyond the fourth" : NULL;
}

static uint32_t divide_up(uint32_t n, uint32_t by) { return (n + by - 1) / by; }

/* The sizes of the planes, out of the sampling factors. */
static const char *lay_out(fl_jpeg_picture *picture) {
  uint32_t h = 1, v = 1;
  for (uint32_t i = 0; i < picture->components; i++) {
    if (picture->component[i].h > h) h = picture->component[i].h;
    if (picture->component[i].v > v) v = picture->component[i].v;
  }
  picture->units_across = divide_up(picture->width, h * 8), picture->units_down = divide_up(picture->height, v * 8);
  for (uint32_t i = 0; i < picture->components; i++) {
    fl_jpeg_component *component = &picture->component[i];
    if (h % component->h || v % component->v) return "the sampling factors of the picture are no whole fractions of each other";
    component->width = divide_up(picture->width * component->h, h), component->height = divide_up(picture->height * component->v, v);
    component->stride = picture->units_across * component->h * 8, component->rows = picture->units_down * component->v * 8;
  }
  return NULL;
}

static const char *read_frame(walk *walk, segment s, double pixels_max) {
  fl_jpeg_picture *picture = walk->picture;
  if (s.length < 6) return BAD_SEGMENT;
  if (s.bytes[0] != 8) return "the picture does not have 8 bits per sample";
  picture->height = big_endian(s.bytes + 1), picture->width = big_endian(s.bytes + 3), picture->components = s.bytes[5];
  if (picture->width < 1 || picture->width > FL_JPEG_SIDE_MAX || picture->height < 1 || picture->height > FL_JPEG_SIDE_MAX)
    return "the sides of the picture must be between 1 and 65500 pixels";
  if ((double)picture->width * picture->height > pixels_max) return "the picture has more pixels than `megapixels` allows";
  if (picture->components != 1 && picture->components != 3 && picture->components != 4) return "the picture must have 1, 3 or 4 components";
  if (s.length != 6 + 3 * picture->components) return BAD_SEGMENT;
  for (uint32_t i = 0; i < picture->components; i++) {
    const char *why = read_component(walk, s.bytes + 6 + 3 * i, i);
    if (why) return why;
  }
  const fl_jpeg_component *c = picture->component;
  picture->format = format_of(walk, c[0].id == 'R' && c[1].id == 'G' && c[2].id == 'B');
  return lay_out(picture);
}

/* ---- scans ---- */

typedef struct scan {
  uint32_t count; /* of components */
  fl_jpeg_component *component[FL_JPEG_COMPONENTS_MAX];
  uint32_t first, last, above; /* progressive: coefficients first to last; above: the bit above is known already */
  uint32_t units, blocks;
} scan;

/* Both uses of a table, in a scan that decodes DC or AC coefficients by Huffman codes. Those of numbers 0 and 1 have a standard (Annex K). */
static const char *need_tables(walk *walk, const scan *scan, uint32_t numbers) {
  bool progressive = walk->picture->progressive;
  uint32_t dc = numbers >> 4, ac = numbers & 15;
  if (dc > 3 || ac > 3) return "a scan of the picture uses a Huffman table beyond the fourth";
  bool dc_lacks = (!progressive || (scan->first == 0 && !scan->above)) && !(walk->dc_tables >> dc & 1);
  bool ac_lacks = (!progressive || scan->first > 0) && !(walk->ac_tables >> ac & 1);
  if ((dc_lacks && dc > 1) || (ac_lacks && ac > 1)) return "a scan of the picture uses a Huffman table that is not there";
  if (dc_lacks || ac_lacks) walk->picture->standard_tables = true;
  return NULL;
}

/* A component begins with the scan of its DC coefficients, which clears the others; a sequential picture has no further ones. */
static const char *count_scan(const walk *walk, const scan *scan, fl_jpeg_component *component) {
  if (!(walk->quantizers >> component->quantizer & 1)) return "a component of the picture uses a quantization table that is not there";
  for (uint32_t i = 0; i < scan->count; i++)
    if (scan->component[i] == component) return "a scan of the picture has the same component twice";
  if (component->scans == 0 && (scan->first > 0 || scan->above)) return "the scans of the picture do not begin with the first coefficients";
  if (component->scans >= (walk->picture->progressive ? FL_JPEG_SCANS_MAX : 1))
    return "the picture has more scans of a component than it may have";
  component->scans++;
  return NULL;
}

static fl_jpeg_component *find_component(fl_jpeg_picture *picture, uint32_t id) {
  for (uint32_t i = 0; i < picture->components; i++)
    if (picture->component[i].id == id) return &picture->component[i];
  return NULL;
}

static const char *read_progression(const walk *walk, const uint8_t *bytes, scan *scan) {
  uint32_t above = bytes[2] >> 4, below = bytes[2] & 15;
  scan->first = bytes[0], scan->last = bytes[1], scan->above = above;
  bool is_sound = walk->picture->progressive ? scan->last <= 63 && above <= 13 && below <= 13 && (!above || above == below + 1) &&
                                                   (scan->first == 0 ? scan->last == 0 : scan->first <= scan->last && scan->count == 1)
                                             : scan->first == 0 && bytes[2] == 0;
  return is_sound ? NULL : "a scan of the picture has coefficients in no possible order";
}

/* Alone, a component has the blocks that it needs; with others, the units have theirs. */
static const char *count_blocks(const fl_jpeg_picture *picture, scan *scan) {
  uint32_t in_unit = 0;
  for (uint32_t i = 0; i < scan->count; i++) in_unit += (uint32_t)scan->component[i]->h * scan->component[i]->v;
  if (scan->count == 1) {
    scan->units = scan->blocks = divide_up(scan->component[0]->width, 8) * divide_up(scan->component[0]->height, 8);
    return NULL;
  }
  scan->units = picture->units_across * picture->units_down, scan->blocks = scan->units * in_unit;
  return in_unit > 10 ? "a scan of the picture has more than 10 blocks in a unit" : NULL;
}

static const char *read_scan(walk *walk, segment s, scan *scan) {
  uint32_t count = s.length > 0 ? s.bytes[0] : 0;
  if (count < 1 || count > walk->picture->components) return "a scan of the picture has no, or too many components";
  if (s.length != 4 + 2 * count) return BAD_SEGMENT;
  scan->count = count;
  const char *why = read_progression(walk, s.bytes + 1 + 2 * count, scan);
  scan->count = 0;
  for (uint32_t i = 0; i < count && !why; i++) {
    fl_jpeg_component *component = find_component(walk->picture, s.bytes[1 + 2 * i]);
    if (!component) return "a scan of the picture has a component that the picture does not have";
    why = count_scan(walk, scan, component);
    if (!why) why = need_tables(walk, scan, s.bytes[2 + 2 * i]);
    scan->component[scan->count++] = component;
  }
  return why ? why : count_blocks(walk->picture, scan);
}

/* ---- compressed data ---- */

static uint32_t find_marker_byte(const uint8_t *bytes, uint32_t at, uint32_t length) {
  const v128_t ones = wasm_u8x16_const_splat(0xFF);
  for (; length - at >= 16; at += 16) {
    uint32_t found = (uint32_t)wasm_i8x16_bitmask(wasm_i8x16_eq(wasm_v128_load(bytes + at), ones));
    if (found) return at + (uint32_t)__builtin_ctz(found);
  }
  while (at < length && bytes[at] != 0xFF) at++;
  return at;
}

/* To the marker behind the data; how many restarts are in it. False: there is none. */
static bool pass_data(walk *walk, uint32_t *restarts) {
  *restarts = 0;
  for (uint32_t at = walk->at;;) {
    at = find_marker_byte(walk->bytes, at, walk->length);
    walk->at = at;
    while (at < walk->length && walk->bytes[at] == 0xFF) at++;
    if (at >= walk->length) return false;
    uint32_t code = walk->bytes[at++];
    if ((code & 0xF8) == RST0) ++*restarts;
    else if (code != 0) return true;
  }
}

/* Where a restart is missing the decoder would stop, content with half a picture. A block takes a bit for each code at least. */
static const char *read_data(walk *walk, const scan *scan) {
  uint32_t start = walk->at, restarts, codes = walk->picture->progressive ? scan->first == 0 : 2;
  if (!pass_data(walk, &restarts)) return ENDS_EARLY;
  if ((uint64_t)scan->blocks * codes > (uint64_t)(walk->at - start) * 8) return "the picture has less data than its size needs";
  uint32_t expected = walk->restart_interval ? (scan->units - 1) / walk->restart_interval : 0;
  return restarts == expected ? NULL : "the picture does not have the restart markers that its size needs";
}

/* ---- the walk ---- */

static void read_application(walk *walk, uint32_t marker, segment s) {
  if (marker == APP0 && s.length >= 5 && memcmp(s.bytes, "JFIF", 5) == 0) walk->jfif = true;
  if (marker == APP14 && s.length >= 12 && memcmp(s.bytes, "Adobe", 6) == 0) walk->adobe_rgb = s.bytes[11] == 0;
}

/* The next marker. Bytes between segments are passed over in front of the frame header, as the decoder does. */
static const char *next_marker(walk *walk, bool may_skip, uint32_t *out) {
  uint32_t at = may_skip ? find_marker_byte(walk->bytes, walk->at, walk->length) : walk->at;
  if (at < walk->length && walk->bytes[at] != 0xFF) return "the picture has bytes between its segments that belong to none";
  while (at < walk->length && walk->bytes[at] == 0xFF) at++;
  if (at >= walk->length) return ENDS_EARLY;
  *out = walk->bytes[at], walk->at = at + 1;
  return NULL;
}

static const char *read_segment(walk *walk, uint32_t marker, double pixels_max) {
  bool has_frame = walk->picture->components > 0;
  bool is_frame = marker >= SOF0 && marker < RST0 && marker != DHT && marker != 0xCC, is_application = marker >= APP0 && marker <= APP15;
  if (is_frame && marker > SOF2) return "the picture is compressed in a way that is not supported: lossless, hierarchical or arithmetic";
  if (!is_frame && !is_application && marker != DHT && marker != COM && (marker < SOS || marker > DRI))
    return "the picture has a marker that does not belong there";
  if (is_frame ? has_frame : (marker == SOS || marker == DNL) && !has_frame) return "the segments of the picture are in the wrong order";
  segment s;
  if (!take_segment(walk, &s)) return ENDS_EARLY;
  if (is_application) read_application(walk, marker, s);
  switch (marker) {
    case DQT: return read_quantizers(walk, s);
    case DHT: return read_huffman(walk, s);
    case DRI:
      if (s.length != 2) return BAD_SEGMENT;
      walk->restart_interval = big_endian(s.bytes);
      return NULL;
    case DNL: return s.length == 2 && big_endian(s.bytes) == walk->picture->height ? NULL : "the picture says two different heights";
    case SOS: {
      scan scan;
      const char *why = read_scan(walk, s, &scan);
      return why ? why : read_data(walk, &scan);
    }
  }
  if (!is_frame) return NULL;
  walk->picture->progressive = marker == SOF2;
  return read_frame(walk, s, pixels_max);
}

const char *fl_jpeg_read_picture(const uint8_t *bytes, uint32_t length, double pixels_max, fl_jpeg_picture *out) {
  memset(out, 0, sizeof *out);
  if (length < 4 || bytes[0] != 0xFF || bytes[1] != SOI) return "the data is no JPEG picture: it does not begin as one";
  if (length > INT32_MAX) return "the picture is larger than 2147483647 bytes";
  walk walk = {.bytes = bytes, .at = 2, .length = length, .picture = out};
  bool first = true;
  for (;; first = false) {
    uint32_t marker;
    const char *why = next_marker(&walk, !first && out->components == 0, &marker);
    if (why) return why;
    if (marker == EOI) break;
    why = read_segment(&walk, marker, pixels_max);
    if (why) return why;
  }
  for (uint32_t i = 0; i < out->components; i++)
    if (out->component[i].scans == 0) return ENDS_EARLY;
  return out->components > 0 ? NULL : ENDS_EARLY;
}
