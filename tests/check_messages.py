#!/usr/bin/env python3
"""Which messages of gen/base/msg_*.def no case shows: for information, exit status 0.

A message counts as shown when its Vietnamese text, with anything for {1}..{9}, stands in the expect.vi or
expect.txt of a case. `check_messages.py -v` names the cases that show each. Messages that are nothing but an
argument cannot be told apart and are not counted."""
import glob, os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENTRY = re.compile(r'M\((\w+), (\w+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),')


def messages():
    for path in sorted(glob.glob(os.path.join(ROOT, "gen/base/msg_*.def"))):
        with open(path, encoding="utf-8") as f:
            for code, _, text in ENTRY.findall(f.read()):
                words = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text))
                words = words.replace('\\"', '"').replace("\\\\", "\\")
                yield os.path.basename(path), code, words


def pattern(words):
    parts = re.split(r"\{[1-9]\}", words)
    return re.compile(".*".join(map(re.escape, parts))) if max(map(len, parts)) > 3 else None


def shown():
    cases = {}
    for path in glob.glob(os.path.join(ROOT, "tests/cases/*/expect.vi")):
        with open(path, encoding="utf-8", errors="replace") as f:
            cases[os.path.basename(os.path.dirname(path))] = f.read()
    return cases


def main():
    cases, missing, total = shown(), {}, 0
    for file, code, words in messages():
        look = pattern(words)
        if not look:
            continue
        total += 1
        found = [name for name, text in cases.items() if look.search(text)]
        if "-v" in sys.argv:
            print("%-28s %s" % (code, " ".join(sorted(found)) or "-"))
        if not found:
            missing.setdefault(file, []).append(code)
    n = sum(map(len, missing.values()))
    print("messages: %d of %d stand in the cases" % (total - n, total))
    for file, codes in missing.items():
        print("  none shows (%s): %s" % (file, " ".join(codes)))


main()
