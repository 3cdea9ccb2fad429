#!/usr/bin/env python3
"""Seeds for the fuzz targets from what the repository has: `seeds.py DIR` writes DIR/expr and DIR/template.
The first byte of each says what it is, see fuzz_expr.c and fuzz_template.c."""
import glob, hashlib, os, re, sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FILES = ("templates/*/", "tests/cases/*/", "tests/cases/*/*/", "samples/*/")


def found(pattern):
    for folder in FILES:
        for path in sorted(glob.glob(os.path.join(ROOT, folder + pattern))):
            with open(path, "rb") as f:
                text = f.read()
            if len(text) < 20000:
                yield text


def put(folder, mode, text):
    os.makedirs(folder, exist_ok=True)
    data = mode + text
    with open(os.path.join(folder, hashlib.sha1(data).hexdigest()), "wb") as f:
        f.write(data)


def main():
    expr, template = (os.path.join(sys.argv[1], name) for name in ("expr", "template"))
    for text in found("mau.yaml"):
        put(expr, b"3", text)
        for line in re.findall(rb"(?:bieu_thuc|dieu_kien|khi): *(.*)", text):
            put(expr, b"1", line)
            put(expr, b"0", line.strip(b" '\"}"))
    for test in glob.glob(os.path.join(ROOT, "tests/unit/test_*.c")):
        with open(test, "rb") as f:
            for line in re.findall(rb'(?:IS|FAILS|tree|parse)\("((?:[^"\\]|\\.)*)"', f.read()):
                text = line.replace(b'\\"', b'"').replace(b"\\n", b"\n")
                for mode in (b"0", b"2", b"P"):
                    put(expr, mode, text)
    for pattern in ("mau.md", "*.md"):
        for text in found(pattern):
            put(template, b"0", text)
            put(template, b"2", text)
            for block in re.findall(rb"```bang\n(.*?)```", text, re.S):
                put(template, b"3", block)
    for text in found("phu-luc-*.md"):
        put(template, b"1", text)


main()
