# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: models by script: imported, used, removed. The user's data
# folder is $XDG_DATA_HOME, in this test's own profile.

goldens=$here/../data/golden
rm -rf "$folder"/note-* "$XDG_DATA_HOME/gimp-spade"
cat >"$folder/models.scm" <<END
(script-fu-use-v3)
(define (note name what)
  (let ((port (open-output-file (string-append "$folder/note-" name))))
    (write what port)
    (close-output-port port)))
(define (models) (plug-in-spade-manage-models #:run-mode RUN-NONINTERACTIVE))
(define (import file encoder name)
  (plug-in-spade-import-model #:generator (string-append "$goldens/" file)
    #:encoder (if (string=? encoder "") "" (string-append "$goldens/" encoder))
    #:name name))
(note "none" (car (models)))
(note "path" (import "coco-stuff-f16.pth" "" "coco"))
(import "normal-vae-below.pth" "normal-vae-below-encoder.pth" "with style")
(note "two" (models))
(plug-in-spade-set-default-model #:name "with style")
(note "default" (cadr (models)))
(plug-in-spade-set-default-model #:name "coco")
(define map (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE
                                   #:width 64 #:height 64))
(note "used" (gimp-image-get-width (car (plug-in-spade-synthesize
  #:run-mode RUN-NONINTERACTIVE #:image map #:output "new-image"
  #:drawables (gimp-image-get-layers map) #:size "64x64" #:device "ref"))))
(plug-in-spade-remove-model #:name "coco")
(note "removed" (models))
END
scheme "(load \"$folder/models.scm\")" >"$folder/log" 2>&1 || true

# Runs one call that must fail; leaves what GIMP said in log-NAME.
fails ()
{
  status=0
  scheme "(script-fu-use-v3) $2" >"$folder/log-$1" 2>&1 || status=$?
  [ $status = 70 ] || echo "it ended with $status" >"$folder/log-$1"
}
fails taken "(plug-in-spade-import-model #:name \"with style\"
  #:generator \"$goldens/coco-stuff-f16.pth\")"
fails waste "(plug-in-spade-import-model #:name \"waste\"
  #:generator \"$goldens/INDEX.md\")"
fails missing "(plug-in-spade-remove-model #:name \"atlantis\")"

# What weights do not tell can be told; the model's file says what was understood.
scheme "(script-fu-use-v3) (plug-in-spade-import-model #:name \"told\"
  #:generator \"$goldens/normal-syncbatch.pth\" #:class-set \"\" #:edges #t)" \
  >"$folder/log-told" 2>&1 || true
told=$XDG_DATA_HOME/gimp-spade/models/told.safetensors
understood=$(head -c 2000 "$told" | tr -d ' \\' |
  grep -ao '"classes":[0-9]*\|"edge":[a-z]*' | sort | tr '\n' ' ')
rm -f "$told"

# Classes of a palette; a new map has them.
printf 'GIMP Palette\n#\n1 2 3 skin\n4 5 6 hair\n7 8 9 sky\n10 11 12 hat\n13 14 15 grass\n' \
  >"$folder/face.gpl"
scheme "(script-fu-use-v3)
(plug-in-spade-import-model #:name \"face\" #:class-set \"$folder/face.gpl\"
  #:generator \"$goldens/normal-syncbatch.pth\")
(plug-in-spade-set-default-model #:name \"face\")
(define map (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE
  #:width 64 #:height 64 #:classes \"model\"))
(define palette (gimp-image-get-palette map))
(plug-in-spade-map-palette #:run-mode RUN-NONINTERACTIVE #:image map
  #:drawables (gimp-image-get-layers map) #:classes \"0=hair\")
(define picture (car (plug-in-spade-synthesize
  #:run-mode RUN-NONINTERACTIVE #:image map #:output \"new-image\"
  #:drawables (gimp-image-get-layers map) #:size \"64x64\" #:device \"ref\")))
(let ((port (open-output-file \"$folder/note-own\")))
  (write (list (gimp-palette-get-color-count palette)
    (gimp-palette-get-entry-name palette 1) (gimp-image-get-width picture)
    (cadr (plug-in-spade-manage-models #:run-mode RUN-NONINTERACTIVE))) port)
  (close-output-port port))
(plug-in-spade-remove-model #:name \"face\")" >"$folder/log-own" 2>&1 || true

n=0
# check SENTENCE FOUND WANTED: FOUND matches the pattern WANTED.
check ()
{
  n=$((n + 1))
  case $2 in
    $3) echo "ok $n - $1" ;;
    *) echo "not ok $n - $1"; echo "# $2"; sed 's/^/# /' "$folder/log" ;;
  esac
}
noted () { cat "$folder/note-$1" 2>/dev/null || true; }
check "at first there are no models" "$(noted none)" '()'
check "an import gives the file of the model" "$(noted path)" \
  "\"$XDG_DATA_HOME/gimp-spade/models/coco.safetensors\""
check "imported models are listed" "$(noted two)" '(("coco" "with style") "coco")'
check "one can be made the default" "$(noted default)" '"with style"'
check "which is used where none is named" "$(noted used)" 64
check "a removed model is gone, and no default any more" "$(noted removed)" \
  '(("with style") "with style")'
check "a name that is taken is an error" "$(cat "$folder/log-taken")" \
  '*There is already a model "with style"; choose another name.*'
check "and so is a file that is no checkpoint" "$(cat "$folder/log-waste")" \
  '*INDEX.md*'
check "which leaves no file behind" \
  "$(ls "$XDG_DATA_HOME/gimp-spade/models")" 'with style.safetensors'
check "an import can be told of edges" "$understood" '"classes":4 "edge":true '
check "or of the classes' own names, which a new map then has" "$(noted own)" \
  '(5 "hair" 64 "face")'
check "and the removal of what is not there" "$(cat "$folder/log-missing")" \
  '*There is no model "atlantis".*'
echo "1..$n"
