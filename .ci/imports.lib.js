// What the core imports besides what Emscripten knows of, so that the linker lets that through and nothing else: js/imports.js gives it.
mergeInto(LibraryManager.library, {
  framelane_read: function () { return -1; }, // Emscripten prints it as it stands: no shorter form
});
