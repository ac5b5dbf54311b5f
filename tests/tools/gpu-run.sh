#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# gpu-run.sh CHECKOUT: bench/gpu/run keeps what it has, whatever its parts do.
# Stand-ins take the place of the build, the programs and PyTorch.

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/top/bench/gpu" "$dir/bin"
cp "$1"/bench/gpu/{run,sanitize,results.py} "$dir/top/bench/gpu/"
python=$(command -v python3) || { echo "1..0 # SKIP no python3"; exit 0; }

# build: what a test wants of it stands in $BUILD. test-cuda and bench-cuda are told
# by $TEST and $BENCH, which see the cases' name as $1.
cat >"$dir/top/bench/gpu/build" <<'BUILD'
#!/usr/bin/env bash
eval "$BUILD"
printf '#!/usr/bin/env bash\neval "$TEST"\n' >"$1/test-cuda"
printf '#!/usr/bin/env bash\neval "$BENCH"\n' >"$1/bench-cuda"
chmod +x "$1"/*-cuda
echo /nowhere >"$1/libraries"
BUILD
# python3: one that has PyTorch.
cat >"$dir/bin/python3" <<PYTHON
#!/usr/bin/env bash
case "\$*" in
  *find_spec*torch*) exit 0 ;;
  *compare_torch.py*) echo '{"case": "one", "psnr": "inf"}' ;;
  *) exec "$python" "\$@" ;;
esac
PYTHON
printf '#!/bin/sh\necho "A GPU, 1.0"\n' >"$dir/bin/nvidia-smi"
# compute-sanitizer: says how it was called, hangs in racecheck, and finds something in
# memcheck's first share.
cat >"$dir/bin/compute-sanitizer" <<'TOOL'
#!/usr/bin/env bash
echo "# $*"
echo "ok 1 - /a"
case "$*" in
  *racecheck*) [ -z "${pid:-}" ] || kill "$(cat "$pid")"; sleep 9 ;;
  *memcheck*" 1/"*) exit 9 ;;
  *memcheck*) exit 1 ;;
esac
echo 1..1
TOOL
printf '#!/bin/sh\necho 4\n' >"$dir/bin/nproc"
chmod +x "$dir/top/bench/gpu/build" "$dir/bin"/*

export PATH=$dir/bin:$PATH BUILD=: SPADE_TOTAL=60 SPADE_LIMIT=20
export TEST='echo "# one: 70 dB"; echo "ok 1 - /a"; echo 1..1'
export BENCH='echo "{\"case\": \"one\", \"format\": \"f16\"}"'

run () { "$dir/top/bench/gpu/run" "$dir/out" >"$dir/said" 2>&1; }

# judge NAME EXPRESSION: on the results, r, and how run ended, $rc.
judge ()
{
  if "$python" -c 'import json, sys
r = json.load(open(sys.argv[1]))
ended = {part["part"]: part["ended"] for part in r["parts"]}
rc = int(sys.argv[3])
assert eval(f"({sys.argv[2]})"), (r, rc)' "$dir/out/results.json" "$2" "$rc" 2>"$dir/why"; then
    echo "ok - $1"
  else
    echo "not ok - $1"
    sed 's/^/# /' "$dir/why"
  fi
}

echo 1..12
run; rc=$?
judge "all parts that end well are in the results" \
  'rc == 0 and len(ended) == 14 and set(ended.values()) == {"0"}
   and r["tests"]["windows"]["notes"] == ["one: 70 dB"] and r["tests"]["cases"]["passed"] == 1'
rc=$(find "$dir/out" -type f | wc -l)
judge "no more than eight files come back" "rc <= 8"

SPADE_PARTS="goldens torch-autotune" run; rc=$?
judge "parts that are named run, and no others" \
  'rc == 0 and ended == {"build": "0", "goldens": "0", "torch-autotune": "0"}'

export SPADE_SANITIZE="memcheck racecheck initcheck" SPADE_LIMIT=1
SPADE_PARTS=$SPADE_SANITIZE run; rc=$?
judge "a sanitizer's verdict is its part's, and what it said before its limit is kept" \
  'ended == {"build": "0", "memcheck": "9", "racecheck": "124, over its limit", "initcheck": "0"}
   and len(r["tests"]["racecheck"]["notes"]) == 2 and not r["tests"]["memcheck"]["is_whole"]'
judge "a sanitizer runs in shares, and initcheck knows itself" \
  'r["tests"]["initcheck"]["is_whole"] and r["tests"]["initcheck"]["passed"] == 2 and
   sorted(note.split("test-cuda ")[1] for note in r["tests"]["initcheck"]["notes"])
   == [f"--initcheck --share {i}/2 cases/goldens.bin" for i in (1, 2)]'
unset SPADE_SANITIZE
export SPADE_LIMIT=20

# shellcheck disable=SC2016 # for later
export TEST='case $1 in
  *goldens*) echo "not ok 1 - /a"; echo "# too far"; echo 1..1; exit 1 ;;
  *windows*) echo "ok 1 - /b"; sleep 9 ;;
esac' SPADE_LIMIT=1
export BENCH='echo "{\"case\": \"on"; echo "{\"case\": \"two\"}"; printf "{\"case\": \"thr"; exit 3'
run; rc=$?
judge "a part that fails is told with its reason, and the next ones run" \
  'rc == 1 and ended["goldens"] == "1" and ended["measuring"] == "3" and ended["torch"] == "0"
   and r["tests"]["goldens"]["failed"] == [{"test": "/a", "reason": "too far"}]'
judge "a part that hangs ends at its limit, and the next ones run" \
  'ended["windows"] == "124, over its limit" and ended["cases"] == "0"
   and r["tests"]["windows"]["passed"] == 1 and not r["tests"]["windows"]["is_whole"]'
judge "lines that are cut off spoil no others" \
  '[c for c in r["cuda"] if "case" in c] == [{"case": "two"}] * 2 and r["lines_left_out"] == 4
   and r["cuda"][0] == {"nvidia_smi": "A GPU, 1.0"}'

export pid=$dir/pid SPADE_LIMIT=20
# shellcheck disable=SC2016
export TEST='echo "ok 1 - /a"; kill "$(cat "$pid")"; sleep 9' BENCH=:
(echo "$BASHPID" >"$pid"; exec "$dir/top/bench/gpu/run" "$dir/out" >"$dir/said" 2>&1); rc=$?
judge "who is stopped says so and keeps what there is" \
  'rc == 130 and ended["goldens"] == "stopped" and r["tests"]["goldens"]["passed"] == 1
   and "measuring" not in ended'

export SPADE_SANITIZE=racecheck SPADE_PARTS=racecheck
(echo "$BASHPID" >"$pid"; exec "$dir/top/bench/gpu/run" "$dir/out" >"$dir/said" 2>&1); rc=$?
unset SPADE_SANITIZE SPADE_PARTS
judge "what a sanitizer said before is kept, too" \
  'rc == 130 and ended["racecheck"] == "stopped" and r["tests"]["racecheck"]["passed"] > 0'

export SPADE_TOTAL=14
run; rc=$?
judge "what there is no time for is skipped" '"skipped" in ended["build"]'

export SPADE_TOTAL=60 BUILD='echo "no such header"; exit 2'
run; rc=$?
judge "a build that fails is told" \
  'rc == 2 and ended == {"build": "2"} and r["log_ends"][-1] == "no such header"'
