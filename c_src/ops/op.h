/* What an operation is. One operation is one file in ops/ that defines one `const fl_op fl_op_<name>` and is listed in table.c;
 * the JavaScript method, the types, the reference page and the controls of the demo are all made from this struct.
 *
 * The executor streams rows. For a tile it asks each stage for output rows in increasing order, one after the other without gaps,
 * and passes it the input rows it said it needs. A stage keeps what it likes in its state (sums of columns, say) from begin() to the tile's end.
 * A tile may run twice, on different threads: functions here write to dst and state only, allocate nothing and have no statics. */
#ifndef FL_OPS_OP_H
#define FL_OPS_OP_H

#include "base/report.h"
#include "base/size.h"
#include "base/span.h"
#include "frame/image.h"
#include "kernels/border.h"

#include <math.h>
#include <stdbool.h>

#define FL_OP_INPUTS_MAX 2
#define FL_OP_PARAMS_MAX 16

typedef enum fl_kind {
  FL_KIND_POINT,     /* each output pixel from the input pixel(s) at the same place. dst may be the row of input 0 when both
                        have the same bytes per pixel, so a vector is loaded whole before it is stored */
  FL_KIND_TABLE,     /* one 256-entry table per channel (fl_lut), made by fill(); no row(): adjacent tables are composed into one */
  FL_KIND_STENCIL,   /* same size, from a window around the pixel: set node->halo and node->border in resolve() */
  FL_KIND_RESAMPLE,  /* another size or place: rows() and columns() say what is needed */
  FL_KIND_RANDOM,    /* needs its whole input first (in[0].image); rows are still pulled in order, `band` at a time */
  FL_KIND_REDUCE,    /* needs its whole input first, makes tables of it (gather, conclude), then acts as FL_KIND_TABLE; with
                        tables_bytes() the tables are the op's own, row() reads them and it acts as FL_KIND_POINT */
  FL_KIND_EXPANSION, /* stands for other operations: expand() */
} fl_kind;

/* ---- the parameter schema ---- */

typedef enum fl_param_type {
  FL_PARAM_NUMBER,
  FL_PARAM_INTEGER,
  FL_PARAM_BOOLEAN, /* value 0 or 1 */
  FL_PARAM_CHOICE,  /* value: index into choices */
  FL_PARAM_NUMBERS, /* a list */
} fl_param_type;

#define FL_REQUIRED (1u << 0) /* no default: leaving it out is an error */
#define FL_COMPUTED (1u << 1) /* left out, it arrives as NaN (or an empty list) and the op computes it; preset_doc says how */
/* In a flow (flow/stage.h) its value is the item's number, or time in seconds, cut to its range; elsewhere it is what was given. */
#define FL_BOUND_NUMBER (1u << 2)
#define FL_BOUND_TIME (1u << 3)

typedef struct fl_param {
  const char *name; /* as in JavaScript */
  const char *doc;  /* one line: meaning and unit */
  fl_param_type type;
  uint32_t flags;
  double min, max;           /* inclusive; of each item for a list */
  double preset;             /* the default; the index for a choice */
  const char *preset_doc;    /* how a computed default comes about: "ceil(3·sigma)" */
  const char *choices;       /* "a|b|c" */
  uint32_t count_min, count_max; /* items of a list */
  const double *preset_items;    /* default of a list: count_min items */
} fl_param;

/* A validated parameter, defaults filled in: the op's own enum of positions indexes it. */
typedef struct fl_value {
  double number;       /* number, integer, boolean, choice */
  const double *items; /* list */
  uint32_t count;
} fl_value;

/* ---- an operation at its place in a graph ---- */

typedef struct fl_shape {
  uint32_t width, height;
  fl_format format;
} fl_shape;

typedef struct fl_halo {
  uint32_t left, right, above, below; /* pixels needed beyond the output pixel's own place */
} fl_halo;

