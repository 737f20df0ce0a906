#!/bin/sh
# setup.sh build|test|bench|oracle|media: sees that the tools for that are here. What is missing comes through apt where there is apt and
# root or sudo; elsewhere the script says what is missing and how to get it, and stops. It asks nothing.
set -u
want=${1:-build}

has() { command -v "$1" >/dev/null 2>&1; }
has_any_clang() { has clang-19 || has clang-14 || has clang; }
has_simde() {
  for folder in /usr/include /usr/local/include /opt/homebrew/include; do [ -f $folder/simde/wasm/simd128.h ] && return 0; done
  return 1
}
has_sanitizers() { # clang alone does not bring their run-time library
  probe=$(mktemp -d) || return 1
  echo 'int main(void) { return 0; }' > "$probe/a.c"
  "$(dirname "$0")/clang" -fsanitize=address,undefined "$probe/a.c" -o "$probe/a" >/dev/null 2>&1 &&
    "$(dirname "$0")/clang" -fsanitize=fuzzer-no-link,thread "$probe/a.c" -o "$probe/a" >/dev/null 2>&1
  found=$?
  rm -r "$probe"
  return $found
}
has_stb() {
  for folder in /usr/include /usr/local/include /opt/homebrew/include; do [ -f $folder/stb/stb_image.h ] && return 0; done
  return 1
}
has_browser() { [ -n "${CHROME_PATH:-}" ] || has chromium || has chromium-browser || has google-chrome; }
has_cv() { for python in python3 /usr/bin/python3; do $python -c 'import cv2' 2>/dev/null && return 0; done; return 1; }
has_oracle() { for python in /usr/bin/python3 python3; do $python -c 'import cv2, numpy, PIL' 2>/dev/null && return 0; done; return 1; }
on_debian() { has apt-get; }

missing="" # one word per missing thing: what apt calls it
need() { missing="$missing $*"; }

look() {
  missing=""
  has emcc || need emscripten
  if on_debian && [ ! -x /usr/lib/llvm-19/bin/wasm-ld ]; then need clang-19 lld-19 llvm-19; fi
  has_stb || need libstb-dev
  if [ "$want" = test ]; then
    has_any_clang || on_debian || need clang
    has_simde || need libsimde-dev
    # those of the compiler that will be used: an older one's do not help once clang-19 is installed
    case " $missing " in
      *" clang-19 "*) need libclang-rt-19-dev ;;
      *) has_any_clang && has_sanitizers || need libclang-rt-19-dev ;;
    esac
    has_browser || need chromium
    has ffmpeg || need ffmpeg
  fi
  if [ "$want" = bench ]; then has_cv || need python3-opencv; fi
  if [ "$want" = media ]; then has ffmpeg || need ffmpeg; fi
  # the tests' oracle; elsewhere than on Debian they do without
  if [ "$want" = oracle ] || { [ "$want" = test ] && on_debian; }; then has_oracle || need python3-opencv python3-numpy python3-pil; fi
}

say_how() {
  echo "make: missing here:"
  for name in $missing; do
    case $name in
      emscripten) how="the compiler to WebAssembly: https://emscripten.org (brew install emscripten; emsdk install latest)" ;;
      clang | clang-19) how="a recent clang, for the native tests" ;;
      libclang-rt-19-dev) how="clang's sanitizers, for the native tests" ;;
      lld-19 | llvm-19) how="part of LLVM 19, which emcc drives" ;;
      libsimde-dev) how="SIMDe's headers in /usr/include/simde, for the native tests: https://github.com/simd-everywhere/simde" ;;
      libstb-dev) how="stb's headers in /usr/include/stb, for the modules that read pictures: https://github.com/nothings/stb" ;;
      chromium) how="Chromium or Chrome, for the browser tests; CHROME_PATH says where it is" ;;
      ffmpeg) how="ffmpeg and ffprobe, which make the demo's video and those of the tests, and say what is in them" ;;
      python3-opencv) how="Python with cv2, for the native column of make bench and for make oracle" ;;
      python3-numpy | python3-pil) how="for Python, which computes what make oracle expects" ;;
    esac
    printf '  %-20s%s\n' "$name" "$how"
  done
  echo "On Debian or Ubuntu: sudo apt-get install$missing"
}

node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null || {
  echo "make: Node 20 or newer is needed (https://nodejs.org); found: $(node --version 2>/dev/null || echo none)"
  exit 1
}
has npm || { echo "make: npm is needed; it comes with Node"; exit 1; }

look
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
  if has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as_root=sudo; else as_root=none; fi
fi
if ! on_debian || [ "$as_root" = none ]; then
  say_how
  [ "$want" = bench ] && exit 0 # the native column is left out
  exit 1
fi

echo "installing through apt:$missing"
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"; }
log=$(mktemp)
# shellcheck disable=SC2086
if ! apt install -y --no-install-recommends $missing </dev/null >"$log" 2>&1; then
  apt update </dev/null >>"$log" 2>&1 # the lists are missing or old
  # shellcheck disable=SC2086
  apt install -y --no-install-recommends $missing </dev/null >>"$log" 2>&1 || tail -n 20 "$log"
fi
rm -f "$log"
look
[ -z "$missing" ] && exit 0
say_how
[ "$want" = bench ] && exit 0
exit 1
