#!/usr/bin/env python3
"""make_documents.py DIR N: writes N report folders and finished documents that vary everything that reaches
a PDF: nesting of heads, spans, lists, links, pictures, footnotes, blanks, frames, one page and 60, portrait
and landscape, empty tables, several signers, official letters. The same N gives the same documents."""
import json
import os
import random
import sys

import numpy
from PIL import Image

WORDS = ("công tác chỉ đạo điều hành chuyển đổi số dịch vụ công trực tuyến hồ sơ thủ tục hành chính người dân doanh nghiệp "
         "xã phường xóm tổ dân phố kết quả thực hiện nhiệm vụ được giao trong năm bảo đảm tiến độ chất lượng hiệu quả hạ tầng "
         "nền tảng dữ liệu an toàn thông tin cán bộ công chức tập huấn kinh phí ngân sách Ủy ban nhân dân Đảng ủy Nghị quyết "
         "Kế hoạch Quyết định").split()
HEADS = (("# Phần {i}. {U}", "## {r}. {U}", "### {i}. {t}", "#### {i}.{j}. {t}", "##### a) {t}"),
         ("# {r}. {U}", "## {i}. {t}", "### a) {t}"),
         ("# {i}. {t}", "## {i}.{j}. {t}", "### {i}.{j}.{i}. {t}"),
         ("# Chương {r}", "## Mục {i}", "### Điều {i}. {t}", "#### {i}. {t}"),
         ("# {A}. {U}", "## {r}. {U}", "### {i}. {t}", "#### a) {t}"))
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
TYPES = [("BÁO CÁO", "BC-UBND"), ("KẾ HOẠCH", "KH-UBND"), ("TỜ TRÌNH", "TTr-UBND"), ("THÔNG BÁO", "TB-UBND"), ("", "UBND-VHXH")]


