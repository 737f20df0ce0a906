/* Bytes as a pipeline: operations, parameters near and beyond their ranges, any graph. */
#ifndef FL_TESTS_GRAPHS_H
#define FL_TESTS_GRAPHS_H

#include "encode.h"
#include "fuzz.h"

#define FUZZ_FRAMES_MAX 3u
#define FUZZ_NODES_MAX 10u

typedef struct fuzz_graph {
  encoder encoded;
  uint32_t frames;
  const fl_op *ops[FUZZ_NODES_MAX]; /* what was chosen, NULL for frames */
  fl_status status;                 /* what resolving it says */
  fl_shape out;
} fuzz_graph;

/* Nodes that are refused are taken out again, most of the time: deep graphs are reached too. */
void fuzz_make_graph(fuzz_bytes *bytes, const fl_shape *shapes, uint32_t frames, fuzz_graph *out);
/* Frames and a pipeline of them. */
typedef struct fuzz_scene {
  fuzz_frame frames[FUZZ_FRAMES_MAX];
  uint32_t handles[FUZZ_FRAMES_MAX];
  fl_shape shapes[FUZZ_FRAMES_MAX];
  uint32_t count; /* 0: no memory for any */
  fuzz_graph graph;
} fuzz_scene;
void fuzz_make_scene(fuzz_bytes *bytes, fuzz_scene *out);
void fuzz_end_scene(fuzz_scene *scene);

/* «sobel, resize», for messages. */
const char *fuzz_describe_graph(const fuzz_graph *graph);

#endif
