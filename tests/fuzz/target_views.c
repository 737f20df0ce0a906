/* Bytes → sizes and rectangles, against arithmetic in 128 bits: planes lie inside their image and apart, views inside their parent, for
 * frames of up to 17 GB. Their pixels are address space of which only what is touched exists. */
#define _GNU_SOURCE
#include "base/prim.h"
#include "fuzz.h"
#include "pipeline/bands.h"

#include <sys/mman.h>

typedef unsigned __int128 wide;

/* ---- checked sizes ---- */

static wide known(uint64_t size) { return size == FL_SIZE_INVALID ? (wide)-1 >> 1 : size; }
static uint64_t shrunk(wide exact) { return exact >= FL_SIZE_INVALID ? FL_SIZE_INVALID : (uint64_t)exact; }

static uint64_t some_size(fuzz_bytes *bytes) {
  switch (fuzz_below(bytes, 4)) {
    case 0: return fuzz_odd_u32(bytes);
    case 1: return FL_SIZE_INVALID - fuzz_u8(bytes) % 70;
    case 2: return (1ull << fuzz_below(bytes, 64)) + fuzz_u8(bytes) - 128;
    default: return fuzz_take(bytes, 8);
  }
}

static void check_sizes(fuzz_bytes *bytes) {
  uint64_t a = some_size(bytes), b = some_size(bytes), alignment = 1ull << fuzz_below(bytes, 17);
  bool valid = a != FL_SIZE_INVALID && b != FL_SIZE_INVALID;
  FUZZ_CHECK(fl_mul(a, b) == (valid ? shrunk((wide)a * b) : FL_SIZE_INVALID), "%llu × %llu", (unsigned long long)a, (unsigned long long)b);
  FUZZ_CHECK(fl_add(a, b) == (valid ? shrunk((wide)a + b) : FL_SIZE_INVALID), "%llu + %llu", (unsigned long long)a, (unsigned long long)b);
  wide up = (known(a) + alignment - 1) / alignment * alignment;
  bool holds = a != FL_SIZE_INVALID && known(a) + alignment - 1 < FL_SIZE_INVALID;
  FUZZ_CHECK(fl_align(a, alignment) == (holds ? shrunk(up) : FL_SIZE_INVALID), "%llu to %llu", (unsigned long long)a, (unsigned long long)alignment);
  FUZZ_CHECK(fl_fits(a, b) == (a != FL_SIZE_INVALID && a <= b), "fits");
}

/* ---- bands: every row in one of them, in order ---- */

static void check_bands(fuzz_bytes *bytes) {
  uint32_t rows = 1 + fuzz_odd_u32(bytes) % FL_DIMENSION_MAX, height = 1 + fuzz_odd_u32(bytes) % FL_DIMENSION_MAX;
  uint32_t low = 1 + fuzz_odd_u32(bytes) % height;
  fl_bands bands = fl_bands_make(rows, height, fuzz_odd_u32(bytes), low);
  uint32_t next = 0;
  for (uint32_t b = 0; b < bands.count; b++) {
    fl_span span = fl_bands_rows(&bands, b);
    FUZZ_CHECK(span.first == next && span.end > span.first && span.end <= rows, "band %u of %u rows: %u to %u", b, rows, span.first, span.end);
    next = span.end;
  }
  FUZZ_CHECK(next == rows, "%u of %u rows are in bands", next, rows);
  FUZZ_CHECK(fl_bands_typical_tall(&bands) <= bands.count && fl_bands_typical_short(&bands) <= bands.count, "typical bands");
  uint32_t free_height = fl_bands_free_height(1 + fuzz_odd_u32(bytes) % FL_DIMENSION_MAX, rows, fuzz_odd_u32(bytes) % 200);
  FUZZ_CHECK(free_height >= 1 && free_height <= rows, "bands of %u of %u rows", free_height, rows);
}

/* ---- images ---- */

#define GROUND_BYTES (20ull << 30) /* more than the largest image takes */
#define PIECES 32u /* more than frames live at once */
static uint8_t *ground;

static void check_planes(const fl_image *image, const uint8_t *start, wide bytes) {
  const fl_format_info *format = fl_frame_format(image->format);
  wide at = 0;
  for (uint32_t p = 0; p < format->planes; p++) {
    const fl_plane *plane = &image->plane[p];
    uint32_t half = p > 0 ? format->subsampled : 0;
    FUZZ_CHECK(plane->width == (image->width + half) >> half && plane->height == (image->height + half) >> half, "plane %u", p);
    FUZZ_CHECK(plane->stride == plane->width * (uint64_t)format->bytes_per_pixel[p], "stride of plane %u", p);
    FUZZ_CHECK((wide)(plane->data - start) == at, "plane %u begins elsewhere", p);
    at += (wide)plane->stride * plane->height;
  }
  FUZZ_CHECK(at == bytes, "the planes are not the image");
}

