"""tags.py: the structure tree of a PDF read back with pikepdf: as blocks to compare with the document tree
(`-T text`), and as text as a screen reader would speak it."""
import re
import unicodedata

import pikepdf
from pikepdf import Array, Dictionary, Name, Operator

BLOCKS = {"H1", "H2", "H3", "H4", "H5", "H6", "P", "LI", "Table", "Figure", "Caption", "BlockQuote", "Form", "TOCI"}
GROUPS = {"Document", "Part", "Sect", "Art", "Div", "L", "NonStruct"}


# ---- what the pages say ----

def cmap(font):
    """{code: text} of a font's ToUnicode, and the bytes of a code."""
    table = {}
    if "/ToUnicode" not in font:
        return table, 1
    data = font.ToUnicode.read_bytes().decode("latin-1")
    wide = font.get("/Subtype") == "/Type0"

    def text(hexa):
        return bytes.fromhex(hexa).decode("utf-16-be", "replace")
    for part in re.findall(r"beginbfchar(.*?)endbfchar", data, re.S):
        for a, b in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", part):
            table[int(a, 16)] = text(b)
    for part in re.findall(r"beginbfrange(.*?)endbfrange", data, re.S):
        for a, b, c in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f]+>|\[[^\]]*\])", part):
            low, high = int(a, 16), int(b, 16)
            if c[0] == "[":
                for k, one in enumerate(re.findall(r"<([0-9A-Fa-f]+)>", c)):
                    table[low + k] = text(one)
            else:
                base = text(c[1:-1])
                for k in range(high - low + 1):
                    table[low + k] = base[:-1] + chr(ord(base[-1]) + k)
    return table, 2 if wide else 1


def decode(raw, font):
    table, width = font
    raw = bytes(raw)
    return "".join(table.get(int.from_bytes(raw[i:i + width], "big"), "\ufffd") for i in range(0, len(raw), width))


def page_texts(page, fonts):
    """{mcid: text} of a page, and the text that is neither marked nor artifact."""
    found, stack, loose, font, names = {}, [], [], None, page.get("/Resources", {}).get("/Font", {})
    for operands, op in pikepdf.parse_content_stream(page):
        op = str(op)
        if op in ("BDC", "BMC"):
            props = operands[1] if op == "BDC" else {}
            stack.append((str(operands[0]), props.get("/MCID") if isinstance(props, (dict, Dictionary)) else None,
                          str(props["/ActualText"]) if isinstance(props, Dictionary) and "/ActualText" in props else None))
            if stack[-1][1] is not None:
                found.setdefault(int(stack[-1][1]), "")
                if stack[-1][2] is not None:
                    found[int(stack[-1][1])] += stack[-1][2]
        elif op == "EMC":
            stack.pop()
        elif op == "Tf":
            f = names[str(operands[0])]
            font = fonts.setdefault(f.objgen, None) or fonts.__setitem__(f.objgen, cmap(f)) or fonts[f.objgen]
        elif op in ("Tj", "TJ", "'", '"'):
            if any(s[2] is not None for s in stack) or any(s[0] == "/Artifact" for s in stack):
                continue
            parts = operands[0] if op == "TJ" else [operands[-1]]
            text = "".join(decode(p, font) for p in parts if isinstance(p, pikepdf.String))
            owner = next((s[1] for s in reversed(stack) if s[1] is not None), None)
            if owner is None:
                loose.append(text)
            else:
                found[int(owner)] += text
    return found, loose


# ---- the tree ----

class Element:
    def __init__(self, kind, obj):
        self.kind, self.obj = kind, obj
        self.kids = []   # Element or str
        self.alt = str(obj["/Alt"]) if "/Alt" in obj else None
        self.pages = set()
        self.objects = []  # annotations
        self.attributes = {}
        a = obj.get("/A")
        for d in (a if isinstance(a, Array) else [a] if a is not None else []):
            if isinstance(d, Dictionary):
                self.attributes.update({k: d[k] for k in d.keys()})

    def all(self):
        yield self
        for k in self.kids:
            if isinstance(k, Element):
                yield from k.all()

    def text(self, skip=()):
        """Words in reading order, without elements of the kinds to skip."""
        return " ".join(k if isinstance(k, str) else k.text(skip) for k in self.kids if isinstance(k, str) or k.kind not in skip)


