#!/usr/bin/env python3
"""check_watch.py BINARY: `baocao watch` as a user meets it: saves in place and by rename, files that come, go and
move, errors that are mended, templates, fonts, pictures, links; what editors and the program itself leave in the
folder makes nothing. Nothing here waits for a fixed time: that something was not made again is seen by what the
next change is told to be."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PATIENCE = 90  # seconds; a loaded machine under sanitizers needs some
FACTS = """mau: mau-thu
co_quan: Ủy ban nhân dân xã An Bình
ky_hieu: BC-UBND
dia_danh: An Bình
ngay_ban_hanh: 2026-06
trich_yeu: Kết quả công tác quý II
nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: Trần Thị Mai}
so_xom: 11
"""
FILES = {
    "mau/mau-thu/mau.yaml": """mac_dinh: {loai: BÁO CÁO}
truong:
  - {name: so_xom, title: Số xóm, type: integer}
  - {name: tang, title: Tăng, type: integer}
bang:
  viec: {title: Việc, required: true, fields: [{name: ten, title: Tên}, {name: so, title: Số, type: integer}]}
tinh:
  - {name: tang, type: integer, bieu_thuc: so_xom - ky_truoc.so_xom, thieu: không rõ}
""",
    "mau/mau-thu/mau.md": "Xã có {{so_xom}} xóm, tăng {{tang}}.\n\n{{> muc/mot}}\n\n![Hình](hinh.png)\n\n"
                          "```bang\ndu_lieu: viec\ncot: [{ten: ten, tieu_de: Tên}, {ten: so, tieu_de: Số}]\n```\n",
    "mau/mau-thu/muc/mot.md": "Mục của mẫu.\n",
    "xa/baocao.yaml": FACTS,
    "xa/viec.csv": "ten,so\nMạng,1\n",
    "truoc/baocao.yaml": FACTS.replace("so_xom: 11", "so_xom: 7"),
    "truoc/viec.csv": "ten,so\nMạng,1\n",
}


class Watch:
    """The running program; its lines as they come."""

    def __init__(self, binary, top, args):
        self.out, self.err = [], []
        self.process = subprocess.Popen(binary + ["watch"] + args, cwd=top, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.threads = [threading.Thread(target=self.read, args=(pipe, lines), daemon=True)
                        for pipe, lines in ((self.process.stdout, self.out), (self.process.stderr, self.err))]
        for t in self.threads:
            t.start()

    @staticmethod
    def read(pipe, lines):
        for line in pipe:
            lines.append(line.decode())

    def wait(self, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = what()
            if found:
                return found
            time.sleep(0.02)
        return None

    def count(self, pattern):
        return sum(1 for line in list(self.out) if re.search(pattern, line))

    def end(self, sig):
        self.process.send_signal(sig)
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "timeout"
        for t in self.threads:
            t.join(PATIENCE)
        return status


class Suite:
    def __init__(self, binary):
        self.binary = os.path.abspath(binary)
        self.passed, self.failed = 0, []

    def need(self, ok, what):
        if ok:
            self.passed += 1
        else:
            self.failed.append(what)
            print("watch: " + what)
        return ok

    # ---- the folder ----

    def lay_out(self, top):
        for name, text in FILES.items():
            self.save(os.path.join(top, name), text)
        for name in ("cases/doc-pictures/dung.png", "cases/merge-notes-links/anh.png"):
            shutil.copy(os.path.join(ROOT, "tests", name), os.path.join(top, os.path.basename(name)))
        for report in ("xa", "truoc"):
            shutil.copy(os.path.join(top, "dung.png"), os.path.join(top, report, "hinh.png"))
        shutil.copytree(os.path.join(ROOT, "fonts"), os.path.join(top, "phong"))

    @staticmethod
    def save(path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)

    @staticmethod
    def replace(path, text):
        """As editors do: a file beside it, then renamed over it."""
        with open(path + ".moi~", "w", encoding="utf-8") as f:
            f.write(text)
        os.rename(path + ".moi~", path)

    def text(self, pdf):
        done = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True)
        return re.sub(r"\s+", " ", done.stdout.decode())

    # ---- steps ----

    def made(self, w, what, change, shows=None, names=None, mended=False):
        """After the change the report is made again, and the PDF shows it."""
        before, lines = w.count(r"đã tạo"), len(w.out)
        change()
        if not self.need(w.wait(lambda: w.count(r"đã tạo") > before), what + ": not made again\n" + "".join(w.out[lines:] + w.err)):
            return
        if shows:
            self.need(w.wait(lambda: shows in self.text(self.pdf)), "%s: the PDF lacks “%s”" % (what, shows))
        told = [l for l in list(w.out)[lines:] if "thay đổi:" in l]
        if names is not None:
            self.need(told and re.search(r"thay đổi: (.*)\n", told[0]).group(1) == names, "%s: told as %s" % (what, told))
        if mended:
            self.need(w.wait(lambda: any("đã sửa xong" in l for l in list(w.out)[lines:])), what + ": not told as mended")

    def broken(self, w, what, change, message):
        """After the change there is an error, and the files stay as they were."""
        path = self.pdf
        before, lines, old = w.count(r"KHÔNG tạo được"), len(w.err), open(path, "rb").read()
        change()
        self.need(w.wait(lambda: w.count(r"KHÔNG tạo được") > before), what + ": no error\n" + "".join(w.out))
        self.need(w.wait(lambda: any(message in l for l in list(w.err)[lines:])), "%s: lacks “%s”:\n%s" % (what, message, "".join(w.err[lines:])))
        self.need(open(path, "rb").read() == old, what + ": the PDF was touched")

    def at(self, name):
        return os.path.join(self.top, name)

    # ---- what is checked ----

    def saves(self, w):
        facts = self.at("xa/baocao.yaml")
        self.made(w, "saved in place", lambda: self.save(facts, FACTS.replace("11", "12")), "12 xóm", names="xa/baocao.yaml")
        self.made(w, "saved by rename", lambda: self.replace(facts, FACTS.replace("11", "13")), "13 xóm", names="xa/baocao.yaml")
        self.made(w, "a table", lambda: self.replace(self.at("xa/viec.csv"), "ten,so\nMạng,1\nCamera,2\n"), "Camera", names="xa/viec.csv")
        self.made(w, "a part of the template", lambda: self.save(self.at("mau/mau-thu/muc/mot.md"), "Mục đã sửa.\n"), "Mục đã sửa", names="mau/mau-thu/muc/mot.md")
        self.made(w, "the body of the template", lambda: self.replace(self.at("mau/mau-thu/mau.md"), FILES["mau/mau-thu/mau.md"].replace("Xã có", "Toàn xã có")), "Toàn xã có 13")
        self.made(w, "a picture", lambda: shutil.copy(self.at("anh.png"), self.at("xa/hinh.png")), names="xa/hinh.png")

    def errors(self, w):
        facts = self.at("xa/baocao.yaml")
        self.broken(w, "wrong data", lambda: self.save(facts, FACTS.replace("11", "mười")), "không phải số")
        self.broken(w, "another error", lambda: self.save(facts, FACTS.replace("11", "[")), "lỗi")
        self.made(w, "mended", lambda: self.save(facts, FACTS.replace("11", "14")), "14 xóm", mended=True)
        self.broken(w, "wrong template", lambda: self.save(self.at("mau/mau-thu/muc/mot.md"), "{{la}}\n"), "la")
        self.made(w, "template mended", lambda: self.save(self.at("mau/mau-thu/muc/mot.md"), "Mục ba.\n"), "Mục ba", mended=True)
        self.broken(w, "a table is gone", lambda: os.remove(self.at("xa/viec.csv")), "viec.csv")
        self.made(w, "it is back", lambda: self.save(self.at("xa/viec.csv"), "ten,so\nMạng,5\n"), mended=True)
        self.broken(w, "the folder is gone", lambda: os.rename(self.at("xa"), self.at("xa-khac")), "không có báo cáo")
        self.made(w, "the folder is back", lambda: os.rename(self.at("xa-khac"), self.at("xa")), mended=True)

    def arrivals(self, w):
        self.made(w, "an appendix comes", lambda: self.save(self.at("xa/phu-luc-1.md"), "---\ntieu_de: PHỤ LỤC MỚI\n---\n\nNội dung [mới](#phu-luc).\n"), "PHỤ LỤC MỚI")
        self.made(w, "it goes", lambda: os.remove(self.at("xa/phu-luc-1.md")))
        self.need(w.wait(lambda: "PHỤ LỤC MỚI" not in self.text(self.at("xa/xa.pdf"))), "the appendix is still there")
        self.made(w, "a part of the report's own", lambda: self.save(self.at("xa/muc/mot.md"), "Mục của xã.\n"), "Mục của xã")
        self.made(w, "the record of issue", lambda: self.save(self.at("xa/ban-hanh.yaml"), "so: 45\nngay_ban_hanh: 2026-06-15\n"), "45/BC-UBND")
        self.made(w, "it goes, too", lambda: os.remove(self.at("xa/ban-hanh.yaml")))
        os.rename(self.at("xa/viec.csv"), self.at("viec-that.csv"))
        os.symlink(self.at("viec-that.csv"), self.at("xa/viec.csv"))
        self.made(w, "behind a link", lambda: self.save(self.at("viec-that.csv"), "ten,so\nDây dẫn,5\n"), "Dây dẫn", names="xa/viec.csv")
        self.made(w, "behind it again", lambda: self.save(self.at("viec-that.csv"), "ten,so\nDây dẫn,6\n"), "dẫn 6", names="xa/viec.csv")

    def noise(self, w):
        """None of this makes the report again: the next line names the next change alone."""
        for name in (".baocao.yaml.swp", "baocao.yaml~", "#baocao.yaml#", "4913", ".#baocao.yaml", "a.tmp", "la.pdf", "xa.xlsx.bak"):
            self.save(self.at("xa/" + name), "x")
        os.utime(self.at("xa/baocao.yaml"))
        self.replace(self.at("viec-that.csv"), "ten,so\nDây dẫn,6\n")
        for name in ("xa/xa.pdf", "xa/xa.xlsx"):
            os.utime(self.at(name))
        os.remove(self.at("xa/baocao.yaml~"))
        before, told = w.count("đã tạo"), w.count("thay đổi:")
        self.made(w, "after noise", lambda: self.replace(self.at("xa/baocao.yaml"), FACTS.replace("11", "15")), "15 xóm", names="xa/baocao.yaml")
        self.need(w.count("đã tạo") == before + 1 and w.count("thay đổi:") == told + 1, "noise made the report again:\n" + "".join(w.out))

    def burst(self, w):
        before = w.count("đã tạo")

        def saves():
            for i in range(40):
                self.save(self.at("xa/baocao.yaml"), FACTS.replace("11", str(100 + i)))
        self.made(w, "many saves", saves, "139 xóm")
        self.need(w.count("đã tạo") - before < 20, "each of many saves made the report")

    def register(self, w):
        head = "so_ky_hieu,loai,ngay,co_quan,trich_yeu\n"
        path = self.at("mau/van_ban.csv")
        self.made(w, "a register comes", lambda: self.replace(path, head + "57-NQ/TW,Nghị quyết,2024-12-22,Bộ Chính trị,về đột phá\n"), names="mau/van_ban.csv")
        self.made(w, "it is cited", lambda: self.replace(self.at("mau/mau-thu/muc/mot.md"), '{{vb "57-NQ/TW"}}.\n'), "về đột phá")
        self.made(w, "it changes", lambda: self.replace(path, head + "57-NQ/TW,Nghị quyết,2024-12-22,Bộ Chính trị,về chuyển đổi số\n"),
                  "về chuyển đổi số", names="mau/van_ban.csv")

    def one(self, name, check, args, setup=None, around=()):
        with tempfile.TemporaryDirectory() as top:
            self.top = top
            self.pdf = self.at("%s/%s.pdf" % (args[args.index("-o") + 1], args[0].split(".")[0]))
            self.lay_out(top)
            if setup:
                setup()
            w = Watch(list(around) + [self.binary], top, args + ["--templates", "mau"])
            try:
                if self.need(w.wait(lambda: w.count("đang theo dõi|watching")), name + ": does not start\n" + "".join(w.err)):
                    check(w)
                self.need(w.process.poll() is None, name + ": ended by itself\n" + "".join(w.err))
            finally:
                status = w.end(signal.SIGTERM if len(name) % 2 else signal.SIGINT)
            self.need(status == 0 and re.search("đã dừng|ended", "".join(w.out)), "%s: ended with %s\n%s" % (name, status, "".join(w.err)))
            left = [n for folder, _, names in os.walk(top) for n in names if re.search(r"\.(pdf|xlsx)\.\w{6}$", n)]
            self.need(not left, "%s: left %s" % (name, left))

    def previous(self, w):
        self.made(w, "the former period", lambda: self.save(self.at("truoc/baocao.yaml"), FACTS.replace("11", "9")), "tăng 2")

    def fonts(self, w):
        path = self.at("phong/fonts.map")
        self.made(w, "the map of fonts", lambda: self.replace(path, open(path).read() + "# sửa\n"), names="phong/fonts.map")
        self.broken(w, "a wrong map", lambda: self.replace(path, open(path).read() + "la lùng\n"), "fonts.map")
        self.made(w, "a right map", lambda: self.replace(path, open(os.path.join(ROOT, "fonts/fonts.map")).read()), mended=True)
        self.made(w, "data still", lambda: self.save(self.at("xa/baocao.yaml"), FACTS.replace("11", "19")), "19 xóm")

    def starts_wrong(self, w):
        self.need(w.count("KHÔNG tạo được") == 1 and not os.path.exists(self.at("ra")), "a wrong report at the start")
        self.made(w, "mended after the start", lambda: self.save(self.at("xa/baocao.yaml"), FACTS), "11 xóm", mended=True)

    def english(self, w):
        self.need(w.count(r"^\d\d:\d\d:\d\d xa: written: ra/xa.xlsx, ra/xa.pdf \(\d+ ms\)$"), "in English: " + "".join(w.out))
        before = w.count("NOT written")
        self.save(self.at("xa/baocao.yaml"), FACTS.replace("11", "x"))
        self.need(w.wait(lambda: w.count("NOT written") > before), "no error in English")
        self.save(self.at("xa/baocao.yaml"), FACTS)
        self.need(w.wait(lambda: w.count("mended, written")), "not mended in English")

    def attached(self, w):
        """The workbook is read back under its temporary name: that it is gone afterwards is no change."""
        self.made(w, "with attachments", lambda: self.replace(self.at("xa/baocao.yaml"), FACTS.replace("11", "16")), "16 xóm", names="xa/baocao.yaml")
        self.need(w.count("đã tạo") == 2, "made without a change:\n" + "".join(w.out))

    def without_inotify(self, w):
        self.need(w.wait(lambda: any("mỗi giây" in l for l in list(w.err))), "not told that nothing tells")
        self.made(w, "looked at every second", lambda: self.save(self.at("xa/baocao.yaml"), FACTS.replace("11", "17")), "17 xóm")
        self.need(sum("mỗi giây" in l for l in list(w.err)) == 1, "told more than once that nothing tells")

    def single(self, w):
        self.made(w, "a single file", lambda: self.replace(self.at("mot.md"), "---\n" + FACTS.replace("mau: mau-thu\n", "loai: BÁO CÁO\n") + "---\n\nLời mới.\n"), "Lời mới")

    def run(self):
        self.one("beside the data", lambda w: [self.saves(w), self.arrivals(w), self.noise(w), self.burst(w)], ["xa", "-o", "xa"])
        self.one("in another folder", self.errors, ["xa", "-o", "ra"])
        self.one("the former period", self.previous, ["xa", "-o", "ra", "--ky-truoc", "truoc"])
        self.one("the register", self.register, ["xa", "-o", "ra"])
        # A user of whom the system keeps no inotify instance, where users may be made at all.
        none = ["unshare", "-Ur", "sh", "-c", 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"', "sh"]
        if shutil.which("unshare") and subprocess.run(none + ["true"], capture_output=True).returncode == 0:
            self.one("without inotify", self.without_inotify, ["xa", "-o", "ra"], around=none)
        else:
            print("watch: SKIPPED, no namespaces here to do without inotify in")
        self.one("fonts", self.fonts, ["xa", "-o", "ra", "--fonts", "phong"])
        self.one("a wrong start", self.starts_wrong, ["xa", "-o", "ra"], lambda: self.save(self.at("xa/baocao.yaml"), FACTS.replace("11", "x")))
        self.one("English", self.english, ["xa", "-o", "ra", "--lang", "en"])
        self.one("attachments", self.attached, ["xa", "-o", "xa", "--dinh-kem"])
        self.one("a single file", self.single, ["mot.md", "-o", "ra"],
                 lambda: self.save(self.at("mot.md"), "---\n" + FACTS.replace("mau: mau-thu\n", "loai: BÁO CÁO\n") + "---\n\nLời.\n"))


def main():
    suite = Suite(sys.argv[1])
    suite.run()
    print("watch: %d passed, %d failed" % (suite.passed, len(suite.failed)))
    return 1 if suite.failed else 0


if __name__ == "__main__":
    sys.exit(main())
