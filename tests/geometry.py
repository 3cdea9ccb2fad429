"""geometry.py: reads a PDF back with other people's programs (pdftotext, mutool, pdffonts) and proves
the rules of NĐ 30/2020 Phụ lục I that are marked [R]: margins, sizes, page numbers, one-line title,
lengths of strokes, numbering of appendices, nothing outside the margins."""
import re
import subprocess
import xml.etree.ElementTree as ET

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 15 * MM, 20 * MM, 20 * MM  # the default profile
QUOC_HIEU = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
TIEU_NGU = "Độc lập - Tự do - Hạnh phúc"


class Line:
    """A line of text: its words share a baseline; size and font come from mutool."""

    def __init__(self, x0, x1, y, size, font, text):
        self.x0, self.x1, self.y, self.size, self.font, self.text = x0, x1, y, size, font, text

    bold = property(lambda s: "Bold" in s.font)
    italic = property(lambda s: "Ital" in s.font)  # mutool cuts long names
    width = property(lambda s: s.x1 - s.x0)
    centre = property(lambda s: (s.x0 + s.x1) / 2)


class Page:
    def __init__(self, w, h):
        self.w, self.h = w, h
        self.words = []    # (x0, y0, x1, y1, text) of pdftotext
        self.runs = []     # Line: spans of mutool with x1 from pdftotext
        self.strokes = []  # (x0, y0, x1, y1, width)


def run(*args):
    done = subprocess.run(args, capture_output=True)
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def numbers(text):
    return [float(v) for v in text.split()]


def read_words(path, pages):
    out, _ = run("pdftotext", "-bbox-layout", path, "-")
    out = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", out)
    root = ET.fromstring(re.sub(r'<!DOCTYPE[^>]*>', "", out).replace(' xmlns="http://www.w3.org/1999/xhtml"', ""))
    for page in root.iter("page"):
        p = Page(float(page.get("width")), float(page.get("height")))
        for w in page.iter("word"):
            p.words.append(tuple(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")) + (w.text or "",))
        pages.append(p)


def read_trace(path, pages):
    out, _ = run("mutool", "trace", path)
    out = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", out)
    root = ET.fromstring("<all>" + re.sub(r"<\?xml[^>]*\?>", "", out) + "</all>")
    for page, p in zip(root.iter("page"), pages):
        for el in page.iter():
            if el.tag == "fill_text":
                ctm = numbers(el.get("transform"))
                for span in el.iter("span"):
                    add_span(p, span, ctm)
            elif el.tag == "stroke_path":
                add_stroke(p, el)
            elif el.tag == "fill_path":
                add_fill(p, el)


def add_span(p, span, ctm):
    """A span of mutool holds glyphs of many places: cut it where the baseline changes or a gap opens."""
    size = abs(numbers(span.get("trm"))[3] * ctm[3])
    font = span.get("font") or ""
    run = []
    for g in span.iter("g"):
        x, y = float(g.get("x")), ctm[3] * float(g.get("y")) + ctm[5]
        adv, text = float(g.get("adv") or 0) * size, g.get("unicode") or ""
        if run and (abs(y - run[-1][1]) > 0.05 or abs(x - run[-1][0] - run[-1][2]) > size):
            add_run(p, run, size, font)
            run = []
        run.append((x, y, adv, text))
    add_run(p, run, size, font)


def add_run(p, run, size, font):
    while run and not run[-1][3].strip():
        run = run[:-1]
    while run and not run[0][3].strip():
        run = run[1:]
    if run:
        p.runs.append(Line(run[0][0], run[-1][0] + run[-1][2], run[0][1], size, font, "".join(g[3] for g in run)))


def segments(el):
    """The straight parts of a path in page coordinates."""
    ctm, last, found = numbers(el.get("transform")), None, []
    for q in el:
        if q.tag in ("moveto", "lineto"):
            x, y = float(q.get("x")), float(q.get("y"))
            point = (ctm[0] * x + ctm[4], ctm[3] * y + ctm[5])
            if q.tag == "lineto":
                found.append((last, point))
            last = point
    return found, ctm


def add_stroke(p, el):
    found, ctm = segments(el)
    for a, b in found:
        p.strokes.append((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]),
                          float(el.get("linewidth") or 1) * abs(ctm[0])))


