#!/usr/bin/env python3
"""check_cells.py BINARY [--every N] [--verbose]: no figure of samples/trung-thanh can be changed alone.

Every fact and every cell of every table is changed, one at a time: a number by one up and by one down, a
percentage by one point, a date to another day and month, a text by " X"; what is empty gets a value. Then either
- nothing is wrong: every place that a tag, a table or the head of the document prints is what an independent
  reading of the Markdown gives for the new values (so the old value is gone wherever it depends on the change,
  and nothing else moved), only values that rest on the changed place have changed (`baocao explain`), the whole
  numbers computed from a changed number have changed all, and it is printed somewhere; or
- `baocao check` ends with 1 and each error is a check of mau.yaml or a named rule (code) that has the changed
  place among its places.
For a share of the changes, spread over all kinds, the PDF must hold every text of the new document tree and none
of the old ones, and the workbook the same rows as the tree. --every N: each Nth change only (sanitizers)."""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
import zipfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLE = os.path.join(ROOT, "samples", "trung-thanh")
FORM = os.path.join(ROOT, "templates", "bao-cao-so-ket-nq57")
FACTS = "baocao.yaml"
DOCUMENTS = 4  # PDF and workbook for so many changes of each kind
# What names a change besides the checks of mau.yaml: constraints and what else is wrong with a value.
NAMED = re.compile(r"E_(MINIMUM|MAXIMUM|CHOICE\w*|UNIQUE\w*|FORMULA_DIFFERS|NUMBER\w*|INTEGER|DATE|CELL_EMPTY|"
                   r"TMPL_UNKNOWN|REGISTER_\w+|TYPED_\w+|CITE_\w+)$")
# These stand where the value is used, not where it was given.
ELSEWHERE = re.compile(r"E_(CITE_\w+|TYPED_\w+)$")
BUILT_IN = {"co_quan", "so", "ky_hieu", "dia_danh", "ngay_ban_hanh", "trich_yeu", "chuc_vu", "ho_ten", "quyen_han",
            "noi_nhan"}
IN_APPENDICES = {"co_quan", "so", "ky_hieu", "ngay_ban_hanh"}  # “Kèm theo Báo cáo số …”

# Figures that stand twice in the data, in the text and in an appendix or in the whole and in its parts: only a check
# keeps them alike, so changing one must name it.
GUARDED = {
    "ho_so.ky_truoc": "ho_so_hai_nam", "ho_so.truc_tiep": "luy_ke_khac", "ho_so.bcci": "luy_ke_khac",
    "ho_so.truc_tuyen": "luy_ke_truc_tuyen", "nam_truoc.tiep_nhan": "ho_so_hai_nam", "ho_so_ky.truc_tuyen": "ho_so_hai_nam",
    "ho_so_ky.khac": "ho_so_hai_nam", "ho_so_ky.truc_tuyen_luy_ke": "luy_ke_truc_tuyen", "ho_so_ky.khac_luy_ke": "luy_ke_khac",
    "ky.nam": "trich_yeu_ky", "ky.thang": "trich_yeu_ky", "co_quan": "co_quan_ten", "dia_danh": "co_quan_ten",
    "phan_anh.moi": "pakn_phu_luc", "phan_anh.keo_dai": "pakn_phu_luc",
}
# What makes the other checks of the form fire: file, text, what stands in its place (the first time it is found).
FIRES = {
    "ky_ngay": (FACTS, "tu_ngay: 2025-07-01", "tu_ngay: 2026-07-01"),
    "hai_nam": (FACTS, "tu_ngay: 2025-07-01", "tu_ngay: 2024-07-01"),
    "ky_dai_nghi_quyet": (FACTS, "ngay_ban_hanh: 2026-06", "ngay_ban_hanh: 2026-07"),
    "nhan_6_thang": (FACTS, "den_ngay: 2026-06-06", "den_ngay: 2026-05-31"),
    "ky_toi": (FACTS, "toi: 6 tháng cuối năm 2026", "toi: 6 tháng đầu năm 2027"),
    "mot_hang_tthc": ("tthc.csv", "1.752,358", "1.752,358\n1,0"),
    "mot_hang_dvctt": ("dvctt.csv", "162", "162\n,,1,0,0,0"),
    "mot_hang_nhan_luc": ("nhan_luc.csv", "1,1,", "1,1,,\n1,1,"),
    "giai_quyet_khong_qua_tong": (FACTS, "da_giai_quyet: 7.520", "da_giai_quyet: 7.590"),
    "giai_quyet_tre": (FACTS, "giai_quyet_tre: 0", "giai_quyet_tre: 12.295"),
    "qua_han_khong_qua_dang": (FACTS, "qua_han: 2\n  so_hoa", "qua_han: 65\n  so_hoa"),
    "nam_truoc_qua_han": (FACTS, "qua_han: 2\n\n", "qua_han: 99\n\n"),
    "luy_ke_khong_nho_hon": ("ho_so_ky.csv", "10.743", "4.739"),
    "dvctt_tinh_khong_qua": ("tthc.csv", "1.752", "1.741"),
    "giai_ngan_khong_qua_tong": (FACTS, "tong: 1.056.000.000", "tong: 119.999.999"),
    "kinh_phi_khong_qua_tong": (FACTS, "tong: 1.056.000.000", "tong: 718.999.999"),
    "dot_pha_dau_moi": ("dot_pha.csv", "UBND phường Trung Thành", "UBND phường Trưng Thành"),
    "kien_nghi_ten": ("kien_nghi.csv", "UBND phường Trung Thành", "UBND phường Trưng Thành"),
    "kien_nghi_tu_xu_ly": ("kien_nghi.csv", "UBND phường Trung Thành", "Sở Khoa học và Công nghệ"),
    "kien_nghi_so_nganh": ("kien_nghi.csv", "Sở Khoa học và Công nghệ,Sở Tài chính", "UBND phường Trung Thành,Sở Tài chính"),
}
FORMER = "ky_truoc_chuyen_sang"  # over the former report: fires with --ky-truoc


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def blanks(text):
    return re.sub(r"[\s\u00a0\u202f]+", " ", unicodedata.normalize("NFC", text)).strip()


