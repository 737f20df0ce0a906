/* replay [--random=n] [file or folder…]: a fuzz target on given inputs, and on n random ones that are always the same. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

static uint32_t runs;

static void run_file(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) abort();
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  uint8_t *bytes = malloc(size + 1);
  if (fread(bytes, 1, size, file) != size) abort();
  fclose(file);
  LLVMFuzzerTestOneInput(bytes, size);
  free(bytes);
  runs++;
}

static void run_path(const char *path) {
  struct stat about;
  if (stat(path, &about) != 0) abort();
  if (!S_ISDIR(about.st_mode)) {
    run_file(path);
    return;
  }
  DIR *folder = opendir(path);
  for (struct dirent *entry; (entry = readdir(folder));) {
    if (entry->d_name[0] == '.') continue;
    char inside[4096];
    snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
    run_path(inside);
  }
  closedir(folder);
}

static void run_random(uint32_t count) {
  uint64_t state = 88172645463325252ull;
  uint8_t bytes[512];
  for (uint32_t i = 0; i < count; i++, runs++) {
    for (size_t b = 0; b < sizeof bytes; b++) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      bytes[b] = (uint8_t)(state >> 24);
    }
    LLVMFuzzerTestOneInput(bytes, state >> 11 & (sizeof bytes - 1));
  }
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++)
    if (strncmp(arguments[i], "--random=", 9) == 0) run_random((uint32_t)atoi(arguments[i] + 9));
    else run_path(arguments[i]);
  printf("%u inputs\n", runs);
  return 0;
}
