/* The curves of sRGB, IEC 61966-2-1, both from 0–1 to 0–1. */
#ifndef FL_OPS_SRGB_H
#define FL_OPS_SRGB_H

double fl_srgb_to_light(double value);
double fl_srgb_from_light(double light);

#endif