def squeezed(text):
    return re.sub(r"[\s\u00a0\u202f\u200b]+", "", unicodedata.normalize("NFC", text)).casefold()


# ---- changes ---------------------------------------------------------------------------------------------------


def grouped(n):
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", str(n))


def variants(text, name=""):
    """(kind, new text) of what may stand in a fact or cell instead of `text`."""
    if text == "":
        return [("empty", "45")] if name == "so" else [("empty", "7"), ("empty", "X")]
    if re.fullmatch(r"\d{1,3}(\.\d{3})*|\d+", text):
        n = int(text.replace(".", ""))
        return [("number", grouped(k) if "." in text or k > 9999 else str(k)) for k in (n + 1, n - 1) if k >= 0]
    percent = re.fullmatch(r"(\d+)(,\d+)?%", text)
    if percent:
        return [("percent", "%d%s%%" % (int(percent[1]) + k, percent[2] or "")) for k in (1, -1)]
    day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)
    if day:
        y, m, d = (int(x) for x in day.groups())
        return [("date", "%d-%02d-%02d" % (y, m, d + 1)), ("date", "%d-%02d-%02d" % (y, m - 1, d))]
    if re.fullmatch(r"\d{4}-\d\d", text):
        y, m = (int(x) for x in text.split("-"))
        return [("date", "%d-%02d" % (y, m + 1)), ("date", "%d-%02d" % (y, m - 1))]
    if re.fullmatch(r"\d\d/\d{1,2}/\d{4}", text):
        return [("date", "%02d%s" % (int(text[:2]) + 1, text[2:]))]
    return [("text", text + " X")]


class Change:
    """One fact or cell with another value: `place` as in messages (file, line, column title or None)."""

    def __init__(self, kind, name, place, old, new, content):
        self.kind, self.name, self.place, self.old, self.new, self.content = kind, name, place, old, new, content

    def __str__(self):
        return "%s %s: “%s” → “%s”" % (":".join(str(p) for p in self.place if p), self.name, self.old, self.new)


