/* A job and what it holds while it runs. */
#ifndef FL_API_JOBS_H
#define FL_API_JOBS_H

#include "pipeline/plan.h"
#include "sched/sched.h"

typedef struct held_pixels {
  fl_pixels *pixels;
  bool writing;
} held_pixels;

typedef struct api_job {
  fl_job job;
  fl_arena arena;
  fl_graph read, graph; /* as encoded; with shapes */
  fl_plan plan;
  held_pixels held[FL_GRAPH_FRAMES_MAX + 1];
  uint32_t held_count;
  void *result; /* of a measurement, where it is large: a block that goes with the job unless it has been taken */
  bool submitted;
  struct api_job *next; /* in the list of those that wait for their end */
} api_job;

api_job *fl_api_new_job(void); /* NULL: out of memory, and reported */
void fl_api_end_job(api_job *job);
bool fl_api_lease(api_job *job, fl_pixels *pixels, bool writing); /* false: busy, and reported */
fl_status fl_api_arm_job(api_job *job);                          /* once phases and tiles are set */
void fl_api_mail_job(api_job *job, double cost);

#endif
