# framelane: `make` builds dist/, `make help` lists the rest.
# Tools that are missing are installed by .ci/setup.sh (apt) and npm ci, once; see there.

MAKEFLAGS += --no-builtin-rules --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif
.SUFFIXES:
.SECONDARY:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

Q := $(if $(V),,@)# V=1 shows the commands
say = $(if $(V),@:,@echo "  $(1)")
BIN := node_modules/.bin
EMCC := .ci/emcc
CLANG := .ci/clang

# ---- sources ----

CORE := $(sort $(shell find c_src -name '*.c' -not -path 'c_src/lab/*' -not -path 'c_src/modules/*'))
CORE_WASM := $(filter-out %_native.c,$(CORE))
CORE_NATIVE := $(filter-out %_wasm.c,$(CORE))
TESTS_C := $(sort $(shell find tests/c -name '*.c' 2>/dev/null))
SOURCES_JS := $(sort $(shell find js web -name '*.js' 2>/dev/null))
# What tests link of the modules: all but the file that names the module, of which a program can have one, and the stage on top, which
# tests include where they stand in for the runtime.
MODULES_C := $(sort $(filter-out %/module.c %stage.c,$(wildcard c_src/modules/*/*.c)))
MODULES := $(sort $(patsubst c_src/modules/%/,%,$(dir $(wildcard c_src/modules/*/*.c))))

# ---- targets for people ----

.PHONY: all wasm types sdk modules native demo test bench oracle reference evidence layers test-c test-c-wasm test-js test-browser test-package pack clean help setup FORCE

all: wasm types sdk modules ## dist/: both wasm files, the type declarations, the SDK's header and the modules (the default)

wasm: dist/framelane.wasm dist/framelane-single.wasm ## only the wasm files

sdk: dist/framelane_module.h ## the one header that side modules are written against

modules: $(MODULES:%=dist/modules/%.wasm) ## only the side modules of c_src/modules

types: build/types.ok ## dist/types/*.d.ts, and checks the JavaScript's own types

demo: wasm modules ## builds, serves this folder with the headers that threads need, prints the address (PORT=8080)
	@$(MAKE) media || echo "without its video, the codec demo plays files of your own"
	@node .ci/demo.js

test: | build/setup/test build/setup/npm ## everything: C native and in wasm, layers, JS, package, browser; last line: N passed, N failed
	@$(MAKE) all build/native-asan/tests build/wasm-tests/tests.js $(TEST_NEEDS)
	@node .ci/test.js

layers: ## who includes and imports whom
	@node .ci/layers.js
test-c: build/native-asan/tests ## the C tests, natively under ASan and UBSan
	@node .ci/test.js c
test-c-wasm: build/wasm-tests/tests.js ## the same tests in wasm under Node
	@node .ci/test.js c-wasm
test-js: wasm modules ## the JavaScript tests in Node
	@node .ci/test.js js
test-browser: wasm modules media | build/setup/test ## the tests in a real browser
	@node .ci/test.js browser
test-package: all ## packs, installs the tarball elsewhere, uses it from there
	@node .ci/test.js package

native: build/native/libframelane.a build/native-asan/tests ## the core as a native static library, and the native test runner

bench: wasm build/setup/bench-npm | build/setup/bench ## one run of tests/bench, into build/bench/
	@node tests/bench/bench.js

oracle: wasm | build/setup/oracle ## every operation against OpenCV, Pillow and plain formulas; ORACLE=--short for a few seconds' worth
	@node tests/oracle/oracle.js $(ORACLE)

reference: wasm ## demos/reference/REFERENCE.md, from the table of operations
	@node .ci/reference.js

evidence: ## tests/EVIDENCE.md, from what the commands of evidence have left in build/evidence/
	@node .ci/evidence.js

pack: all ## framelane-<version>.tgz, as npm would publish it
	@npm pack --silent