def fact_lines(text):
    """(dotted name, first line, last line, span of the value's text) of every value in the facts."""
    lines, path, found, at = text.split("\n"), [], [], 0
    while at < len(lines):
        m = re.match(r"( *)(- )?(?:([a-z_\d]+):(?: +|$))?(.*)$", lines[at])
        first, indent = at, len(m[1])
        at += 1
        if not lines[first].strip() or m[4].startswith("#"):
            continue
        if m[3]:
            path = [p for p in path if p[0] < indent] + [(indent, m[3])]
        name = ".".join(p[1] for p in path)
        nested = m[3] and not m[4] and at < len(lines) and re.match(r" {%d,}\S" % (indent + 1), lines[at])
        if nested:
            continue
        start, end, last = m.start(4), len(lines[first]), first
        if m[4].startswith('"'):
            while not re.search(r'.(?<!\\)"$', lines[last][start:] if last == first else lines[last]):
                last += 1
            start = start + 1 if last == first else re.match(" *", lines[last]).end()
            end, at = len(lines[last]) - 1, last + 1
        found.append((name, first, last, start, end))
    return lines, found


def changes():
    text = read(os.path.join(SAMPLE, FACTS))
    lines, found = fact_lines(text)
    for name, first, last, start, end in found:
        old = lines[last][start:end]
        for kind, new in variants(old, name):
            changed = list(lines)
            changed[last] = lines[last][:start] + new + lines[last][end:]
            if not old and not changed[last].endswith(": " + new):
                changed[last] = changed[last].replace(":" + new, ": " + new)
            yield Change("fact " + kind, name, (FACTS, first + 1, None), old, new, (FACTS, "\n".join(changed)))
    for file in sorted(f for f in os.listdir(SAMPLE) if f.endswith(".csv")):
        rows = list(csv.reader(io.StringIO(read(os.path.join(SAMPLE, file)))))
        for r in range(1, len(rows)):
            for c, old in enumerate(rows[r]):
                for kind, new in variants(old):
                    out = io.StringIO()
                    changed = [list(row) for row in rows]
                    changed[r][c] = new
                    csv.writer(out, lineterminator="\n").writerows(changed)
                    yield Change("cell " + kind, "%s.%s" % (file[:-4], rows[0][c]), (file, r + 1, rows[0][c]), old,
                                 new, (file, out.getvalue()))


def copy(folder, file, content):
    """The sample in `folder` with another content of one file; the rest are links."""
    report = os.path.join(folder, os.path.basename(SAMPLE))
    os.mkdir(report)
    for entry in os.listdir(SAMPLE):
        if entry != file:
            os.symlink(os.path.join(SAMPLE, entry), os.path.join(report, entry))
    with open(os.path.join(report, file), "w", encoding="utf-8") as f:
        f.write(content)
    return report


# ---- the form, read without the program ------------------------------------------------------------------------


class Form:
    def __init__(self):
        self.schema = read(os.path.join(FORM, "mau.yaml"))
        part = re.split(r"^(\w+):$", self.schema, flags=re.M)
        part = dict(zip(part[1::2], part[2::2]))
        self.given = re.findall(r"name: ([\w.]+)", part["truong"])
        self.computed = dict(re.findall(r"name: ([\w.]+)(?:.|\n)*?type: (\w+)", part["tinh"]))
        tables = re.split(r"^  (\w+):$", part["bang"], flags=re.M)
        self.columns = {}  # table: [(name, title, what an empty cell prints)]
        for table, body in zip(tables[1::2], tables[2::2]):
            fields = re.split(r"(?=name: )", body.split("fields:")[1])[1:]
            self.columns[table] = [(re.match(r"name: (\w+)", f)[1], self.title(f), (re.search(r'trong: "(.*?)"', f) or ["", ""])[1])
                                   for f in fields]
        self.checks = {}  # pattern of the message: name of the check
        for rule in re.split(r"^  - ", part["kiem_tra"], flags=re.M)[1:]:
            name, said = re.search(r"ten: (\w+)", rule), re.search(r'thong_bao: "(.*?)"(?:}|$)', rule, flags=re.M)
            if name:
                self.checks[re.compile(re.sub(r"\\\{\\\{.*?\\\}\\\}", ".*", re.escape(said[1])))] = name[1]
        self.scalars = [n for n in self.given + list(self.computed) if n.split(".")[0] not in self.columns]

    @staticmethod
    def title(field):
        m = re.search(r'title: (?:"(.*?)"|(.*?)(?:, (?:type|don_vi|trong)|\n|$))', field)
        return m[1] or m[2]

    def check(self, said):
        return next((name for pattern, name in self.checks.items() if pattern.fullmatch(said)), None)


