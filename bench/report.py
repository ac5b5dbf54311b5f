# SPDX-License-Identifier: LGPL-3.0-or-later
# Copyright (C) 2026 the gimp-spade authors
"""Tables of what was measured, in Markdown: printed, and put into documents
between <!-- bench NAME --> and <!-- end -->."""

import re
from pathlib import Path
from statistics import median


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def ms(value):
    return f"{value:.0f}"


def case_name(row):
    return f"{row['side']}x{row['side']} {row['precision']}"


def best_peer(row):
    return min(row["peers"], key=lambda peer: median(peer["map_ms"]), default=None)


def peers_rows(rows):
    out = []
    for row in rows:
        ours = median(row["map_ms"])
        out.append([case_name(row), "gimp-spade", ms(ours), ms(min(row["map_ms"])), "",
                    ms(row["peak_mib"]), "", ""])
        for peer in sorted(row["peers"], key=lambda peer: median(peer["map_ms"])):
            theirs = median(peer["map_ms"])
            out.append(["", peer["about"].replace("_", "\\_"), ms(theirs),
                        ms(min(peer["map_ms"])),
                        f"{theirs / ours:.1f}", ms(peer["peak_mib"]),
                        ms(peer["load_ms"] + peer["first_ms"]), f"{peer['max_difference']:.1g}"])
    return table(["", "", "median ms", "least", "times ours", "peak MiB", "first picture, ms",
                  "differs by"], out)


def readme_rows(rows):
    out = []
    for row in rows:
        peer, ours = best_peer(row), median(row["map_ms"])
        if peer is None:
            continue
        theirs = median(peer["map_ms"])
        out.append([case_name(row), f"{ours / 1e3:.2f} s",
                    f"{theirs / 1e3:.2f} s ({peer['title']})", f"{theirs / ours:.1f}",
                    f"{ms(row['peak_mib'])} of {ms(peer['peak_mib'])} MiB"])
    return table(["", "gimp-spade", "best other", "ratio", "memory"], out)


def first_rows(rows):
    out = []
    for row in rows:
        first, warm = median(row["first_ms"]), median(row["warm_ms"])
        cpu = median(row["first_cpu_ms"]) / median(row["warm_cpu_ms"])
        cached = median(row["cached_ms"])
        out.append([case_name(row), ms(cached), ms(first), ms(warm), f"{cached / warm:.2f}",
                    f"{first / warm:.2f}", f"{cpu:.2f}"])
    return table(["", "from the cache, ms", "packed anew", "warm", "ratio", "ratio anew",
                  "anew, of processor time"], out)


def seeds_rows(rows):
    out = []
    for row in rows:
        one = median(row["map_ms"])
        out.append([case_name(row), "gimp-spade", ms(one), ms(median(row["seed_ms"])),
                    f"{100 * median(row['seed_ms']) / one:.0f} %",
                    ms(median(row["batch_ms"]) / 4)])
        for peer in row["peers"]:
            out.append(["", peer["about"].replace("_", "\\_"), ms(median(peer["map_ms"])), "", "",
                        ms(median(peer["batch_ms"]) / 4)])
    return table(["", "", "new map, ms", "second seed", "of the first", "each of 4"], out)


def maps_rows(rows):
    return table(["", "map", "distinct 5x5 patches", "new map, ms", "second seed"],
                 [[case_name(row), row["map"], f"{100 * row['distinct']:.1f} %",
                   ms(median(row["map_ms"])), ms(median(row["seed_ms"]))] for row in rows])


def sizes_rows(rows):
    out = []
    for row in rows:
        new = median(row["map_ms"])
        out.append([case_name(row), ms(new), f"{1e3 * new / row['side'] ** 2:.2f}",
                    ms(median(row["seed_ms"])), ms(row["peak_mib"])])
    return table(["", "new map, ms", "µs a pixel", "second seed", "peak MiB"], out)


def edits_rows(rows):
    out = []
    for row in rows:
        new, edit = median(row["map_ms"]), median(row["edit_ms"])
        out.append([case_name(row), ms(new), ms(edit), f"{100 * edit / new:.0f} %",
                    ms(max(row["edit_ms"])), ms(row["peak_mib"])])
    return table(["", "new map, ms", "stroke", "of the whole", "slowest stroke", "peak MiB"], out)


ROWS = {"peers": ("peers", peers_rows), "readme": ("peers", readme_rows),
        "first": ("first", first_rows), "seeds": ("seeds", seeds_rows),
        "maps": ("maps", maps_rows), "sizes": ("sizes", sizes_rows),
        "edits": ("edits", edits_rows)}


def render(name, tables):
    """The table of that name, or None where it was not measured."""
    source, rows = ROWS[name]
    return rows(tables[source]) if tables.get(source) else None


def models_of(tables):
    """The names of the models that the tables are of."""
    return {Path(row["model"]).stem for rows in tables.values() for row in rows}


def fill(path, tables):
    """Puts the tables into a document; gives the names of those put there."""
    done = []

    def replace(match):
        text = render(match[2], tables) if match[2] in ROWS else None
        if text is None:
            return match[0]
        done.append(match[2])
        return f"{match[1]}\n{text}\n{match[4]}"

    old = path.read_text()
    path.write_text(re.sub(r"(<!-- bench (\w+) -->)(.*?)(<!-- end -->)", replace, old,
                           flags=re.DOTALL))
    return done
