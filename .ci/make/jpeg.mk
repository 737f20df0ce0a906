# The JPEG decoder: stb_image, which counts on its numbers wrapping, and whose SSE2 code emcc makes SIMD128 of.

STB := $(firstword $(wildcard /usr/local/include/stb /opt/homebrew/include/stb) /usr/include/stb)
JPEG_FLAGS := -fwrapv -isystem $(STB)
MODULE_FLAGS_jpeg_decode := $(JPEG_FLAGS) -msse2

.PHONY: jpeg jpeg-speed
jpeg: wasm dist/modules/jpeg_decode.wasm | build/setup/jpeg ## the JPEG decoder against FFmpeg, sample by sample
	@node tests/jpeg/compare.js
jpeg-speed: wasm dist/modules/jpeg_decode.wasm | build/setup/jpeg ## how long it takes for a 1080p frame, in turn with FFmpeg (ROUNDS=9)
	@node tests/jpeg/speed.js

# The same sources among the C tests, natively and in wasm. The stage itself comes in with its test, which has a runtime of its own.
# $(call jpeg-objects,the name of the flags,folder of the objects,folder of the tests' objects,the tests)
define jpeg-objects
JPEG_OBJECTS_$(1) := $(2)/modules/jpeg_decode/jpeg_picture.o $(2)/modules/jpeg_decode/jpeg_planes.o
$$(JPEG_OBJECTS_$(1)): private CFLAGS_$(1) += -Idist $(JPEG_FLAGS) $(5)
$$(JPEG_OBJECTS_$(1)) $(patsubst tests/c/%.c,$(3)/%.o,$(wildcard tests/c/jpeg_*.c)): dist/framelane_module.h
$(3)/jpeg_%.o: private CFLAGS_$(1) += -Idist
$(4): $$(JPEG_OBJECTS_$(1))
endef
$(eval $(call jpeg-objects,native,build/native,build/native/tests_c,build/native/tests))
# Where data ends within a number, stb_image shifts the 0 that it goes on with by more than 31: 0 on every machine, in Wasm by definition.
$(eval $(call jpeg-objects,native-asan,build/native-asan,build/native-asan/tests_c,build/native-asan/tests,-fno-sanitize=shift-exponent))
$(eval $(call jpeg-objects,coverage,build/coverage,build/coverage/tests_c,build/coverage/tests))
$(eval $(call jpeg-objects,shared,build/wasm/shared,build/wasm-tests,build/wasm-tests/tests.js,-msse2))
OBJECTS_WASM_TESTS += $(JPEG_OBJECTS_shared)
build/wasm-tests/jpeg_%.o: private CFLAGS_ALL += -Idist

# ---- random pictures ----

build/%/fuzz_c/target_jpeg.o: private CFLAGS_native-asan += -Idist
build/%/fuzz_c/target_jpeg.o: private CFLAGS_coverage += -Idist
build/native-asan/fuzz_c/target_jpeg.o build/coverage/fuzz_c/target_jpeg.o: dist/framelane_module.h
build/fuzz/fuzz-jpeg: $(JPEG_OBJECTS_native-asan) build/native-asan/tests_c/jpeg_over.o
build/coverage/fuzz-jpeg: $(JPEG_OBJECTS_coverage) build/coverage/tests_c/jpeg_over.o
