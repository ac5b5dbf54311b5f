# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: new maps, and palettes whose entries get classes.

rm -f "$folder"/note-*
cat >"$folder/palette.scm" <<END
(script-fu-use-v3)
(define (note name what)
  (let ((port (open-output-file (string-append "$folder/note-" name))))
    (display what port)
    (close-output-port port)))
(define (entry image i)
  (gimp-palette-get-entry-name (gimp-image-get-palette image) i))
(define (n-colours image)
  (gimp-palette-get-color-count (gimp-image-get-palette image)))
(define (synthesize image)
  (car (plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE #:image image
    #:drawables (gimp-image-get-layers image) #:output "new-image"
    #:model "$folder/plain.safetensors" #:device "ref")))

(note "docked" (map (lambda (name)
    (gimp-palette-get-color-count (gimp-palette-get-by-name name)))
  '("GauGAN Beta" "COCO-Stuff" "ADE20K" "Cityscapes")))
(define small (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE
                                     #:width 80 #:height 60))
(note "small" (list (gimp-image-get-base-type small)
  (gimp-image-get-width small) (gimp-image-get-height small)
  (n-colours small) (entry small 0) (entry small 17)))
(note "painted" (gimp-image-get-width (synthesize small)))
(define all (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE
                                   #:classes "coco-stuff"))
(note "all" (list (n-colours all) (entry all 182)))
(note "others" (map (lambda (classes)
    (n-colours (plug-in-spade-new-map #:run-mode RUN-NONINTERACTIVE
                                      #:classes classes)))
  '("ade20k" "cityscapes")))

; A palette of two colours that mean nothing: 12 pixels each.
(define foreign (gimp-image-new 6 4 INDEXED))
(gimp-image-set-palette foreign (let ((p (gimp-palette-new "two")))
  (gimp-palette-add-entry p "one" '(1 2 3))
  (gimp-palette-add-entry p "two" '(4 5 6)) p))
(let ((layer (gimp-layer-new foreign "map" 6 4 INDEXED-IMAGE 100 LAYER-MODE-NORMAL)))
  (gimp-image-insert-layer foreign layer 0 0)
  (gimp-context-set-foreground '(1 2 3))
  (gimp-drawable-fill layer FILL-FOREGROUND)
  (gimp-image-select-rectangle foreign CHANNEL-OP-REPLACE 0 0 3 4)
  (gimp-context-set-foreground '(4 5 6))
  (gimp-drawable-edit-fill layer FILL-FOREGROUND)
  (gimp-selection-none foreign))
(define (map-palette classes rewrite)
  (plug-in-spade-map-palette #:run-mode RUN-NONINTERACTIVE #:image foreign
    #:drawables (gimp-image-get-layers foreign) #:classes classes
    #:rewrite rewrite))
(map-palette "0=tree;1=sea" FALSE)
(note "kept" (list (entry foreign 0) (length (gimp-image-get-parasite-list foreign))))
(note "used" (gimp-image-get-width (synthesize foreign)))
(map-palette "0=tree;1=sea" TRUE)
(plug-in-spade-map-palette #:run-mode RUN-NONINTERACTIVE #:image foreign
  #:drawables (gimp-image-get-layers foreign) #:class-set "ade20k"
  #:classes "0=road;1=skyscraper" #:rewrite TRUE)
(note "shared" (list (entry foreign 0) (entry foreign 1)
  (equal? (gimp-palette-get-entry-color (gimp-image-get-palette foreign) 0)
          (gimp-palette-get-entry-color (gimp-image-get-palette foreign) 1))))
(map-palette "0=tree;1=sea" TRUE)
(note "rewritten" (list (entry foreign 0) (entry foreign 1) (n-colours foreign)))
; The same map in the colours of ADE20K, sky and grass.
(gimp-image-detach-parasite foreign "gimp-spade-map")
(gimp-image-set-palette foreign (let ((p (gimp-palette-new "ade")))
  (gimp-palette-add-entry p "one" '(6 230 230))
  (gimp-palette-add-entry p "two" '(4 250 7)) p))
(map-palette "auto" TRUE)
(note "ade" (list (entry foreign 0) (entry foreign 1)))
(let ((port (open-output-file "$folder/mine.gpl")))
  (display "GIMP Palette\n156 238 221 snow\n123 200 0 ocean\n" port)
  (close-output-port port))
(map-palette "$folder/mine.gpl" TRUE)
(note "gpl" (list (entry foreign 0) (entry foreign 1)))
(note "end" "end")
(gimp-image-detach-parasite foreign "gimp-spade-map")
END
scheme "(load \"$folder/palette.scm\")" >"$folder/log" 2>&1 || true

cat >"$folder/incomplete.scm" <<END
(load "$folder/palette.scm")
(gimp-image-set-palette foreign (gimp-palette-get-by-name "two"))
(map-palette "0=tree" FALSE)
END
cat >"$folder/short.scm" <<END
(load "$folder/palette.scm")
(define short (gimp-image-new 6 4 INDEXED))
(gimp-image-insert-layer short (gimp-layer-new short "map" 6 4 INDEXED-IMAGE 100
  LAYER-MODE-NORMAL) 0 0)
(plug-in-spade-map-palette #:run-mode RUN-NONINTERACTIVE #:image short
  #:drawables (gimp-image-get-layers short))
END
scheme "(load \"$folder/short.scm\")" >"$folder/log-short" 2>&1 || true
status=0
scheme "(load \"$folder/incomplete.scm\")" >"$folder/log-incomplete" 2>&1 || status=$?

n=0
check ()
{
  n=$((n + 1))
  if [ "$2" = "$3" ]; then
    echo "ok $n - $1"
  else
    echo "not ok $n - $1"; echo "# $2"; sed 's/^/# /' "$folder/log"
  fi
}
noted () { cat "$folder/note-$1" 2>/dev/null || true; }
check "GIMP reads the palettes that are installed" "$(noted docked)" \
  "(18 183 151 29)"
check "a new map is indexed and its entries are classes" "$(noted small)" \
  "(2 80 60 18 bush water-other)"
check "and can be synthesized as it is" "$(noted painted)" 80
check "a new map can have all classes" "$(noted all)" "(183 unlabeled)"
check "a color that two classes share is one's alone" "$(noted shared)" \
  "(road skyscraper #f)"
check "or those of another set, of equal colors one" "$(noted others)" "(150 29)"
check "a class table is kept in the image alone" "$(noted kept)" '(#0 1)'
check "and decides what the palette means" "$(noted used)" 6
check "the palette takes standard colours and names" "$(noted rewritten)" \
  "(tree sea 2)"
check "the colors of a palette that is recognized are mapped" "$(noted ade)" \
  "(sky-other grass)"
check "and those that a palette file names" "$(noted gpl)" "(snow sea)"
check "an incomplete table is an error" "$status" 70
check "that lists the entries" \
  "$(grep -o -m 1 '1 (no name, #040506, 12 pixels)\.' "$folder/log-incomplete")" \
  '1 (no name, #040506, 12 pixels).'
check "pixels without any entry are told" \
  "$(grep -om 1 'beyond the end of its palette' "$folder/log-short")" \
  'beyond the end of its palette'
echo "1..$n"
