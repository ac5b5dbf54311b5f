#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""markdown-to-html.py IN.md OUT.html DEPFILE: one page without other files.

What our guide uses of Markdown: headings, paragraphs, lists, tables, code,
links, pictures (which go into the page). Links to other files of the checkout
become text, since those are not installed.
"""

import base64
import html
import os
import re
import sys

STYLE = """body { max-width: 46em; margin: 2em auto; padding: 0 1em;
  font-family: sans-serif; line-height: 1.5 }
img { max-width: 100% } pre, code { background: #8882 } pre { padding: 0.7em;
  overflow: auto } td, th { border: 1px solid #8886; padding: 0.2em 0.6em;
  text-align: left } table { border-collapse: collapse }"""

used = []


def picture(match):
    path = os.path.join(os.path.dirname(sys.argv[1]), match.group(2))
    used.append(path)
    kind = 'png' if path.endswith('.png') else 'jpeg'
    with open(path, 'rb') as file:
        data = base64.b64encode(file.read()).decode()
    return '<img alt="%s" src="data:image/%s;base64,%s">' % (
        match.group(1), kind, data)


def link(match):
    text, target = match.groups()
    if not target.startswith(('#', 'https://')):
        return text
    return '<a href="%s">%s</a>' % (target, text)


def inline(text):
    codes = []

    def keep(match):
        codes.append('<code>%s</code>' % html.escape(match.group(1), False))
        return '\0%d\0' % (len(codes) - 1)

    text = html.escape(re.sub(r'`([^`]+)`', keep, text), False)
    text = re.sub(r'!\[([^]]*)\]\(([^)]+)\)', picture, text)
    text = re.sub(r'\[([^]]*)\]\(([^)]+)\)', link, text)
    text = re.sub(r'\*\*(.+?)\*\*', r'<strong>\1</strong>', text)
    return re.sub('\0(\\d+)\0', lambda match: codes[int(match.group(1))], text)


def table(lines):
    rows = [[cell.strip() for cell in line.strip().strip('|').split('|')]
            for line in lines]
    out = ['<table>']
    for i, cells in enumerate(rows):
        if i == 1 or (i == 0 and not any(cells)):  # the rule; an empty head
            continue
        tag = 'td' if i else 'th'
        out.append('<tr>%s</tr>' % ''.join(
            '<%s>%s</%s>' % (tag, inline(cell), tag) for cell in cells))
    return '\n'.join(out + ['</table>'])


def items(lines):
    ordered = lines[0][0].isdigit()
    joined = []
    for line in lines:
        start = re.match(r'(- |\d+\. )(.*)', line)
        if start:
            joined.append(start.group(2))
        else:
            joined[-1] += ' ' + line.strip()
    tag = 'ol' if ordered else 'ul'
    return '<%s>\n%s\n</%s>' % (
        tag, '\n'.join('<li>%s</li>' % inline(item) for item in joined), tag)


def block(text):
    lines = text.split('\n')
    heading = re.match(r'(#+) (.*)$', text)
    if heading:
        name = re.sub(r'[^a-z0-9 -]', '', heading.group(2).lower())
        level = len(heading.group(1))
        return '<h%d id="%s">%s</h%d>' % (
            level, name.replace(' ', '-'), inline(heading.group(2)), level)
    if all(line.startswith('    ') for line in lines):
        return '<pre>%s</pre>' % html.escape(
            '\n'.join(line[4:] for line in lines), False)
    if lines[0].startswith('|'):
        return table(lines)
    if re.match(r'(- |\d+\. )', lines[0]):
        return items(lines)
    return '<p>%s</p>' % inline(' '.join(lines))


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        text = file.read()
    title = html.escape(re.search(r'^# (.*)$', text, re.M).group(1))
    blocks = [block(part) for part in re.split(r'\n\n+', text.strip('\n'))]
    with open(sys.argv[2], 'w', encoding='utf-8') as file:
        file.write('<!DOCTYPE html>\n<meta charset="utf-8">\n'
                   '<title>%s</title>\n<style>%s</style>\n%s\n' %
                   (title, STYLE, '\n'.join(blocks)))
    with open(sys.argv[3], 'w', encoding='utf-8') as file:
        file.write('%s: %s\n' % (sys.argv[2], ' '.join(used)))


main()
