; SPDX-License-Identifier: GPL-3.0-or-later
; Copyright (C) 2026 the gimp-spade authors
;
; One map file to one picture file, through GIMP in batch:
;
;   gimp-console-3 -i -f --batch-interpreter plug-in-script-fu-eval \
;     -b '(load "examples/synthesize.scm")
;         (synthesize-file "examples/lake.png" "lake.jpg" "" "styles/sunset.jpg" 7)' --quit

(script-fu-use-v3)

; model: a file, the name of an installed model, or "" for the default.
; style: a picture whose light the result takes, or "" for a random one.
; The picture is a layer above the map, so saving flattens it over the map.
(define (synthesize-file map-path picture-path model style seed)
  (let* ((image (gimp-file-load RUN-NONINTERACTIVE map-path))
         (layers (gimp-image-get-layers image))
         (result (plug-in-spade-synthesize #:run-mode RUN-NONINTERACTIVE
                                           #:image image
                                           #:drawables layers
                                           #:model model
                                           #:style style
                                           #:size "map" ; "native" is quicker
                                           #:seed seed)))
    (gimp-file-save RUN-NONINTERACTIVE (car result) picture-path -1)
    (gimp-image-delete (car result))))
