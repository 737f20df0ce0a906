# The side modules of c_src/modules that bring a library: how that is compiled, in the module itself and among the C tests.

STB := $(firstword $(wildcard /usr/local/include/stb /opt/homebrew/include/stb) /usr/include/stb)
# stb counts on its numbers wrapping
LIBRARY_FLAGS_jpeg_decode := -fwrapv -isystem $(STB)
LIBRARY_FLAGS_image_file := -fwrapv -isystem $(STB)

# Its SSE2 code becomes SIMD128. auto-var-init: what it reads of a damaged file before it has written it is then the same everywhere.
MODULE_FLAGS_jpeg_decode := $(LIBRARY_FLAGS_jpeg_decode) -msse2
MODULE_FLAGS_image_file := $(LIBRARY_FLAGS_image_file) -msse2 -ftrivial-auto-var-init=pattern

# $(call library-flags,the name of the flags,folder of the objects,further flags)
define library-flags
$(2)/modules/jpeg_decode/%.o: private CFLAGS_$(1) += $(LIBRARY_FLAGS_jpeg_decode) $(3)
$(2)/modules/image_file/%.o: private CFLAGS_$(1) += $(LIBRARY_FLAGS_image_file) $(3)
endef
$(eval $(call library-flags,native,build/native))
# Where data ends within a number, stb_image shifts the 0 that it goes on with by more than 31: 0 on every machine, in Wasm by definition.
$(eval $(call library-flags,native-asan,build/native-asan,-fno-sanitize=shift-exponent))
$(eval $(call library-flags,coverage,build/coverage))
$(eval $(call library-flags,heap,build/heap))
$(eval $(call library-flags,shared,build/wasm/shared,-msse2))

# ---- the decoder beside FFmpeg ----

.PHONY: jpeg jpeg-speed
jpeg: wasm dist/modules/jpeg_decode.wasm | build/setup/media ## the JPEG decoder against FFmpeg, sample by sample
	@node tests/jpeg/compare.js
jpeg-speed: wasm dist/modules/jpeg_decode.wasm | build/setup/media ## how long it takes for a 1080p frame, in turn with FFmpeg (ROUNDS=9)
	@node tests/jpeg/speed.js
