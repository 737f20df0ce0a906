# make fuzz, make coverage: random inputs under sanitizers, and what of the C the tests reach.

.PHONY: fuzz fuzz-short fuzz-seeds coverage

FUZZ_TARGETS := wire pipeline views text
FUZZ_PARTS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/part_*.c))
# Memory that can be refused: what every program here puts between the core and its memory (tests/fuzz/part_refuse.c).
FUZZ_WRAP := -Wl,--wrap=fl_memory_alloc,--wrap=fl_prim_memory_grow

CFLAGS_fuzz := $(CFLAGS_NATIVE) -O1 -gline-tables-only -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
# Without asserts, whose other branch nothing may reach.
CFLAGS_coverage := $(CFLAGS_NATIVE) -O1 -DNDEBUG -fprofile-instr-generate -fcoverage-mapping
$(eval $(call native-variant,fuzz))
$(eval $(call native-variant,coverage))

# $(call fuzz-objects,folder)
define fuzz-objects
build/$(1)/fuzz_c/%.o: tests/fuzz/%.c build/$(1)/flags | build/setup/test
	$$(call say,$(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) -UNDEBUG -Itests/c -Itests/fuzz -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@
FUZZ_COMMON_$(1) := $$(FUZZ_PARTS:%=build/$(1)/fuzz_c/%.o) build/$(1)/tests_c/encode.o build/$(1)/libframelane.a
endef
$(eval $(call fuzz-objects,fuzz))
$(eval $(call fuzz-objects,coverage))
$(eval $(call fuzz-objects,native))

$(FUZZ_TARGETS:%=build/fuzz/fuzz-%): build/fuzz/fuzz-%: build/fuzz/fuzz_c/target_%.o $(FUZZ_COMMON_fuzz)
	$(call say,link $@)
	$(Q)$(CLANG) $(CFLAGS_fuzz) -fsanitize=fuzzer $(FUZZ_WRAP) $^ -lm -o $@
$(FUZZ_TARGETS:%=build/coverage/fuzz-%): build/coverage/fuzz-%: build/coverage/fuzz_c/target_%.o build/coverage/fuzz_c/replay.o $(FUZZ_COMMON_coverage)
	$(Q)$(CLANG) $(CFLAGS_coverage) $(FUZZ_WRAP) $^ -lm -o $@
