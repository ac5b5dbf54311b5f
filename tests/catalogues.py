#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""catalogues.py CHECKOUT: every catalogue of po/ is complete and consistent.

A mnemonic is a letter after "_". Those of one page, and of the buttons that
are seen with it, must differ: two that are the same need two key presses, and
GIMP warns.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

XGETTEXT = ['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_',
            '--keyword=C_:1c,2', '--keyword=NC_:1c,2',
            '--add-location=file', '--files-from',
            'po/POTFILES.in']
SYNTHESIZE = ['ui/templates/preview-pane.ui']
CLASS_TABLE = ['ui/templates/class-table-view.ui']
# What is seen together. Labels that end in "..." are menu entries in C.
PAGES = {
    'styles': SYNTHESIZE + ['ui/templates/style-picker.ui',
                            'ui/templates/style-board.ui'],
    'classes': SYNTHESIZE + CLASS_TABLE,
    'variations': SYNTHESIZE + ['ui/templates/variations-grid.ui'],
    'settings': SYNTHESIZE + ['plugin/dialog-settings.c',
                              'ui/templates/size-chooser.ui'],
    'map palette': CLASS_TABLE + ['plugin/map-palette.c'],
    'new map': ['plugin/new-map.c'],
    'models': ['ui/templates/model-manager.ui', 'plugin/manage-models.c'],
    'import': ['ui/templates/import-form.ui', 'plugin/manage-models.c'],
}
# OK, Cancel, Help, Reset, Load and Save Settings in GIMP 3.0's catalogues.
GIMP_BUTTONS = {'de': 'OCHZGS', 'es': 'ACYRG', 'fr': 'VNHRCS',
                'it': 'OUARLS', 'ja': 'OCHRLS', 'ko': 'OCHRLS',
                'pl': 'OACPLS', 'pt_BR': 'OCARS', 'ru': 'OОТССЗ',
                'zh_CN': 'OCHRLS', 'zh_TW': 'OCHRLS'}
OF_PROCEDURES = ('styles', 'classes', 'variations', 'settings', 'map palette',
                 'new map')

checks = 0


def check(sentence, faults):
    global checks
    checks += 1
    print('%sok %d - %s' % ('not ' if faults else '', checks, sentence))
    for fault in faults:
        print('# ' + fault.replace('\n', '\\n'))


def read_entries(text):
    """{msgid: (translations, files, is_fuzzy)} of a catalogue."""
    entries = {}
    for block in re.split(r'\n\n+', text):
        lines = [line for line in block.split('\n')
                 if not line.startswith('#~')]
        strings, key = {}, None
        for line in lines:
            start = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) ',
                             line)
            if start:
                key = start.group(1)
                strings[key] = ''
                line = line[start.end():]
            if key and line.startswith('"'):
                strings[key] += line[1:-1]
        if strings.get('msgid'):
            files = ' '.join(line[3:] for line in lines
                             if line.startswith('#: ')).split()
            translations = [value for name, value in strings.items()
                            if name.startswith('msgstr')]
            entries[strings['msgid']] = (
                translations, files,
                any(line.startswith('#, ') and 'fuzzy' in line
                    for line in lines))
    return entries


def mnemonic(text):
    found = re.search(r'_(\w)', text.replace('__', ''))
    return found.group(1).upper() if found else ''


def has_mnemonic(msgid):
    """Whether "_" is a mnemonic there, and not part of crop_size."""
    return re.search(r'(^|\W)_\w|\w_\w+( |:|\.\.\.|$)', msgid) is not None \
        and '=' not in msgid and len(msgid) < 45 \
        and not re.search(r'\w+_\w+_|crop_size|aspect_ratio|latest_net', msgid)


def find_mnemonic_faults(catalogue):
    faults = []
    for msgid, (translations, _, _) in catalogue.items():
        if not has_mnemonic(msgid):
            continue
        for text in translations:
            if not mnemonic(text):
                faults.append('"%s" has no mnemonic' % text)
    return faults


def find_clashes(template, translate, reserved):
    faults = []
    for page, files in PAGES.items():
        taken = {letter: "GIMP's own" for letter in reserved} \
            if page in OF_PROCEDURES else {}
        for msgid, (_, places, _) in template.items():
            here = [place for place in places if place in files]
            if not here or not has_mnemonic(msgid) or \
                    (msgid.endswith('...') and here[0].endswith('.c')):
                continue
            text = translate(msgid)
            letter = mnemonic(text)
            if letter in taken:
                faults.append('%s: "%s" and %s share %s' %
                              (page, text, taken[letter], letter))
            taken[letter] = '"%s"' % text
    return faults


def main():
    os.chdir(sys.argv[1])
    if not (shutil.which('xgettext') and shutil.which('msgfmt')):
        print('1..0 # SKIP gettext is missing')
        return 0
    languages = open('po/LINGUAS').read().split()
    with tempfile.TemporaryDirectory() as scratch:
        pot = os.path.join(scratch, 'template.pot')
        subprocess.run(XGETTEXT + ['-o', pot], check=True,
                       stderr=subprocess.DEVNULL)
        template = read_entries(open(pot, encoding='utf-8').read())
    check('the template has strings of code and of templates',
          [] if '_Model:' in template and 'Class table' in template
          else ['%d strings' % len(template)])
    check('LINGUAS names the catalogues',
          sorted(set(languages) ^ {name[:-3] for name in os.listdir('po')
                                   if name.endswith('.po')}))
    check('no English mnemonics clash',
          find_clashes(template, lambda msgid: msgid, 'OCHRLS'))
    for language in languages:
        path = 'po/%s.po' % language
        result = subprocess.run(['msgfmt', '--check', '-o', os.devnull, path],
                                capture_output=True, text=True)
        check(language + ': msgfmt finds no fault',
              result.stderr.splitlines() if result.returncode else [])
        catalogue = read_entries(open(path, encoding='utf-8').read())
        missing = [msgid for msgid in template
                   if msgid not in catalogue or catalogue[msgid][2] or
                   not all(catalogue[msgid][0])]
        check(language + ': every string is translated, and none is fuzzy',
              missing)
        check(language + ': nothing is left that the code does not say',
              [msgid for msgid in catalogue if msgid not in template])
        check(language + ': every mnemonic has one',
              find_mnemonic_faults(catalogue))
        check(language + ': no mnemonics clash', find_clashes(
            template, lambda msgid: (catalogue.get(msgid, [['']])[0] or [''])[0],
            GIMP_BUTTONS[language]))
    print('1..%d' % checks)
    return 0


sys.exit(main())
