#include <framelane_module.h>

extern const fl_op fl_op_render, fl_op_stamp;

FL_MODULE("render", &fl_op_render, &fl_op_stamp)
