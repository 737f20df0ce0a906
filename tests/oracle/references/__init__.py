"""What each operation should give. Every module has plain functions, name → (pixels, **params) → pixels; see table.js for who uses which.

A function that works through OpenCV or Pillow ends in _cv or _pillow; the others are formulas in float64, or moving of bytes."""
from . import blur, colour, compose, convert, edges, geometry, look, tone

REFERENCES = {
    name: function
    for module in (tone, colour, convert, blur, edges, geometry, compose, look)
    for name, function in vars(module).items()
    if callable(function) and getattr(function, "__module__", None) == module.__name__ and not name.startswith("_")
}
