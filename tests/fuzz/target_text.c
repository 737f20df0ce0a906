/* Bytes → texts, numbers and parameters, as they come in and as messages say them again: no buffer overflows, numbers read back as what
 * they were, JSON strings hold what was quoted, choices are found by their whole name and by nothing else. */
#include "fuzz.h"

#include <math.h>
#include "pipeline/params.h"

/* ---- writing ---- */

static void check_ends(const fl_text *text, const char *block, size_t capacity, size_t room) {
  FUZZ_CHECK(text->length < (capacity ? capacity : 1), "%zu characters in room for %zu", text->length, capacity);
  if (capacity) FUZZ_CHECK(block[text->length] == 0, "no end");
  for (size_t i = capacity; i < room; i++) FUZZ_CHECK(block[i] == 0x55, "written beyond the end");
}

static void check_number(double value, const char *said) {
  if (value != value) {
    FUZZ_CHECK(strcmp(said, "NaN") == 0, "%g became %s", value, said);
  } else if (fabs(value) > 1.7e308) {
    FUZZ_CHECK(strcmp(said, value < 0 ? "-Infinity" : "Infinity") == 0, "%g became %s", value, said);
  } else {
    char *end;
    double read = strtod(said, &end);
    FUZZ_CHECK(*end == 0 && fabs(read - value) <= fmax(5.1e-7, fabs(value) * 1e-13), "%.17g became %s", value, said);
  }
}

static void check_numbers(fuzz_bytes *bytes) {
  char block[64];
  for (int i = 0; i < 4; i++) {
    memset(block, 0x55, sizeof block);
    size_t capacity = fuzz_one_in(bytes, 2) ? fuzz_below(bytes, 12) : 48;
    double value = fuzz_odd_double(bytes);
    fl_text text;
    fl_text_start(&text, block, capacity);
    fl_text_add_number(&text, value);
    check_ends(&text, block, capacity, sizeof block);
    if (capacity == 48) FUZZ_CHECK(!text.overflowed, "%.17g takes more than 47 characters", value);
    if (!text.overflowed) check_number(value, block);
  }
}

static void check_quoted(fuzz_bytes *bytes) {
  char said[64], block[160];
  uint32_t length = fuzz_below(bytes, sizeof said);
  for (uint32_t i = 0; i < length; i++) said[i] = (char)fuzz_u8(bytes);
  said[length] = 0;
  memset(block, 0x55, sizeof block);
  fl_text text;
  fl_text_start(&text, block, 140);
  fl_text_add_quoted(&text, said);
  check_ends(&text, block, 140, sizeof block);
  FUZZ_CHECK(!text.overflowed && block[0] == '"' && block[text.length - 1] == '"', "quotes");
  const char *at = block + 1, *end = block + text.length - 1;
  for (const char *c = said; *c; c++, at++) {
    if (*at == '\\') at++;
    FUZZ_CHECK(at < end && *at == *c, "what was quoted is not there");
  }
  FUZZ_CHECK(at == end, "more was quoted");
}

/* ---- reading ---- */

static const char *const choices = "nearest|bilinear|b|bicubic||near";
static const fl_param params[] = {
    {"number", "", FL_PARAM_NUMBER, 0, -2.5, 1e6, 1, NULL, NULL, 0, 0, NULL},
    {"integer", "", FL_PARAM_INTEGER, 0, -3, 70000, 0, NULL, NULL, 0, 0, NULL},
    {"boolean", "", FL_PARAM_BOOLEAN, 0, 0, 0, 1, NULL, NULL, 0, 0, NULL},
    {"choice", "", FL_PARAM_CHOICE, 0, 0, 0, 2, NULL, "nearest|bilinear|b|bicubic||near", 0, 0, NULL},
    {"list", "", FL_PARAM_NUMBERS, 0, -1, 1, 0, NULL, NULL, 2, 5, NULL},
    {"wanted", "", FL_PARAM_NUMBER, FL_REQUIRED, 0, 1, 0, NULL, NULL, 0, 0, NULL},
    {"computed", "", FL_PARAM_NUMBER, FL_COMPUTED, 0, 1, 0, "as it is", NULL, 0, 0, NULL},
};
static const fl_op op = {.name = "fuzzed", .params = params, .param_count = FL_COUNT(params)};

