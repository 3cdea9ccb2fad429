#!/usr/bin/env python3
"""conformance.py BINARY DIR [--samples] [REPORT…]: proves with independent programs that the PDFs of the samples
(and further reports) conform to PDF/A and PDF/UA, stay valid through a chain of signatures, say with their tags
what the document tree says, and look the same in every reader. Without --samples also on 200 generated documents.
DIR holds the tools of tools.sh and what is made."""
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_documents
import readers
import signing
import tags
import verapdf

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = {"binh-thanh": "Hoàng Minh Tuấn", "dan-tien": "Lương Văn Hải", "trung-thanh": "Đỗ Quang Hưng"}
GENERATED = 200


class Suite:
    def __init__(self, binary, out):
        self.binary, self.out, self.tools = os.path.abspath(binary), os.path.join(os.path.abspath(out), "out"), os.path.abspath(out)
        self.passed, self.failed = 0, 0
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)

    def need(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print("  FAILED " + what)
        return ok

    # ---- making ----

    def make(self, name, reports, *options):
        """PDFs that `gen` makes of the reports into a folder of that name."""
        out = os.path.join(self.out, name)
        done = subprocess.run([self.binary, "gen", "-o", out] + list(options) + reports, capture_output=True,
                              env=dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates")))
        self.need(done.returncode == 0, "gen %s: %s" % (" ".join(options), done.stderr.decode()[:2000]))
        return sorted(os.path.join(out, f) for f in os.listdir(out) if f.endswith(".pdf")) if os.path.isdir(out) else []

    # ---- veraPDF ----

    def conform(self, what, profiles, files):
        for profile in profiles:
            start, counts, example = time.time(), Counter(), {}
            found = verapdf.ask(self.tools, profile, files)
            for file, rules in found.items():
                self.need(not rules, "%s of %s: %s" % (profile, file, ", ".join("%s × %d" % (r[0], n) for r, n in rules.items())))
                for rule, n in rules.items():
                    counts[rule[0]] += n
                    example.setdefault(rule[0], rule[1])
            print("veraPDF %s, %s: %d files, %d conform, %d failed checks, %.0f s" % (
                profile, what, len(files), sum(not r for r in found.values()), sum(counts.values()), time.time() - start))
            for rule, n in counts.most_common():
                print("  %s × %d: %s" % (rule, n, example[rule]))

    # ---- signatures ----

    def chains(self, plain, with_fields):
        office = signing.Office(os.path.join(self.out, "keys"))
        stamped, steps, last = [], [], []
        for pdf in plain:
            name = os.path.basename(pdf)[:-4]
            made = signing.by_stamps(office, pdf, os.path.join(self.out, name), SAMPLES[name])
            self.valid(office, made[-1], 4)
            stamped += made
            last.append(made[-1])
        self.conform("signed and stamped at places found by text", ["2a"], stamped)
        for pdf in with_fields:
            name = os.path.basename(pdf)[:-4]
            for certify in (False, True):
                for filler in ("pypdf", "pdfbox"):
                    out = os.path.join(self.out, "%s-%s-%s" % (name, "certified" if certify else "approved", filler))
                    made = signing.by_fields(office, self.tools, pdf, out, certify, filler)
                    self.valid(office, made[2], 2)
                    wrong = signing.looks(made[1], *signing.text_fields(made[1]))
                    self.need(not wrong, "%s: %s" % (made[1], "; ".join(wrong)))
                    late = office.verdicts(made[3])
                    self.need(not all(ok for _, ok, _ in late), "%s: a fill after the agency signed passes: %s" % (made[3], late))
                    print("  filled afterwards (%s): %s" % (os.path.basename(made[3]), late))
                    steps += made[:3]
                    last.append(made[2])
        self.conform("leader, fill and agency in the form", ["2a", "ua1"], steps)
        for file in last:
            noise = readers.noise(file, self.out)
            self.need(not noise, "; ".join(noise))

    def valid(self, office, path, signatures):
        said = office.verdicts(path)
        self.need(len(said) == signatures and all(ok for _, ok, _ in said), "%s: %s" % (path, said))
        self.need(all(level in ("NONE", "LTA_UPDATES", "FORM_FILLING") for _, _, level in said), "%s: %s" % (path, said))
        print("  signed: %s: %s" % (os.path.basename(path), ", ".join("%s %s %s" % (f, "valid" if ok else "BAD", level) for f, ok, level in said)))

    # ---- tags ----

    def tagged(self, report, pdf, speak=False):
        dump = subprocess.run([self.binary, "gen", report, "-T", "text"], capture_output=True,
                              env=dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))).stdout.decode()
        tree = tags.Tree(pdf)
        wrong, proved = tags.compare(tree, dump)
        self.passed += proved
        for w in wrong[:12]:
            self.need(False, "%s: %s" % (os.path.basename(pdf), w))
        if speak:
            print("---- page 1 of %s, spoken ----\n%s\n----" % (os.path.basename(pdf), tags.spoken(tree)))
        return proved

    # ---- readers ----

    def read(self, files):
        worst, where = 0, ""
        for file in files:
            noise = readers.noise(file, self.out)
            self.need(not noise, "; ".join(noise))
            for page, share in enumerate(readers.differences(file, self.out), 1):
                if not self.need(share < 0.01, "%s page %d: PDFium and poppler differ in %.2f %% of the pixels" % (file, page, share * 100)):
                    continue
                if share > worst:
                    worst, where = share, "%s page %d" % (os.path.basename(file), page)
        print("readers: %d files; PDFium and poppler differ at most in %.2f %% of the pixels (%s)" % (len(files), worst * 100, where))


