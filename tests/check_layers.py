#!/usr/bin/env python3
"""The structure that the conventions promise: a stage includes only the stages before it, a foreign
library's header stands in one file, files have at most 800 lines and functions at most 80."""
import os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ORDER = ["base", "input", "check", "doc", "merge", "layout", "output"]
FOREIGN = {"hb": "HarfBuzz", "hpdf": "libharu", "xlsxwriter": "libxlsxwriter", "csv.h": "libcsv",
           "libfyaml": "libfyaml", "cmark": "cmark-gfm", "gmp": "GMP", "utf8proc": "utf8proc",
           "linebreak": "libunibreak", "libdeflate": "libdeflate", "png.h": "libpng",
           "lcms2": "Little CMS", "pcre2": "PCRE2"}


def main():
    problems, users, lengths, functions, static = [], {}, [], [], 0
    for folder, _, names in sorted(os.walk(os.path.join(ROOT, "gen"))):
        stage = os.path.basename(folder)
        for name in sorted(names):
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.join(folder, name)
            text = open(path, encoding="utf-8").read()
            lines = text.split("\n")
            rel = os.path.relpath(path, ROOT)
            lengths.append((len(lines) - 1, rel))
            if len(lines) - 1 > 800:
                problems.append("%s: %d lines" % (rel, len(lines) - 1))
            if not re.match(r"/\* %s: \S" % re.escape(name), lines[0]):
                problems.append("%s:1: the first line must say the file's job" % rel)
            for inc in re.findall(r'#include "([^"]+)"', text):
                other = os.path.basename(os.path.dirname(
                    os.path.normpath(os.path.join(folder, inc))))
                if stage in ORDER and other in ORDER and ORDER.index(other) > ORDER.index(stage):
                    problems.append("%s: includes the later stage %s" % (rel, other))
            for inc in re.findall(r"#include <([^>]+)>", text):
                for key, lib in FOREIGN.items():
                    if inc.startswith(key):
                        users.setdefault(lib, set()).add(rel)
            start = None
            for i, line in enumerate(lines, 1):
                if re.match(r"[A-Za-z_].*\(", line) and not line.rstrip().endswith(";"):
                    start = i
                if line == "}" and start and not re.match(r"(struct|enum|union|typedef)\b[^(]*$", lines[start - 1]):
                    head = lines[start - 1]
                    functions.append((i - start + 1, "%s:%d" % (rel, start)))
                    static += head.startswith("static")
                    if i - start + 1 > 80:
                        problems.append("%s:%d: function of %d lines" % (rel, start, i - start + 1))
                    start = None
    for lib, files in sorted(users.items()):
        if len(files) > 1:
            problems.append("%s is included by %s" % (lib, ", ".join(sorted(files))))
    for p in problems:
        print(p)
    if "--figures" in sys.argv:
        functions.sort()
        lengths.sort()
        print("files: %d, median %d, longest %d (%s)" % (
            len(lengths), lengths[len(lengths) // 2][0], lengths[-1][0], lengths[-1][1]))
        print("functions: %d, median %d, longest %d (%s), static %.0f %%" % (
            len(functions), functions[len(functions) // 2][0], functions[-1][0], functions[-1][1],
            100.0 * static / len(functions)))
    print("layers: %d files looked at, %d problems" % (len(lengths), len(problems)))
    return 1 if problems or not functions else 0


if __name__ == "__main__":
    sys.exit(main())
