/* What a fallible call returns: 0 or one of these. JavaScript turns each into the FramelaneError code of the same name. */
#ifndef FL_BASE_STATUS_H
#define FL_BASE_STATUS_H

typedef enum fl_status {
  FL_OK = 0,
  FL_BAD_ARGUMENT = -1,
  FL_BAD_FORMAT = -2,
  FL_OUT_OF_MEMORY = -3,
  FL_STALE_HANDLE = -4,
  FL_BUSY = -5,
  FL_DISPOSED = -6,
  FL_ABORTED = -7,
  FL_WORKER_LOST = -8,
  FL_BAD_MODULE = -9,
  FL_UNSUPPORTED = -10,
  FL_CORRUPTED = -11,
} fl_status;

#endif
