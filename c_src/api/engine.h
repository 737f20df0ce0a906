/* What the exported calls share. */
#ifndef FL_API_ENGINE_H
#define FL_API_ENGINE_H

#include "base/report.h"
#include "memory/allocator.h"

double *fl_api_mail(void);
fl_report *fl_api_report(void);
const char *fl_api_kind_name(uint32_t kind); /* of an fl_memory_kind */
void fl_api_add_block(fl_text *text, const fl_memory_block *block); /* « 'user' block of 100 bytes», for messages */
/* Ends closed jobs that a worker was still looking at. */
void fl_api_reap(void);
/* The same, and waits a moment for those that can end soon: for exact figures. */
void fl_api_reap_all(void);

/* Forgets every primitive: the memory they lay in begins anew. */
void fl_api_forget_primitives(void);

#endif