struct fl_op;
typedef struct fl_node {
  const struct fl_op *op;
  const fl_value *params; /* op->param_count of them */
  uint32_t inputs;
  fl_shape in[FL_OP_INPUTS_MAX];
  /* Set by resolve(); these are what it finds: */
  fl_shape out;             /* as in[0] */
  fl_kind kind;             /* as op->kind; an op may decide by its parameters (threshold: POINT, or REDUCE for otsu) */
  fl_halo halo;             /* 0 */
  float cost;               /* op->cost; an op whose parameters decide how much there is to do says here how much */
  float start;              /* 0; what a tile costs before its first row comes, in rows (sums that are begun, rows made above it) */
  fl_border border;         /* reflect101; rows beyond the image come mapped by the executor, columns are the op's own care */
  uint8_t border_color[4];  /* 0; for FL_BORDER_CONSTANT, in the channel order of the input */
  bool simd;                /* false: use the reference kernels */
  void *tables;             /* what fill() made; read-only while tiles run; 64-byte aligned */
} fl_node;

/* The tables of FL_KIND_TABLE and FL_KIND_REDUCE: entry[c][v] replaces v in channel c; gray8 uses entry[0].
 * Colour operations leave entry[3] (alpha) the identity. */
typedef struct fl_lut {
  uint8_t entry[4][256];
} fl_lut;

/* The colour channels turn v into `value`; alpha stays. */
static inline void fl_lut_set_colour(fl_lut *lut, uint32_t v, uint8_t value) {
  for (uint32_t c = 0; c < 3; c++) lut->entry[c][v] = value;
  lut->entry[3][v] = (uint8_t)v;
}

/* ---- a stage at work on a tile ---- */

typedef struct fl_stage_input {
  const uint8_t *const *rows; /* rows[k]: pixel `columns.first` of input row first+k of what rows() said; outside the image
                                 already mapped by node->border (a constant row for FL_BORDER_CONSTANT) */
  fl_span columns;            /* the input columns that rows[] hold: what columns() said */
  const fl_image *image;      /* the whole input, for FL_KIND_RANDOM; else NULL */
} fl_stage_input;

typedef struct fl_stage {
  const fl_node *node;
  void *state;         /* state_bytes() of this tile's own, 64-byte aligned, not zeroed */
  fl_span columns;     /* output columns of this tile */
  uint32_t y, count;   /* make output rows [y, y+count); count is 1 unless op->band says more */
  uint8_t *dst;        /* pixel columns.first of row y */
  size_t dst_stride;   /* bytes from row y to y+1, for count > 1 */
  const fl_image *out; /* the whole output where its format has several planes, else NULL: dst is in plane 0, the op finds the others
                          itself. Such a stage is the last of its pass, and its tiles begin at even rows and columns */
  fl_stage_input in[FL_OP_INPUTS_MAX];
} fl_stage;

/* Rows needed of an input, inclusive and unclipped: may start below 0 and end beyond the image. */
typedef struct fl_window {
  int32_t first, last;
} fl_window;

typedef struct fl_expansion fl_expansion;

