# make ring, make sharing: what passing items between threads costs, and what a shared cache line does.

.PHONY: ring sharing

ring: wasm build/setup/bench-npm ## the ring's throughput beside npm ringbuf.js, and ten million items counted
	@node tests/bench/ring.js

build/sharing/kernels.wasm: tests/bench/sharing.c .ci/make/ring.mk .ci/emcc | build/setup/build
	$(call say,$@)
	@mkdir -p $(@D)
	$(Q)$(EMCC) -std=c17 -O2 $(WARN) -pthread -fvisibility=hidden -c $< -o $(@:.wasm=.o)
	$(Q)$(EMCC) -O2 $(LINK_alone) $(@:.wasm=.o) -o $@

sharing: build/sharing/kernels.wasm ## two threads counting on one cache line against two
	@node tests/bench/sharing.js
