/* jpegDecode: compressed pictures become frames; what is a frame already passes through. */
#include "jpeg_planes.h"

#define MJPG FL_FOURCC('M', 'J', 'P', 'G')

enum { MEGAPIXELS };

static const fl_param params[] = {
    [MEGAPIXELS] = {.name = "megapixels",
                    .doc = "the largest picture that is decoded, in millions of pixels; larger ones are left out",
                    .type = FL_PARAM_NUMBER, .min = 0.01, .max = 256, .preset = 64},
};

typedef struct state {
  void *scratch; /* made larger as pictures need it, and kept */
  uint32_t scratch_bytes;
} state;

static bool grow_scratch(fl_flow *flow, uint64_t bytes) {
  state *state = flow->state;
  if (bytes <= state->scratch_bytes) return true;
  fl_flow_free(flow, state->scratch);
  state->scratch = bytes <= UINT32_MAX ? fl_flow_alloc(flow, (uint32_t)bytes) : NULL;
  state->scratch_bytes = state->scratch ? (uint32_t)bytes : 0;
  return state->scratch != NULL;
}

static int32_t skip(fl_flow *flow, const fl_item *item, int32_t status, const char *why) {
  return fl_flow_skip(flow, item->number, item->time, status, why);
}

static const char *look_at(fl_flow *flow, const fl_item *item, const uint8_t *bytes, fl_jpeg_picture *picture) {
  if (item->form && item->form != MJPG) return "the data is said to be something else than a JPEG picture";
  const char *why = bytes ? fl_jpeg_read_picture(bytes, item->bytes, flow->params[MEGAPIXELS].number * 1e6, picture) : "the data is gone";
  if (why) return why;
  bool is_half = item->height > 0 && item->height / 2 == picture->height && picture->height > 1;
  return is_half ? "the picture is in two halves of every other line, which is not supported" : NULL;
}

/* Of whole blocks, and then cut to the picture's size. */
static int32_t decode(fl_flow *flow, const fl_item *item, const uint8_t *bytes, const fl_jpeg_picture *picture) {
  state *state = flow->state;
  fl_shape shape = fl_jpeg_frame_shape(picture);
  fl_item out;
  fl_image image;
  if (!grow_scratch(flow, fl_jpeg_scratch_bytes(picture)))
    return skip(flow, item, FL_OUT_OF_MEMORY, "there is no memory for decoding a picture of this size");
  int32_t status = fl_flow_take_frame(flow, shape.width, shape.height, shape.format, &out, &image);
  if (status != FL_OK) return status;
  const char *why = fl_jpeg_decode(picture, bytes, item->bytes, state->scratch, &image);
  if (why) {
    fl_flow_give_back(flow, &out);
    return skip(flow, item, FL_BAD_FORMAT, why);
  }
  out.number = item->number, out.time = item->time;
  status = fl_flow_trim_frame(flow, &out, picture->width, picture->height);
  return status == FL_OK ? fl_flow_emit(flow, &out) : status;
}

static int32_t step(fl_flow *flow, const fl_item *item) {
  if (item->kind != FL_ITEM_DATA) return fl_flow_emit(flow, item);
  fl_jpeg_picture picture;
  const uint8_t *bytes = fl_flow_data(item);
  const char *why = look_at(flow, item, bytes, &picture);
  return why ? skip(flow, item, FL_BAD_FORMAT, why) : decode(flow, item, bytes, &picture);
}

static void end(fl_flow *flow) { fl_flow_free(flow, ((state *)flow->state)->scratch); }

static const fl_stage_type jpeg_decode = {
    .name = "jpegDecode",
    .doc = "Decodes JPEG pictures: to i420 (full range) where chroma is halved, gray8 where there is none, rgba8 otherwise.",
    .role = FL_STAGE_FILTER,
    .params = params,
    .param_count = FL_COUNT(params),
    .state_bytes = sizeof(state),
    .step = step,
    .end = end,
};

FL_MODULE_STAGES("jpegDecode", &jpeg_decode)
