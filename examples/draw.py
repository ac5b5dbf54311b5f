#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Draws the example maps: indexed PNGs in the GauGAN Beta palette.

Usage: draw.py FOLDER. Shapes are ridgelines, blobs and strokes whose outlines
are roughened by fractal noise, so that they look painted rather than ruled.
The same numbers on every machine; needs numpy alone.
"""
import os
import struct
import sys
import zlib

import numpy as np

HEIGHT, WIDTH = 384, 512
HERE = os.path.dirname(os.path.abspath(__file__))
PALETTE = os.path.join(HERE, '..', 'palettes', 'gaugan-beta.gpl')


def read_palette(path):
    """The colours and names of a .gpl file, in order."""
    entries = []
    for line in open(path, encoding='utf-8'):
        words = line.split(None, 3)
        if len(words) == 4 and words[0].isdigit():
            entries.append((tuple(int(w) for w in words[:3]), words[3].strip()))
    return entries


def write_png(path, indices, colours):
    def chunk(kind, data):
        body = kind + data
        return (struct.pack('>I', len(data)) + body +
                struct.pack('>I', zlib.crc32(body)))
    height, width = indices.shape
    rows = b''.join(b'\0' + row.tobytes() for row in indices)
    with open(path, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n')
        f.write(chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 3,
                                           0, 0, 0)))
        f.write(chunk(b'PLTE', bytes(c for rgb in colours for c in rgb)))
        f.write(chunk(b'IDAT', zlib.compress(rows, 9)))
        f.write(chunk(b'IEND', b''))


class Canvas:
    def __init__(self, seed, names):
        self.random = np.random.RandomState(seed)
        self.number = {name: i for i, name in enumerate(names)}
        self.map = np.zeros((HEIGHT, WIDTH), np.uint8)
        self.y, self.x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)

    def line(self, period, roughness=0.5, octaves=6):
        """Fractal noise along x, about -1...1."""
        total, size = np.zeros(WIDTH), 1.0
        for _ in range(octaves):
            n = int(WIDTH / period) + 3
            knots = self.random.uniform(-1, 1, n)
            at = np.arange(WIDTH) / period
            i, t = at.astype(int), at % 1
            t = t * t * (3 - 2 * t)
            total += size * (knots[i] * (1 - t) + knots[i + 1] * t)
            period, size = max(period / 2, 2), size * roughness
        return total

    def noise(self, width, height, octaves=5, roughness=0.5):
        """Fractal noise on the plane, features of width x height pixels."""
        total, size = np.zeros((HEIGHT, WIDTH)), 1.0
        for _ in range(octaves):
            ny, nx = int(HEIGHT / height) + 3, int(WIDTH / width) + 3
            knots = self.random.uniform(-1, 1, (ny, nx))
            fy, fx = self.y / height, self.x / width
            iy, ix = fy.astype(int), fx.astype(int)
            ty, tx = fy % 1, fx % 1
            ty, tx = ty * ty * (3 - 2 * ty), tx * tx * (3 - 2 * tx)
            top = knots[iy, ix] * (1 - tx) + knots[iy, ix + 1] * tx
            low = knots[iy + 1, ix] * (1 - tx) + knots[iy + 1, ix + 1] * tx
            total += size * (top * (1 - ty) + low * ty)
            width, height = max(width / 2, 2), max(height / 2, 2)
            size *= roughness
        return total

    def paint(self, where, name):
        self.map[where] = self.number[name]

    def ground(self, name, points, height=8, period=60, roughness=0.5):
        """Everything below a line through (x, y) points."""
        xs, ys = zip(*points)
        edge = np.interp(np.arange(WIDTH), xs, ys)
        edge += height * self.line(period, roughness)
        self.paint(self.y >= edge[None, :], name)

    def discs(self, name, discs, rough):
        """Discs of (x, y, radius) in one, their outline rough by a share of the radius."""
        n = self.noise(12, 12, 4)
        for x, y, r in discs:
            self.paint(np.hypot(self.x - x, self.y - y) < r * (1 + rough * n), name)

    def cloud(self, x, y, wide):
        """Billows on an almost flat bottom at y; wide: from end to end."""
        discs = []
        for _ in range(14):
            along = self.random.uniform(-1, 1)
            r = wide * self.random.uniform(0.07, 0.1 + 0.1 * (1 - along ** 2))
            discs.append((x + 0.42 * wide * along,
                          y - r * self.random.uniform(0.2, 0.9), r))
        before, base = self.map.copy(), y + 2 * self.line(24)
        self.discs('clouds', discs, 0.12)
        self.map = np.where(self.y < base, self.map, before)

    def blob(self, name, x, y, rx, ry, rough=0.35, only=None):
        wobble = self.noise(rx, ry, 4)
        d = np.hypot((self.x - x) / rx, (self.y - y) / ry) + rough * wobble
        where = d < 1
        if only:
            where &= np.isin(self.map, [self.number[n] for n in only])
        self.paint(where, name)

    def stroke(self, name, points, rough=0.2):
        """A brush stroke through (x, y, half width) points."""
        n = self.noise(40, 20, 4)
        points = np.array(points, float)
        at = np.linspace(0, len(points) - 1, 400)
        xs, ys, ws = (np.interp(at, range(len(points)), points[:, i])
                      for i in range(3))
        k = np.ones(41) / 41
        xs, ys = (np.convolve(np.pad(v, 20, 'edge'), k, 'valid')
                  for v in (xs, ys))
        d = np.full(self.map.shape, 9.0)
        for x, y, w in zip(xs, ys, ws):
            d = np.minimum(d, np.hypot((self.x - x) / w,
                                       (self.y - y) / (w * 0.45 + 1)))
        self.paint(d + rough * n < 1, name)

    def tree(self, x, y, size):
        """A crown of many round parts; the trunk is part of the class."""
        up = np.clip((y - self.y) / size, 0, 1)
        trunk = size * (0.028 + 0.05 * np.exp(-14 * up)) + 0.6
        self.paint((abs(self.x - x) < trunk) & (self.y > y - 0.7 * size) &
                   (self.y < y), 'tree')
        discs = [(x, y - 0.68 * size, 0.27 * size)]
        for i in range(13):
            angle = 6.28 * (i + self.random.uniform(-0.3, 0.3)) / 13
            discs.append((x + size * 0.27 * np.cos(angle),
                          y - size * (0.68 + 0.2 * np.sin(angle)),
                          size * self.random.uniform(0.09, 0.15)))
        self.discs('tree', discs, 0.2)

    def conifer(self, x, y, size):
        """A narrow cone of ragged tiers on a short trunk."""
        up = (y - self.y) / size
        tier = 0.85 + 0.25 * (up * 9 % 1)
        wide = size * 0.19 * (1.08 - up) / tier
        ragged = 1 + 0.3 * self.noise(4, 3, 3)
        crown = (up > 0.07) & (up < 1) & (abs(self.x - x) < wide * ragged + 0.5)
        trunk = (up > 0) & (up < 0.1) & (abs(self.x - x) < size * 0.025)
        self.paint(crown | trunk, 'tree')


def lake(c):
    """Snowy mountains over a lake with a wooded shore."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((96, 62, 130), (240, 34, 70), (430, 48, 110)):
        c.cloud(x, y, wide)
    c.ground('mountain', [(0, 150), (90, 95), (150, 130), (260, 52), (340, 120),
                          (420, 84), (511, 140)], 14, 70, 0.55)
    snow = (c.map == c.number['mountain']) & (c.y < 100 + 22 * c.noise(40, 40))
    c.paint(snow, 'snow')
    c.ground('hill', [(0, 175), (120, 188), (250, 205), (400, 180), (511, 168)],
             8, 90)
    for x in list(range(-10, 190, 17)) + list(range(350, 530, 16)):
        c.tree(x + c.random.randint(-6, 7), 226 + c.random.randint(-4, 5),
               c.random.randint(26, 44))
    c.ground('water-other', [(0, 225), (511, 222)], 2, 60)
    state = c.random.get_state()
    c.ground('sand', [(0, 256), (120, 289), (240, 333), (360, 326), (511, 276)],
             9, 60)
    c.random.set_state(state)  # the same line again, lower
    c.ground('grass', [(0, 278), (120, 302), (240, 345), (360, 338),
                       (511, 294)], 11, 60)
    for x, y, r in ((300, 332, 30), (352, 318, 21), (92, 316, 17)):
        c.blob('rock', x, y, r, r * 0.62)
    c.tree(446, 322, 150)
    c.blob('bush', 60, 350, 46, 22)
    c.blob('bush', 486, 352, 40, 24)


