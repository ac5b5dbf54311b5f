# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
#
# Sourced by run.sh: GIMP's Repeat after a style that was an open image, which GIMP
# cannot keep in its file of arguments, and a second one, which it can; then after that
# image has been closed.

. "$here/window.sh"

open_gimp "(define style (gimp-file-load RUN-NONINTERACTIVE \"$root/examples/meadow.png\"))
(define map (gimp-image-get-layers image))
(define (pixel)
  (gimp-drawable-get-pixel (vector-ref (gimp-image-get-layers image) 0) 20 20))
(define-macro (run mode . arguments)
  \`(begin
     (plug-in-spade-synthesize #:run-mode ,mode #:image image #:drawables map
       #:model \"$root/models/landscape.safetensors\" #:size \"256x192\"
       #:device \"cpu\" ,@arguments)
     (pixel)))
(gimp-display-new image)
(note \"start\")
(define plain (run RUN-NONINTERACTIVE))
(define first (run RUN-NONINTERACTIVE #:style-image style))
(define mixed (run RUN-NONINTERACTIVE #:style-image style #:mix 0.7 #:roughen-outlines 0.6
                #:mix-style \"$root/examples/winter.png\"))
(define styled (run RUN-INTERACTIVE #:style-image style #:mix 0.7 #:roughen-outlines 0.6
                 #:mix-style \"$root/examples/winter.png\"))
(note \"styled\")
(write-state \"mixed\" (list (equal? first mixed) (equal? mixed styled)))
(write-state \"repeated\" (list (equal? plain styled)
                                (equal? styled (run RUN-WITH-LAST-VALS))))
(write-state \"reopened\" (equal? styled (run RUN-INTERACTIVE)))
(gimp-image-delete style)
(write-state \"closed\" (catch 'refused (run RUN-WITH-LAST-VALS)))
(note \"done\")"

wait_for start
meet_dialog styled
xdotool key alt+o
wait_for styled
wait_for repeated
meet_dialog again
xdotool key alt+o
wait_for "done"
wait $gimp || true

check "the dialog mixes two styles as the procedure does" "$(state mixed)" '(#f #t)'
check "Repeat takes both styles again" "$(state repeated)" '(#f #t)'
check "and so does the dialog" "$(state reopened)" '#t'
check "once it is closed Repeat refuses" "$(state closed)" refused
check "and adds no picture" "$(state "done")" '(0 7 *)'
check_no_complaints
echo "1..$n"