static bool is_choice(double index) {
  uint32_t count = 1;
  for (const char *c = choices; *c; c++) count += *c == '|';
  return index >= 0 && index < count && index == floor(index);
}

/* What was accepted keeps to the schema. */
static void check_values(const fl_value *values) {
  FUZZ_CHECK(values[0].number >= -2.5 && values[0].number <= 1e6, "number %g", values[0].number);
  FUZZ_CHECK(values[1].number >= -3 && values[1].number <= 70000 && values[1].number == floor(values[1].number), "integer %g", values[1].number);
  FUZZ_CHECK(values[2].number == 0 || values[2].number == 1, "boolean %g", values[2].number);
  FUZZ_CHECK(is_choice(values[3].number), "choice %g", values[3].number);
  FUZZ_CHECK(values[4].count == 0 || (values[4].count >= 2 && values[4].count <= 5), "%u items", values[4].count);
  for (uint32_t i = 0; i < values[4].count; i++) FUZZ_CHECK(values[4].items[i] >= -1 && values[4].items[i] <= 1, "item %g", values[4].items[i]);
  FUZZ_CHECK(values[5].number >= 0 && values[5].number <= 1, "wanted %g", values[5].number);
  FUZZ_CHECK(values[6].number != values[6].number || (values[6].number >= 0 && values[6].number <= 1), "computed %g", values[6].number);
}

static void put(uint8_t *out, uint32_t *length, const void *bytes, uint32_t count) {
  memcpy(out + *length, bytes, count);
  memset(out + *length + count, 0, -count & 3);
  *length += (count + 3) & ~3u;
}

static void put_u32(uint8_t *out, uint32_t *length, uint32_t value) { put(out, length, &value, sizeof value); }

static void put_text(fuzz_bytes *bytes, uint8_t *out, uint32_t *length) {
  const char *start = choices;
  for (uint32_t skip = fuzz_below(bytes, 6); skip > 0; skip--) start = strchr(start, '|') + 1;
  uint32_t count = (uint32_t)strcspn(start, "|") + (fuzz_one_in(bytes, 8) ? 1 : 0);
  if (fuzz_one_in(bytes, 8)) count = fuzz_below(bytes, 16), start = "bilinear|bilinear";
  put_u32(out, length, count);
  put(out, length, start, count);
}

/* Parameters as JavaScript would send them, wrong ones among them. */
static uint32_t write_params(fuzz_bytes *bytes, uint8_t *out) {
  uint32_t length = 0, count = fuzz_below(bytes, 6);
  put_u32(out, &length, count + (fuzz_one_in(bytes, 16) ? 1 : 0));
  for (uint32_t i = 0; i < count; i++) {
    const fl_param *param = &params[fuzz_below(bytes, op.param_count)];
    uint32_t tag = fuzz_one_in(bytes, 8) ? fuzz_below(bytes, 7) : (uint32_t[]){0, 0, 1, 2, 3}[param->type];
    put_u32(out, &length, (uint32_t)strlen(param->name) - (fuzz_one_in(bytes, 16) ? 1 : 0));
    put(out, &length, param->name, (uint32_t)strlen(param->name));
    put_u32(out, &length, tag);
    double number = fuzz_one_in(bytes, 2) ? fuzz_odd_double(bytes) : fuzz_u8(bytes) / 255.0;
    if (tag == FL_TAG_NUMBER) put(out, &length, &number, sizeof number);
    else if (tag == FL_TAG_BOOLEAN) put_u32(out, &length, fuzz_odd_u32(bytes));
    else if (tag == FL_TAG_TEXT || tag == FL_TAG_OTHER) put_text(bytes, out, &length);
    else if (tag == FL_TAG_LIST) {
      uint32_t items = fuzz_below(bytes, 8);
      put_u32(out, &length, fuzz_one_in(bytes, 32) ? fuzz_odd_u32(bytes) : items);
      for (uint32_t k = 0; k < items; k++) {
        double item = fuzz_one_in(bytes, 8) ? fuzz_odd_double(bytes) : fuzz_u8(bytes) / 128.0 - 1;
        put(out, &length, &item, sizeof item);
      }
    }
  }
  return length;
}