class Reader:
    """What the Markdown of the report and of the form prints for given values."""

    def __init__(self, form, values, folder):
        self.form, self.value = form, values
        self.rows = {t: self.table(folder, t) for t in form.columns}
        self.documents = [row for place in (FORM, folder)
                          for row in csv.DictReader(io.StringIO(read(os.path.join(place, "van_ban.csv"))))]

    def table(self, folder, name):
        rows = list(csv.reader(io.StringIO(read(os.path.join(folder, name + ".csv")))))
        by_title = {c[1]: c[0] for c in self.form.columns[name]}
        keys = [by_title.get(h, h) for h in rows[0]]
        table = [dict(zip(keys, row)) for row in rows[1:]]
        for i, row in enumerate(table):
            for c in self.form.columns[name]:
                row.setdefault(c[0], self.value.get("%s.%s[%d]" % (name, c[0], i + 1), ""))
        return table

    def cite(self, symbol):
        """Pattern of the citation of a document, in full or short."""
        row = next((r for r in self.documents if r["so_ky_hieu"] == symbol), None)
        if not row:
            return ".*"
        d, m, y = row["ngay"].split("/")
        short = "%s số %s" % (row["loai"], symbol)
        full = "%s ngày %s/%s/%s của %s %s" % (short, d, m, y, row["co_quan"], row["trich_yeu"])
        return "(?:%s|%s)" % (re.escape(full), re.escape(short))

    def tag(self, text, row):
        part = [p.strip() for p in text.split("|")]
        cited = re.match(r'vb "(.*?)"', part[0])
        if cited:
            return "(?i:%s)" % self.cite(cited[1]) if "hoa" in part else self.cite(cited[1])
        value = row[part[0]] if part[0] in row else self.value[part[0]]
        for f in part[1:]:
            if f == "vb":
                return self.cite(value)
            if f == "dem":
                value = "0" + value if re.fullmatch(r"\d", value) else value
            elif f == "tien":
                value += " đồng"
            elif f == "trieu_dong":
                n = int(value.replace(".", ""))
                value = re.sub(r",?0*$", "", "%d,%06d" % divmod(n, 10 ** 6)) + " triệu đồng"
            elif f == "hoa":
                value = value.upper()
            else:
                raise ValueError("the formatter %s is unknown to check_cells.py" % f)
        return re.escape(value)

    def holds(self, name, row):
        if name in self.rows:
            return bool(self.rows[name])
        return (row[name] if name in row else self.value[name]) not in ("", "0")

    def pattern(self, text, row):
        """Pattern of what a piece of Markdown with tags prints."""
        m = re.search(r"\{\{([#^]?)(.*?)\}\}", text)
        if not m:
            return re.escape(text)
        head = re.escape(text[:m.start()])
        if not m[1]:
            return head + self.tag(m[2], row) + self.pattern(text[m.end():], row)
        end = "{{/%s}}" % m[2]
        at = text.index(end, m.end())
        inner, rest = text[m.end():at], self.pattern(text[at + len(end):], row)
        if m[1] == "^":
            return head + ("" if self.holds(m[2], row) else self.pattern(inner, row)) + rest
        if m[2] in self.rows:
            return head + "".join(self.pattern(inner, r) for r in self.rows[m[2]]) + rest
        return head + (self.pattern(inner, row) if self.holds(m[2], row) else "") + rest

    def line(self, text, around):
        """Patterns of the paragraphs that a line prints within the sections around it, one a row of their tables."""
        scopes = [{}]
        for sign, name in around:
            if sign == "#" and name in self.rows:
                scopes = [dict(s, **r) for s in scopes for r in self.rows[name]]
            else:
                scopes = [s for s in scopes if self.holds(name, s) == (sign == "#")]
        return [self.pattern(text, s) for s in scopes]


def plain(line):
    """A line of Markdown without its marks; tags stay."""
    line = re.sub(r"^#+ +", "", line)
    line = re.sub(r" \{#[\w-]+\}$", "", line).replace("**", "")
    line = re.sub(r"<(https?:.*?)>", r"\1", line)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)


# ---- the program's answers -----------------------------------------------------------------------------------------


