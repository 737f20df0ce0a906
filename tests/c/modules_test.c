/* Operations that modules bring: what is refused leaves the table as it was, and what leaves makes room. Indices are never assumed:
 * gaps that other tests have left may be anywhere behind the built-in operations. */
#include "api_calls.h"
#include "encode.h"

#define TABLE_ROOM 256u /* operations of modules, in ops/table.c */
#define MODULE_MAX 60u  /* of one module, in api/modules.c */

static encoder pipeline;

static void fill_nothing(const fl_node *node, void *tables) { (void)node, memset(tables, 0, sizeof(fl_lut)); }
static fl_status expand_nothing(const fl_node *node, fl_expansion *expansion) { return (void)node, (void)expansion, FL_UNSUPPORTED; }
static size_t no_bytes(const fl_node *node) { return (void)node, 64; }
static void gather_nothing(const fl_node *node, const fl_image *image, fl_rect tile, void *partial) { (void)node, (void)image, (void)tile, (void)partial; }
static void conclude_nothing(const fl_node *node, const void *partials, uint32_t count, void *tables) {
  (void)node, (void)partials, (void)count, memset(tables, 0, sizeof(fl_lut));
}

static uint32_t registered(void) { /* how many there are, behind the built-in ones */
  uint32_t count = 0;
  for (uint32_t i = 0; i < fl_ops_count(); i++) {
    const fl_op *op = fl_ops_at(i);
    count += op && op->family && strcmp(op->family, "test") == 0;
  }
  return count;
}

static bool is_at(uint32_t index, const fl_op *op) { return fl_ops_at(index) == op && strstr(fl_op_json(index), op->name); }

static int32_t enter(const fl_module *module) { return fl_module_register((uintptr_t)module); }
static void leave(const fl_module *module) { fl_module_unregister((uintptr_t)module); }

static const fl_op point = {.name = "testPoint", OF_A_TEST, .row = pass_on};
static const fl_op table = {.name = "testTable", OF_A_TEST, .kind = FL_KIND_TABLE, .fill = fill_nothing};
static const fl_op reduce = {.name = "testReduce", OF_A_TEST, .kind = FL_KIND_REDUCE, .partial_bytes = no_bytes, .gather = gather_nothing, .conclude = conclude_nothing};
static const fl_op expansion = {.name = "testExpansion", OF_A_TEST, .kind = FL_KIND_EXPANSION, .expand = expand_nothing};

static void a_module_of_another_release_is_refused(void) {
  fl_start(0);
  const fl_op *const ops[] = {&point};
  fl_module old = module_of(ops, 1), grown = old;
  old.abi = FL_MODULE_ABI + 6, grown.op_bytes++;
  CHECK(said(enter(&old), FL_BAD_MODULE, "load: this module was built for module ABI 8, this engine has 2: build it again"));
  CHECK(said(enter(&grown), FL_BAD_MODULE, "framelane_module.h"));
  const fl_module endless = module_of(ops, MODULE_MAX + 1); /* the list is not as long: it must not be read */
  CHECK(said(enter(&endless), FL_BAD_ARGUMENT, "the number of a module's operations must be between 0 and 60, got 61"));
  CHECK(registered() == 0);
}

