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
