// What the core imports besides what Emscripten knows of, so that the linker lets that through and nothing else: js/imports.js gives it.
mergeInto(LibraryManager.library, {
  framelane_read() { return -1; },
});
