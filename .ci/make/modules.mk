# The side modules of c_src/modules that bring a library: how that is compiled, in the module itself and among the C tests.

STB := $(firstword $(wildcard /usr/local/include/stb /opt/homebrew/include/stb) /usr/include/stb)
# stb counts on its numbers wrapping
STB_FLAGS := -fwrapv -isystem $(STB)

# Its SSE2 code becomes SIMD128. auto-var-init: what it reads of a damaged file before it has written it is then the same everywhere.
MODULE_FLAGS_jpeg_decode := $(STB_FLAGS) -msse2
MODULE_FLAGS_image_file := $(STB_FLAGS) -msse2 -ftrivial-auto-var-init=pattern

# $(call library-flags,the name of the flags,folder of the objects,further flags)
define library-flags
$(foreach module,jpeg_decode image_file,$(2)/modules/$(module)/%.o): private CFLAGS_$(1) += $(STB_FLAGS) $(3)
endef
$(eval $(call library-flags,native,build/native))
$(eval $(call library-flags,native-asan,build/native-asan))
# Where data ends within a number, stb_image shifts the 0 that it goes on with by more than 31: 0 on every machine, in Wasm by definition.
build/native-asan/modules/jpeg_decode/%.o: private CFLAGS_native-asan += -fno-sanitize=shift-exponent
$(eval $(call library-flags,coverage,build/coverage))
$(eval $(call library-flags,heap,build/heap))
$(eval $(call library-flags,shared,build/wasm/shared,-msse2))

# ---- the decoder beside FFmpeg ----

.PHONY: jpeg jpeg-speed
jpeg: wasm dist/modules/jpeg_decode.wasm | build/setup/media ## the JPEG decoder against FFmpeg, sample by sample
	@node tests/jpeg/compare.js
jpeg-speed: wasm dist/modules/jpeg_decode.wasm | build/setup/media ## how long it takes for a 1080p frame, in turn with FFmpeg (ROUNDS=9)
	@node tests/jpeg/speed.js
