/* Side modules, as far as the core has to do with them: the operations and stages they bring. */
#include "modules/framelane_module.h"

#include "api/engine.h"
#include "api/framelane.h"

#define OPS_MAX 60u /* the mailbox lists their indices */
#define STAGES_MAX 60u

static fl_status check_stages(const fl_module *module, fl_report *report) {
  if (module->stage_count > STAGES_MAX)
    return fl_report_range(report, NULL, "load: the number of a module's stages", 0, STAGES_MAX, module->stage_count);
  for (uint32_t s = 0; s < module->stage_count; s++) {
    const fl_stage_type *type = module->stages[s];
    bool whole = type->name && type->doc && type->step && type->role <= FL_STAGE_FILTER && type->param_count <= FL_OP_PARAMS_MAX;
    if (!whole) return fl_report_fail(report, FL_BAD_MODULE, type->name ? type->name : "a stage", "the stage lacks a function or field, or has too many parameters");
  }
  return FL_OK;
}

static fl_status check(const fl_module *module, fl_report *report) {
  if (module->abi != FL_MODULE_ABI || module->op_bytes != sizeof(fl_op) || module->stage_bytes != sizeof(fl_stage_type)) {
    fl_report_fail(report, FL_BAD_MODULE, NULL, "load: this module was built for module ABI ");
    fl_text_add_number(&report->text, module->abi);
    fl_text_add(&report->text, ", this engine has ");
    fl_text_add_number(&report->text, FL_MODULE_ABI);
    fl_text_add(&report->text, ": build it again with this release's framelane_module.h");
    return FL_BAD_MODULE;
  }
  if (module->op_count <= OPS_MAX) return check_stages(module, report);
  return fl_report_range(report, NULL, "load: the number of a module's operations", 0, OPS_MAX, module->op_count);
}

FL_EXPORT(fl_module_unregister) void fl_module_unregister(uintptr_t address) {
  const fl_module *module = (const fl_module *)address;
  for (uint32_t i = 0; i < module->op_count; i++) fl_ops_unregister(module->ops[i]);
}

FL_EXPORT(fl_module_register) int32_t fl_module_register(uintptr_t address) {
  const fl_module *module = (const fl_module *)address;
  double *mail = fl_api_mail();
  fl_status status = check(module, fl_api_report());
  uint32_t done = 0, index;
  while (status == FL_OK && done < module->op_count) {
    status = fl_ops_register(module->ops[done], &index, fl_api_report());
    if (status == FL_OK) mail[++done] = index;
  }
  mail[0] = done;
  if (status == FL_OK) return FL_OK;
  while (done-- > 0) fl_ops_unregister(module->ops[done]);
  return status;
}
