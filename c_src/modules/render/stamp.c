/* stamp: a frame's number and time in its corner, on a dark box. */
#include "letters.h"

#define TEXT_MAX 40u
#define PADDING 3u /* dots around the text, within the box */
#define MARGIN 4u  /* dots from the picture's edge to the box */
#define LINES 270u /* of dots, in a picture's height, where size is left out */

enum { NUMBER, TIME, POSITION, SIZE, OPACITY };
enum { TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT };

static const fl_param params[] = {
    [NUMBER] = {.name = "number", .doc = "the frame's number; in a flow it is filled in", .type = FL_PARAM_INTEGER, .flags = FL_BOUND_NUMBER,
                .max = UINT32_MAX},
    [TIME] = {.name = "time", .doc = "when the frame is shown, in seconds; in a flow it is filled in", .type = FL_PARAM_NUMBER,
              .flags = FL_BOUND_TIME, .max = 999999},
    [POSITION] = {.name = "position", .doc = "the corner that it is in", .type = FL_PARAM_CHOICE, .preset = BOTTOM_LEFT,
                  .choices = "topLeft|topRight|bottomLeft|bottomRight"},
    [SIZE] = {.name = "size", .doc = "pixels of each side of a dot; letters are 5 × 7 dots", .type = FL_PARAM_INTEGER, .flags = FL_COMPUTED,
              .min = 1, .max = 64, .preset_doc = "a 270th of the height, rounded, at least 1"},
    [OPACITY] = {.name = "opacity", .doc = "of the box behind the letters: 0 is none, 1 is black", .type = FL_PARAM_NUMBER, .max = 1, .preset = 0.6},
};

/* What a tile draws; made once, as the rows of a tile have it in common. */
typedef struct stamp {
  char text[TEXT_MAX];
  fl_lettering lettering;
  fl_rect box;    /* may reach beyond the picture on the right and below */
  uint32_t light; /* what is left of the picture in the box, in 1/256 */
} stamp;

static uint32_t dot_of(const fl_node *node) {
  double size = node->params[SIZE].number;
  return isnan(size) ? fl_clamp_i32((int32_t)((node->out.height + LINES / 2) / LINES), 1, 64) : (uint32_t)size;
}

/* ---- the text ---- */

static void add_text(stamp *stamp, const char *text) {
  while (*text) stamp->text[stamp->lettering.length++] = *text++;
}

/* With zeros before it, so that there are `digits` at least. */
static void add_number(stamp *stamp, uint64_t value, uint32_t digits) {
  if (value >= 10 || digits > 1) add_number(stamp, value / 10, digits > 1 ? digits - 1 : 1);
  stamp->text[stamp->lettering.length++] = (char)('0' + value % 10);
}

static void write_text(stamp *stamp, const fl_value *value) {
  uint64_t hundredths = (uint64_t)(value[TIME].number * 100 + 0.5);
  add_text(stamp, "frame ");
  add_number(stamp, (uint64_t)value[NUMBER].number, 1);
  add_text(stamp, "  ");
  add_number(stamp, hundredths / 100, 1);
  add_text(stamp, ".");
  add_number(stamp, hundredths % 100, 2);
  add_text(stamp, " s");
}

/* ---- its place ---- */

/* Where a box this long begins: at the margin from that end, but never before the picture. */
static uint32_t place(uint32_t side, uint32_t box, uint32_t margin, bool at_end) {
  if (!at_end) return margin;
  return side > box + margin ? side - box - margin : 0;
}

static void place_box(stamp *stamp, const fl_node *node, uint32_t dot) {
  uint32_t position = (uint32_t)node->params[POSITION].number;
  uint32_t width = (stamp->lettering.length * FL_LETTER_ADVANCE - 1 + 2 * PADDING) * dot, height = (FL_LETTER_HEIGHT + 2 * PADDING) * dot;
  uint32_t left = place(node->out.width, width, MARGIN * dot, position == TOP_RIGHT || position == BOTTOM_RIGHT);
  uint32_t top = place(node->out.height, height, MARGIN * dot, position == BOTTOM_LEFT || position == BOTTOM_RIGHT);
  stamp->box = (fl_rect){{left, left + width}, {top, top + height}};
  stamp->lettering.left = left + PADDING * dot;
  stamp->lettering.top = top + PADDING * dot;
}

static size_t state_bytes(const fl_node *node, fl_span columns) { return (void)node, (void)columns, sizeof(stamp); }

static void begin(fl_stage *stage) {
  const fl_node *node = stage->node;
  uint32_t dot = dot_of(node);
  stamp *made = stage->state;
  *made = (stamp){.lettering = {.dot = dot}, .light = (uint32_t)(256 * (1 - node->params[OPACITY].number) + 0.5)};
  made->lettering.text = made->text;
  write_text(made, node->params);
  place_box(made, node, dot);
}

/* ---- drawing ---- */

/* v · light / 256, rounded down; alpha stays. */
static void darken(uint8_t *dst, uint32_t pixels, uint32_t channels, uint32_t light) {
  for (uint32_t i = 0; i < pixels * channels; i++) dst[i] = channels == 4 && i % 4 == 3 ? dst[i] : (uint8_t)(dst[i] * light >> 8);
}

static void row(fl_stage *stage) {
  const stamp *made = stage->state;
  const fl_rect *box = &made->box;
  fl_span columns = stage->columns;
  uint32_t channels = fl_bytes_per_pixel(stage->node->out.format);
  if (stage->dst != stage->in[0].rows[0]) memcpy(stage->dst, stage->in[0].rows[0], (size_t)fl_span_length(columns) * channels);
  if (stage->y < box->rows.first || stage->y >= box->rows.end) return;
  uint32_t first = fl_max_u32(box->columns.first, columns.first), end = fl_min_u32(box->columns.end, columns.end);
  if (first >= end) return;
  darken(stage->dst + (size_t)(first - columns.first) * channels, end - first, channels, made->light);
  fl_render_draw_letters(stage->dst, columns, stage->y, channels, &made->lettering);
}

const fl_op fl_op_stamp = {
    .name = "stamp",
    .family = "look",
    .doc = "Writes the frame's number and time into a corner, «frame 123  4.92 s», white on a dark box; alpha stays.",
    .kind = FL_KIND_POINT,
    .inputs = 1,
    .formats = FL_FORMATS_TONE,
    .cost = 0.2f,
    .params = params,
    .param_count = FL_COUNT(params),
    .state_bytes = state_bytes,
    .begin = begin,
    .row = row,
};
