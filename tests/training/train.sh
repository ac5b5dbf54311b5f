#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# The way of a model, with a toy of one: rendered pictures, a segmentation network, crops of 128 pixels
# and then whole pictures, windows and moods, export, and a picture that the product makes of it.
scenes=$1
spade=$2
source=$3
scripts=$source/training
python3 -c 'import torch' 2>/dev/null || { echo "1..0 # SKIP no PyTorch"; exit 0; }
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
failed=0

judge ()
{
  if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; sed 's/^/# /' "$dir/log"; failed=1; fi
}

render () # NAME SIZE COUNT [STYLE]
{
  "$scenes" --seed 7 --count "$3" --size "$2" --labels natural --format raw --out "$dir/$1-$2.raw" ${4:+--style "$4"}
}

run ()
{
  script=$1; shift
  python3 "$scripts/$script" "$@" >"$dir/log" 2>&1
}

# Starts a run in a group of its own, and tells the whole group to stop at its first line of losses.
stopped ()
{
  touch "$dir/before"
  setsid python3 "$scripts/train.py" "$@" --minutes 9 >"$dir/log" 2>&1 &
  run=$!
  for _ in $(seq 90); do
    [ -f "$dir/run/losses.csv" ] && break
    sleep 1
  done
  kill -TERM "-$run"
  { sleep 60; kill -KILL "-$run"; } 2>/dev/null &
  watch=$!
  wait "$run"
  status=$?
  kill "$watch" 2>/dev/null
  [ "$status" = 0 ] && [ -f "$dir/run/losses.csv" ] && [ -n "$(find "$dir/run/checkpoint.pt" -newer "$dir/before")" ]
}

echo 1..10
export XDG_CACHE_HOME="$dir/cache"
run compare.py --side 32 --channels 24
judge "the kernels give what PyTorch's operations give" $?
PYTHONPATH=$scripts python3 - >"$dir/log" 2>&1 <<'PYTHON'
import torch
import data, paint
maps = torch.full((2, 96, 128), data.SKY, dtype=torch.uint8)
maps[:, 20:40, 30:90:2] = data.CLOUDS  # ragged, as no person paints
maps[:, 60:] = data.CLASS_NAMES.index("sea")
for strength in 0, 0.5, 1:
    painted = paint.billow(maps, data.CLOUDS, data.SKY, strength, 96)
    changed = painted != maps
    assert painted.dtype == maps.dtype and changed.any()
    assert (maps[changed] == data.SKY).all() and (painted[changed] == data.CLOUDS).all()
    assert (painted[:, 22:38, 32:87] == data.CLOUDS).all() and data.agree(painted, maps).all()
PYTHON
judge "clouds get a smooth shape around them, and nothing else changes" $?
render pool 256 8; render other 256 2; render large 512 2; render mood 256 4 sunset; render large-mood 512 1 dusk
run segmenter.py --pool "$dir/pool-256.raw" --out "$dir/segmenter.pt" --minutes 0.03
judge "a segmentation network learns from a pool" $?
set -- --run-dir "$dir/run" --pool "$dir/pool-256.raw" --held-out "$dir/pool-256.raw" \
  --features "$dir/segmenter.pt" --warmup 0 --paint --weights detail=8 pixel=0.5 outline=60 weave=8
run train.py "$@" --size 128 --batch 2 --teach-steps 2 --nf 4 --n-hidden 8 --z-dim 16 --encoder-nf 4 --critic-nf 8 --steps 4
judge "a run begins with crops" $?
run train.py "$@" --pool "$dir/pool-256.raw" "$dir/large-512.raw" "$dir/other-256.raw" \
  --large-pool "$dir/large-512.raw" --mood-pool "$dir/mood-256.raw" \
  --large-mood-pool "$dir/large-mood-512.raw" --size 256 --batch 4 --swap 1 --prior 1 --freeze-norm --match-prior --steps 8
judge "and goes on with whole pictures of several pools, large ones and moods" $?
run train.py "$@" --large-pool "$dir/large-512.raw" --size 256 --batch 8 --swap 4 --prior 4 --freeze-norm --steps 2
judge "and with batches so large that those of large pictures are several" $?
run widen.py --run-dir "$dir/run" --nf 6 --pool "$dir/pool-256.raw" &&
  run train.py "$@" --size 256 --batch 2 --freeze-norm --steps 10
judge "its generator becomes wider and goes on" $?
run export.py --run-dir "$dir/run" --pool "$dir/pool-256.raw" --out "$dir/toy.safetensors"
judge "it is exported" $?
"$spade" synth --model "$dir/toy.safetensors" --map "$source/examples/lake.png" --size 256x256 -o "$dir/lake.png" >"$dir/log" 2>&1 &&
  [ -s "$dir/lake.png" ]
judge "and the product makes a picture of it" $?
stopped "$@" --size 128 --batch 2 --freeze-norm
judge "a run that is stopped with all its group saves itself" $?
exit $failed