def coast(c):
    """A sandy bay between cliffs, the open sea behind."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((120, 66, 190), (330, 40, 120), (250, 112, 80), (40, 128, 70)):
        c.cloud(x, y, wide)
    c.ground('sea', [(0, 172), (511, 172)], 0.4, 100)
    c.ground('mountain', [(0, 400), (330, 400), (372, 168), (430, 128),
                          (511, 108)], 7, 40)
    c.paint((c.map == c.number['mountain']) & (c.y > 172) & (c.x < 460 +
            30 * c.noise(60, 30)) & (c.y > 215 + 12 * c.noise(50, 30)), 'sea')
    c.ground('sand', [(0, 292), (150, 268), (300, 246), (420, 214), (511, 198)],
             6, 90)
    c.ground('grass', [(0, 420), (200, 420), (330, 352), (430, 282),
                       (511, 250)], 8, 50)
    for x, y, r in ((54, 262, 46), (112, 250, 26), (20, 232, 30),
                    (236, 292, 15), (262, 300, 10)):
        c.blob('rock', x, y, r, r * 0.7, 0.4)
    c.stroke('dirt', [(511, 330, 16), (440, 330, 13), (380, 318, 9),
                      (340, 296, 7)], 0.3)
    c.tree(466, 288, 124)
    for x, y in ((402, 322), (360, 360), (452, 366), (500, 300)):
        c.blob('bush', x, y, 27, 16)


def valley(c):
    """A road and a river through green hills."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((70, 48, 150), (300, 66, 110), (460, 34, 130)):
        c.cloud(x, y, wide)
    c.ground('mountain', [(0, 118), (130, 138), (220, 108), (330, 148),
                          (511, 112)], 12, 80)
    c.ground('hill', [(0, 148), (130, 176), (300, 158), (511, 182)], 9, 110)
    c.ground('grass', [(0, 205), (200, 192), (340, 200), (511, 194)], 5, 120)
    c.stroke('river', [(330, 200, 5), (300, 214, 9), (380, 238, 18),
                       (330, 276, 30), (400, 330, 52), (430, 400, 80)])
    c.stroke('road', [(210, 194, 2.5), (236, 212, 5), (170, 240, 11),
                      (190, 290, 24), (110, 345, 42), (70, 420, 66)], 0.06)
    for x in range(0, 160, 19):
        c.tree(x + c.random.randint(-7, 8), 216 + c.random.randint(-6, 7),
               c.random.randint(28, 46))
    for x in range(420, 520, 18):
        c.tree(x + c.random.randint(-6, 7), 220 + c.random.randint(-5, 6),
               c.random.randint(30, 50))
    c.blob('bush', 250, 330, 44, 24)
    c.blob('plant-other', 286, 362, 40, 18)
    for x, y, r in ((316, 300, 18), (476, 300, 28), (352, 346, 15)):
        c.blob('rock', x, y, r, r * 0.6)
    c.tree(34, 322, 128)