static void an_operation_that_is_not_whole_keeps_its_module_out(void) {
  static const fl_op wrong[] = {
      {.family = "test", .doc = "no name", .inputs = 1, .row = pass_on},
      {.name = "noFamily", .doc = "x", .inputs = 1, .row = pass_on},
      {.name = "noDoc", .family = "test", .inputs = 1, .row = pass_on},
      {.name = "noInputs", .family = "test", .doc = "x", .inputs = 0, .row = pass_on},
      {.name = "threeInputs", .family = "test", .doc = "x", .inputs = FL_OP_INPUTS_MAX + 1, .row = pass_on},
      {.name = "manyParams", OF_A_TEST, .row = pass_on, .param_count = FL_OP_PARAMS_MAX + 1},
      {.name = "noRow", OF_A_TEST},
      {.name = "noFill", OF_A_TEST, .kind = FL_KIND_TABLE},
      {.name = "noPartial", OF_A_TEST, .kind = FL_KIND_REDUCE, .gather = gather_nothing, .conclude = conclude_nothing},
      {.name = "noGather", OF_A_TEST, .kind = FL_KIND_REDUCE, .partial_bytes = no_bytes, .conclude = conclude_nothing},
      {.name = "noConclude", OF_A_TEST, .kind = FL_KIND_REDUCE, .partial_bytes = no_bytes, .gather = gather_nothing},
      {.name = "noExpand", OF_A_TEST, .kind = FL_KIND_EXPANSION},
  };
  fl_start(0);
  for (uint32_t i = 0; i < FL_COUNT(wrong); i++) {
    const fl_op *const ops[] = {&point, &table, &wrong[i], &reduce};
    const fl_module module = module_of(ops, FL_COUNT(ops));
    CHECK(said(enter(&module), FL_BAD_MODULE, "lacks a function or field") && fl_mail()[0] == 2); /* two had been taken */
    CHECK(registered() == 0);
  }
}

static void what_leaves_makes_a_gap_that_the_next_fills(void) {
  fl_start(0);
  const fl_op *const first_ops[] = {&point, &table}, *const second_ops[] = {&reduce};
  const fl_op other = {.name = "testOther", OF_A_TEST, .row = pass_on}, *const third_ops[] = {&expansion, &other, &point};
  const fl_module first = module_of(first_ops, 2), second = module_of(second_ops, 1), third = module_of(third_ops, 3), empty = module_of(NULL, 0);
  CHECK(enter(&empty) == FL_OK && fl_mail()[0] == 0);
  CHECK(enter(&first) == FL_OK && fl_mail()[0] == 2);
  uint32_t gap[2] = {(uint32_t)fl_mail()[1], (uint32_t)fl_mail()[2]};
  CHECK(is_at(gap[0], &point) && is_at(gap[1], &table) && enter(&second) == FL_OK);
  uint32_t stays = (uint32_t)fl_mail()[1];
  leave(&first);
  CHECK(fl_ops_at(gap[0]) == NULL && fl_op_json(gap[1]) == NULL && is_at(stays, &reduce) && registered() == 1);
  fl_handle frame = frame_of(5, 5, FL_RGBA8);
  encode_start(&pipeline);
  encode_frame(&pipeline, 0);
  encode_op(&pipeline, "testReduce", 0, 0, 0); /* found beyond the gap */
  memcpy(pipeline.bytes + 20, &gap[0], sizeof gap[0]); /* magic, count, the frame's two words, the node's first */
  CHECK(said(fl_job_open((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)&frame, 1, 0, 0, 1, 1, 0, 0), FL_BAD_ARGUMENT, "no known operation"));
  CHECK(enter(&third) == FL_OK && fl_mail()[1] == gap[0] && fl_mail()[2] == gap[1] && fl_mail()[3] > gap[1] && fl_mail()[3] != stays);
  CHECK(is_at(gap[0], &expansion) && is_at(gap[1], &other) && is_at(stays, &reduce) && registered() == 4);
  leave(&second), leave(&third), leave(&third); /* who is not there leaves nothing behind */
  CHECK(registered() == 0);
}

