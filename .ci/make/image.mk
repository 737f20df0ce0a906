# The module image_file. -fwrapv: stb's sums may overflow on damaged files; auto-var-init: what it reads before it wrote is then the same
# everywhere; its SSE2 code becomes SIMD128.

STB := $(firstword $(wildcard /usr/include/stb /usr/local/include/stb /opt/homebrew/include/stb))
IMAGE_FLAGS := -fwrapv -isystem $(STB)
MODULE_FLAGS_image_file := $(IMAGE_FLAGS) -ftrivial-auto-var-init=pattern -msse2

# The same sources among the C tests, natively and in wasm: all but the file that says what the module is.
IMAGE_C := $(filter-out %/module.c,$(wildcard c_src/modules/image_file/*.c))
# $(call image-objects,the name of the flags,folder of the objects,folder of the tests' objects,the tests,flags)
define image-objects
IMAGE_OBJECTS_$(1) := $(IMAGE_C:c_src/%.c=$(2)/%.o)
$$(IMAGE_OBJECTS_$(1)): private CFLAGS_$(1) += -Ic_src/modules $(IMAGE_FLAGS) $(5)
$(3)/image_file_%.o: private CFLAGS_$(1) += -Ic_src/modules
$(4): $$(IMAGE_OBJECTS_$(1))
endef
$(eval $(call image-objects,native,build/native,build/native/tests_c,build/native/tests))
$(eval $(call image-objects,native-asan,build/native-asan,build/native-asan/tests_c,build/native-asan/tests))
$(eval $(call image-objects,coverage,build/coverage,build/coverage/tests_c,build/coverage/tests))
$(eval $(call image-objects,shared,build/wasm/shared,build/wasm-tests,build/wasm-tests/tests.js,-msse2))
OBJECTS_WASM_TESTS += $(IMAGE_OBJECTS_shared)
build/wasm-tests/image_file_%.o: private CFLAGS_ALL += -Ic_src/modules

# ---- random files ----

build/native-asan/fuzz_c/target_image.o: private CFLAGS_native-asan += -Ic_src/modules
build/coverage/fuzz_c/target_image.o build/coverage/fuzz_c/seeds_image.o: private CFLAGS_coverage += -Ic_src/modules
build/fuzz/fuzz-image: $(IMAGE_OBJECTS_native-asan)
build/coverage/fuzz-image build/coverage/fuzz-make-seeds: $(IMAGE_OBJECTS_coverage)