clean: ## removes build/ and dist/
	rm -rf build dist

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile $(wildcard .ci/make/*.mk) | awk -F'|' '{ printf "%-16s%s\n", $$1, $$2 }'

# ---- tools ----

setup: build/setup/test build/setup/npm ## installs what is missing

# Testing needs more than building: when that is the goal, everything is looked for and installed in one go.
SETUP_build := $(if $(filter test test-c test-browser native faults fuzz model tsan coverage allocator,$(MAKECMDGOALS)),test,build)
build/setup/build build/setup/test build/setup/bench build/setup/oracle build/setup/media: .ci/setup.sh
	@.ci/setup.sh $(or $(SETUP_$(notdir $@)),$(notdir $@))
	@mkdir -p $(@D) && touch $@
build/setup/test build/setup/bench build/setup/oracle build/setup/media: | build/setup/build # one apt at a time

# $(1): the folder of a package.json; $(2): its stamp. Installs what the lock file says, unless that is what is there.
define npm_ci
$(call say,npm ci $(1))
$(Q)cmp -s $(1)/package-lock.json $(2)-lock.json && [ -d $(1)/node_modules ] || npm ci --prefix $(1) --loglevel=error --no-audit --no-fund
@mkdir -p $(dir $(2)) && cp $(1)/package-lock.json $(2)-lock.json && touch $(2)
endef

build/setup/npm: package-lock.json | build/setup/build
	$(call npm_ci,.,$@)

# what make bench compares with; nothing else needs it
build/setup/bench-npm: tests/bench/package-lock.json | build/setup/bench
	$(call npm_ci,tests/bench,$@)

# A file that changes only when the text does: its dependents are rebuilt when flags or lists of files change.
# $(call remember,text)
define remember
@mkdir -p $(@D)
@printf '%s\n' '$(1)' | cmp -s - $@ || printf '%s\n' '$(1)' > $@
endef
FORCE:

# ---- wasm ----
# Compile at -O3 at most; wasm-opt at -O2: a pass of its -O3 makes SIMD kernels up to twice as slow. emcc's link runs a wasm-opt of its own
# from -O2 on, whose packing of zeros makes 179 segments of the data: it costs 2 KB of what a browser loads, so the core is linked at -O1 and
# ours runs twice over it.
# The main stack is 64 KB, above the static data; the first 1024 bytes stay empty, so that a null pointer hits nothing.

WARN := -Wall -Wextra -Werror
CFLAGS_ALL := -std=c17 -Ic_src -Ic_src/modules -ffp-contract=off $(WARN)
CFLAGS_WASM := $(CFLAGS_ALL) -DNDEBUG -msimd128 -fvisibility=hidden
# What touches pixels is compiled for speed. The rest is compiled for size, and so are kernels that have a SIMD twin: the
# reference runs only with simd: false and at the ends of rows, and the vectorizer would make 11 KB more of it.
HOT := c_src/kernels/% c_src/ops/% c_src/pipeline/%
PLAIN := -O2 -fno-vectorize -fno-slp-vectorize -fno-unroll-loops
speed = $(if $(wildcard $(1:.c=_simd.c)),$(PLAIN),$(if $(filter $(HOT),$(1)),-O3,-Os))
CFLAGS_shared := $(CFLAGS_WASM) -pthread
CFLAGS_single := $(CFLAGS_WASM)

LINK_WASM := -msimd128 -sSTANDALONE_WASM -sIMPORTED_MEMORY=1 -sINITIAL_MEMORY=1MB -sTOTAL_STACK=64KB \
  -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=4GB --no-entry --js-library .ci/imports.lib.js \
  -Wl,--fatal-warnings,--import-memory,--global-base=1024,--export-table,--growable-table,--export=__stack_pointer,--export=__heap_base,--export=__data_end
# what side modules may import of the core, see c_src/modules/framelane_module.h
FOR_MODULES := fl_report_fail fl_report_range fl_text_add fl_text_add_number fl_frame_format fl_ops_find \
  $(addprefix fl_flow_,take_frame take_data trim_frame emit give_back skip image data input_size read alloc free count_copy) memcpy memmove memset memcmp sin cos exp pow
LINK_FOR_MODULES := $(FOR_MODULES:%=-Wl,--export=%)
# -pthread is for compiling only: emcc's own thread runtime stays out, ours is c_src/sched and js/pool.js
LINK_alone := $(LINK_WASM) -Wl,--shared-memory,--export=__wasm_init_tls,--export=__tls_size,--export=__tls_align,--export=__tls_base
LINK_shared := -O1 $(LINK_alone) $(LINK_FOR_MODULES)
LINK_single := -O1 $(LINK_WASM) $(LINK_FOR_MODULES)

FEATURES := --enable-simd --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int \
  --enable-reference-types --enable-multivalue
OPT := -O2 -O2 --skip-pass=memory-packing --low-memory-unused --zero-filled-memory --strip-debug --strip-producers --strip-target-features
OPT_shared := $(OPT) $(FEATURES) --enable-threads
OPT_single := $(OPT) $(FEATURES)

# $(call wasm-variant,variant,output)
define wasm-variant
OBJECTS_$(1) := $$(CORE_WASM:c_src/%.c=build/wasm/$(1)/%.o)

build/wasm/$(1)/flags: FORCE
	$$(call remember,$$(CFLAGS_$(1)) $$(HOT) $$(PLAIN))
build/wasm/$(1)/link: FORCE
	$$(call remember,$$(LINK_$(1)) $$(OPT_$(1)) $$(OBJECTS_$(1)))

build/wasm/$(1)/%.o: c_src/%.c build/wasm/$(1)/flags .ci/emcc | build/setup/build
	$$(call say,$(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(EMCC) $$(call speed,$$<) $$(CFLAGS_$(1)) -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@

build/wasm/$(1)/framelane.wasm: $$(OBJECTS_$(1)) build/wasm/$(1)/link
	$$(Q)$$(EMCC) $$(LINK_$(1)) $$(OBJECTS_$(1)) -o $$@

dist/$(2): build/wasm/$(1)/framelane.wasm | build/setup/npm
	@mkdir -p $$(@D)
	$$(Q)$$(BIN)/wasm-opt $$(OPT_$(1)) $$< -o $$@
	$$(call say,$$@: $$$$(wc -c < $$@) bytes)
endef
$(eval $(call wasm-variant,shared,framelane.wasm))
$(eval $(call wasm-variant,single,framelane-single.wasm))

# ---- the C tests in wasm: the objects that ship, and Emscripten's ordinary runtime around them ----

OBJECTS_WASM_MODULES := $(MODULES_C:c_src/%.c=build/wasm/shared/%.o)
build/wasm-tests/flags: FORCE
	$(call remember,$(TESTS_C) $(CORE_WASM) $(MODULES_C))
	@echo '{ "type": "commonjs" }' > $(@D)/package.json
build/wasm-tests/%.o: tests/c/%.c build/wasm/shared/flags | build/setup/build
	$(call say,wasm test $<)
	@mkdir -p $(@D)
	$(Q)$(EMCC) $(CFLAGS_ALL) -Itests/c -O1 -pthread -msimd128 -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@
OBJECTS_WASM_TESTS := $(TESTS_C:tests/c/%.c=build/wasm-tests/%.o)
build/wasm-tests/tests.js: $(OBJECTS_WASM_TESTS) $(OBJECTS_WASM_MODULES) $(OBJECTS_shared) build/wasm-tests/flags .ci/sbrk.c
	$(call say,link $@)
	$(Q)$(EMCC) -O1 -pthread -msimd128 -sINITIAL_MEMORY=256MB -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB -Wno-pthreads-mem-growth \
	  --js-library .ci/imports.lib.js -sENVIRONMENT=node,worker -sWASM_ASYNC_COMPILATION=0 -sEXIT_RUNTIME=1 -sTOTAL_STACK=1MB -sPTHREAD_POOL_SIZE=8 \
	  $(OBJECTS_WASM_TESTS) $(OBJECTS_WASM_MODULES) $(OBJECTS_shared) .ci/sbrk.c -o $@

# ---- native ----

SIMD_NATIVE := $(shell grep -qw avx2 /proc/cpuinfo 2>/dev/null && echo -mavx2)
CFLAGS_NATIVE := $(CFLAGS_ALL) $(SIMD_NATIVE) -pthread -fno-omit-frame-pointer
CFLAGS_native := $(CFLAGS_NATIVE) -O3 -DNDEBUG
# fuzzer-no-link: the fuzz targets of .ci/make/fuzz.mk are linked with the same objects
CFLAGS_native-asan := $(CFLAGS_NATIVE) -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

# $(call native-variant,folder)
define native-variant
OBJECTS_$(1) := $$(CORE_NATIVE:c_src/%.c=build/$(1)/%.o)
OBJECTS_$(1)_TESTS := $$(TESTS_C:tests/c/%.c=build/$(1)/tests_c/%.o) $$(MODULES_C:c_src/%.c=build/$(1)/%.o)

build/$(1)/flags: FORCE
	$$(call remember,$$(CFLAGS_$(1)))
build/$(1)/list: FORCE
	$$(call remember,$$(OBJECTS_$(1)) $$(OBJECTS_$(1)_TESTS))

build/$(1)/%.o: c_src/%.c build/$(1)/flags | build/setup/test
	$$(call say,$(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@
build/$(1)/tests_c/%.o: tests/c/%.c build/$(1)/flags | build/setup/test
	$$(call say,$(1) $$<)
	@mkdir -p $$(@D)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) -UNDEBUG -Itests/c -MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$@

build/$(1)/libframelane.a: $$(OBJECTS_$(1)) build/$(1)/list
	$$(Q)rm -f $$@ && ar rcs $$@ $$(OBJECTS_$(1))
build/$(1)/tests: $$(OBJECTS_$(1)_TESTS) build/$(1)/libframelane.a
	$$(call say,link $$@)
	$$(Q)$$(CLANG) $$(CFLAGS_$(1)) $$^ -lm -o $$@
endef
$(eval $(call native-variant,native))
$(eval $(call native-variant,native-asan))

# ---- the SDK's header ----

SDK_PARTS := c_src/modules/framelane_module.h $(wildcard c_src/base/*.h c_src/frame/*.h) c_src/ops/op.h c_src/kernels/border.h \
  c_src/flow/stage.h c_src/memory/handles.h
dist/framelane_module.h: $(SDK_PARTS) .ci/sdk-header.js package.json
	@node .ci/sdk-header.js $@

# ---- side modules: each folder of c_src/modules, built and checked by the command that users have ----

# Further flags for the compiler: MODULE_FLAGS_<name>.
# $(call side-module,name)
define side-module
build/modules/$(1)/flags: FORCE
	$$(call remember,$$(MODULE_FLAGS_$(1)) $$(wildcard c_src/modules/$(1)/*.c))
dist/modules/$(1).wasm: $$(wildcard c_src/modules/$(1)/*.[ch]) dist/framelane_module.h js/node/build.js build/modules/$(1)/flags .ci/emcc | dist/framelane.wasm
	@mkdir -p $$(@D)
	$$(Q)node js/node/cli.js build $$(filter %.c,$$^) -o $$@ --cc $$(EMCC) -- $$(MODULE_FLAGS_$(1))
endef
$(foreach name,$(MODULES),$(eval $(call side-module,$(name))))

# ---- types ----

dist/ops.d.ts: dist/framelane-single.wasm .ci/generate-types.js
	@node .ci/generate-types.js $@
build/types.ok: $(SOURCES_JS) dist/ops.d.ts tsconfig.json | build/setup/npm
	$(call say,types)
	@rm -rf dist/types && mkdir -p dist/types/dist && cp dist/ops.d.ts dist/types/dist/
	$(Q)$(BIN)/tsc -p tsconfig.json
	@touch $@

# ---- evidence: each kind has its own rules; what its short form in `make test` runs is added to TEST_NEEDS ----

-include $(sort $(wildcard .ci/make/*.mk))

-include $(shell find build -name '*.d' 2>/dev/null)