class Tree:
    """The document tree (-T text): paragraphs by their place in the Markdown, tables, the head, appendices."""

    def __init__(self, text, folder):
        self.lines, self.tables, self.official, self.appendices = {}, {}, [], []
        table = None
        for line in text.splitlines():
            row = re.match(r" +(head|data|group|empty|total) \| (.*)$", line)
            if row and table is not None:
                table.append((row[1], [re.sub(r"^\d+x\d+ ", "", c) for c in (row[2] + " ").split(" | ")]))
                table[-1] = (row[1], [blanks(c) for c in table[-1][1] if c.strip() != "~"])
                continue
            start = re.match(r" +table (\w+) ", line)
            if start:
                table = self.tables.setdefault(start[1], [])
                continue
            node = re.match(r' +(\w+)(.*?)"(.*)"  (\S+):(\d+)$', line)
            if line.startswith("  appendix"):
                self.appendices.append(re.sub(r"  \S+$", "", line))
            elif node and node[1] in ("para", "heading"):
                label = re.search(r"“(.*?)”", node[2])
                self.lines.setdefault(self.key(node[4], folder, int(node[5])), []).append(
                    (label[1] + " " if label else "", blanks(node[3])))
            elif line.startswith("  ") and not line.startswith("   "):
                self.official.append(line.replace(folder, "").strip())

    @staticmethod
    def key(path, folder, line):
        inside = path.startswith(folder)
        return ("report" if inside else "form", os.path.relpath(path, folder if inside else FORM), line)

    def texts(self):
        """Every text that is printed whole: paragraphs and cells."""
        for nodes in self.lines.values():
            for label, text in nodes:
                yield label + text
        for rows in self.tables.values():
            for _, cells in rows:
                yield from cells


class Run:
    """The report in a folder, as the program sees it."""

    def __init__(self, suite, folder):
        self.suite, self.folder = suite, folder
        done = suite.call(["gen", folder, "-T", "text"])
        self.status, self.said = done.returncode, done.stderr.decode()
        self.tree = Tree(done.stdout.decode(), folder) if done.returncode == 0 else None
        self.values, self.rests, names = {}, {}, suite.form.scalars + suite.row_values + ["dia_danh"]
        if done.returncode:
            return
        name = None
        for line in suite.call(["explain", folder] + names).stdout.decode().splitlines():
            head = re.match(r"([\w.]+(?:\[\d+\])?)(?: = (.*?))?(?:   [(—].*)?$", line)
            if head and not line.startswith(" "):
                name = head[1]
                self.values[name] = "" if head[2] in (None, "(trống)") else head[2]
                self.rests.setdefault(name, set())
            for m in re.finditer(r"\((\S+?):(\d+):\d+(?:, hàng \d+, cột “(.*?)”)?\)$", line):
                self.rests[name].add((os.path.basename(m[1]), int(m[2]), m[3]))


