#!/usr/bin/env python3
"""check_digits.py: a figure in prose comes from a field. Lists every number outside tags in the Markdown of
templates/ and samples/ and compares with tests/digits.allow: one rule a line, `file pattern<TAB>regular
expression<TAB>reason`. A number that no rule covers is an error, and so is a rule that covers nothing."""
import fnmatch
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ALLOW = os.path.join(ROOT, "tests", "digits.allow")
# What is structure, not a figure: front matter, fenced blocks, tags, link targets, labels of headings and lists.
STRUCTURE = [
    re.compile(r"\A---\n.*?\n---\n", re.S),
    re.compile(r"^```.*?^```$", re.S | re.M),
    re.compile(r"\{\{.*?\}\}", re.S),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"\[\^[^\]]*\]"),
    re.compile(r"<https?://[^>]*>"),
    re.compile(r"^#+ +(?:Phần \d+\.|[\d.]+\.|[IVX]+\.|\w\))", re.M),
    re.compile(r"^ *\d+[.)] ", re.M),
]


def blank(text, pattern):
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)


def numbers(path):
    text = open(path, encoding="utf-8").read()
    for pattern in STRUCTURE:
        text = blank(text, pattern)
    for m in re.finditer(r"\d[\d.,/%-]*", text):
        line = text.count("\n", 0, m.start()) + 1
        start = text.rfind("\n", 0, m.start()) + 1
        end = text.find("\n", m.start())
        yield line, m.start() - start, text[start:end if end >= 0 else None], m.group(0)


def rules():
    found = []
    for n, line in enumerate(open(ALLOW, encoding="utf-8"), 1):
        line = line.rstrip("\n")
        if line and not line.startswith("#"):
            part = line.split("\t")
            if len(part) != 3 or not part[2].strip():
                sys.exit("%s:%d: wants file, expression and reason, separated by tabs" % (ALLOW, n))
            found.append([part[0], re.compile(part[1]), n, 0])
    return found


def main():
    allowed, wrong, seen = rules(), [], 0
    for top in ("templates", "samples"):
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, top))):
            for name in sorted(n for n in names if n.endswith(".md")):
                path = os.path.join(folder, name)
                rel = os.path.relpath(path, ROOT)
                for line, at, text, number in numbers(path):
                    seen += 1
                    for rule in allowed:
                        if fnmatch.fnmatch(rel, rule[0]) and any(
                                m.start() <= at and at + len(number.rstrip(".,")) <= m.end() for m in rule[1].finditer(text)):
                            rule[3] += 1
                            break
                    else:
                        wrong.append("%s:%d:%d: “%s” in “%s”: make it a field or give its reason in tests/digits.allow"
                                     % (rel, line, at + 1, number, text.strip()[max(0, at - 40):at + 40]))
    for pattern, regex, n, used in allowed:
        if not used:
            wrong.append("tests/digits.allow:%d: covers nothing any more" % n)
    print("\n".join(wrong) + ("\n" if wrong else "") + "digits: %d looked at, %d wrong" % (seen, len(wrong)))
    return 1 if wrong or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