class Tree:
    """.root: Element; .loose: text outside of all tags; .errors: what is wrong in the tree itself."""

    def __init__(self, path):
        self.errors, self.loose = [], []
        with pikepdf.open(path) as pdf:
            self.page_of = {p.objgen: n for n, p in enumerate(pdf.pages)}
            self.texts, fonts, self.used = [], {}, set()
            for p in pdf.pages:
                found, loose = page_texts(p, fonts)
                self.texts.append(found)
                self.loose += loose
            root = pdf.Root.StructTreeRoot
            self.roles = {str(k): str(v) for k, v in root.get("/RoleMap", {}).items()}
            self.ids = {}
            self.root = Element("Root", root)
            self.read_kids(root.get("/K"), self.root, None)
            for n, found in enumerate(self.texts):
                for mcid in found:
                    if (n, mcid) not in self.used:
                        self.errors.append("page %d: marked content %d hangs on no element" % (n + 1, mcid))

    def read_kids(self, k, parent, page):
        for kid in (k if isinstance(k, Array) else [k] if k is not None else []):
            if isinstance(kid, int) or not isinstance(kid, Dictionary):
                self.read_marked(page, int(kid), parent)
            elif kid.get("/Type") == "/MCR":
                self.read_marked(self.page_of[kid.Pg.objgen] if "/Pg" in kid else page, int(kid.MCID), parent)
            elif kid.get("/Type") == "/OBJR":
                parent.objects.append(str(kid.Obj.get("/Subtype", "")) + (str(kid.Obj.get("/TU", kid.Obj.get("/Contents", "")))))
                parent.pages.add(self.page_of[kid.Pg.objgen] if "/Pg" in kid else page)
            else:
                kind = str(kid.S)[1:]
                e = Element(self.roles.get("/" + kind, "/" + kind)[1:], kid)
                if "/ID" in kid:
                    self.ids[bytes(kid.ID)] = e
                parent.kids.append(e)
                self.read_kids(kid.get("/K"), e, self.page_of[kid.Pg.objgen] if "/Pg" in kid else page)

    def read_marked(self, page, mcid, parent):
        if page is None or mcid not in self.texts[page]:
            self.errors.append("page %s: element %s asks for marked content %d that is not there" % (page, parent.kind, mcid))
            return
        if (page, mcid) in self.used:
            self.errors.append("page %d: marked content %d hangs twice" % (page + 1, mcid))
        self.used.add((page, mcid))
        parent.pages.add(page)
        parent.kids.append(self.texts[page][mcid])

    # ---- blocks in reading order ----

    def blocks(self):
        """[(kind, text or Element)]: H1…H6, P, LI as texts without what is nested in them; Table, Figure whole."""
        out = []

        def walk(e):
            if e.kind in ("Table", "Figure"):
                out.append((e.kind, e))
            elif e.kind in BLOCKS and e.kind != "Form":
                out.append((e.kind, own_text(e)))
                nested(e)
            else:
                for k in e.kids:
                    if isinstance(k, Element):
                        walk(k)

        def nested(e):
            for k in e.kids:
                if isinstance(k, Element):
                    if k.kind in ("L", "Table", "Figure") or (k.kind in BLOCKS and k.kind != "Form" and e.kind in ("LBody",) and k.kind != "P"):
                        walk(k)
                    elif k.kind not in ("Note",):
                        nested(k)

        walk(self.root)
        return out

    def notes(self):
        return [e.text() for e in self.root.all() if e.kind == "Note"]


def own_text(e):
    return e.text(("L", "Table", "Figure", "Note", "Form"))


def rows(table):
    """[[(kind, text, rowspan, colspan, element)]] of a table, its sections and rows in order."""
    return [[(c.kind, c.text(("Note",)), int(c.attributes.get("/RowSpan", 1)), int(c.attributes.get("/ColSpan", 1)), c)
             for c in r.kids if isinstance(c, Element) and c.kind in ("TH", "TD")]
            for r in table.all() if r.kind == "TR"]


# ---- the document tree of `-T text` ----

class Block:
    def __init__(self, kind, text="", level=0, where=""):
        self.kind, self.text, self.level, self.where = kind, text, level, where
        self.rows, self.depth, self.head_rows = [], 0, 0


NODE = re.compile(r'^( *)(heading|para|figure|appendix|rule|table)\b(.*)$')
CELL = re.compile(r'^(\d+)x(\d+) (.*)$|^(\d+)x(\d+)$')


def quoted(line):
    """The texts between quotes of a node's line: from the first quote to the place behind the last one."""
    first, last = line.find(' "'), line.rfind('"')
    return line[first + 2:last] if first >= 0 and last > first + 1 else ""


def document(dump):
    """(official texts, blocks, notes) of a dump."""
    official, blocks, notes = [], [], []
    for line in dump.split("\n"):
        m = NODE.match(line)
        row = re.match(r"^ *(head|group|data|total|empty) \|(.*)$", line)
        if row and blocks and blocks[-1].kind == "table":
            blocks[-1].rows.append((row.group(1), [cell(c) for c in row.group(2)[1:].split(" | ")]))
        elif m:
            blocks.append(node(m))
        elif line.startswith("note "):
            notes.append(quoted(line))
        elif line.startswith("  ") and not blocks:
            official.append((line.split()[0], quoted(line)))
    return official, blocks, notes


def node(m):
    kind, rest = m.group(2), m.group(3)
    b = Block(kind, quoted(rest), where=rest.rsplit("  ", 1)[-1])
    b.depth = len(m.group(1)) // 2
    before = rest.split(' "')[0]
    label = re.search(r"“([^”]*)”", before)
    if label:
        b.text = label.group(1) + " " + b.text
    first = before.split()[:1]
    if first and first[0].isdigit():
        b.level = int(first[0])
    if kind == "appendix":
        b.number = before.split()[0]
        b.text = b.text.split('" "')[0]
    if kind == "table":
        b.head_rows = int(re.search(r"(\d+) head rows", rest).group(1))
        b.text = quoted(rest)
    return b


def cell(text):
    if text == "~":
        return None
    m = CELL.match(text)
    if m:
        return (int(m.group(1) or m.group(4)), int(m.group(2) or m.group(5)), m.group(3) or "")
    return (1, 1, text)


def letters(text):
    """A text without blanks, breaks and marks of notes, NFC."""
    text = re.sub(r"\[\^(\d+)\]", r"\1", text.replace("\\n", "").replace("____", ""))
    return re.sub(r"[\s\u00a0\u00ad\u200b\u2060]+", "", unicodedata.normalize("NFC", text))


# ---- equal? ----

def compare(tree, dump):
    """What differs between the tags and the document tree; [] when they are equal. Also the number of
    blocks and cells compared."""
    official, want, notes = document(dump)
    have, wrong, proved, at = tree.blocks(), list(tree.errors), 0, 0
    if [t for t in tree.loose if t.strip()]:
        wrong.append("text without tags: %s" % tree.loose[:3])
    if not want:
        wrong.append("no document tree to compare with")
    titles = [t for k, t in have if k == "H1"]
    if len(titles) != 1:
        wrong.append("%d elements H1: %s" % (len(titles), titles))
    inside, skipped = False, []
    for b in want:
        if b.kind == "rule":
            continue
        if b.kind == "appendix":
            inside = True
        if b.kind == "para" and b.level:
            join_run_in(have, at, b)
        hit = next((i for i in range(at, len(have)) if matches(b, have[i])), None)
        if hit is None:
            wrong.append("%s: no tag for %s “%s”; next tags: %s" % (b.where, b.kind, b.text[:60], [(k, t if isinstance(t, str) else "") for k, t in have[at:at + 2]]))
            continue
        skipped += have[at:hit]
        at = hit + 1
        proved += 1
        kind, value = have[hit]
        if b.level and kind != "H%d" % min(b.level + (2 if inside else 1), 6):
            wrong.append("%s: heading of level %d is tagged %s: “%s”" % (b.where, b.level, kind, b.text[:60]))
        if b.kind == "table":
            n, problems = compare_table(value, b, tree)
            proved += n
            wrong += problems
    skipped += have[at:]
    rest = letters("".join(t for _, t in skipped if isinstance(t, str))).casefold()
    for name, text in official:
        if name not in ("ngay_ban_hanh", "ky_hieu", "so") and letters(text.rstrip(".;")).casefold() not in rest:
            wrong.append("official part %s is not in the tags: %s" % (name, text[:60]))
        proved += 1
    extra = check_official(skipped, official, want)
    got = [letters(n) for n in tree.notes()]
    for n, text in enumerate(notes, 1):
        proved += 1
        if not any(g.endswith(letters(text)) for g in got):
            wrong.append("note %d is not in the tags: %s" % (n, text[:60]))
    return wrong + extra, proved


def check_official(skipped, official, want):
    """Tags that stand for no node must be official parts: no body text twice."""
    wrong = []
    bodies = {letters(b.text) for b in want if b.kind in ("para", "heading") and len(b.text) > 40}
    for kind, text in skipped:
        if not isinstance(text, str):
            wrong.append("a %s that the document tree lacks" % kind)
        elif letters(text) in bodies:
            wrong.append("twice in the tags: %s" % text[:60])
    return wrong


def join_run_in(have, at, b):
    """A heading that runs into its paragraph has two elements: one block to compare."""
    want = letters(b.text)
    for i in range(at, len(have) - 1):
        (k, a), (k2, c) = have[i], have[i + 1]
        if k[0] == "H" and k2 == "P" and letters(a) + letters(c) == want:
            have[i:i + 2] = [(k, a + c)]
            return


