/* Who a thread is. Owner words hold these numbers; one is never given out twice. */
#ifndef FL_SYNC_THREAD_H
#define FL_SYNC_THREAD_H

#include <stdint.h>

#define FL_THREAD_MAX 0x3FFFFFFEu /* owner words have two bits for other things */

/* A number nobody has had: for a thread that is about to start. */
uint32_t fl_sync_new_thread(void);
/* This thread is the one that number was taken for. */
void fl_sync_be_thread(uint32_t number);
/* This thread's number; it takes one if it has none yet. Never 0. */
uint32_t fl_sync_thread(void);

#endif
