"""batch_kit.py: what the tests of baocao batch share: small reports, runs, and what must hold after each of them"""
import hashlib, json, os, shutil, sqlite3, subprocess, sys, warnings, zipfile

import jsonschema

warnings.filterwarnings("ignore", category=DeprecationWarning)  # RefResolver; what replaced it is not in Debian 12

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

TEMPLATE = {
    "mau.yaml": """ten: quy
tieu_de: Báo cáo quý
truong:
  - {name: quy, title: Quý, type: integer, constraints: {required: true}}
  - {name: ho_so.tong, title: Tổng số hồ sơ, type: integer, don_vi: hồ sơ, constraints: {required: true, minimum: 0}}
  - {name: ho_so.xong, title: Số hồ sơ đã giải quyết, type: integer, constraints: {required: true}}
bang:
  linh_vuc:
    required: true
    fields:
      - {name: ten, title: Lĩnh vực, type: string, constraints: {required: true}}
      - {name: so, title: Số hồ sơ, type: integer}
tinh:
  - {name: ho_so.ty_le, title: Tỷ lệ giải quyết, type: number, kieu: phan_tram, chu_so: 2, bieu_thuc: ho_so.xong / ho_so.tong}
kiem_tra:
  - {ten: tong, dieu_kien: ho_so.tong == tong(linh_vuc.so), thong_bao: "Tổng {{ho_so.tong}} khác bảng {{tong(linh_vuc.so)}}"}
""",
    "mau.md": """Quý {{quy | la_ma}}: {{ho_so.tong}} hồ sơ, xong {{ho_so.xong}}, đạt {{ho_so.ty_le}}.

{{> nhan-xet}}

```bang
du_lieu: linh_vuc
cot:
  - {ten: ten, tieu_de: Lĩnh vực}
  - {ten: so, tieu_de: Số hồ sơ}
tong: {nhan: Tổng, cot: [so]}
```
""",
    "nhan-xet.md": "Nhận xét chung của mẫu.\n",
}


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def facts(i, tong, extra=""):
    return f"""mau: quy
co_quan: Ủy ban nhân dân xã Số {i}
so:
ky_hieu: BC-UBND
loai: BÁO CÁO
dia_danh: Số {i}
ngay_ban_hanh: 2026-06
trich_yeu: Kết quả quý II/2026
noi_nhan: [Thường trực Đảng ủy xã, "Lưu: VT"]
nguoi_ky: {{quyen_han: TM. ỦY BAN NHÂN DÂN, chuc_vu: CHỦ TỊCH, ho_ten: Nguyễn Văn An}}
quy: 2
ho_so: {{tong: {tong}, xong: {tong - i % 7}}}
{extra}"""


class World:
    """Templates and n small reports below a folder of its own."""

    def __init__(self, top, binary, n=12):
        self.top, self.binary = top, os.path.abspath(binary)
        self.data, self.out = os.path.join(top, "data"), os.path.join(top, "out")
        self.templates = os.path.join(top, "templates")
        for name, text in TEMPLATE.items():
            write(os.path.join(self.templates, "quy", name), text)
        self.n = n
        for i in range(n):
            self.report(i)

    def dir(self, i):
        return os.path.join(self.data, "huyen-%d" % (i % 3), "xa-%03d" % i)

    def report(self, i, extra="", plus=0):
        tong = 100 + 3 * i
        write(os.path.join(self.dir(i), "baocao.yaml"), facts(i, tong + plus, extra))
        write(os.path.join(self.dir(i), "linh_vuc.csv"),
              "Lĩnh vực,Số hồ sơ\nHộ tịch,%d\nĐất đai,%d\n" % (60 + i + plus, 40 + 2 * i))

    def env(self):
        return dict(os.environ, BAOCAO_TEMPLATES=self.templates)

    def run(self, *args, source=None, out=None, check=None, prefix=(), **more):
        cmd = list(prefix) + [self.binary, "batch", *(source or [self.data]), "-o", out or self.out, *args]
        done = subprocess.run(cmd, env=self.env(), capture_output=True, text=True, timeout=300, **more)
        if check is not None and done.returncode != check:
            raise AssertionError("status %d, not %d: %s\n%s%s" % (done.returncode, check, " ".join(cmd),
                                                                 done.stdout, done.stderr))
        return done

    def start(self, *args, source=None, out=None, prefix=()):
        return subprocess.Popen(list(prefix) + [self.binary, "batch", *(source or [self.data]), "-o", out or self.out, *args],
                                env=self.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                start_new_session=True)

    def json(self, *args, **more):
        document = json.loads(self.run("--format", "json", *args, **more).stdout)
        valid(document)
        return document