def matches(b, tag):
    kind, value = tag
    if b.kind == "table":
        return kind == "Table"
    if b.kind == "figure":
        return kind == "Figure"
    want, have = letters(b.text), letters(value) if isinstance(value, str) else None
    if have is None:
        return False
    if b.kind == "appendix":
        return kind[0] == "H" and have.casefold().endswith(want.casefold())
    if b.kind == "heading":
        return kind[0] == "H" and have == want
    return (kind in ("P", "LI", "BlockQuote") or (b.level and kind[0] == "H")) and have == want


def compare_table(element, b, tree):
    """Rows, cells, spans, kinds of cells, headers."""
    wrong, proved, have = [], 0, rows(element)
    caption = letters("".join(e.text() for e in element.all() if e.kind == "Caption"))
    if caption != letters(b.text):
        wrong.append("table “%s”: its caption is tagged “%s”" % (b.text[:60], caption[:60]))
    numbers = any(kind == "head" and all(c and re.fullmatch(r"\(\d+\)", c[2]) for c in row) for kind, row in b.rows)
    levels = b.head_rows - numbers
    if len(have) != len(b.rows):
        return 0, ["table at %s: %d rows tagged, %d in the document" % (b.text, len(have), len(b.rows))]
    for n, ((kind, want), got) in enumerate(zip(b.rows, have), 1):
        want = [c for c in want if c is not None]
        proved += len(want)
        if len(want) != len(got):
            wrong.append("table row %d: %d cells tagged, %d in the document" % (n, len(got), len(want)))
            continue
        for (rs, cs, text), (tag, said, grs, gcs, e) in zip(want, got):
            if letters(text) != letters(said):
                wrong.append("table row %d: “%s” is tagged as “%s”" % (n, text[:40], said[:40]))
            if (rs, cs) != (grs, gcs):
                wrong.append("table row %d “%s”: span %dx%d tagged %dx%d" % (n, text[:30], rs, cs, grs, gcs))
            if (kind == "head") != (tag == "TH") and not (tag == "TH" and kind != "head"):
                wrong.append("table row %d “%s”: %s in a row of kind %s" % (n, text[:30], tag, kind))
            for h in e.attributes.get("/Headers", []):
                if bytes(h) not in tree.ids or tree.ids[bytes(h)].kind != "TH":
                    wrong.append("table row %d “%s”: header %r is no TH" % (n, text[:30], bytes(h)))
            if tag == "TH" and "/Scope" not in e.attributes:
                wrong.append("table row %d “%s”: TH without scope" % (n, text[:30]))
            if tag == "TD" and levels > 1 and "/Headers" not in e.attributes and text:
                wrong.append("table row %d “%s”: no headers under a head of %d levels" % (n, text[:30], levels))
    return proved, wrong[:10]


# ---- as it is spoken ----

def spoken(tree, page=0):
    """Lines as a screen reader says them: what begins on the page."""
    out = []

    def on_page(e):
        return any(page in x.pages for x in e.all())

    def clean(text):
        return re.sub(r"\s+", " ", text).strip()

    def walk(e, depth):
        if not on_page(e):
            return
        k, indent = e.kind, "  " * depth
        if re.match(r"H[1-6]$", k):
            out.append("%sheading level %s: %s" % (indent, k[1], clean(e.text(("Note", "Form")))))
        elif k == "Figure":
            out.append("%sgraphic: %s" % (indent, e.alt))
        elif k == "Form":
            out.append("%sform field: %s" % (indent, ", ".join(e.objects)))
        elif k == "Link":
            out.append("%slink: %s" % (indent, clean(e.text())))
        elif k == "L":
            out.append("%slist with %d items" % (indent, sum(isinstance(x, Element) and x.kind == "LI" for x in e.kids)))
        elif k == "Table":
            r = rows(e)
            out.append("%stable with %d rows and %d columns" % (indent, len(r), max((sum(c[3] for c in x) for x in r), default=0)))
            for row in r[:4]:
                out.append("%s  row: %s" % (indent, "; ".join(("header " if c[0] == "TH" else "") + clean(c[1]) for c in row)))
            return
        elif k in ("P", "LI", "BlockQuote", "Caption", "Note"):
            name = {"P": "", "LI": "• ", "BlockQuote": "quote: ", "Caption": "caption: ", "Note": "note: "}[k]
            out.append(indent + name + clean(own_text(e)))
        for x in e.kids:
            if isinstance(x, Element) and not (k in ("P", "LI") and x.kind in ("Span", "Lbl", "Reference")):
                walk(x, depth + (k in ("L", "Table", "LI")))
    walk(tree.root, 0)
    return "\n".join(out)
