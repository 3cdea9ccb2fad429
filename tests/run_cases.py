#!/usr/bin/env python3
"""Runs the case folders of tests/cases: every folder is a report with what it must say.

A case is run from within a copy of its folder. Files it may hold besides the report:
  args            command line, default `gen . -o $OUT`
  setup           shell commands run first in the copy (files that git cannot hold)
  expect.status   exit status, default 0
  expect.vi/.en   exact messages (stderr) in Vietnamese / with --lang en
  expect.tree     output of `gen . -T tree`
  expect.pages    output of `gen . -T pages`
  expect.txt      text of the PDF (pdftotext -raw)
  expect.out      exact stdout of `args`
  expect.json     stdout of `args` with --format json, which must also fit messages.schema.json
`run_cases.py BINARY [NAME…]` runs all or the named cases; --update rewrites the expectations, which
are then read by eye before they are committed. A case without any expectation is an error.
"""
import json, os, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "cases")
ROOT = os.path.dirname(HERE)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def messages(stderr, out=None):
    """Without the notice about the font, which depends on what the machine has, and with $OUT for its place."""
    text = b"".join(l for l in stderr.splitlines(True) if b"Liberation Serif" not in l)
    return text.replace(out.encode(), b"$OUT") if out else text


def document(stdout, out):
    """The JSON of gen or check, validated, as text to compare: without the notice about the font."""
    import jsonschema  # python3-jsonschema
    with open(os.path.join(HERE, "messages.schema.json"), encoding="utf-8") as f:
        schema = json.load(f)
    doc = json.loads(stdout.replace(out.encode(), b"$OUT").decode("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(doc)
    for report in doc["reports"]:
        report["messages"] = [m for m in report["messages"] if m["code"] != "N_FONT_STAND_IN"]
    return (json.dumps(doc, ensure_ascii=False, indent=1) + "\n").encode()


class Case:
    def __init__(self, name, binary, update):
        self.name, self.binary, self.update = name, binary, update
        self.dir = os.path.join(CASES, name)
        self.problems, self.checks = [], 0

    def expected(self, what):
        path = os.path.join(self.dir, "expect." + what)
        return read(path) if os.path.exists(path) else None

    def compare(self, what, got):
        want = self.expected(what)
        if want is None:
            return
        if what in ("vi", "en"):
            want = messages(want)
        self.checks += 1
        if want == got:
            return
        if self.update:
            with open(os.path.join(self.dir, "expect." + what), "wb") as f:
                f.write(got)
            return
        self.problems.append("%s differs\n--- expected\n%s\n--- got\n%s"
                             % (what, want.decode(errors="replace"), got.decode(errors="replace")))

    def compare_json(self, done, out):
        if done.stderr:
            self.problems.append("--format json, yet on stderr: " + done.stderr.decode(errors="replace"))
        try:
            self.compare("json", document(done.stdout, out))
        except Exception as e:
            self.problems.append("JSON: %s\n%s" % (e, done.stdout.decode(errors="replace")))

    def call(self, work, args, env):
        try:
            return subprocess.run([self.binary] + args, cwd=work, env=env, capture_output=True,
                                  timeout=120)
        except subprocess.TimeoutExpired:
            self.problems.append("timed out: " + " ".join(args))
            return None

    def run(self):
        with tempfile.TemporaryDirectory() as top:
            work, out = os.path.join(top, self.name), os.path.join(top, "out")
            shutil.copytree(self.dir, work, symlinks=True,
                            ignore=shutil.ignore_patterns("expect.*", "args", "setup"))
            env = dict(os.environ, OUT=out, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))
            setup = os.path.join(self.dir, "setup")
            if os.path.exists(setup):
                subprocess.run(["sh", "-e", setup], cwd=work, env=env, check=True)
            self.run_in(work, out, env)
        if not self.checks:
            self.problems.append("the case expects nothing")
        return self

    def run_in(self, work, out, env):
        path = os.path.join(self.dir, "args")
        line = read(path).decode().strip() if os.path.exists(path) else "gen . -o $OUT"
        args = [a.replace("$OUT", out) for a in line.split()]
        done = self.call(work, args, env)
        if not done:
            return
        status = self.expected("status")
        if done.returncode != int(status or b"0"):
            self.problems.append("exit status %d, expected %d\n%s" % (
                done.returncode, int(status or b"0"), done.stderr.decode(errors="replace")))
        if done.returncode not in (0, 1, 2, 3):
            return
        self.checks += status is not None
        self.compare("vi", messages(done.stderr, out))
        self.compare("out", done.stdout.replace(out.encode(), b"$OUT"))
        if self.expected("json") is not None:
            self.compare_json(done, out)
        if done.returncode != 0 and os.path.isdir(out) and os.listdir(out):
            self.problems.append("failed, yet left files: %s" % os.listdir(out))
        if self.expected("txt") is not None and done.returncode == 0:
            pdf = [f for f in os.listdir(out) if f.endswith(".pdf")][0]
            text = subprocess.run(["pdftotext", "-raw", os.path.join(out, pdf), "-"],
                                  capture_output=True)
            if text.stderr:
                self.problems.append("poppler says: " + text.stderr.decode())
            self.compare("txt", text.stdout)
        if self.expected("en") is not None:
            done = self.call(work, ["--lang", "en"] + args, env)
            if done:
                self.compare("en", messages(done.stderr, out))
        for what in ("tree", "pages"):
            if self.expected(what) is not None:
                done = self.call(work, ["gen", ".", "-T", what], env)
                if done:
                    self.compare(what, done.stdout)


def main():
    args = [a for a in sys.argv[1:] if a != "--update"]
    update = "--update" in sys.argv
    binary = os.path.abspath(args[0])
    names = args[1:] or sorted(os.listdir(CASES))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        done = list(pool.map(lambda n: Case(n, binary, update).run(), names))
    failed = [c for c in done if c.problems]
    for c in failed:
        for p in c.problems:
            print("case %s: %s" % (c.name, p))
    print("cases: %d passed, %d failed" % (len(done) - len(failed), len(failed)))
    return 1 if failed or not done else 0


if __name__ == "__main__":
    sys.exit(main())
