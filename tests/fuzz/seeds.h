/* What the makers of seeds share. */
#ifndef FL_TESTS_SEEDS_H
#define FL_TESTS_SEEDS_H

#include "fuzz.h"

/* Bytes that look random, the same every time. */
void make_bytes(uint8_t *bytes, size_t count);
/* The file <folder>/<target>/<number>. */
void write_seed(const char *target, uint32_t number, const uint8_t *bytes, size_t count);

void write_images(void); /* of target_image.c */

#endif