def named(reports):
    return {re.sub(r"\.md$", "", os.path.basename(os.path.normpath(r))): r for r in reports}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--samples"]
    s = Suite(arguments[0], arguments[1])
    samples = [os.path.join(ROOT, "samples", n) for n in SAMPLES]
    reports = samples + [os.path.abspath(a) for a in arguments[2:]]
    plain = s.make("plain", reports)
    filled = s.make("fields", reports, "--co-truong")
    split = s.make("split", reports, "--tach-phu-luc") + s.make("split-fields", reports, "--tach-phu-luc", "--co-truong")
    s.conform("samples, without and with fields, appendices apart", ["2a", "ua1"], plain + filled + split)
    attached = s.make("attached", reports, "--dinh-kem") + s.make("attached-fields", reports, "--dinh-kem", "--co-truong")
    s.conform("samples with attachments", ["3a", "ua1"], attached)
    own = [p for p in plain if os.path.basename(p)[:-4] in SAMPLES]
    s.chains(own, [p for p in filled if os.path.basename(p)[:-4] in SAMPLES])
    by_name, proved = named(reports), 0
    for pdf in plain + filled:
        proved += s.tagged(by_name[os.path.basename(pdf)[:-4]], pdf, pdf in own)
    print("tags: %d blocks and cells equal to the document trees of %d files" % (proved, len(plain + filled)))
    s.read(plain + filled + split + attached)
    if "--samples" not in sys.argv:
        many = make_documents.make(os.path.join(s.out, "documents"), GENERATED)
        files = s.make("generated", many)
        s.need(len(files) == GENERATED, "%d of %d documents were made" % (len(files), GENERATED))
        s.conform("generated documents", ["2a", "ua1"], files)
        s.conform("generated documents with fields", ["2a", "ua1"], s.make("generated-fields", many, "--co-truong"))
        s.conform("generated documents with attachments", ["3a"], s.make("generated-attached", many, "--dinh-kem"))
        by_name = named(many)
        proved = sum(s.tagged(by_name[os.path.basename(f)[:-4]], f) for f in files)
        print("tags: %d blocks and cells equal to the document trees of %d generated documents" % (proved, len(files)))
    print("conformance: %d passed, %d failed" % (s.passed, s.failed))
    return 1 if s.failed else 0


if __name__ == "__main__":
    sys.exit(main())