def valid(document, schema=[]):
    """Hold what batch prints with --format json against tests/batch.schema.json."""
    if not schema:
        with open(os.path.join(ROOT, "tests", "batch.schema.json"), encoding="utf-8") as f:
            text = json.load(f)
        resolver = jsonschema.RefResolver("file://%s/tests/batch.schema.json" % ROOT, text)
        schema.append(jsonschema.Draft7Validator(text, resolver=resolver))
    schema[0].validate(document)


def files(folder):
    """Every visible output with its bytes and time."""
    found = {}
    for d, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") or name.startswith("baocao.db"):
                continue
            path = os.path.join(d, name)
            found[os.path.relpath(path, folder)] = (hashlib.sha256(read(path)).hexdigest(),
                                                    os.stat(path).st_mtime_ns)
    return found


def outputs(folder):
    return {k: v for k, v in files(folder).items() if not k.startswith("dieu-chinh")}


def whole(path):
    """Whether an output is a whole file."""
    data = read(path)
    if path.endswith(".pdf"):
        return data.startswith(b"%PDF-1.7") and data.rstrip().endswith(b"%%EOF")
    if path.endswith(".xlsx"):
        try:
            return zipfile.ZipFile(path).testzip() is None
        except zipfile.BadZipFile:
            return False
    return True


def stamps(blob):
    """The stamps of a manifest entry: kind, size, time, hash, path."""
    at, found = 0, []
    while at < len(blob):
        end = blob.index(b"\0", at + 33)
        found.append((blob[at], int.from_bytes(blob[at + 1:at + 9], "little"),
                      int.from_bytes(blob[at + 9:at + 17], "little", signed=True), blob[at + 17:at + 33],
                      blob[at + 33:end].decode()))
        at = end + 1
    return found


def honest(out):
    """What is wrong with an output folder: half files, and entries of the manifest about files that are not there."""
    wrong = ["half file: " + p for p in outputs(out) if not whole(os.path.join(out, p))]
    path = os.path.join(out, "baocao.db")
    if not os.path.exists(path):
        return wrong
    db = sqlite3.connect(path)
    try:
        if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            wrong.append("manifest is damaged")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            return wrong
        for name, blob in db.execute("SELECT name, outputs FROM report WHERE failed = 0"):
            for kind, size, mtime, _, stored in stamps(blob):
                target = os.path.join(out, stored[2:])
                if not os.path.exists(target):
                    wrong.append("%s: the manifest tells of %s, which is not there" % (name, stored))
                elif os.stat(target).st_mtime_ns == mtime and os.path.getsize(target) != size:
                    wrong.append("%s: the manifest has another size of %s" % (name, stored))
    except sqlite3.DatabaseError as error:
        wrong.append("manifest: %s" % error)
    finally:
        db.close()
    return wrong


class Score:
    def __init__(self, word):
        self.word, self.passed, self.failed = word, 0, 0

    def check(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed += 1
            print("FAILED: %s" % what)

    def equal(self, got, want, what):
        self.check(got == want, "%s\n  got  %.1500r\n  want %.1500r" % (what, got, want))

    def end(self):
        print("%s: %d passed, %d failed" % (self.word, self.passed, self.failed))
        sys.exit(1 if self.failed else 0)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder
