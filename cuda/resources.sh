#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# resources.sh [ARCH...]: what each kernel takes of a GPU, as the compiler says:
# a table of the most registers, spilled bytes and shared memory of any variant
# of a kernel, per architecture; without ARCH, of those that this nvcc knows.
# Fails when the fused pass spills.

set -euo pipefail
cd "$(dirname "$0")/kernels"
nvcc=$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)
if [ $# -eq 0 ]; then
  known=$("$nvcc" --list-gpu-arch)
  for arch in 75 80 86 89 90 100 120; do
    ! grep -qx "compute_$arch" <<<"$known" || set -- "$@" "$arch"
  done
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for arch in "$@"; do
  for file in *.cu; do
    "$nvcc" -std=c++17 -O3 -arch="sm_$arch" -Xptxas -v -cubin \
      -o "$scratch/out" "$file" >"$scratch/said" 2>&1 ||
      { tail -n 20 "$scratch/said" >&2; exit 1; }
    c++filt <"$scratch/said"
  done
done >"$scratch/log"

awk '
  /Compiling entry function/ {
    arch = $NF; gsub (/[^a-z0-9_]/, "", arch)
    name = $0
    sub (/.*Compiling entry function ./, "", name)
    if (match (name, /[a-z0-9]+_[a-z_]*kernel/))
      name = substr (name, RSTART, RLENGTH)
    else if (match (name, /[a-z0-9]+_kernel/))
      name = substr (name, RSTART, RLENGTH)
    sub (/^[0-9]+/, "", name)
    key = name " " arch
    variants[key]++
  }
  /bytes spill stores/ {
    for (i = 1; i < NF; i++)
      if ($(i + 1) == "bytes" && $(i + 2) == "spill") {
        if ($i + 0 > spills[key] + 0) spills[key] = $i + 0
      }
  }
  /Used [0-9]+ registers/ {
    for (i = 1; i < NF; i++) {
      if ($(i + 1) == "registers," && $i + 0 > registers[key] + 0)
        registers[key] = $i + 0
      if ($(i + 2) ~ /^smem/ && $i + 0 > shared[key] + 0) shared[key] = $i + 0
    }
  }
  END {
    for (key in variants) {
      split (key, part, " ")
      printf "%s %s %d %d %d %d\n", part[1], part[2], variants[key],
        registers[key], spills[key], shared[key]
    }
  }' "$scratch/log" | sort -k1,1 -k2,2V >"$scratch/table"

printf '%-20s %-8s %8s %9s %11s %12s\n' kernel arch variants registers \
  spill-bytes shared-bytes
awk '{ printf "%-20s %-8s %8d %9d %11d %12d\n", $1, $2, $3, $4, $5, $6 }' \
  "$scratch/table"
awk '$1 ~ /^modulate_.*kernel$/ { n++; if ($5 > 0) bad = 1 }
     END { exit bad || n == 0 }' "$scratch/table" ||
  { echo "resources.sh: the fused pass spills registers" >&2; exit 1; }
