#!/usr/bin/env python3
"""make_batch.py DIR [N] [--wide] [--check BAOCAO]: the reports of N communes (3,321), the same at every call.

Every commune is the sample samples/trung-thanh under another name and with other figures: a folder xa-0001 …
of its own, or with --wide a row of cac-xa.csv, its tables joined by ma_xa, the prose shared.

Nothing about the sample is known here but what its template declares. Whole numbers are multiplied; numbers
that an expression or check names together (or that the lists below hold together) get one factor, so that sums
stay sums and ratios stay the same. What cannot be multiplied (years, bounded numbers, whatever shares a check
with such) stays. In the prose every paragraph that does not name the commune gets its name behind it."""
import argparse, csv, io, os, re, subprocess, sys
from concurrent.futures import ProcessPoolExecutor

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLE = os.path.join(ROOT, "samples", "trung-thanh")
NAME, UPPER = "\ue000", "\ue001"  # stand for the commune's name in what is written
FACTOR_MAX = 9

# Belong together by their meaning, where no expression says so.
TOGETHER = [("ho_so", "nam_truoc", "nam_nay", "ho_so_ky"), ("tong_tthc", "tthc"), ("tong_dvctt", "dvctt")]
# Whole numbers that are no amounts.
NO_AMOUNT = {"nam", "thang", "quy", "ngay", "tt", "stt", "hang", "ma"}

FIRST = ("An Ba Bắc Bằng Bình Cao Cẩm Chí Châu Dương Đại Đông Đồng Đức Giang Gia Hà Hải Hòa Hoàng Hồng Hùng Hưng Khánh "
         "Kim Lạc Lam Lâm Liên Long Lương Mai Minh Mỹ Nam Ngọc Nghĩa Nhân Ninh Phong Phú Phúc Phước Quang Quảng Quế "
         "Sơn Tam Tân Tây Thái Thanh Thành Thiện Thịnh Thọ Thuận Tiên Trung Tường Vạn Văn Việt Vĩnh Xuân Yên").split()
LAST = ("An Ái Bảo Biên Bình Châu Chung Cường Dân Dương Đà Đạo Điền Định Đô Đông Đức Giang Hà Hải Hạnh Hậu Hiệp Hòa "
        "Hội Hưng Khê Khánh Lạc Lãng Lâm Lập Lễ Linh Lĩnh Lộc Lợi Long Lương Mai Mỹ Nam Ngạn Nghĩa Nguyên Nhơn Ninh "
        "Phong Phú Phương Quang Quý Sơn Tân Thạnh Thắng Thịnh Thọ Tiến Trạch Trì Trung Tường Vân Xá").split()


# ---- which numbers may be multiplied ------------------------------------------------------------

class Groups:
    """Names that go together, by union and find."""

    def __init__(self):
        self.up = {}

    def find(self, x):
        while self.up.setdefault(x, x) != x:
            x = self.up[x]
        return x

    def join(self, names):
        for name in names[1:]:
            self.up[self.find(name)] = self.find(names[0])


