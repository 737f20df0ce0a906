# ---- faults: a wasm of its own, with the same objects but for the scheduler's, and the linker leading a few calls elsewhere ----

.PHONY: faults soak bad-input

faults: wasm build/faults/ready build/faults/native ## fails every allocation, growth, start and worker in turn; says what came of it
	@node tests/faults/faults.js

bad-input: wasm ## hundreds of wrong calls against the public API: each a typed error that names what was wrong
	@node tests/js/bad-input/run.js

soak: wasm ## random video-rate work for MINUTES (default 10), SEED=n for the same again
	@node tests/soak/soak.js --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED))

TEST_NEEDS += build/faults/ready build/faults/native

WRAP_FAULTS := -Wl,--wrap=fl_memory_alloc,--wrap=fl_memory_alloc_aligned,--wrap=fl_prim_memory_grow
CFLAGS_FAULTS := -Itests/faults/c
C_FAULTS := tests/faults/c/allocations.c tests/faults/c/points.c

build/faults/flags: FORCE
	$(call remember,$(CFLAGS_FAULTS) $(WRAP_FAULTS))

# $(call faults-wasm,variant,output)
define faults-wasm
OBJECTS_FAULTS_$(1) := $$(C_FAULTS:tests/faults/c/%.c=build/faults/$(1)/%.o)
build/faults/$(1)/%.o: tests/faults/c/%.c build/wasm/$(1)/flags build/faults/flags | build/setup/build
	$$(call say,faults $(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(EMCC) -Os $$(CFLAGS_$(1)) $$(CFLAGS_FAULTS) -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@
build/faults/$(2): $$(filter-out %/sched/sched.o,$$(OBJECTS_$(1))) $$(OBJECTS_FAULTS_$(1)) build/wasm/$(1)/link
	$$(call say,link $$@)
	$$(Q)$$(EMCC) $$(LINK_$(1)) $$(WRAP_FAULTS) $$(filter %.o,$$^) -o $$@
endef
$(eval $(call faults-wasm,shared,faults.wasm))
$(eval $(call faults-wasm,single,faults-single.wasm))
build/faults/ready: build/faults/faults.wasm build/faults/faults-single.wasm
	@touch $@

# ---- the same in C, under ASan and UBSan ----

C_FAULTS_NATIVE := tests/faults/c/allocations.c tests/faults/c/sweep.c tests/c/encode.c
OBJECTS_FAULTS_NATIVE := $(C_FAULTS_NATIVE:tests/%.c=build/faults/asan/%.o)
build/faults/asan/%.o: tests/%.c build/native-asan/flags build/faults/flags | build/setup/test
	$(call say,faults native $<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CFLAGS_native-asan) $(CFLAGS_FAULTS) -Itests/c -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@
build/faults/native: $(OBJECTS_FAULTS_NATIVE) build/native-asan/libframelane.a
	$(call say,link $@)
	$(Q)$(CLANG) $(CFLAGS_native-asan) $(WRAP_FAULTS) $^ -lm -o $@