static void check_image(fuzz_bytes *bytes) {
  uint32_t width = fuzz_odd_u32(bytes), height = fuzz_odd_u32(bytes);
  fl_format format = (fl_format)fuzz_below(bytes, FL_FORMATS);
  uint64_t size = fl_frame_image_bytes(width, height, format);
  bool valid = width >= 1 && width <= FL_DIMENSION_MAX && height >= 1 && height <= FL_DIMENSION_MAX;
  FUZZ_CHECK((size != FL_SIZE_INVALID) == valid, "%u×%u takes %llu bytes", width, height, (unsigned long long)size);
  if (!valid) return;
  fl_image image = fl_frame_image_over(ground, width, height, format);
  check_planes(&image, ground, size);
}

/* ---- frames and views of views ---- */

#define FRAMES 12u

typedef struct known_frame {
  fl_handle handle;
  uint32_t owner; /* whose pixels these are: a number for every image ever made */
  int64_t x, y, width, height;
  fl_format format;
} known_frame;

typedef struct family {
  known_frame frames[FRAMES];
  uint32_t count, owners;
} family;

static bool is_whole(double value) { return value >= 0 && value <= FL_DIMENSION_MAX && value == (double)(uint32_t)value; }

static double coordinate(fuzz_bytes *bytes, int64_t side) {
  switch (fuzz_below(bytes, 8)) {
    case 6: return fuzz_odd_double(bytes);
    case 7: return (double)(side + (int64_t)fuzz_below(bytes, 3) - 1);
    default: return side > 0 ? (double)(fuzz_u32(bytes) % (uint64_t)(side + 1)) : 0;
  }
}

/* The first and last byte of every plane's every corner lie in the same plane of the parent. */
static void check_inside(const fl_image *view, const fl_image *parent) {
  const fl_format_info *format = fl_frame_format(view->format);
  for (uint32_t p = 0; p < format->planes; p++) {
    const fl_plane *in = &view->plane[p], *out = &parent->plane[p];
    FUZZ_CHECK(in->stride == out->stride, "stride");
    uint64_t begin = (uint64_t)(in->data - out->data), left = begin % out->stride, top = begin / out->stride, pixel = format->bytes_per_pixel[p];
    FUZZ_CHECK(in->data >= out->data && left + in->width * pixel <= out->width * pixel && top + in->height <= out->height,
               "plane %u of %u×%u leaves %u×%u", p, in->width, in->height, out->width, out->height);
  }
}

static void keep_view(family *all, const known_frame *from, fl_handle handle, int64_t x, int64_t y, int64_t width, int64_t height) {
  known_frame *view = &all->frames[all->count++];
  *view = (known_frame){handle, from->owner, from->x + x, from->y + y, width, height, from->format};
  check_inside(&fl_frame_find(handle)->image, &fl_frame_find(from->handle)->image);
}

/* As JavaScript asks for it, in doubles. */
static void add_view(fuzz_bytes *bytes, family *all) {
  if (all->count == 0 || all->count == FRAMES) return;
  const known_frame *from = &all->frames[fuzz_below(bytes, all->count)];
  double x = coordinate(bytes, from->width), y = coordinate(bytes, from->height);
  double width = coordinate(bytes, from->width - (int64_t)fmin(fmax(x, 0), 1e6)), height = coordinate(bytes, from->height - (int64_t)fmin(fmax(y, 0), 1e6));
  bool fits = is_whole(x) && is_whole(y) && is_whole(width) && is_whole(height) && width >= 1 && height >= 1 && x + width <= (double)from->width &&
              y + height <= (double)from->height;
  if (fits && fl_frame_format(from->format)->subsampled) fits = (uint32_t)x % 2 == 0 && (uint32_t)y % 2 == 0;
  int32_t status = fl_frame_crop(from->handle, x, y, width, height);
  fuzz_check_status(status, "fl_frame_crop");
  FUZZ_CHECK((status == FL_OK) == fits, "%g, %g of %g×%g in %lld×%lld: %d", x, y, width, height, (long long)from->width, (long long)from->height, status);
  if (status == FL_OK) keep_view(all, from, (fl_handle)fl_mail()[0], (int64_t)x, (int64_t)y, (int64_t)width, (int64_t)height);
}