def dunes(c):
    """Dunes before red cliffs, stones and dry plants in front."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((340, 46, 120), (140, 70, 60)):
        c.cloud(x, y, wide)
    c.ground('mountain', [(0, 150), (80, 118), (150, 122), (190, 168),
                          (330, 172), (380, 132), (470, 126), (511, 150)], 6, 50)
    c.ground('hill', [(0, 178), (200, 186), (511, 174)], 5, 80)
    c.ground('sand', [(0, 222), (60, 206), (110, 188), (150, 204), (230, 224),
                      (300, 214), (350, 194), (400, 206), (511, 220)],
             4, 110, 0.3)
    c.ground('dirt', [(0, 330), (170, 352), (330, 330), (511, 362)], 9, 70)
    for x, y, r in ((80, 352, 34), (128, 364, 20), (404, 352, 26)):
        c.blob('stone', x, y, r, r * 0.62)
    c.blob('rock', 470, 246, 52, 36, 0.4)
    for x, y in ((216, 344), (250, 356), (318, 346)):
        c.blob('plant-other', x, y, 24, 15)
    for x, y in ((330, 246), (180, 262), (52, 274)):
        c.blob('bush', x, y, 19, 11)


def winter(c):
    """A dark river through snow, conifers on its banks."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((250, 44, 110), (90, 30, 80)):
        c.cloud(x, y, wide)
    c.ground('mountain', [(0, 120), (110, 88), (190, 138), (300, 102),
                          (390, 60), (511, 126)], 12, 60, 0.55)
    cap = (c.map == c.number['mountain']) & (c.y < 118 + 20 * c.noise(36, 40))
    c.paint(cap, 'snow')
    c.ground('hill', [(0, 168), (200, 176), (511, 160)], 6, 80)
    c.ground('snow', [(0, 204), (260, 196), (511, 206)], 4, 120)
    for x in list(range(0, 190, 15)) + list(range(300, 520, 15)):
        c.conifer(x + c.random.randint(-5, 6), 212 + c.random.randint(-5, 8),
               c.random.randint(44, 84))
    c.stroke('river', [(236, 200, 6), (262, 222, 16), (226, 258, 30),
                       (268, 310, 52), (300, 400, 92)])
    for x, y, r in ((176, 300, 22), (392, 322, 30), (206, 338, 15)):
        c.blob('stone', x, y, r, r * 0.6)
    c.conifer(62, 330, 128)
    c.conifer(126, 286, 84)
    c.conifer(452, 322, 124)


