/* What measurements have in common: jobs whose result is not an image. They go over bands of whole rows. */
#ifndef FL_API_MEASURE_H
#define FL_API_MEASURE_H

#include "api/jobs.h"

typedef struct api_measure {
  fl_image image, other; /* other: the second frame, of measurements that take two */
  uint32_t channels;
  fl_bands bands;
  uint32_t lanes;
  bool simd;
  void *result;      /* for JavaScript to read */
  uint8_t *partials; /* what each band finds out, partial_bytes each */
  size_t partial_bytes;
} api_measure;

/* What a measurement is asked for with. */
typedef struct api_measure_request {
  const char *name; /* of the method, for messages */
  uint32_t handle[2], handles;
  uint32_t lanes, flags;
} api_measure_request;

typedef struct api_measure_kind {
  /* Sets phases, result and memory; more checks. Takes memory from the job's arena, whose exhaustion is noticed afterwards. */
  fl_status (*prepare)(api_job *job, api_measure *measure, const char *name);
  bool (*run)(void *measure, fl_task *task);
  double cost; /* ns per sample */
} api_measure_kind;

/* Opens the job and tells the mailbox of it; mail[5] is the address of the result. */
int32_t fl_api_measure(const api_measure_request *request, const api_measure_kind *kind);

static inline void *api_measure_partial(const api_measure *m, uint32_t band) { return m->partials + band * m->partial_bytes; }

/* Takes room for the partials, on lines of their own. */
void fl_api_measure_take_partials(api_job *job, api_measure *measure, uint64_t bytes);
/* Phases: every band, then what is made of all. */
void fl_api_measure_two_phases(api_job *job, const api_measure *measure);

#endif