/* As the core may, in any numbers of 32 bits: sums wrap. */
static void add_wide_view(fuzz_bytes *bytes, family *all) {
  if (all->count == 0 || all->count == FRAMES) return;
  const known_frame *from = &all->frames[fuzz_below(bytes, all->count)];
  uint32_t rect[4]; /* x, y, width, height */
  for (uint32_t i = 0; i < 4; i++) rect[i] = fuzz_odd_u32(bytes);
  if (fuzz_one_in(bytes, 2)) rect[2] = fuzz_u8(bytes) - rect[0];
  if (fuzz_one_in(bytes, 2)) rect[3] = fuzz_u8(bytes) - rect[1];
  bool fits = rect[2] && rect[3] && (wide)rect[0] + rect[2] <= (wide)from->width && (wide)rect[1] + rect[3] <= (wide)from->height;
  if (fl_frame_format(from->format)->subsampled) fits = fits && rect[0] % 2 == 0 && rect[1] % 2 == 0;
  fl_handle handle = 0;
  static fl_report report;
  fl_status status = fl_frame_view(from->handle, rect[0], rect[1], rect[2], rect[3], &handle, &report);
  FUZZ_CHECK((status == FL_OK) == fits, "%u, %u of %u×%u in %lld×%lld: %d", rect[0], rect[1], rect[2], rect[3], (long long)from->width, (long long)from->height, status);
  if (status == FL_OK) keep_view(all, from, handle, rect[0], rect[1], rect[2], rect[3]);
}

static void add_frame(fuzz_bytes *bytes, family *all) {
  if (all->count == FRAMES) return;
  uint32_t width = fuzz_odd_u32(bytes), height = fuzz_odd_u32(bytes), format = fuzz_below(bytes, FL_FORMATS + 1);
  fl_handle handle = 0;
  static fl_report report;
  fl_status status = fl_frame_create(width, height, format, false, &handle, &report);
  bool valid = format < FL_FORMATS && fl_frame_image_bytes(width, height, (fl_format)format) != FL_SIZE_INVALID;
  FUZZ_CHECK((status == FL_OK) == valid && (status == FL_OK) == (handle != 0), "%u×%u: %d", width, height, status);
  if (status != FL_OK) return;
  const fl_frame *frame = fl_frame_find(handle);
  check_planes(&frame->image, frame->image.plane[0].data, frame->pixels->bytes);
  all->frames[all->count++] = (known_frame){handle, ++all->owners, 0, 0, width, height, (fl_format)format};
}

static void check_pair(const known_frame *a, const known_frame *b) {
  bool apart = a->owner != b->owner || a->x >= b->x + b->width || b->x >= a->x + a->width || a->y >= b->y + b->height || b->y >= a->y + a->height;
  bool same = a->owner == b->owner && a->x == b->x && a->y == b->y && a->width == b->width && a->height == b->height;
  fl_overlap expected = apart ? FL_APART : same ? FL_IDENTICAL : FL_OVERLAPPING;
  FUZZ_CHECK(fl_frame_overlap(fl_frame_find(a->handle), fl_frame_find(b->handle)) == expected, "overlap of %lld, %lld and %lld, %lld",
             (long long)a->x, (long long)a->y, (long long)b->x, (long long)b->y);
}

static void drop_frame(family *all, uint32_t n) {
  fl_handle handle = all->frames[n].handle;
  FUZZ_CHECK(fl_frame_drop(handle) == FL_OK && fl_frame_drop(handle) == FL_STALE_HANDLE, "dropping %x twice", handle);
  FUZZ_CHECK(fl_frame_describe(handle) == FL_STALE_HANDLE && fl_frame_crop(handle, 0, 0, 1, 1) == FL_STALE_HANDLE, "%x after its end", handle);
  all->frames[n] = all->frames[--all->count];
}

static void check_families(fuzz_bytes *bytes) {
  family all = {0};
  for (uint32_t step = 0; step < 24 && bytes->left > 0; step++) {
    switch (fuzz_below(bytes, 8)) {
      case 0:
      case 1: add_frame(bytes, &all); break;
      case 7:
        if (all.count > 0) drop_frame(&all, fuzz_below(bytes, all.count));
        break;
      case 2: add_wide_view(bytes, &all); break;
      default: add_view(bytes, &all);
    }
  }
  for (uint32_t a = 0; a < all.count; a++) {
    FUZZ_CHECK(fl_frame_describe(all.frames[a].handle) == FL_OK && fl_mail()[0] == (double)all.frames[a].width, "description");
    for (uint32_t b = 0; b < all.count; b++) check_pair(&all.frames[a], &all.frames[b]);
  }
  while (all.count > 0) drop_frame(&all, all.count - 1);
}

/* An allocator for images of any size: each has 20 GB of address space, of which it touches the first page. */
static void *give_ground(uint64_t bytes) {
  static uint32_t turn;
  FUZZ_CHECK(bytes + 4096 <= GROUND_BYTES, "%llu bytes for one image", (unsigned long long)bytes);
  return ground + GROUND_BYTES * (1 + turn++ % PIECES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  fuzz_bytes bytes = {data, size};
  if (!ground) {
    ground = mmap(NULL, GROUND_BYTES * (PIECES + 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ground == MAP_FAILED) abort();
  }
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes();
  check_sizes(&bytes);
  check_bands(&bytes);
  check_image(&bytes);
  fuzz_pretend(give_ground);
  check_families(&bytes);
  fuzz_pretend(NULL);
  FUZZ_CHECK(fuzz_live_bytes() == before, "%lld bytes left", (long long)(fuzz_live_bytes() - before));
  return 0;
}
