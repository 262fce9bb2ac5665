#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""docs/capabilities.md: what each engine was seen to do, feature by engine.

    capabilities.py check OBSERVED    fails, and says how, if the page does not say what was seen
    capabilities.py write OBSERVED    makes the page say so

OBSERVED has a line for each observation of a test: engine, topic, feature and, if the engine cannot
do it, why, with tabs between. Engines that were not observed this time keep their columns.
"""

import collections
import difflib
import pathlib
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/capabilities.md"
INTRODUCTION = """\
# What works where

What the tests saw each engine do, on real engines; the page is written by them
(`tests/support/capabilities.py`) and compared with what they see at every run. Where an engine cannot do something,
davit says so instead of guessing: the error is `unsupported by this engine`, or a warning where the engine drops an
option by itself. `davit version` shows the short table of the engine in use.

The machine of the tests has cgroup v1 and no systemd.
"""
YES = "yes"


def read_observations(path):
    """{topic: {feature: {engine: "yes" or "no: why"}}}"""
    table = collections.defaultdict(lambda: collections.defaultdict(dict))
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        engine, topic, feature, why_not = line.split("\t")
        value = f"no: {why_not}" if why_not else YES
        earlier = table[topic][feature].setdefault(engine, value)
        if earlier != value:
            sys.exit(f"{topic}, {feature}: {engine} was seen to do both: {earlier}; {value}")
    return table


def read_page(text):
    """The same from the page, and its engines in their order."""
    table = collections.defaultdict(lambda: collections.defaultdict(dict))
    engines, topic = [], None
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("## "):
            topic = line[3:]
        elif line.startswith("| Feature |"):
            engines = cells[1:]
        elif line.startswith("| "):
            for engine, value in zip(engines, cells[1:]):
                if value:
                    table[topic][cells[0]][engine] = value
    return table, engines


def merge(seen, page, engines):
    """What was seen, and of the page the engines that were not looked at."""
    looked_at = {engine for features in seen.values() for row in features.values() for engine in row}
    for topic, features in page.items():
        for feature, row in features.items():
            for engine, value in row.items():
                if engine not in looked_at:
                    seen[topic][feature][engine] = value
    return engines + sorted(looked_at - set(engines))


def page_of(table, engines):
    lines = [INTRODUCTION]
    for topic in sorted(table):
        lines += [f"## {topic}", "", "| Feature | " + " | ".join(engines) + " |",
                  "|---|" + "---|" * len(engines)]
        for feature, row in sorted(table[topic].items()):
            lines.append(f"| {feature} | " + " | ".join(row.get(one, "") for one in engines) + " |")
        lines.append("")
    return "\n".join(lines)


def main(action, observed):
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    seen = read_observations(observed)
    made = page_of(seen, merge(seen, *read_page(text)))
    if action == "write":
        PAGE.write_text(made, encoding="utf-8")
    elif made != text:
        sys.stdout.writelines(difflib.unified_diff(
            text.splitlines(True), made.splitlines(True), "docs/capabilities.md", "what was seen"))
        sys.exit("docs/capabilities.md does not say what the engines were seen to do")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("check", "write"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