static void the_table_has_room_for_256_and_takes_no_half_module(void) {
  static fl_op many[TABLE_ROOM + MODULE_MAX];
  static const fl_op *ops[TABLE_ROOM + MODULE_MAX];
  static fl_module modules[TABLE_ROOM / MODULE_MAX + 1];
  static char names[FL_COUNT(many)][8];
  fl_start(0);
  for (uint32_t i = 0; i < FL_COUNT(many); i++) {
    snprintf(names[i], sizeof names[i], "t%u", i);
    many[i] = (fl_op){.name = names[i], OF_A_TEST, .row = pass_on}, ops[i] = &many[i];
  }
  for (uint32_t m = 0; m < FL_COUNT(modules); m++) {
    modules[m] = module_of(ops + m * MODULE_MAX, MODULE_MAX);
    if (m < TABLE_ROOM / MODULE_MAX) CHECK(enter(&modules[m]) == FL_OK && fl_mail()[0] == MODULE_MAX);
    else CHECK(said(enter(&modules[m]), FL_BAD_MODULE, "the operation table is full"));
    CHECK(registered() == fl_min_u32(m + 1, TABLE_ROOM / MODULE_MAX) * MODULE_MAX);
  }
  const fl_module rest = module_of(ops + TABLE_ROOM / MODULE_MAX * MODULE_MAX, TABLE_ROOM % MODULE_MAX);
  const fl_op *const last_ops[] = {&point};
  const fl_module last = module_of(last_ops, 1);
  CHECK(enter(&rest) == FL_OK && registered() == TABLE_ROOM && said(enter(&last), FL_BAD_MODULE, "testPoint: the operation table is full"));
  leave(&modules[1]);
  CHECK(enter(&last) == FL_OK && registered() == TABLE_ROOM - MODULE_MAX + 1);
  for (uint32_t m = 0; m < FL_COUNT(modules); m++) leave(&modules[m]);
  leave(&rest), leave(&last);
  CHECK(registered() == 0);
}

static void an_operation_is_told_with_its_lists_unless_it_is_too_long(void) {
  static const double two_numbers[] = {3, -0.25};
  static const fl_param params[] = {
      {.name = "list", .doc = "two numbers", .type = FL_PARAM_NUMBERS, .min = -5, .max = 5, .count_min = 2, .count_max = 4, .preset_items = two_numbers},
      {.name = "empty", .doc = "none", .type = FL_PARAM_NUMBERS, .min = -5, .max = 5, .count_max = 4},
  };
  static char endless[20000];
  memset(endless, 'x', sizeof endless - 1);
  const fl_op list = {.name = "testList", OF_A_TEST, .row = pass_on, .params = params, .param_count = 2};
  const fl_op long_one = {.name = "testLong", .family = "test", .doc = endless, .inputs = 1, .row = pass_on};
  const fl_op *const ops[] = {&list, &long_one, &expansion};
  const fl_module module = module_of(ops, 3);
  fl_start(0);
  CHECK(enter(&module) == FL_OK);
  const char *text = fl_op_json((uint32_t)fl_mail()[1]);
  CHECK(strstr(text, "\"default\":[3,-0.25]") && strstr(text, "\"default\":[],") && strstr(text, "\"family\":\"test\""));
  CHECK(fl_op_json((uint32_t)fl_mail()[2]) == NULL);
  fl_handle frame = frame_of(5, 5, FL_RGBA8);
  static const char *const names[] = {"testList", "testExpansion"};
  for (uint32_t i = 0; i < 2; i++) {
    encode_start(&pipeline);
    encode_frame(&pipeline, 0);
    encode_op(&pipeline, names[i], 0, 0, 0);
    int32_t status = fl_job_open((uintptr_t)pipeline.bytes, pipeline.length, (uintptr_t)&frame, 1, 0, 0, 1, 1, 0, 0);
    CHECK(status == (i ? FL_UNSUPPORTED : FL_OK));
    if (status == FL_OK) fl_job_close((uintptr_t)fl_mail()[0]);
  }
  leave(&module);
  CHECK(registered() == 0);
}

void test_modules(void) {
  TEST(a_module_of_another_release_is_refused, "modules: a module of another release is refused");
  TEST(an_operation_that_is_not_whole_keeps_its_module_out, "modules: an operation that is not whole keeps its module out");
  TEST(what_leaves_makes_a_gap_that_the_next_fills, "modules: what leaves makes a gap that the next fills");
  TEST(the_table_has_room_for_256_and_takes_no_half_module, "modules: the table has room for 256, and takes no half module");
  TEST(an_operation_is_told_with_its_lists_unless_it_is_too_long, "modules: an operation is told with its lists, unless it is too long");
}
