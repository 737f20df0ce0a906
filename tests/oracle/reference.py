"""The oracle's Python process: gives test pictures and computes what an operation should make of them.

Messages go both ways on stdin and stdout: the length of a JSON text and of the bytes behind it (two u32, little-endian), then both.
Asked {"pictures": true}                       → {"pictures": [{name, width, height, group}]}
Asked {"picture": name, "format", "second"}    → {width, height, format} and its pixels
Asked {"reference": name, "params", "inputs": [{width, height, format}]} with their pixels → the same of what is expected
A failure is answered with {"error": text}."""
import json
import os
import struct
import sys
import traceback

import cv2
import numpy as np

import pictures
from frames import pack, unpack
from references import REFERENCES


def give_picture(request):
    pixels = pictures.make(request["picture"], request["format"], request.get("second", False))
    return pack(pixels, request["format"])


def give_reference(request, payload):
    """The reference functions see rgba8, gray8 or planes; bgra8 is rgba8 on the way in and, where the format stays, bgra8 again."""
    inputs, at = [], 0
    for header in request["inputs"]:
        pixels, at = unpack(header, payload, at)
        inputs.append(pixels)
    format = request["inputs"][0]["format"]
    out = REFERENCES[request["reference"]](*inputs, **request["params"])
    out, out_format = out if isinstance(out, tuple) else (out, None)
    if out_format is None:
        out_format = "gray8" if out.ndim == 2 else "bgra8" if format == "bgra8" else "rgba8"
    return pack(out, out_format)


def answer(request, payload):
    if "pictures" in request:
        return {"pictures": pictures.listing()}, b""
    if "picture" in request:
        return give_picture(request)
    return give_reference(request, payload)


def main():
    cv2.setNumThreads(1)
    stdin, stdout = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    sys.stdout = sys.stderr  # what a library prints must not mix with the answers
    while True:
        head = stdin.read(8)
        if len(head) < 8:
            return
        text, size = struct.unpack("<II", head)
        request = json.loads(stdin.read(text))
        payload = stdin.read(size)
        try:
            header, body = answer(request, payload)
        except Exception:
            header, body = {"error": traceback.format_exc(limit=-2)}, b""
        encoded = json.dumps(header).encode()
        stdout.write(struct.pack("<II", len(encoded), len(body)) + encoded + body)
        stdout.flush()


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    try:
        main()
    except BrokenPipeError:
        os._exit(1)  # whoever asked is gone
