#!/usr/bin/env python3
"""check_loi.py BINARY [--update]: the samples against their checks. samples/NAME-loi holds the contradictions of
its source document: `baocao check` must say exactly what tests/loi/NAME.vi and NAME.en hold (messages, then the
sum), and a draft of it must come out. Every other sample must give no message at all. --update rewrites the
expectations, which are then read by eye before they are committed."""
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
LANGUAGES = ("vi", "en")


def call(binary, args):
    env = dict(os.environ, BAOCAO_TEMPLATES="templates")
    done = subprocess.run([binary] + args, cwd=ROOT, env=env, capture_output=True, timeout=120)
    # The notice about the font depends on what the machine has.
    said = b"".join(l for l in done.stderr.splitlines(True) if b"Liberation Serif" not in l)
    return done.returncode, said.decode(), done.stdout.decode()


class Sample:
    def __init__(self, binary, name, update):
        self.binary, self.name, self.update = binary, name, update
        self.passed, self.failed = 0, []

    def need(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed.append("%s: %s" % (self.name, what))

    def run(self):
        if self.name.endswith("-loi"):
            for language in LANGUAGES:
                self.named(language)
            self.draft()
        else:
            for language in LANGUAGES:
                status, said, _ = call(self.binary, ["--lang", language, "check", "samples/" + self.name])
                self.need(status == 0 and not said, "must be without any message, says (%d):\n%s" % (status, said))
        return self

    def named(self, language):
        status, said, sums = call(self.binary, ["--lang", language, "check", "samples/" + self.name])
        said += sums
        self.need(status == 1, "exit status %d where 1 is expected" % status)
        path = os.path.join(HERE, "loi", "%s.%s" % (self.name[:-len("-loi")], language))
        if self.update:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(said)
        if not os.path.exists(path):
            return self.need(False, "has no expectation %s" % os.path.relpath(path, ROOT))
        with open(path, encoding="utf-8") as f:
            want = "".join(l for l in f if "Liberation Serif" not in l)
        self.need(said == want, "%s differs\n--- expected\n%s\n--- got\n%s" % (os.path.relpath(path, ROOT), want, said))

    def draft(self):
        with tempfile.TemporaryDirectory() as out:
            status, said, _ = call(self.binary, ["gen", "samples/" + self.name, "--du-thao", "-o", out])
            made = sorted(os.listdir(out))
            self.need(status == 0 and made == [self.name + "-du-thao.pdf"], "no draft (%d, %s):\n%s" % (status, made, said))


def main():
    binary, update = os.path.abspath(sys.argv[1]), "--update" in sys.argv
    names = sorted(os.listdir(os.path.join(ROOT, "samples")))
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        done = list(pool.map(lambda n: Sample(binary, n, update).run(), names))
    passed = sum(s.passed for s in done)
    failed = [f for s in done for f in s.failed]
    for name in sorted(os.listdir(os.path.join(HERE, "loi"))) if os.path.isdir(os.path.join(HERE, "loi")) else []:
        if name.rsplit(".", 1)[0] + "-loi" not in names:
            failed.append("tests/loi/%s: no sample %s-loi" % (name, name.rsplit(".", 1)[0]))
    print("\n".join("loi: " + f for f in failed) + ("\n" if failed else "") +
          "loi: %d passed, %d failed" % (passed, len(failed)))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