def meadow(c):
    """A gravel path over a meadow to a pond and soft hills."""
    c.paint(c.y >= 0, 'sky-other')
    for x, y, wide in ((300, 84, 220), (460, 50, 140), (220, 136, 90), (420, 132, 80)):
        c.cloud(x, y, wide)
    c.ground('hill', [(0, 190), (120, 168), (260, 186), (390, 160),
                      (511, 184)], 6, 120)
    c.ground('grass', [(0, 214), (250, 206), (511, 216)], 4, 120)
    for x in range(250, 520, 21):
        c.tree(x + c.random.randint(-8, 9), 222 + c.random.randint(-4, 5),
               c.random.randint(24, 46))
    c.blob('water-other', 356, 262, 104, 24, 0.2)
    c.stroke('gravel', [(206, 212, 4), (214, 236, 8), (180, 270, 15),
                        (220, 330, 30), (190, 420, 52)], 0.12)
    c.tree(88, 306, 176)
    c.blob('bush', 426, 302, 40, 22)
    c.blob('bush', 466, 316, 34, 20)
    c.blob('plant-other', 330, 358, 76, 22)
    c.blob('plant-other', 30, 366, 60, 20)
    for x, y, r in ((262, 318, 17), (146, 300, 14)):
        c.blob('stone', x, y, r, r * 0.62)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    entries = read_palette(PALETTE)
    colours, names = zip(*entries)
    for seed, scene in enumerate(
            (lake, coast, valley, dunes, winter, meadow), 1):
        canvas = Canvas(seed, names)
        scene(canvas)
        write_png(os.path.join(sys.argv[1], scene.__name__ + '.png'),
                  canvas.map, colours)


if __name__ == '__main__':
    main()