class Writer:
    def __init__(self, seed, folder):
        self.r = random.Random(seed)
        self.folder = folder
        self.notes = 0
        self.pictures = 0
        self.anchors = []
        self.tables = {}

    # ---- words ----

    def words(self, low, high):
        r = self.r
        return " ".join(r.choice(WORDS) for _ in range(r.randint(low, high)))

    def title(self):
        text = self.words(3, 14)
        return text[0].upper() + text[1:]

    def inline(self, low, high):
        """Text with bold, italic, code, links, footnotes, a hard break, signs of markup and of XML."""
        r, parts = self.r, []
        for _ in range(r.randint(1, 3)):
            parts.append(self.words(low, high))
            kind = r.randrange(14)
            if kind == 0:
                parts.append("**%s**" % self.words(1, 4))
            elif kind == 1:
                parts.append("*%s*" % self.words(1, 4))
            elif kind == 2:
                parts.append("[%s](https://dichvucong.gov.vn/tra-cuu?q=%d&x=1)" % (self.words(1, 3), r.randrange(99)))
            elif kind == 3:
                parts.append("[%s](mailto:vanthu%d@xa.gov.vn)" % (self.words(1, 3), r.randrange(9)))
            elif kind == 4 and self.anchors:
                parts.append("[%s](#%s)" % (self.words(1, 3), r.choice(self.anchors)))
            elif kind == 5:
                self.notes += 1
                parts.append("số liệu[^%d]" % self.notes)
            elif kind == 6:
                parts.append("**%s *%s* %s**" % (self.words(1, 2), self.words(1, 2), self.words(1, 2)))
            elif kind == 7:
                parts.append(r.choice(["“A & B < C”", "12.345,67%", "50 m²", "Đ/c Đỗ Đức", "≥ 95%", "(1) và (2)"]))
            elif kind == 8:
                parts.append("\\\n" + self.words(2, 4))
        text = " ".join(parts)
        return text[0].upper() + text[1:]

    def footnotes(self):
        text = "\n".join("[^%d]: %s." % (n, self.words(3, 25)) for n in range(1, self.notes + 1))
        self.notes = 0
        return text + "\n"

    # ---- blocks ----

    def paragraph(self):
        return self.inline(5, 40) + self.r.choice([".", ";", ":"]) + "\n"

    def list(self):
        r, kind, out = self.r, self.r.randrange(4), []
        for i in range(r.randint(2, 5)):
            mark = ("-", "%d." % (i + 1), "abcdeg"[i] + ")", "-")[kind]
            out.append("%s %s;\n" % (mark, self.inline(3, 18)))
            if kind in (0, 3) and r.random() < 0.5:
                out += ["  + %s;\n" % self.inline(3, 10) for _ in range(r.randint(1, 3))]
        return "\n".join(out)

    def picture(self):
        r = self.r
        self.pictures += 1
        jpeg = r.random() < 0.5
        name = "anh-%d.%s" % (self.pictures, "jpg" if jpeg else "png")
        w, h = r.randint(20, 300), r.randint(20, 200)
        grid = numpy.indices((h, w)).sum(axis=0).astype("uint8")
        mode = r.choice(["RGB", "L"] if jpeg else ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
        if mode == "I;16":
            image = Image.fromarray(grid.astype("uint16") * 200)
        else:
            image = Image.fromarray(numpy.dstack([grid, 255 - grid, grid // 2, grid | 15]), "RGBA")
            image = image.convert("RGB").convert(mode) if mode in ("1", "P", "L", "RGB") else image.convert(mode)
        more = {"dpi": (r.choice([72, 96, 150, 300]),) * 2} if r.random() < 0.5 else {}
        if jpeg and r.random() < 0.3:
            more["progressive"] = True
        if mode == "P" and r.random() < 0.5:
            more["transparency"] = 3
        image.save(os.path.join(self.folder, name), **more)
        caption = "Hình %d. %s" % (self.pictures, self.words(2, 8)) if r.random() < 0.8 else self.words(2, 5)
        return "![%s](%s)\n" % (caption, name)

    def markdown_table(self):
        r, cols = self.r, self.r.randint(2, 6)
        rows = [["TT"] + [self.words(1, 4) for _ in range(cols - 1)]]
        rows += [[str(i + 1)] + [self.inline(1, 6).replace("\\\n", "").replace("|", "/") for _ in range(cols - 1)] for i in range(r.randint(0, 8))]
        rows.insert(1, ["---"] * cols)
        return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"

    def heads(self, names, depth):
        """A head of columns over the names: groups within groups."""
        r, out = self.r, []
        while names:
            n = min(len(names), r.randint(1, 3))
            some, names = names[:n], names[n:]
            if n > 1 and depth > 1:
                out.append({"tieu_de": self.words(1, 5), "cot": self.heads(some, depth - 1)})
            else:
                for c in some:
                    col = {"ten": c, "tieu_de": self.words(1, 4)}
                    if r.random() < 0.15:
                        col["canh"] = r.choice(["trai", "giua", "phai"])
                    out.append(col)
        return out

    def data_table(self, rows):
        """A block of data with groups, merged neighbours, sums, numbered heads, a caption, or nothing in it."""
        r = self.r
        name = "bang_%d" % (len(self.tables) + 1)
        cols = r.randint(2, 7)
        names = ["c%d" % i for i in range(cols)]
        number = names[-1]
        table = []
        for i in range(rows):
            row = {"nhom": "Nhóm %s" % ROMAN[i * 3 // max(rows, 1)]}
            for j, c in enumerate(names):
                row[c] = str(r.randrange(900)) if c == number else ("Chung %d" % (i // 3) if j == 0 else (self.words(1, 6) if r.random() < 0.85 else ""))
            table.append(row)
        self.tables[name] = (names, table)
        block = {"du_lieu": name, "cot": [{"ten": "tt", "tieu_de": "TT"}] + self.heads(names, r.randint(1, 3)), "trong": "Không có"}
        if r.random() < 0.3:
            block["nhom"] = {"cot": "nhom", "nhan": r.choice(["la_ma", "so", "chu", "khong"])}
            block["danh_so"] = r.choice(["lien_tuc", "theo_nhom"])
        elif r.random() < 0.4:
            block["gop"] = [names[0]]
        if r.random() < 0.4 and cols > 1:
            block["tong"] = {"nhan": "Tổng cộng", "cot": [number]}
        if r.random() < 0.25:
            block["dong_so"] = True
        if r.random() < 0.4:
            block["chu_thich"] = "Bảng %d. %s" % (len(self.tables), self.words(2, 8))
        return "```bang\n%s\n```\n" % json.dumps(block, ensure_ascii=False, indent=1)

    def block(self, tables):
        r = self.r
        kind = r.randrange(20)
        if kind < 10:
            return self.paragraph()
        if kind < 14:
            return self.list()
        if kind == 14:
            return self.picture()
        if kind == 15:
            return "> %s\n" % self.inline(5, 20)
        if kind == 16:
            return "***\n"
        if kind == 17 or not tables:
            return self.markdown_table()
        return self.data_table(r.choice([0, 1, 3, 8, 40]))

    def body(self, blocks, tables):
        """Headings down one ladder, now and then back up, blocks between them."""
        r, ladder, out, count, depth = self.r, self.r.choice(HEADS), [self.paragraph()], [0] * 6, 0
        while blocks > 0:
            if r.random() < 0.35:
                depth = min(len(ladder), r.randint(1, depth + 1))
                count[depth - 1] += 1
                count[depth:] = [0] * (6 - depth)
                i, j = count[depth - 2] or 1 if depth > 1 else 1, count[depth - 1]
                if "{j}" not in ladder[depth - 1]:
                    i = j
                anchor = "muc-%d" % (len(self.anchors) + 1)
                text = ladder[depth - 1].format(i=min(i, 99), j=j, r=ROMAN[min(i, 12) - 1], A="ABCDEGHIK"[min(i, 9) - 1], t=self.title(), U=self.title().upper())
                out.append("%s {#%s}\n" % (text, anchor))
                self.anchors.append(anchor)
                out.append(self.paragraph())
            else:
                out.append(self.block(tables))
            blocks -= 1
        return "\n".join(out) + "\nTrên đây là nội dung của văn bản./.\n"

    # ---- facts ----

    def facts(self):
        r = self.r
        kind, symbol = r.choice(TYPES)
        f = {"co_quan": "Ủy ban nhân dân xã " + r.choice(["Dân Tiến", "Bình Thành", "Vạn Phú & Hợp Thành"]), "loai": kind, "ky_hieu": symbol,
             "so": r.choice(["", "", "45", "7"]), "dia_danh": r.choice(["Dân Tiến", "Đắk Nông"]),
             "ngay_ban_hanh": r.choice(["2026", "2026-06", "2026-06-15", "2025-12-03"]),
             "trich_yeu": self.title() + r.choice(["", " “A & B” < 5%", " (sửa đổi)"]),
             "noi_nhan": [self.title() for _ in range(r.randint(1, 9))] + ["Lưu: VT"]}
        signers = [{"quyen_han": r.choice([["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"], ["KT. CHỦ TỊCH"], ["TM. ỦY BAN NHÂN DÂN"], []]),
                    "chuc_vu": r.choice(["CHỦ TỊCH", "PHÓ CHỦ TỊCH"]), "ho_ten": r.choice(["Nguyễn Văn An", "Đỗ Thị Hưởng"])}
                   for _ in range(2 if r.random() < 0.15 else 1)]
        f["nguoi_ky"] = signers if len(signers) > 1 else signers[0]
        if r.random() < 0.3:
            f["co_quan_chu_quan"] = "Ủy ban nhân dân tỉnh Thái Nguyên"
        if r.random() < 0.5:
            f["can_cu"] = ["Căn cứ " + self.words(5, 25) for _ in range(r.randint(1, 4))]
        if not kind or r.random() < 0.2:
            f["kinh_gui"] = [self.title() for _ in range(r.randint(1, 3))]
        if r.random() < 0.15:
            f["do_khan"] = r.choice(["HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"])
        if r.random() < 0.15:
            f["pham_vi"] = "LƯU HÀNH NỘI BỘ"
        if r.random() < 0.2:
            f["nguoi_soan"], f["so_ban"] = "NVA", 12
        if r.random() < 0.2:
            f["chan_trang"] = {"dia_chi": "Xóm 1", "dien_thoai": "0208 123 456", "email": "xa@gov.vn", "website": "xa.gov.vn"}
        return f

    # ---- documents ----

    def appendix(self, number, blocks):
        r = self.r
        front = {"tieu_de": self.title().upper(), "huong": r.choice(["ngang", "doc"])}
        if r.random() < 0.2:
            front["kem_theo"] = False
        if r.random() < 0.2 and number > 1:
            front["lien_tiep"] = True
        text = [self.block(True) for _ in range(r.randint(1, blocks))]
        return "---\n%s\n---\n\n%s\n%s" % (json.dumps(front, ensure_ascii=False), "\n".join(text), self.footnotes())

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as f:
            f.write(text)

    def report(self, blocks):
        r = self.r
        body = self.body(blocks, True) + "\n" + self.footnotes()
        appendices = ["phu-luc-%d" % i for i in range(1, r.choice([0, 0, 1, 1, 2, 3, 5]) + 1)]
        for i, a in enumerate(appendices, 1):
            self.write(a + ".md", self.appendix(i, 6))
        if r.random() < 0.2:
            body += "\n"
        self.write("mau.md", body)
        bang = {n: {"title": n, "fields": [{"name": c, "type": "integer" if c == names[-1] else "string"} for c in ["nhom"] + names]}
                for n, (names, _) in self.tables.items()}
        for n, (names, rows) in self.tables.items():
            self.write(n + ".csv", "\n".join(",".join('"%s"' % (row[c] if row else c) for c in ["nhom"] + names) for row in [None] + rows) + "\n")
        mau = {"ten": "mau", "phu_luc": appendices, "bang": bang}
        if r.random() < 0.3:
            mau["trang"] = {"co_chu": r.choice([13, 14]), "gian_dong": r.choice([1.0, 1.5])}
        self.write("mau.yaml", json.dumps(mau, ensure_ascii=False, indent=1))
        self.write("baocao.yaml", json.dumps(self.facts(), ensure_ascii=False, indent=1))

    def finished(self, path, blocks):
        body = self.body(blocks, False) + "\n" + self.footnotes()
        with open(path, "w", encoding="utf-8") as f:
            f.write("---\n%s\n---\n\n%s" % (json.dumps(self.facts(), ensure_ascii=False, indent=1), body))


def make(out, count):
    """Paths of the documents made."""
    made = []
    for n in range(count):
        folder = os.path.join(out, "d%03d" % n)
        os.makedirs(folder, exist_ok=True)
        w = Writer(n, folder)
        blocks = [2, 5, 12, 25, 40][n % 5] if n % 40 else 420  # every fortieth has 60 pages
        if n % 4 == 3:
            made.append(os.path.join(folder, "d%03d.md" % n))
            w.finished(made[-1], blocks)
        else:
            made.append(folder)
            w.report(blocks)
    return made


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]))
