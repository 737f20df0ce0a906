# Figures of the allocator: how long an allocation takes at worst.

.PHONY: allocator
allocator: build/native/allocator ## how long alloc and free take: median, p99, max (OPERATIONS=1000000)
	@node tests/bench/allocator.js $< $(or $(OPERATIONS),1000000)

build/native/allocator: tests/bench/allocator.c build/native/libframelane.a
	$(call say,link $@)
	$(Q)$(CLANG) $(CFLAGS_native) $< build/native/libframelane.a -lm -o $@
