# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: a script in batch, as README.md shows it.

root=$here/../..
out=$folder/out.png
rm -f "$out"
echo 1..7
n=0
check () { n=$((n + 1)); if "${@:2}"; then echo "ok $n - $1"; else echo "not ok $n - $1"; fi; }

synthesize ()
{
  status=0
  scheme "(load \"$root/examples/synthesize.scm\")
          (synthesize-file \"$1\" \"$out\" \"$2\" \"\" 7)" \
    >"$folder/log" 2>&1 || status=$?
}

synthesize "$root/examples/lake.png" "$folder/plain.safetensors"
check "a script turns a map file into a picture and exits with 0" [ $status = 0 ]
check "the picture is a PNG" grep -q PNG "$out"
check "an untrained model says so" grep -q "is untrained" "$folder/log"
# The same model, but it does not know class 149, rock.
python3 - "$folder/plain.safetensors" "$folder/narrow.safetensors" <<'END'
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
size, = struct.unpack('<Q', data[:8])
header = json.loads(data[8:8 + size])
config = json.loads(header['__metadata__']['spade.config'])
config['known_classes'] = [i for i in range(183) if i != 149]
header['__metadata__']['spade.config'] = json.dumps(config)
text = json.dumps(header).encode()
text += b' ' * (-len(text) % 8)
open(sys.argv[2], 'wb').write(struct.pack('<Q', len(text)) + text +
                              data[8 + size:])
END
synthesize "$root/examples/lake.png" "$folder/narrow.safetensors"
check "classes that the model was not trained on are named" \
  grep -q "not trained on: rock (.* % of the map)\." "$folder/log"
rm -f "$out"
synthesize "$root/examples/lake.png" "$folder/none.safetensors"
check "an error ends the script with 70" [ $status = 70 ]
check "and its message is on the terminal" grep -q none.safetensors "$folder/log"
check "and no picture is written" [ ! -e "$out" ]
