# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by ./dev on the inside: one function per verb. Native builds and
# builds of the Debian root lie in different folders, since neither can use
# what the other compiled.

BUILD=$TOP/build-$SPADE_DEV_INSIDE${with:+-${with//[ \/]/}}
WERROR=$([ "${CI:-}" = true ] && echo true || echo false)
PROFILE=$SPADE_DEV_CACHE/gimp-$SPADE_DEV_INSIDE

# Meson's options; and what can be said only when a build folder is made.
OPTIONS=(-Dbuildtype=debugoptimized -Dtraining=true)
SETUP=()

# Configures $BUILD; again only when the options changed.
configure ()
{
  local options=("${OPTIONS[@]}" -Dwerror="$WERROR" "$@")
  if [ -f "$BUILD/build.ninja" ]; then
    [ "$(cat "$BUILD/dev-options" 2>/dev/null)" != "${options[*]}" ] || return 0
    meson configure "$BUILD" "${options[@]}" || return
  else
    meson setup "$BUILD" "$TOP" ${SETUP[@]+"${SETUP[@]}"} "${options[@]}" || return
  fi
  printf '%s\n' "${options[*]}" >"$BUILD/dev-options"
}

# One at a time: neither Meson nor Ninja minds another.
build ()
{
  local lock status=0
  mkdir -p "$BUILD"
  exec {lock}<"$BUILD"
  flock -n "$lock" ||
    { say "dev: another ./dev is building; waiting"; flock "$lock"; }
  { configure "$@" && ninja -C "$BUILD"; } || status=$?
  flock -u "$lock"
  exec {lock}<&-
  return "$status"
}

# Builds without a word, unless it fails: stdout belongs to the verb. Options are
# Meson's.
build_quietly ()
{
  local log
  [ -f "$BUILD/build.ninja" ] || say "dev: building, which takes minutes the first time"
  log=$(mktemp)
  build "$@" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "the build failed."; }
  rm -f "$log"
}

# Gives the caller's $scratch, a folder that goes when the shell ends.
make_scratch ()
{
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the one of now
  trap "rm -rf '$scratch'" EXIT
}

verb_build () { build; }

verb_exec () { exec "$@"; }

verb_shell ()
{
  say "dev: inside $SPADE_DEV_INSIDE, build folder $BUILD"
  exec bash -i
}

verb_spade ()
{
  build_quietly
  export SPADE_MODEL_PATH=${SPADE_MODEL_PATH:-$TOP/models}
  [ -x "$BUILD/tools/spade" ] || die "the spade command was not built; see ./dev build."
  exec "$BUILD/tools/spade" "$@"
}

# --avx2 holds us and all peers that can be held to the instructions of a laptop.
verb_bench ()
{
  local options=()
  if [ "${1:-}" = --avx2 ]; then
    shift
    BUILD+=-avx2
    options=("-Dc_args=-march=x86-64-v3 -DSPADE_NO_CLONES")
    export ONEDNN_MAX_CPU_ISA=AVX2 ATEN_CPU_CAPABILITY=avx2
    set -- --peers system,torch,compile,openvino "$@" # ONNX Runtime cannot be held
  fi
  build_quietly "${options[@]}"
  if [ "${1:-}" = --guard ]; then
    shift
    exec python3 "$TOP/bench/guard.py" "$BUILD/bench/guard" "$@"
  fi
  local model=$BUILD/bench/coco-stuff.safetensors
  [ -f "$model" ] || "$BUILD/tools/spade" untrained --like coco-stuff -o "$model"
  exec python3 "$TOP/bench/bench.py" --worker "$BUILD/bench/bench-worker" \
    --model "$model" --json "$BUILD/bench/bench.json" "$@"
}

# A tar of sources, cases and one command (bench/gpu/run), for elsewhere.
verb_gpu_bundle ()
{
  local out=${1:-$BUILD/gimp-spade-gpu.tar.gz} scratch name=gimp-spade-gpu
  case $out in /*) ;; *) out=$PWD/$out ;; esac
  build_quietly
  ninja -C "$BUILD" tests/cuda/cases.bin tests/cuda/goldens.bin >/dev/null
  make_scratch
  mkdir -p "$scratch/$name/cases"
  cp "$BUILD"/tests/cuda/{cases,goldens}.bin "$scratch/$name/cases/"
  say "dev: writing the maps and plans to measure (a minute)"
  "$BUILD/tests/cuda/write-cases" --bench "$scratch/$name/cases/bench.bin"
  "$BUILD/tests/cuda/write-cases" --windows "$scratch/$name/cases/windows.bin"
  (cd "$TOP" && cp --parents core/*.h core/tensor.c core/host-memory.c \
     core/ref/*.[ch] cuda/*.[ch] cuda/kernels/*.cu* tests/tolerances.h \
     tests/cuda/case.[ch] tests/cuda/judge*.[ch] tests/cuda/test-cuda.c tests/reference/*.py \
     bench/gpu/*.[ch] bench/gpu/*.py bench/gpu/{run,build,sanitize} LICENSES/* \
     "$scratch/$name/")
  tar -C "$scratch" -czf "$out" "$name"
  say "dev: unpack it on the other machine and run $name/bench/gpu/run"
  echo "$out"
}

# Built in a copy, since Debian's tools write into the tree and beside it.
verb_package ()
{
  local folder=${1:-$TOP} scratch deb version
  [ -d "$folder" ] || die "there is no folder $folder to put the package into."
  command -v dpkg-buildpackage >/dev/null ||
    die "dpkg-buildpackage is missing; install dpkg-dev."
  version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" "$TOP/meson.build")
  [ "$(dpkg-parsechangelog -l "$TOP/debian/changelog" -S Version)" = "$version" ] ||
    die "the version on top of debian/changelog is not meson.build's, $version."
  make_scratch
  mkdir "$scratch/gimp-spade"
  tar -C "$TOP" --exclude=./.git --exclude='./build*' --exclude='./*.deb' -cf - . |
    tar -C "$scratch/gimp-spade" --no-same-owner -xf -
  if ! (cd "$scratch/gimp-spade" && dpkg-buildpackage -b -uc -us) >"$scratch/log" 2>&1; then
    tail -n 40 "$scratch/log" >&2
    die "the package could not be made."
  fi
  deb=$(cd "$scratch" && echo gimp-spade_*.deb)
  cp "$scratch/$deb" "$folder/"
  echo "$folder/$deb"
}

verb_test ()
{
  local options=() status=0 log passed failed skipped
  if [ "${1:-}" = --sanitize ]; then
    shift
    BUILD=$BUILD-sanitize
    options=("-Db_sanitize=address,undefined" -Db_lundef=false)
  fi
  if ! build ${options[@]+"${options[@]}"}; then
    say "dev: the build failed."
    echo "0 passed, 1 failed, 0 skipped"
    return 1
  fi
  log=$BUILD/meson-logs/testlog.json
  rm -f "$log"
  meson test -C "$BUILD" --no-rebuild --print-errorlogs "$@" || status=$?
  count () { [ ! -f "$log" ] || grep -cE "\"result\": \"($1)\"" "$log" || true; }
  passed=$(count 'OK|EXPECTEDFAIL') skipped=$(count SKIP)
  failed=$(count 'FAIL|TIMEOUT|ERROR|INTERRUPT|UNEXPECTEDPASS')
  if [ -z "$passed" ] || [ $((passed + failed + skipped)) = 0 ]; then
    say "dev: no test ran."
    passed=0 skipped=0 failed=1
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$status" = 0 ]
}

# Writes what our GIMP needs over its defaults; a profile's own gimprc, where
# the user's preferences are, stays as it is.
write_gimprc ()
{
  mkdir -p "$PROFILE"
  cat >"$PROFILE/gimp-spade-gimprc" <<END
(plug-in-path "$BUILD/plugin:\${gimp_plug_in_dir}/plug-ins")
(palette-path "\${gimp_dir}/palettes:$TOP/palettes:\${gimp_data_dir}/palettes")
(show-welcome-dialog no)
(check-updates no)
END
  export GIMP3_DIRECTORY=$PROFILE
  export SPADE_MODEL_PATH=${SPADE_MODEL_PATH:-$TOP/models}
  export SPADE_STYLE_PATH=${SPADE_STYLE_PATH:-$TOP/styles}
  export SPADE_MODULE_PATH=${SPADE_MODULE_PATH:-$BUILD/effect/worker:$BUILD/cuda}
  export GEGL_PATH=${GEGL_PATH:-$(pkg-config --variable=pluginsdir gegl-0.4):$BUILD/effect/operation}
}

verb_gimp ()
{
  [ -n "${DISPLAY:-}" ] || die "GIMP needs a screen: DISPLAY is not set."
  build_quietly
  [ -x "$BUILD/plugin/gimp-spade/gimp-spade" ] || die "the plug-in was not built; see ./dev build."
  write_gimprc
  exec dbus-run-session -- gimp-3 -n --system-gimprc "$PROFILE/gimp-spade-gimprc" "$@"
}

verb_windows () { . "$TOP/dev.d/windows.sh"; windows "$@"; }

verb_demo () { . "$TOP/dev.d/demo.sh"; demo "$@"; }
