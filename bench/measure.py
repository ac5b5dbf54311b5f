# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""What is measured, a function a table; each gives its rows one by one. Workers
are warmed up, then take turns, so that whatever else the machine does falls on
all alike."""

import sys

import numpy as np

import maps
from peers import PEERS, PeerMissing, command_of
from worker import Worker, WorkerGone, start_ours


def cases(args, sides=None):
    for side in sides or args.sizes:
        for precision in args.precisions:
            yield side, precision


def rounds(args, side):
    """Large pictures vary less and cost more."""
    return max(3, round(args.rounds * 256 / side)) if side > 256 else args.rounds


class Turns:
    """Our worker and the peers that can take part, at one size and precision."""

    def __init__(self, args, exports, side, precision, folder):
        self.side, self.folder = side, folder
        self.maps = maps.find(args.maps)
        self.ids = []
        self.ours = start_ours(args, self.maps[0], side, precision, folder)
        for i, path in enumerate(self.maps):
            self.ours.ask(f"use {path}")
            self.ids.append(folder / f"ids-{side}-{i}")
            self.ours.ask(f"ids {self.ids[i]}")
        self.peers = {}
        for name in args.peers:
            with self.leave_out(name):
                command = command_of(PEERS[name], args, exports, self.ids[0], side, precision)
                self.peers[name] = Worker(name, command, folder)

    def leave_out(self, name):
        """A context in which a peer that fails is left out with one line."""
        turns = self

        class Guard:
            def __enter__(self):
                pass

            def __exit__(self, kind, error, trace):
                if not isinstance(error, (PeerMissing, WorkerGone)):
                    return False
                print(f"bench: {name} is left out: {error}", file=sys.stderr)
                turns.peers.pop(name, None)
                return True

        return Guard()

    def each(self, action):
        """Lets ours, then every peer, do something."""
        action(self.ours)
        for name, worker in list(self.peers.items()):
            with self.leave_out(name):
                action(worker)

    def use(self, i):
        """Gives all the map of a round."""
        i %= len(self.maps)
        self.each(lambda worker: worker.ask(
            f"use {self.maps[i] if worker is self.ours else self.ids[i]}"))

    def close(self):
        for worker in [self.ours, *self.peers.values()]:
            worker.close()


def describe(worker, name):
    row = {"name": name, "about": worker.about, "load_ms": worker.load_ms,
           "peak_mib": worker.peak_mib()}
    row.update({f"{key}_ms": times for key, times in worker.times.items()})
    return row


def peers_table(args, exports, folder):
    """A new map, ours beside every peer."""
    for side, precision in cases(args):
        turns = Turns(args, exports, side, precision, folder)
        turns.use(0)
        turns.each(lambda worker: worker.note("map"))
        firsts = {worker.name: worker.times.pop("map")[0]
                  for worker in [turns.ours, *turns.peers.values()]}
        for i in range(rounds(args, side)):
            turns.use(i)
            turns.each(lambda worker: worker.note("map"))
            turns.ours.note("seed")
        got, z = turns.ours.picture(folder / "ours", side), folder / "z"
        turns.ours.ask(f"z {z}")
        row = {"side": side, "precision": precision, **describe(turns.ours, "gimp-spade"),
               "peers": []}
        for name, worker in list(turns.peers.items()):
            with turns.leave_out(name):
                if z.stat().st_size: # ours drew it, and the peer another
                    worker.ask(f"z {z}")
                wanted = worker.picture(folder / "peer", side)
                row["peers"].append(describe(worker, name) | {
                    "title": PEERS[name].title, "first_ms": firsts[name],
                    "max_difference": float(np.abs(got - wanted).max())})
        turns.close()
        yield row


def first_table(args, exports, folder):
    """The first picture of a new process, loading included, beside a warm one: packing the
    weights, and with weights that an earlier process has packed."""
    path = maps.find(args.maps)[0]
    for side, precision in cases(args):
        row = {"side": side, "precision": precision, "first_ms": [], "first_cpu_ms": [],
               "warm_ms": [], "warm_cpu_ms": [], "cached_ms": []}
        cache = folder / "cache"
        for _ in range(args.rounds + 1):
            worker = start_ours(args, path, side, precision, folder)
            row["first_ms"].append(worker.load_ms + worker.time("map"))
            row["first_cpu_ms"].append(worker.time("cpu"))
            worker.ask("map")
            before = worker.time("cpu")
            row["warm_ms"].append(worker.time("map"))
            row["warm_cpu_ms"].append(worker.time("cpu") - before)
            worker.close()
            worker = start_ours(args, path, side, precision, folder, cache)
            row["cached_ms"].append(worker.load_ms + worker.time("map"))
            worker.close()
        for times in row.values(): # the first run fills both caches, the system's and ours
            if isinstance(times, list):
                del times[0]
        yield row


def seeds_table(args, exports, folder):
    """A second seed of the same map, and four seeds at once."""
    for side, precision in cases(args):
        turns = Turns(args, exports, side, precision, folder)
        turns.each(lambda worker: worker.ask("map"))
        turns.each(lambda worker: worker.ask("batch 4"))
        for i in range(rounds(args, side)):
            turns.use(i)
            turns.each(lambda worker: worker.note("map"))
            turns.ours.note("seed")
            turns.each(lambda worker: worker.note("batch 4"))
        yield {"side": side, "precision": precision, **describe(turns.ours, "gimp-spade"),
               "peers": [describe(worker, name) | {"title": PEERS[name].title}
                         for name, worker in turns.peers.items()]}
        turns.close()


def maps_table(args, exports, folder):
    """Maps from one class to noise, ours alone: no peer's time depends on them."""
    for side, precision in cases(args):
        made = maps.make(folder, side)
        given = [(path.stem, path) for path in maps.find(args.maps)]
        worker = start_ours(args, made[0][1], side, precision, folder)
        worker.ask("map")
        for name, path in sorted(made + given, key=lambda pair: pair[0] == "noise"):
            worker.ask(f"use {path}")
            worker.ask(f"ids {folder / 'ids'}")
            ids = np.fromfile(folder / "ids", np.uint8).reshape(side, side)
            worker.times.clear()
            for _ in range(3):
                worker.note("map")
                worker.note("seed")
            yield {"side": side, "precision": precision, "map": name,
                   "distinct": maps.share_of_patches(ids), **describe(worker, "gimp-spade")}
        worker.close()


def sizes_table(args, exports, folder):
    """How time and memory grow with the size, ours alone."""
    path = maps.find(args.maps)[0]
    for side, precision in cases(args, args.all_sizes):
        worker = start_ours(args, path, side, precision, folder)
        worker.ask("map")
        for _ in range(3 if side <= 1024 else 2):
            worker.note("map")
            worker.note("seed")
        yield {"side": side, "precision": precision, **describe(worker, "gimp-spade")}
        worker.close()


def edits_table(args, exports, folder):
    """A stroke of 32x32 pixels beside a whole render, ours alone."""
    path = maps.find(args.maps)[0]
    for side, precision in cases(args, args.edit_sizes):
        worker = start_ours(args, path, side, precision, folder)
        for command in ("map", "edit"): # the first edit renders the whole map
            worker.ask(command)
        for _ in range(3):
            worker.note("map")
            for _ in range(4): # strokes in other places
                worker.note("edit")
        yield {"side": side, "precision": precision, **describe(worker, "gimp-spade")}
        worker.close()


TABLES = {"peers": peers_table, "first": first_table, "seeds": seeds_table,
          "maps": maps_table, "sizes": sizes_table, "edits": edits_table}
