#include "ops/srgb.h"

#include <math.h>

double fl_srgb_to_light(double value) { return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4); }
double fl_srgb_from_light(double light) { return light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055; }
