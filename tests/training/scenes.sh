#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# The scene renderer gives the same bytes whatever the number of threads, a
# picture of its own per seed, maps of the 18 labels alone, trees in front and
# snow where they are asked for, and light from the left.
scenes=$1
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
side=64
count=6
picture=$((side * side * 4)) # RGB, then class ids
failed=0

judge ()
{
  if [ "$2" -eq 0 ]; then echo "ok - $1"; else echo "not ok - $1"; failed=1; fi
}

echo 1..8
for threads in 1 2; do
  "$scenes" --seed 7 --count $count --size $side --threads $threads \
    --format raw --out "$dir/$threads"
done
[ "$(stat -c %s "$dir/1")" -eq $((picture * count)) ]
judge "each pair has its pixels and its class ids" $?
cmp -s "$dir/1" "$dir/2"
judge "threads do not change a byte" $?

"$scenes" --seed 9 --count 1 --size $side --format raw --out "$dir/ninth"
tail -c +$((2 * picture + 1)) "$dir/1" | head -c $picture | cmp -s - "$dir/ninth"
judge "picture i of seed s is picture 0 of seed s + i" $?
[ -s "$dir/ninth" ] && ! head -c $picture "$dir/1" | cmp -s - "$dir/ninth"
judge "seeds differ" $?

# bush clouds dirt grass gravel hill mountain plant-other river road rock sand
# sea sky-other snow stone tree water-other
allowed=" 96 105 110 123 124 126 134 141 147 148 149 153 154 156 158 161 168 177 "
unknown=
i=0
while [ $i -lt $count ]; do
  for id in $(tail -c +$((i * picture + side * side * 3 + 1)) "$dir/1" \
      | head -c $((side * side)) | od -An -v -tu1 -w1 | sort -un); do
    case $allowed in *" $id "*) ;; *) unknown="$unknown $id" ;; esac
  done
  i=$((i + 1))
done
[ -s "$dir/1" ] && [ -z "$unknown" ]
judge "maps hold the 18 labels alone" $?
[ -z "$unknown" ] || echo "# other class ids:$unknown"

# Share of the pixels that are trees, in thousandths.
trees ()
{
  "$scenes" --seed 7 --count 16 --size $side --stats "$@" |
    awk '$1 == "tree" { printf "%d", 10 * $3 }'
}
some=$(trees) more=$(trees --near)
[ -n "$some" ] && [ "${more:-0}" -gt "$some" ]
judge "--near gives more trees ($some, $more)" $?

# In how many pictures of a hundred there is snow.
snow=$("$scenes" --seed 7 --count 8 --size $side --stats --snow --style autumn |
  awk '$1 == "snow" { printf "%d", $4 }')
[ "${snow:-0}" -eq 100 ]
judge "--snow gives snow, in autumn too" $?

# Of each row of a tree, bush, stone or rock the left half against the right one.
"$scenes" --seed 7 --count 24 --size $side --near --style clear-noon --format raw --out "$dir/lit"
lighter=$(od -An -v -tu1 -w1 "$dir/lit" | awk -v side=$side '
  function judge_run(first, end,    middle, x, sum)
  {
    if (end - first < 4) return
    middle = (first + end) / 2
    for (x = first; x < end; x++)
      sum += x + 0.5 < middle ? light[x] : x + 0.5 > middle ? -light[x] : 0
    if (sum > 0) left++; else right++
  }
  {
    at = (NR - 1) % (4 * side * side)
    if (at < 3 * side * side) { rgb[at] = $1; next }
    at -= 3 * side * side
    x = at % side
    light[x] = rgb[3 * at] + 2 * rgb[3 * at + 1] + rgb[3 * at + 2]
    kind = ($1 == 96 || $1 == 149 || $1 == 161 || $1 == 168) ? $1 : 0
    if (x == 0 || kind != last) { if (x && last) judge_run(first, x); first = x }
    if (x == side - 1 && kind) judge_run(first, side)
    last = kind
  }
  END { printf "%d", 100 * left / (left + right) }')
[ "${lighter:-0}" -ge 55 ]
judge "what is solid is lit from the left ($lighter % of its rows)" $?
exit $failed
