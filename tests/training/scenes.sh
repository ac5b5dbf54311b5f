#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# The scene renderer gives the same bytes whatever the number of threads, a
# picture of its own per seed, maps of the 18 labels alone, and trees in front
# where they are asked for.
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

echo 1..6
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
exit $failed
