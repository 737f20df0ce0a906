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

# As the engine's module is linked, without what side modules take from it.
build/litmus/kernels.wasm: $(wildcard tests/litmus/*.[ch]) c_src/sync/atomic.h .ci/make/races.mk .ci/emcc | build/setup/build
	$(call say,$@)
	@mkdir -p $(@D)
	$(Q)for file in $(basename $(notdir $(wildcard tests/litmus/*.c))); do \
	  $(EMCC) -std=c17 -O2 $(WARN) -pthread -msimd128 -fvisibility=hidden -Ic_src -c tests/litmus/$$file.c -o $(@D)/$$file.o || exit 1; done
	$(Q)$(EMCC) -O2 $(LINK_alone) $(patsubst tests/litmus/%.c,$(@D)/%.o,$(wildcard tests/litmus/*.c)) -o $@

litmus: build/litmus/kernels.wasm wasm ## memory orders in wasm across worker threads: forbidden outcomes, and mutants that must show them
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
