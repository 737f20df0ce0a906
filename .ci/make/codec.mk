# make codec: what one memory, overlap and several decoders are worth, against the copying way, in one run.

.PHONY: codec

codec: wasm modules build/media/lane.avi ## the demo's video in one memory and the copying way: the ratio with its parts, into build/bench/codec.json
	@node tests/bench/codec.js