class Suite:
    def __init__(self, binary, verbose):
        self.binary, self.verbose = os.path.abspath(binary), verbose
        self.form = Form()
        self.row_values = ["nhan_luc.con_thieu"]
        self.base = Run(self, SAMPLE)
        self.lines, self.fitting = self.sources(), {}
        self.blocks = [b for f in sorted(os.listdir(FORM)) if f.endswith(".md")
                       for b in re.findall(r"```bang\n(.*?)```", read(os.path.join(FORM, f)), flags=re.S)]

    def call(self, args, *more):
        args = args + list(more)
        env = dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))
        return subprocess.run([self.binary] + args, env=env, capture_output=True, timeout=120)

    # ---- one change ----

    def try_change(self, change):
        """None, or what is wrong; then what was proved, for --verbose."""
        folder = tempfile.mkdtemp(prefix="cells-")
        try:
            run = Run(self, copy(folder, *change.content))
            if run.status == 1:
                return self.named(change, run.folder)
            if change.name in GUARDED:
                return "nothing is wrong, but %s should be" % GUARDED[change.name], ""
            if run.status != 0:
                return "exit status %d: %s" % (run.status, run.said), ""
            wrong = self.printed(change, run)
            if not wrong and change.documents:
                wrong = self.documents(run, folder)
            return wrong, "printed" + (", PDF and XLSX" if change.documents else "")
        finally:
            shutil.rmtree(folder)

    def fires(self, name):
        """None, or that a check does not fire where it should."""
        former = name == FORMER
        file, old, new = FIRES[name] if not former else (FACTS, "den_ngay: 2026-06-06", "den_ngay: 2025-06-30")
        text = read(os.path.join(SAMPLE, file))
        if old not in text:
            return "%s: %s has no “%s”" % (name, file, old)
        folder = tempfile.mkdtemp(prefix="cells-")
        try:
            report = copy(folder, file, text.replace(old, new, 1))
            # The former period's report: the whole ended before this one began.
            if former:
                with open(os.path.join(report, FACTS), encoding="utf-8") as f:
                    before = f.read().replace("tu_ngay: 2025-07-01", "tu_ngay: 2024-07-01")
                with open(os.path.join(report, FACTS), "w", encoding="utf-8") as f:
                    f.write(before.replace("cuối năm 2026", "cuối năm 2025"))
            done = self.call(["check", SAMPLE, "--ky-truoc", report] if former else ["check", report], "--format", "json")
            said = [self.form.check(m["text"]) for m in json.loads(done.stdout.decode())["reports"][0]["messages"]]
            return None if name in said else "%s does not fire: %s" % (name, said)
        finally:
            shutil.rmtree(folder)

    def named(self, change, report):
        done = self.call(["check", report], "--format", "json")
        if done.returncode != 1:
            return "check ends with %d, gen with 1" % done.returncode, ""
        names, place = [], change.place
        for m in json.loads(done.stdout.decode())["reports"][0]["messages"]:
            if m["severity"] != "error":
                continue
            name = self.form.check(m["text"]) if m["code"] == "E_RULE" else m["code"] if NAMED.match(m["code"]) else None
            if not name:
                return "no name for “%s” (%s)" % (m["text"], m["code"]), ""
            names.append(name)
            told = any(p["file"] and os.path.basename(p["file"]) == place[0] and p["line"] == place[1] for p in [m] + m["related"])
            if not told and not ELSEWHERE.match(m["code"]):
                return "%s does not name the changed place: %s" % (name, m["text"]), ""
        if GUARDED.get(change.name, names[0] if names else "") not in names:
            return "%s is not named, only %s" % (GUARDED[change.name], names), ""
        return (None if names else "exit status 1 without an error"), "named: " + ", ".join(names)

    # ---- every place that prints ----

    def changed_values(self, change, run):
        """The names whose value is another one now; what is wrong with them."""
        base = self.base
        changed = {n for n in run.values if run.values[n] != base.values.get(n)}
        resting = {n for n in run.values if change.place in run.rests[n] | base.rests.get(n, set())}
        for n in changed - resting:
            return changed, "%s changed but does not rest on it" % n
        number = change.kind in ("fact number", "cell number")
        for n in resting - changed:
            if number and self.form.computed.get(n) == "integer" and n not in ("kinh_phi.so_muc",):
                return changed, "%s rests on it and stayed %s" % (n, run.values[n])
        return changed, None

    def printed(self, change, run):
        changed, wrong = self.changed_values(change, run)
        reader = Reader(self.form, run.values, run.folder)
        return (wrong or self.paragraphs(run, reader) or self.tables(run, reader) or self.head(change, run) or
                self.stale(change, run, changed, reader) or (None if self.differs(run) else "printed nowhere, and nothing is wrong with it"))

    def stale(self, change, run, changed, reader):
        """A figure from a thousand on that nothing gives any more must not be printed anywhere."""
        old = {self.base.values[n] for n in changed} | {change.old}
        now = set(run.values.values()) | {c for rows in reader.rows.values() for r in rows for c in r.values()}
        for gone in (o for o in old - now if re.fullmatch(r"\d{1,3}(\.\d{3})+", o)):
            for text in run.tree.texts():
                if re.search(r"(?<![\d.])%s(?![\d.]*\d)" % re.escape(gone), text):
                    return "“%s” still stands in “%s”" % (gone, text)
        return None

    def differs(self, run):
        a, b = self.base.tree, run.tree
        return a.lines != b.lines or a.tables != b.tables or [re.sub(r":\d+$", "", x) for x in a.official] != [
            re.sub(r":\d+$", "", x) for x in b.official]

    def sources(self):
        """(place, Markdown, sections around it) of every line with a tag or within a section."""
        found = []
        for kind, top in (("report", SAMPLE), ("form", FORM)):
            for folder, _, names in os.walk(top):
                for name in (n for n in names if n.endswith(".md")):
                    path, around = os.path.join(folder, name), []
                    for n, text in enumerate(read(path).split("\n"), 1):
                        m = re.fullmatch(r"\{\{([#^/])(.*?)\}\}", text)
                        if m and m[1] == "/":
                            around.pop()
                        elif m:
                            around.append((m[1], m[2]))
                        elif text.strip() and ("{{" in text or around):
                            found.append(((kind, os.path.relpath(path, top), n), plain(text), list(around)))
        return [f for f in found if "{{>" not in f[1] and
                (f[0][0] == "report" or not os.path.exists(os.path.join(SAMPLE, f[0][1])))]

    def paragraphs(self, run, reader):
        tagged = {place for place, _, _ in self.lines}
        for key in set(self.base.tree.lines) | set(run.tree.lines):
            if key not in tagged and self.base.tree.lines.get(key) != run.tree.lines.get(key):
                return "%s:%d has no tag and changed" % key[1:]
        for key, text, around in self.lines:
            got = run.tree.lines.get(key, [])
            want = reader.line(text, around)
            if len(got) != len(want):
                return "%s:%d prints %d paragraphs, not %d" % (key[1], key[2], len(got), len(want))
            for (label, text), pattern in zip(got, want):
                if not self.fits(pattern, label + text):
                    return "%s:%d prints “%s”, not “%s”" % (key[1], key[2], label + text, re.sub(r"\\(.)", r"\1", pattern))
        return None

    def fits(self, pattern, text):
        if (pattern, text) not in self.fitting:
            self.fitting[pattern, text] = bool(re.fullmatch(pattern, text))
        return self.fitting[pattern, text]

    def tables(self, run, reader):
        for name, rows in run.tree.tables.items():
            block = next(b for b in self.blocks if re.search(r"^du_lieu: %s$" % name, b, flags=re.M))
            shown = re.findall(r"\{ten: (\w+)", block)
            group = re.search(r"^nhom: \{cot: (\w+)", block, flags=re.M)
            blank = {c[0]: c[2] for c in self.form.columns[name]}
            want = [[blanks(plain(r[c]) or blank[c]) for c in shown if c != "tt"] for r in reader.rows[name]]
            got = [cells[len(cells) - len(shown) + (shown[0] == "tt"):] for kind, cells in rows if kind == "data"]
            if got != want:
                return "the table %s prints %s, not %s" % (name, got, want)
            if group:
                groups = [r[group[1]] for r in reader.rows[name]]
                want = [g for i, g in enumerate(groups) if not i or g != groups[i - 1]]
                if [cells[-1] for kind, cells in rows if kind == "group"] != want:
                    return "the table %s prints other groups than %s" % (name, want)
            if [r for r in rows if r[0] == "head"] != [r for r in self.base.tree.tables[name] if r[0] == "head"]:
                return "the head of the table %s changed" % name
        return None

    def head(self, change, run):
        """The head, the signature and the lines of the appendices: only those that print the changed fact move."""
        first = change.name.split(".")[0]
        name = change.name.split(".")[-1]
        a, b = self.base.tree, run.tree
        if change.place[0] != FACTS or not {first, name} & BUILT_IN:
            if a.official != b.official or a.appendices != b.appendices:
                return "the head of the document changed"
            return None
        moved = [y for x, y in zip(a.official, b.official) if x != y] if len(a.official) == len(b.official) else b.official
        if not moved:
            return "the head of the document does not print it"
        if (a.appendices != b.appendices) != (name in IN_APPENDICES):
            return "the lines of the appendices do not agree with the head"
        return None

    # ---- PDF and workbook ----

    def documents(self, run, folder):
        done = self.call(["gen", run.folder, "-o", folder])
        if done.returncode:
            return "gen ends with %d: %s" % (done.returncode, done.stderr.decode())
        path = os.path.join(folder, os.path.basename(SAMPLE))
        return self.pdf(run, path + ".pdf") or self.workbook(run, path + ".xlsx")

    def pdf(self, run, path):
        text = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True).stdout.decode()
        pages = [re.sub(r"\A\s*\d+\n|\n\d+\s*\Z", "\n", p) for p in text.split("\f")]
        have = squeezed("".join(pages))
        new, old = {squeezed(t) for t in run.tree.texts()}, {squeezed(t) for t in self.base.tree.texts()}
        for t in sorted(new):
            if t not in have:
                return "the PDF lacks “%s”" % t
        for t in sorted(old - new):
            if len(t) > 12 and not any(t in n for n in new) and t in have:
                return "the PDF still has “%s”" % t
        for line in run.tree.official:
            m = re.match(r'\w+ "(.*?)"', line)
            if m and squeezed(m[1]) not in have:
                return "the PDF lacks “%s”" % m[1]
        return None

    def workbook(self, run, path):
        """Rows of the workbook's tables are those of the tree; the sentences above them too."""
        rows, texts = sheet_rows(path), {squeezed(t) for t in run.tree.texts()}
        for name, table in run.tree.tables.items():
            for kind, cells in table:
                if kind in ("data", "group", "empty") and [figure(c) for c in cells if c] not in rows:
                    return "the workbook lacks the row %s of %s" % (cells, name)
        sentences = [r[0] for r in rows if len(r) == 1 and str(r[0]).startswith("- ")]
        for s in sentences:
            if squeezed(s) not in texts:
                return "the workbook has “%s”, which the text has not" % s
        return None if sentences else "the workbook has no sentences"