typedef struct fl_op {
  const char *name;   /* as in JavaScript: gaussianBlur */
  const char *family; /* tone, colour, convert, blur, sharpen, edges, convolve, morphology, geometry, compose, look */
  const char *doc;    /* one or two sentences for the reference page */
  fl_kind kind;
  uint32_t inputs;    /* 1 or 2 */
  bool internal;      /* a part of an expansion: no method, not listed */
  bool anywhere;      /* FL_KIND_POINT without state: where its pixels lie (stage->y, columns) is nothing to row(), which may be given
                         several rows as one long row */
  uint32_t formats;   /* what input 0 may be; input 1 must have the same shape */
  uint32_t other_formats; /* what input 1 may be besides input 0's format */
  uint32_t band;      /* rows made at once by FL_KIND_RANDOM and FL_KIND_RESAMPLE; 0 means 1. rows() then says for row y what all
                         of the band that y is in needs; a tile's last band may be cut */
  float cost;         /* ns per output pixel on one thread, roughly: for the cost model */
  const fl_param *params;
  uint32_t param_count;

  /* Checks what a schema cannot and fills in the node. NULL: nothing to do. Called again on the same node it gives the same. */
  fl_status (*resolve)(fl_node *node, fl_report *report);
  /* Rows of an input that row y of the output needs. NULL: y-halo.above … y+halo.below. first and last must not decrease with y. */
  fl_window (*rows)(const fl_node *node, uint32_t input, uint32_t y);
  /* Columns of an input that output columns `out` need, within the image. NULL: out widened by the halo and clipped. */
  fl_span (*columns)(const fl_node *node, uint32_t input, fl_span out);
  /* Bytes of read-only tables, and their making: once per run. NULL: none (fl_lut for TABLE and REDUCE kinds). */
  size_t (*tables_bytes)(const fl_node *node);
  void (*fill)(const fl_node *node, void *tables);
  /* Bytes of state for a tile `columns` wide (output columns). NULL: none. */
  size_t (*state_bytes)(const fl_node *node, fl_span columns);
  /* A new tile: stage->columns and in[].columns are set, stage->y is the first row that will be asked for. NULL: nothing to do. */
  void (*begin)(fl_stage *stage);
  void (*row)(fl_stage *stage);

  /* FL_KIND_REDUCE: what one tile finds out (partial_bytes, a multiple of 64, written whole: a tile may run twice), and the tables
   * made of all, which lie one after the other. */
  size_t (*partial_bytes)(const fl_node *node);
  void (*gather)(const fl_node *node, const fl_image *image, fl_rect tile, void *partial);
  void (*conclude)(const fl_node *node, const void *partials, uint32_t count, void *tables);
  /* What the tiles of gather() are taken from: a grid of the op's own (clahe's regions), whose cells come one by one, row after row.
   * NULL: the pixels of the input, in tiles of any size. */
  fl_rect (*grid)(const fl_node *node);

  /* FL_KIND_EXPANSION: adds its parts; the last one added is the result. */
  fl_status (*expand)(const fl_node *node, fl_expansion *expansion);
} fl_op;

/* Where an expansion's part takes its input from: FL_EXPANSION_INPUT + i is the op's own input i; else what add() returned. */
#define FL_EXPANSION_INPUT 0x10000u
typedef struct fl_expansion_part {
  const fl_op *op;
  const fl_value *params; /* copied by add() */
  uint32_t from[FL_OP_INPUTS_MAX];
} fl_expansion_part;
struct fl_expansion {
  uint32_t (*add)(fl_expansion *expansion, const fl_expansion_part *part); /* the part's number */
};

/* ---- the table ---- */

uint32_t fl_ops_count(void);              /* indices: built-in and registered ones, and gaps */
const fl_op *fl_ops_at(uint32_t index);   /* NULL in a gap and beyond the end */
/* The built-in operation of that name, NULL: there is none. What a side module's expansion takes its parts from. */
const fl_op *fl_ops_find(const char *name);
/* Adds an operation at run time (a side module's) and says at which index. Borrows op until it is unregistered. Errors: FL_BAD_MODULE
 * when the table is full or the struct is not whole. */
fl_status fl_ops_register(const fl_op *op, uint32_t *index, fl_report *report);
void fl_ops_unregister(const fl_op *op);

#define FL_FORMATS_TONE (FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8) | FL_FORMAT_BIT(FL_GRAY8))

/* Does an fl_lut say all that the node does? */
static inline bool fl_node_is_table(const fl_node *node) {
  return node->kind == FL_KIND_TABLE || (node->kind == FL_KIND_REDUCE && !node->op->tables_bytes);
}

static inline uint32_t fl_bytes_per_pixel(fl_format format) { return fl_frame_format(format)->bytes_per_pixel[0]; }
/* A list's or record's length for static arrays. */
#define FL_COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

#endif