class Form:
    """What the template says about numbers: the factor group of each field and column, None for what stays."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            mau = yaml.load(f, yaml.BaseLoader)
        self.fields = {f["name"]: f for f in mau.get("truong") or []}
        self.tables = mau.get("bang") or {}
        for name, table in self.tables.items():
            for f in (table or {}).get("fields") or []:
                self.fields["%s.%s" % (name, f["name"])] = f
        self.groups = Groups()
        for name, field in self.fields.items():
            if field.get("type") == "integer":
                self.groups.join([name.split(".")[0], name])
        for names in TOGETHER:
            self.groups.join(list(names))
        for entry in mau.get("tinh") or []:
            self.expression(entry["bieu_thuc"], entry["name"].split(".")[0], [entry["name"]])
            self.fields.setdefault(entry["name"], {"type": "computed"})
        for entry in mau.get("kiem_tra") or []:
            for key in ("dieu_kien", "khi"):
                self.expression(entry.get(key, ""), entry.get("bang", ""), [])
        fixed = {self.groups.find(n) for n, f in self.fields.items() if self.fixes(n, f)}
        self.group = {n: self.groups.find(n) for n, f in self.fields.items()
                      if f.get("type") == "integer" and not self.stays(n, f) and self.groups.find(n) not in fixed}

    def expression(self, text, table, names):
        text = re.sub(r'"[^"]*"|\'[^\']*\'', "", text)
        for name in re.findall(r"[a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*", text):
            name = name.removeprefix("ky_truoc.")
            for full in ("%s.%s" % (table, name), name):
                if full in self.fields or full in self.tables:
                    names.append(full)
                    break
        self.groups.join(names or [table])

    @staticmethod
    def stays(name, field):
        bounds = field.get("constraints") or {}
        return name.split(".")[-1] in NO_AMOUNT or any(k in bounds for k in ("maximum", "enum", "pattern"))

    def fixes(self, name, field):
        """Whether no number that an expression puts beside this one may be multiplied."""
        kind = field.get("type", "string")
        return (kind == "number" and field.get("kieu") != "phan_tram" or kind == "array" or
                kind == "integer" and self.stays(name, field) and name.split(".")[-1] not in NO_AMOUNT)

    def text_column(self, name):
        field = self.fields.get(name, {})
        return field.get("type", "string") == "string" and not field.get("constraints", {}).keys() - {"required"}


def number(text):
    """The value of a whole number as the data write it, else None."""
    return int(text.replace(".", "")) if re.fullmatch(r"[1-9]\d{0,2}(\.\d{3})*|[1-9]\d*", text) else None


def written(n, grouped):
    return "{:,}".format(n).replace(",", ".") if grouped else str(n)


class Text:
    """A text with numbers in it: literal, group, literal, group, …"""

    def __init__(self):
        self.parts = [""]

    def add(self, text, group=None):
        n = number(text) if group else None
        if n is None:
            self.parts[-1] += text
        else:
            self.parts += [(group, n, "." in text or n < 1000), ""]

    def print(self, commune):
        out = self.parts[0]
        for i in range(1, len(self.parts), 2):
            group, n, grouped = self.parts[i]
            out += written(n * commune.factor(group), grouped) + self.parts[i + 1]
        return commune.put_name(out)


# ---- communes ------------------------------------------------------------------------------------

def commune_name(i):
    pairs = len(FIRST) * len(LAST)
    k = i * 2741 % pairs  # a prime: neighbours have unlike names
    name = "%s %s" % (FIRST[k % len(FIRST)], LAST[k // len(FIRST)])
    return name if i < pairs else "%s %s" % (name, FIRST[i // pairs % len(FIRST)])


class Commune:
    def __init__(self, i, digits):
        self.i = i
        self.key = "xa-%0*d" % (digits, i + 1)
        self.name = commune_name(i)
        self.upper = self.name.upper()

    def factor(self, group):
        h = self.i * 0x9E3779B97F4A7C15
        for c in group.encode():
            h = (h ^ c) * 0x100000001B3 % (1 << 64)
        return (h >> 32) % FACTOR_MAX + 1

    def put_name(self, text):
        return text.replace(NAME, self.name).replace(UPPER, self.upper)


# ---- the sample ------------------------------------------------------------------------------------

class Sample:
    def __init__(self):
        self.files = {}
        for folder, _, names in sorted(os.walk(SAMPLE)):
            for name in sorted(names):
                path = os.path.join(folder, name)
                with open(path, "rb") as f:
                    self.files[os.path.relpath(path, SAMPLE)] = f.read()
        self.facts_file = next(n for n in ("baocao.yaml", "baocao.yml") if n in self.files)
        self.facts = self.decode(self.facts_file)
        root = yaml.load(self.facts, yaml.BaseLoader)
        self.name, self.short = root["dia_danh"], root.get("ten_viet_tat")
        self.form = Form(os.path.join(ROOT, "templates", root["mau"], "mau.yaml"))

    def decode(self, name):
        return self.files[name].decode("utf-8")

    def mark(self, text):
        return text.replace(self.name, NAME).replace(self.name.upper(), UPPER)

    # the facts

    def scalars(self, node, path=""):
        """(path, node) of every scalar below a node of the facts."""
        if isinstance(node, yaml.ScalarNode):
            yield path, node
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from self.scalars(value, "%s.%s" % (path, key.value) if path else key.value)
        else:
            for i, value in enumerate(node.value):
                yield from self.scalars(value, "%s.%d" % (path, i + 1))

    def facts_text(self):
        """The file of facts with other numbers, all else in it as it is."""
        out, at = Text(), 0
        for path, node in self.scalars(yaml.compose(self.facts)):
            group = self.form.group.get(path)
            if group and node.style is None:
                out.add(self.mark(self.facts[at:node.start_mark.index]))
                out.add(node.value, group)
                at = node.end_mark.index
        out.add(self.mark(self.facts[at:]))
        return out

    def facts_cells(self):
        """Columns and cells of a wide table: the items of a list of texts are lines of one cell."""
        cells = {}
        for path, node in self.scalars(yaml.compose(self.facts)):
            name = re.sub(r"\.\d+$", "", path)
            text = self.mark(node.value)
            if name in cells:
                cells[name].add("\n" + text)
            else:
                cells[name] = Text()
                cells[name].add(text, self.form.group.get(path))
        return cells

    # tables

    def table(self, name):
        """Columns and rows (of Text) of a CSV, its name without ending."""
        rows = list(csv.reader(io.StringIO(self.decode(name + ".csv").lstrip("\ufeff"), newline=""),
                               delimiter=self.delimiter(name)))
        declared = {}
        for f in (self.form.tables.get(name) or {}).get("fields") or []:
            for title in (f["name"], f.get("title", "")):
                declared[title] = "%s.%s" % (name, f["name"])
        columns = [declared.get(title, "") for title in rows[0]]
        out = []
        for row in rows[1:]:
            cells = []
            for column, text in zip(columns, row):
                cell = Text()
                marked = self.mark(text)
                if len(text) > 40 and NAME not in marked and self.form.text_column(column):
                    marked += " (%s)" % NAME
                cell.add(marked, self.form.group.get(column))
                cells.append(cell)
            out.append(cells)
        return rows[0], out

    def delimiter(self, name):
        head = self.decode(name + ".csv").split("\n")[0]
        return max(",;\t", key=head.count)

    def is_table(self, name):
        return name.endswith(".csv") and os.path.dirname(name) == "" and name[:-4] in self.form.tables


def csv_text(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


# ---- prose -------------------------------------------------------------------------------------------

ITEM = re.compile(r"\s*([-+*]|\d+[.)]|[a-zđ]\))\s")


def own_prose(text):
    """Every paragraph names the commune: those that do not get the name behind their last word."""
    lines, out = text.split("\n"), []
    fenced = text.startswith("---\n")
    for i, line in enumerate(lines):
        if i and line.startswith(("```", "---", "...")):
            fenced = not fenced
        after = lines[i + 1] if i + 1 < len(lines) else ""
        last = not after.strip() or ITEM.match(after) or after.startswith(("{{#", "{{/", "{{^", "#", "```"))
        plain = line.strip() and not re.match(r"\s*(#|\||```|---|>|\[\^|!\[|\{\{[#/^>!])", line)
        if plain and last and not fenced and NAME not in line:
            line = re.sub(r"([.;:,!?]*(\*\*)?[.;:,!?]*)\s*$", lambda m: " (%s)%s" % (NAME, m.group(1)), line, count=1)
        out.append(line)
    return "\n".join(out)


def shared_prose(sample, text):
    """Prose that is everybody's takes the commune's names from the facts."""
    if sample.short:
        text = text.replace(sample.short, "{{ten_viet_tat}}")
    return text.replace(sample.name, "{{dia_danh}}")


# ---- writing -------------------------------------------------------------------------------------------

def put(path, data, dir_fd=None):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=dir_fd)
    try:
        while data:
            data = data[os.write(fd, data):]
    finally:
        os.close(fd)


def templates(sample):
    """What a commune's folder holds: folders, and files as bytes, Text, or rows of a table."""
    files = {}
    for name, data in sample.files.items():
        if name == sample.facts_file:
            files[name] = sample.facts_text()
        elif sample.is_table(name):
            files[name] = sample.table(name[:-4])
        elif name.endswith(".md"):
            files[name] = sample.mark(sample.decode(name))
            files[name] = own_prose(files[name])
        elif name.endswith(".csv"):
            files[name] = sample.mark(sample.decode(name))
        else:
            files[name] = data
    folders = sorted({os.path.dirname(n) for n in files} - {""})
    return folders, files


