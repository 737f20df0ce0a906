# make litmus, make tsan, make model: what threads do to each other. Each has a short form in make test.

.PHONY: model

MODEL_SOURCES := $(wildcard tests/model/*.[ch] tests/model/*.js tests/model/models/*.c) \
  $(foreach folder,base sync memory frame sched,$(wildcard c_src/$(folder)/*.[ch]))
build/model/built: $(MODEL_SOURCES) | build/setup/test
	$(call say,models and their mutants)
	$(Q)node tests/model/build.js && touch $@

model: build/model/built ## all schedules of small programs over the real C, and mutants that must be seen
	@node tests/model/model.js

TEST_NEEDS += build/model/built

.PHONY: litmus

build/litmus/kernels.wasm: tests/litmus/kernels.c .ci/make/races.mk .ci/emcc | build/setup/build
	$(call say,$@)
	@mkdir -p $(@D)
	$(Q)$(EMCC) -std=c17 -O2 $(WARN) -pthread -msimd128 -fvisibility=hidden -c $< -o $(@:.wasm=.o)
	$(Q)$(EMCC) $(LINK_shared) $(@:.wasm=.o) -o $@

litmus: build/litmus/kernels.wasm ## memory orders in wasm across worker threads: forbidden outcomes, and mutants that must show them
	@node tests/litmus/litmus.js

TEST_NEEDS += build/litmus/kernels.wasm

.PHONY: tsan

TSAN_SOURCES := $(wildcard tests/tsan/*.[ch] tests/tsan/*.js tests/model/mutate.js tests/c/sync_*) \
  $(patsubst %,tests/c/%_test.c,allocator handles frame sched) $(foreach folder,base sync memory frame sched,$(wildcard c_src/$(folder)/*.[ch]))
build/tsan/built: $(TSAN_SOURCES) | build/setup/test
	$(call say,the tests and their mutants under ThreadSanitizer)
	$(Q)node tests/tsan/build.js && touch $@

tsan: build/tsan/built ## the C tests that use threads and stress tests under ThreadSanitizer, and mutants that must be reported
	@node tests/tsan/tsan.js

TEST_NEEDS += build/tsan/built