def figure(cell):
    """A cell as a number where it is one, as in a workbook."""
    if re.fullmatch(r"\d{1,3}(\.\d{3})*|\d+", cell):
        return float(cell.replace(".", ""))
    return blanks(cell)


def sheet_rows(path):
    """The non-empty cells of all rows of a workbook: texts, and numbers as floats."""
    ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = []
    with zipfile.ZipFile(path) as z:
        shared = ["".join(t.text or "" for t in si.iter(ns + "t")) for si in ET.fromstring(z.read("xl/sharedStrings.xml")).iter(ns + "si")]
        for sheet in sorted(n for n in z.namelist() if n.startswith("xl/worksheets/sheet")):
            for row in ET.fromstring(z.read(sheet)).iter(ns + "row"):
                cells = []
                for c in row.iter(ns + "c"):
                    v = c.find(ns + "v")
                    if v is not None:
                        cells.append(figure(shared[int(v.text)]) if c.get("t") == "s" else float(v.text))
                rows.append(cells)
    return rows


def pool_of(function, of):
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(function, of))


def main():
    args = sys.argv[2:]
    suite = Suite(sys.argv[1], "--verbose" in args)
    if suite.base.status:
        sys.exit("cells: %s is wrong:\n%s" % (SAMPLE, suite.base.said))
    every = int(args[args.index("--every") + 1]) if "--every" in args else 1
    todo = list(changes())[::every]
    by_kind = {}
    for c in todo:
        by_kind.setdefault(c.kind, []).append(c)
        c.documents = False
    done = pool_of(suite.try_change, todo)
    # PDF and workbook: of each kind some of those that come out, evenly over the sample.
    chosen = []
    for kind in by_kind:
        good = [c for c, (wrong, what) in zip(todo, done) if c.kind == kind and not wrong and what == "printed"]
        chosen += good[::max(1, -(-len(good) // DOCUMENTS))]
    for c in chosen:
        c.documents = True
    done += pool_of(suite.try_change, chosen)
    failed = 0
    for c, (wrong, what) in zip(todo + chosen, done):
        failed += bool(wrong)
        if wrong or suite.verbose:
            print("%s: %s" % (c, wrong or what))
    fired = {n for _, what in done if what.startswith("named") for n in what.split(": ")[1].split(", ")}
    silent = sorted(set(suite.form.checks.values()) - fired - set(FIRES) - {FORMER}) if every == 1 else []
    wrong = [w for w in pool_of(suite.fires, list(FIRES) + [FORMER]) if w] + ["%s never fires" % n for n in silent]
    print("".join("%s\n" % w for w in wrong), end="")
    named = sum(what.startswith("named") for _, what in done)
    failed += len(wrong)
    print("cells: %d passed, %d failed (%d changes: %d printed, %d named; %d as PDF and XLSX; %d checks fire)" %
          (len(done) + len(FIRES) + 1 - failed, failed, len(todo), len(todo) - named, named, len(chosen),
           len(suite.form.checks) - len(wrong)))
    return 1 if failed or not done or (every == 1 and len(chosen) < 25) else 0


if __name__ == "__main__":
    sys.exit(main())
