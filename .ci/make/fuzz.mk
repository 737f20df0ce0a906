# make fuzz, make coverage: random inputs under sanitizers, and what of the C the tests reach.

.PHONY: fuzz fuzz-seeds coverage test-coverage

FUZZ_TARGETS := wire pipeline views text avi jpeg image
# what they share with the C tests
FUZZ_TESTS_C := encode demux_run made_video jpeg_writer jpeg_over
FUZZ_PARTS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/part_*.c))
# Memory that can be refused: what every program here puts between the core and its memory (tests/fuzz/part_refuse.c).
FUZZ_WRAP := -Wl,--wrap=fl_memory_alloc,--wrap=fl_memory_free,--wrap=fl_prim_memory_grow

# Without asserts, whose other branch nothing may reach.
CFLAGS_coverage := $(CFLAGS_NATIVE) -O1 -DNDEBUG -fprofile-instr-generate -fcoverage-mapping
$(eval $(call native-variant,coverage))

# $(call fuzz-objects,folder)
define fuzz-objects
build/$(1)/fuzz_c/%.o: tests/fuzz/%.c build/$(1)/flags | build/setup/test
	$$(call say,$(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) -UNDEBUG -Itests/c -Itests/fuzz -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@
FUZZ_COMMON_$(1) := $$(FUZZ_PARTS:%=build/$(1)/fuzz_c/%.o) $$(FUZZ_TESTS_C:%=build/$(1)/tests_c/%.o) \
  $$(MODULES_C:c_src/%.c=build/$(1)/%.o) build/$(1)/libframelane.a
endef
$(eval $(call fuzz-objects,native-asan))
$(eval $(call fuzz-objects,coverage))
$(eval $(call fuzz-objects,native))

$(FUZZ_TARGETS:%=build/fuzz/fuzz-%): build/fuzz/fuzz-%: build/native-asan/fuzz_c/target_%.o $(FUZZ_COMMON_native-asan)
	$(call say,link $@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CFLAGS_native-asan) -fsanitize=fuzzer $(FUZZ_WRAP) $^ $(filter %.a,$^) -lm -o $@
$(FUZZ_TARGETS:%=build/coverage/fuzz-%): build/coverage/fuzz-%: build/coverage/fuzz_c/target_%.o build/coverage/fuzz_c/replay.o $(FUZZ_COMMON_coverage)
	$(Q)$(CLANG) $(CFLAGS_coverage) $(FUZZ_WRAP) $^ $(filter %.a,$^) -lm -o $@

# ---- the allocator and the handle table, on threads: as shipped for the counts, under ASan and UBSan for what they see ----

HEAP_C := $(wildcard c_src/base/*.c c_src/sync/*.c c_src/memory/*.c)
HEAP_CORE := $(filter-out %_wasm.c,$(HEAP_C))
HEAP_SOURCES := heap heap_blocks heap_handles
CFLAGS_heap := $(CFLAGS_NATIVE) -O2 -DNDEBUG
HEAP_LINK := -Wl,--wrap=fl_prim_memory_grow
$(eval $(call native-variant,heap))
$(eval $(call fuzz-objects,heap))
define heap-program
build/$(1)/heap: $$(HEAP_SOURCES:%=build/$(1)/fuzz_c/%.o) $$(HEAP_CORE:c_src/%.c=build/$(1)/%.o)
	$$(call say,link $$@)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) $$(HEAP_LINK) $$^ -o $$@
endef
$(eval $(call heap-program,heap))
$(eval $(call heap-program,native-asan))

build/coverage/fuzz-make-seeds: build/coverage/fuzz_c/seeds.o build/coverage/fuzz_c/seeds_image.o $(FUZZ_COMMON_coverage)
	$(Q)$(CLANG) $(CFLAGS_coverage) $(FUZZ_WRAP) $^ $(filter %.a,$^) -lm -o $@
fuzz-seeds: build/coverage/fuzz-make-seeds ## writes tests/fuzz/seeds again
	@rm -rf tests/fuzz/seeds && mkdir -p tests/fuzz/seeds
	@LLVM_PROFILE_FILE=/dev/null $< tests/fuzz/seeds

FUZZ_PROGRAMS := $(FUZZ_TARGETS:%=build/fuzz/fuzz-%) build/fuzz/fuzz-refusals build/heap/heap build/native-asan/heap
TEST_NEEDS += $(FUZZ_PROGRAMS)
fuzz: $(FUZZ_PROGRAMS) ## random inputs under ASan and UBSan, SECONDS=60 for each target; then the heap, on threads
	@node tests/fuzz/fuzz.js --seconds=$(or $(SECONDS),60)

# ---- every allocation refused ----

build/fuzz/fuzz-refusals: build/native-asan/fuzz_c/refusals.o $(FUZZ_COMMON_native-asan)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CFLAGS_native-asan) $(FUZZ_WRAP) $^ -lm -o $@
build/coverage/fuzz-refusals: build/coverage/fuzz_c/refusals.o $(FUZZ_COMMON_coverage)
	$(Q)$(CLANG) $(CFLAGS_coverage) $(FUZZ_WRAP) $^ $(filter %.a,$^) -lm -o $@

# ---- coverage ----

# The tests are not measured themselves.
build/coverage/tests_c/%.o: private CFLAGS_coverage := $(CFLAGS_NATIVE) -O1

build/coverage/heap: $(HEAP_SOURCES:%=build/coverage/fuzz_c/%.o) $(HEAP_CORE:c_src/%.c=build/coverage/%.o)
	$(Q)$(CLANG) $(CFLAGS_coverage) $(HEAP_LINK) $^ -o $@

COVERAGE_PROGRAMS := build/coverage/tests build/coverage/heap build/coverage/fuzz-refusals $(FUZZ_TARGETS:%=build/coverage/fuzz-%)
test-coverage: build/coverage/tests build/coverage/heap build/coverage/fuzz-views ## the short form of make coverage
	@node .ci/test.js coverage
coverage: $(COVERAGE_PROGRAMS) ## which branches of the C the tests and the fuzz seeds take, by folder; LIST=frame/image.c shows those not taken
	@node tests/coverage/coverage.js $(if $(LIST),--list=$(LIST))
