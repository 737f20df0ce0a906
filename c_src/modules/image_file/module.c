/* A module of plain calls, image_file.c: no operation, no stage. */
#include <framelane_module.h>

FL_MODULE_BOTH("image_file", (NULL), (NULL))
