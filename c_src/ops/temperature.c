#include "ops/op.h"
#include "ops/srgb.h"

enum { KELVIN };

#define NEUTRAL 6500
#define COLOUR_FORMATS (FL_FORMAT_BIT(FL_RGBA8) | FL_FORMAT_BIT(FL_BGRA8))

static const fl_param params[] = {
    [KELVIN] = {.name = "kelvin", .doc = "colour temperature of the light: below 6500 warmer, above it cooler", .type = FL_PARAM_NUMBER,
                .flags = FL_REQUIRED, .min = 1667, .max = 25000},
};

typedef struct rgb {
  double channel[3];
} rgb;

/* The light of a black body, of luminance 1, in linear sRGB; what sRGB cannot show of it is cut off.
 * Source: the cubic splines of Kim et al. 2002 for the Planckian locus, 1667 to 25000 K; the matrix of IEC 61966-2-1. */
static rgb black_body(double kelvin) {
  double i = 1000 / kelvin, x, y;
  if (kelvin <= 4000) x = ((-0.2661239 * i - 0.2343589) * i + 0.8776956) * i + 0.179910;
  else x = ((-3.0258469 * i + 2.1070379) * i + 0.2226347) * i + 0.240390;
  if (kelvin <= 2222) y = ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683;
  else if (kelvin <= 4000) y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867;
  else y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483;
  double X = x / y, Z = (1 - x - y) / y;
  return (rgb){{fmax(0, 3.2406 * X - 1.5372 - 0.4986 * Z), fmax(0, -0.9689 * X + 1.8758 + 0.0415 * Z),
                fmax(0, 0.0557 * X - 0.2040 + 1.0570 * Z)}};
}

/* What white is multiplied with, in linear light: 1 at NEUTRAL, and of luminance 1 everywhere. */
static rgb gains_of(double kelvin) {
  rgb light = black_body(kelvin), neutral = black_body(NEUTRAL);
  for (uint32_t c = 0; c < 3; c++) light.channel[c] /= neutral.channel[c];
  double luminance = 0.2126 * light.channel[0] + 0.7152 * light.channel[1] + 0.0722 * light.channel[2];
  for (uint32_t c = 0; c < 3; c++) light.channel[c] /= luminance;
  return light;
}

static void fill(const fl_node *node, void *tables) {
  fl_lut *lut = tables;
  rgb gains = gains_of(node->params[KELVIN].number);
  bool swapped = node->in[0].format == FL_BGRA8;
  for (uint32_t v = 0; v < 256; v++) {
    for (uint32_t c = 0; c < 3; c++) {
      double value = fl_srgb_from_light(fl_srgb_to_light(v / 255.0) * gains.channel[swapped ? 2 - c : c]);
      lut->entry[c][v] = (uint8_t)floor(255 * fmin(value, 1) + 0.5);
    }
    lut->entry[3][v] = (uint8_t)v;
  }
}

const fl_op fl_op_temperature = {
    .name = "temperature",
    .family = "look",
    .doc = "Shows the picture as if lit by a black body of this temperature: each channel is multiplied in linear light, so that white "
           "takes that colour and keeps its luminance. 6500 changes nothing; alpha stays.",
    .kind = FL_KIND_TABLE,
    .inputs = 1,
    .formats = COLOUR_FORMATS,
    .cost = 1.1f,
    .params = params,
    .param_count = FL_COUNT(params),
    .fill = fill,
};