def add_fill(p, el):
    """Thin filled rectangles are strokes, too."""
    found, _ = segments(el)
    if len(found) >= 3:
        xs, ys = [a[0] for pair in found for a in pair], [a[1] for pair in found for a in pair]
        w, h = max(xs) - min(xs), max(ys) - min(ys)
        if min(w, h) < 1.5 and max(w, h) > 3:
            p.strokes.append((min(xs), min(ys), max(xs), max(ys), min(w, h)))


def read(path):
    pages = []
    read_words(path, pages)
    read_trace(path, pages)
    return pages


def join_lines(page):
    """Runs of one baseline that stand side by side, joined; columns stay apart (a gap over 20 pt)."""
    rows = {}
    for r in page.runs:
        rows.setdefault(round(r.y, 1), []).append(r)
    lines = []
    for y in sorted(rows):
        current = None
        for r in sorted(rows[y], key=lambda r: r.x0):
            if current and r.x0 - current.x1 < 20:
                current.text += ("" if r.x0 - current.x1 < 1 or current.text.endswith(" ") else " ") + r.text
                current.x1 = max(current.x1, r.x1)
            else:
                current = Line(r.x0, r.x1, r.y, r.size, r.font, r.text)
                lines.append(current)
    return lines


class Check:
    def __init__(self, path):
        self.path, self.problems, self.proved = path, [], 0
        self.pages = read(path)
        self.lines = [join_lines(p) for p in self.pages]

    def need(self, ok, what):
        self.proved += 1
        if not ok:
            self.problems.append(what)
        return ok

    def find(self, page, start):
        for line in self.lines[page]:
            if line.text.strip().startswith(start):
                return line
        return None

    def near_stroke(self, page, line, limit=12):
        """The horizontal stroke below a line, centred under it."""
        best = None
        for s in self.pages[page].strokes:
            if s[3] - s[1] < 2 and 0 < s[1] - line.y < limit and abs((s[0] + s[2]) / 2 - line.centre) < 3:
                if best is None or s[1] < best[1]:
                    best = s
        return best

    # ---- the rules ----

    def page_sizes(self):
        for i, p in enumerate(self.pages):
            a4 = sorted((round(p.w), round(p.h)))
            self.need(a4 == [595, 842], "page %d is not A4: %s x %s" % (i + 1, p.w, p.h))

    def page_number(self, i):
        """The line in the top margin, if any."""
        found = [l for l in self.lines[i] if l.y < TOP and re.fullmatch(r"\d+", l.text.strip())]
        return found[0] if found else None

    def appendix_starts(self):
        """Pages whose first line opens an appendix with a page sequence of its own."""
        starts = {}
        for i, lines in enumerate(self.lines):
            if i and not self.page_number(i):
                body = [l for l in lines if l.y > TOP]
                starts[i] = body[0].text.strip() if body else ""
        return starts

    def page_numbers(self):
        expect = 1
        self.need(self.page_number(0) is None, "page 1 shows a number")
        for i in range(1, len(self.pages)):
            line = self.page_number(i)
            if line is None:
                expect = 1
                body = [l for l in self.lines[i] if l.y > TOP]
                self.need(body and re.match(r"Phụ lục|PHỤ LỤC", body[0].text.strip()),
                          "page %d has no number and is no first page of an appendix" % (i + 1))
                continue
            expect += 1
            p = self.pages[i]
            self.need(int(line.text) == expect, "page %d is numbered %s, not %d" % (i + 1, line.text, expect))
            self.need(abs(line.centre - (LEFT + p.w - RIGHT) / 2) < 1, "page number %s is not centred" % line.text)
            self.need(13 <= round(line.size, 1) <= 14 and not line.bold and not line.italic,
                      "page number %s: size %.1f %s" % (line.text, line.size, line.font))
            self.need(8 * MM <= line.y <= TOP, "page number %s at %.1f mm" % (line.text, line.y / MM))

    def margins(self):
        for i, p in enumerate(self.pages):
            for x0, y0, x1, y1, text in p.words:
                if y1 < TOP + 2 and re.fullmatch(r"\d+", text):
                    continue
                self.need(x0 >= LEFT - 0.6 and x1 <= p.w - RIGHT + 0.6,
                          "page %d: “%s” at %.1f..%.1f mm is outside the side margins" % (
                              i + 1, text, x0 / MM, x1 / MM))
                self.need(y0 >= TOP - 3 and y1 <= p.h - BOTTOM + 3,
                          "page %d: “%s” at %.1f..%.1f mm is outside top or bottom" % (
                              i + 1, text, y0 / MM, y1 / MM))
            for x0, y0, x1, y1, w in p.strokes:
                self.need(x0 >= LEFT - 1 and x1 <= p.w - RIGHT + 1 and y0 >= TOP - 1 and y1 <= p.h - BOTTOM + 1,
                          "page %d: a stroke at %.1f..%.1f × %.1f..%.1f mm is outside the margins" % (
                              i + 1, x0 / MM, x1 / MM, y0 / MM, y1 / MM))

    def national_title(self):
        title, motto = self.find(0, QUOC_HIEU), self.find(0, TIEU_NGU)
        if not (self.need(title, "Quốc hiệu is not on one line of page 1") and
                self.need(motto, "tiêu ngữ is not on one line of page 1")):
            return
        self.need(12 <= round(title.size, 1) <= 13 and title.bold and not title.italic, "Quốc hiệu: size or style")
        self.need(13 <= round(motto.size, 1) <= 14 and motto.bold and not motto.italic, "tiêu ngữ: size or style")
        self.need(round(motto.size - title.size, 1) == 1, "sizes of Quốc hiệu and tiêu ngữ do not go together")
        self.need(abs(title.centre - motto.centre) < 1, "tiêu ngữ is not centred under Quốc hiệu")
        stroke = self.near_stroke(0, motto)
        if self.need(stroke, "no stroke under the tiêu ngữ"):
            self.need(abs((stroke[2] - stroke[0]) - motto.width) < 1.5,
                      "the stroke under the tiêu ngữ is %.1f pt, the text %.1f pt" % (stroke[2] - stroke[0], motto.width))

    def agency(self):
        motto = self.find(0, TIEU_NGU)
        number = self.find(0, "Số:")
        if not (motto and self.need(number, "no line “Số:”")):
            return
        block = [l for l in self.lines[0] if l.x1 < motto.x0 and l.y < number.y]
        if not self.need(block, "no agency block"):
            return
        last, longest = block[-1], max(block, key=lambda l: l.width)
        self.need(all(12 <= round(l.size, 1) <= 13 and l.text.upper() == l.text for l in block),
                  "agency: size or capitals")
        self.need(last.bold, "the issuing agency is not bold")
        stroke = self.near_stroke(0, last)
        if self.need(stroke, "no stroke under the agency"):
            n = stroke[2] - stroke[0]
            for l in (last, longest):
                self.need(l.width / 3 - 0.7 <= n <= l.width / 2 + 0.7,
                          "the stroke under the agency is %.1f pt, “%s” %.1f pt" % (n, l.text, l.width))
        self.need(round(number.size, 1) == 13 and not number.bold and not number.italic, "“Số:”: size or style")
        self.need(abs(number.centre - last.centre) < 2, "“Số:” is not centred under the agency")
        date = [l for l in self.lines[0] if re.search(r"ngày.*tháng.*năm", l.text) and l.x0 > number.x1]
        if self.need(date, "no line with place and date"):
            self.need(abs(date[0].y - number.y) < 0.6, "date and number are not on one line")
            self.need(date[0].italic and 13 <= round(date[0].size, 1) <= 14, "date: size or style")
            self.need(", ngày" in date[0].text, "no comma after the place")

    def title(self, kind):
        if not kind:
            return
        line = self.find(0, kind)
        if not self.need(line, "no line “%s”" % kind):
            return
        i = self.lines[0].index(line)
        middle = (LEFT + self.pages[0].w - RIGHT) / 2
        self.need(line.bold and 13 <= round(line.size, 1) <= 14, "type: size or style")
        self.need(abs(line.centre - middle) < 1, "type is not centred")
        abstract = []
        for l in self.lines[0][i + 1:]:
            if not (l.bold and abs(l.centre - middle) < 1):
                break
            abstract.append(l)
        if not self.need(abstract, "no abstract under the type"):
            return
        self.need(all(13 <= round(l.size, 1) <= 14 and not l.italic for l in abstract), "abstract: size or style")
        stroke = self.near_stroke(0, abstract[-1])
        if self.need(stroke, "no stroke under the abstract"):
            n, w = stroke[2] - stroke[0], abstract[-1].width
            self.need(w / 3 - 0.7 <= n <= w / 2 + 0.7, "the stroke under the abstract is %.1f pt of %.1f" % (n, w))

    def recipients(self):
        for i in range(len(self.pages)):
            head = self.find(i, "Nơi nhận:")
            if not head:
                continue
            self.need(head.bold and head.italic and round(head.size, 1) == 12, "“Nơi nhận:”: size or style")
            self.need(abs(head.x0 - LEFT) < 1, "“Nơi nhận:” is not flush left")
            below = [l for l in self.lines[i] if l.y > head.y and abs(l.x0 - LEFT) < 1 and l.x1 < self.pages[i].w / 2 + 20]
            items = [l for l in below if l.text.startswith("- ")]
            self.need(items, "no recipients")
            self.need(all(round(l.size, 1) == 11 and not l.bold and not l.italic for l in items),
                      "recipients: size or style")
            self.need(below[-1].text.rstrip().endswith(".") or below[-1].text.isupper(), "the last recipient has no dot")
            right = [l for l in self.lines[i] if l.x0 > head.x1 and l.bold and l.text.isupper()]
            self.need(any(abs(l.y - head.y) < 3 for l in right), "“Nơi nhận:” is not level with the signer's title")
            names = [l for l in self.lines[i] if l.bold and l.x0 > self.pages[i].w * 0.4 and not l.text.isupper() and l.y > head.y]
            if self.need(names, "no signer's name on the page of “Nơi nhận:”"):
                caps = [l for l in right if l.y < names[0].y]
                self.need(names[0].y - caps[-1].y >= 30 * MM, "less than 30 mm of room for the signature")
                self.need(13 <= round(names[0].size, 1) <= 14, "signer's name: size")
            return
        self.need(False, "no “Nơi nhận:”")

    def body(self):
        for i, lines in enumerate(self.lines):
            p = self.pages[i]
            for a, b in zip(lines, lines[1:]):
                if a.size == b.size and a.x1 - a.x0 > (p.w - LEFT - RIGHT) * 0.9 and b.x0 - LEFT < 1 and p.w < p.h:
                    pitch = b.y - a.y
                    self.need(1.149 * a.size - 0.3 <= pitch <= 1.5 * 1.149 * a.size + 18.5,
                              "page %d: line pitch %.1f pt at size %.1f" % (i + 1, pitch, a.size))
        sizes = [r.size for p in self.pages for r in p.runs]
        self.need(all(6 <= s <= 14.05 for s in sizes), "a type size over 14 or under 6 pt")

    def appendices(self, numbers):
        """Numbers in order, each with title and reference line."""
        found = []
        for i, lines in enumerate(self.lines):
            for k, l in enumerate(lines):
                m = re.fullmatch(r"Phụ lục(?: ([IVXLC]+))?", l.text.strip())
                middle = (LEFT + self.pages[i].w - RIGHT) / 2
                if m and l.bold and abs(l.centre - middle) < 1:
                    found.append(m.group(1))
                    self.need(round(l.size, 1) == 14, "page %d: %s is not 14 pt" % (i + 1, l.text))
                    title = lines[k + 1]
                    self.need(title.bold and title.text.upper() == title.text and abs(title.centre - middle) < 1 and
                              13 <= round(title.size, 1) <= 14, "page %d: title of %s" % (i + 1, l.text))
        self.need(found == numbers, "appendices are %s, expected %s" % (found, numbers))

    def fonts(self):
        out, err = run("pdffonts", self.path)
        self.need(err == "", "pdffonts says: " + err)
        for row in out.split("\n")[2:]:
            if row.strip():
                self.need(re.match(r"[A-Z]{6}\+", row) and "CID TrueType" in row and "Identity-H" in row and
                          re.search(r"yes yes yes", row), "font: " + row)


def check(path, kind, appendix_numbers):
    c = Check(path)
    c.page_sizes()
    c.page_numbers()
    c.margins()
    c.national_title()
    c.agency()
    c.title(kind)
    c.recipients()
    c.body()
    c.appendices(appendix_numbers)
    c.fonts()
    return c.problems, c.proved


if __name__ == "__main__":
    import sys
    problems, proved = check(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "", sys.argv[3:])
    print("\n".join(problems))
    print("geometry: %d proved, %d wrong" % (proved - len(problems), len(problems)))
