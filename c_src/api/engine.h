/* What the exported calls share. */
#ifndef FL_API_ENGINE_H
#define FL_API_ENGINE_H

#include "base/report.h"

double *fl_api_mail(void);
fl_report *fl_api_report(void);
/* Ends closed jobs that a worker was still looking at. */
void fl_api_reap(void);
/* The same, and waits a moment for those that can end soon: for exact figures. */
void fl_api_reap_all(void);

/* Forgets every primitive: the memory they lay in begins anew. */
void fl_api_forget_primitives(void);

#endif