static void check_params(const uint8_t *bytes, uint32_t length) {
  static fl_report report;
  uint8_t *block = malloc(length + 1);
  memcpy(block + 1, bytes, length);
  fl_reader reader = {.at = block + 1, .left = length};
  fl_arena arena = {0};
  const fl_value *values = NULL;
  fl_status status = fl_pipeline_read_params(&reader, &op, &arena, &values, &report);
  FUZZ_CHECK(status == FL_OK || status == FL_BAD_ARGUMENT, "%d", status);
  FUZZ_CHECK(status == FL_OK || (strlen(report.message) > 8 && strncmp(report.message, "fuzzed: ", 8) == 0), "message «%s»", report.message);
  if (status == FL_OK) check_values(values);
  fl_memory_arena_end(&arena);
  free(block);
}

/* Which choice a text is, by its whole name; -1: none. */
static int choice_of(const char *text, uint32_t length) {
  const char *start = choices;
  for (int index = 0;; index++, start = strchr(start, '|') + 1) {
    if (strcspn(start, "|") == length && memcmp(start, text, length) == 0) return index;
    if (!strchr(start, '|')) return -1;
  }
}

/* A text that is cut out of the list of choices anywhere: what lies behind its end, where padding should be, goes on as the list does,
 * so that reading beyond it, or not to it, finds another choice. */
static void check_choice(fuzz_bytes *bytes) {
  static uint8_t out[128];
  static fl_report report;
  uint32_t length = 0, start = fuzz_below(bytes, (uint32_t)strlen(choices)), count = fuzz_below(bytes, 10);
  if (!fuzz_one_in(bytes, 4)) while (start > 0 && choices[start - 1] != '|') start--;
  if (start + count > strlen(choices)) count = (uint32_t)strlen(choices) - start;
  put_u32(out, &length, 2);
  put_u32(out, &length, 6), put(out, &length, "choice", 6);
  put_u32(out, &length, FL_TAG_TEXT), put_u32(out, &length, count);
  for (uint32_t i = 0; i < ((count + 3) & ~3u); i++) out[length + i] = start + i < strlen(choices) ? (uint8_t)choices[start + i] : 0;
  length += (count + 3) & ~3u;
  double half = 0.5;
  put_u32(out, &length, 6), put(out, &length, "wanted", 6);
  put_u32(out, &length, FL_TAG_NUMBER), put(out, &length, &half, sizeof half);
  fl_reader reader = {.at = out, .left = length};
  fl_arena arena = {0};
  const fl_value *values = NULL;
  fl_status status = fl_pipeline_read_params(&reader, &op, &arena, &values, &report);
  int expected = choice_of(choices + start, count);
  FUZZ_CHECK(status == (expected < 0 ? FL_BAD_ARGUMENT : FL_OK), "%d for «%.*s»: %s", status, (int)count, choices + start, report.message);
  FUZZ_CHECK(expected < 0 || values[3].number == expected, "«%.*s» became %g", (int)count, choices + start, values[3].number);
  fl_memory_arena_end(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t written[4096];
  fuzz_bytes bytes = {data, size};
  fuzz_start_engine();
  fuzz_refuse(0, false);
  uint64_t before = fuzz_live_bytes();
  check_params(data, (uint32_t)size); /* as they are */
  check_choice(&bytes);
  check_numbers(&bytes);
  check_quoted(&bytes);
  check_params(written, write_params(&bytes, written));
  FUZZ_CHECK(fuzz_live_bytes() == before, "bytes are left");
  return 0;
}