def printed(commune, file):
    if isinstance(file, bytes):
        return file
    if isinstance(file, Text):
        return file.print(commune).encode()
    if isinstance(file, str):
        return commune.put_name(file).encode()
    head, rows = file
    return csv_text([head] + [[cell.print(commune) for cell in row] for row in rows]).encode()


def make_folders(job):
    folder, begin, end, digits = job
    folders, files = templates(Sample())
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for i in range(begin, end):
        commune = Commune(i, digits)
        os.mkdir(commune.key, dir_fd=top)
        own = os.open(commune.key, os.O_RDONLY | os.O_DIRECTORY, dir_fd=top)
        for name in folders:
            os.mkdir(name, dir_fd=own)
        for name, file in files.items():
            put(name, printed(commune, file), own)
        os.close(own)
    os.close(top)


def make_wide(folder, n, digits):
    sample = Sample()
    communes = [Commune(i, digits) for i in range(n)]
    cells = sample.facts_cells()
    rows = [["ma_xa"] + list(cells)]
    rows += [[c.key] + [cell.print(c) for cell in cells.values()] for c in communes]
    put(os.path.join(folder, "cac-xa.csv"), csv_text(rows).encode())
    for name, data in sample.files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if sample.is_table(name):
            head, table = sample.table(name[:-4])
            rows = [["ma_xa"] + head]
            rows += [[c.key] + [cell.print(c) for cell in row] for c in communes for row in table]
            data = csv_text(rows).encode()
        elif name.endswith(".md"):
            data = shared_prose(sample, sample.decode(name)).encode()
        if name != sample.facts_file:
            put(path, data)


def check(program, folder, n, digits):
    """Some of the reports, those with the largest figures among them, must be right."""
    some = sorted({n * i // 8 for i in range(8)} | {n - 1})
    reports = [os.path.join(folder, Commune(i, digits).key) for i in some]
    if subprocess.run([program, "check"] + reports, stdout=subprocess.DEVNULL).returncode:
        sys.exit("make_batch.py: the sample does not bear these figures")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("n", nargs="?", type=int, default=3321)
    parser.add_argument("--wide", action="store_true")
    parser.add_argument("--check", metavar="BAOCAO")
    o = parser.parse_args()
    os.makedirs(o.folder, exist_ok=True)
    if os.listdir(o.folder):
        sys.exit("make_batch.py: %s is not empty" % o.folder)
    digits = max(4, len(str(o.n)))
    if o.wide:
        make_wide(o.folder, o.n, digits)
        return
    workers = os.cpu_count() or 1
    step = max(1, -(-o.n // workers))
    jobs = [(o.folder, i, min(i + step, o.n), digits) for i in range(0, o.n, step)]
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(make_folders, jobs))
    if o.check:
        check(o.check, o.folder, o.n, digits)


if __name__ == "__main__":
    main()
