/* Modules that do not fit, one for each number of UNFIT. */
#include <framelane_module.h>

#if UNFIT == 5 /* wants something that no engine has */
extern void fl_no_such_function(fl_stage *stage);
static void row(fl_stage *stage) { fl_no_such_function(stage); }
#else
static void row(fl_stage *stage) { (void)stage; }
#endif
#if UNFIT == 1 /* another ABI */
#undef FL_MODULE_ABI
#define FL_MODULE_ABI 999u
#endif
#define ROW (UNFIT == 2 ? NULL : row) /* none to make rows */
static const fl_op op = {.name = UNFIT == 3 ? "invert" : "unfit", .family = "tone", .doc = "Nothing.", .kind = FL_KIND_POINT,
                         .inputs = 1, .formats = FL_FORMATS_TONE, .cost = 1, .row = ROW};
#if UNFIT == 4 /* says nothing of itself */
__attribute__((export_name("unnamed"), visibility("default"))) const fl_op *unnamed(void) { return &op; }
#else
FL_MODULE("unfit", &op)
#endif
