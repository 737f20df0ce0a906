/* assert() that traps without printf; off with NDEBUG. Sanitized and debug builds have it on. */
#ifndef FL_BASE_ASSERT_H
#define FL_BASE_ASSERT_H

#ifdef NDEBUG
#define fl_assert(condition) ((void)0)
#else
#define fl_assert(condition) ((condition) ? (void)0 : __builtin_trap())
#endif

#endif
