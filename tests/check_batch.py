#!/usr/bin/env python3
"""check_batch.py BINARY FOLDER: what `baocao batch` makes again, and what it leaves alone; bad input; signed files;
processes that crash or hang; shards; two runs at once."""
import fcntl, json, os, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time, zipfile
from batch_kit import ROOT, Score, World, files, fresh, honest, outputs, read, write


def told(result):
    """The messages of a JSON document about the run as a whole."""
    return "\n".join("%s: %s" % (m["file"], m["text"]) for m in result["messages"])


def made(result):
    return sorted(r["name"] for r in result["reports"] if r["status"] == "made")


def pair(name):
    return {name + ".pdf", name + ".xlsx"}


def changed(before, after):
    return {k for k in set(before) | set(after) if before.get(k) != after.get(k)}


def corrections(s, top, binary):
    """One figure in one commune, one cell in another, a part of the template, a font: exactly the right reports."""
    w = World(fresh(os.path.join(top, "corrections")), binary)
    first = w.json()
    s.equal((first["made"], first["failed"]), (12, 0), "a first run makes everything")
    s.equal(honest(w.out), [], "after the first run")
    before = outputs(w.out)
    again = w.json()
    s.equal((again["made"], again["unchanged"]), (0, 12), "nothing changed, nothing made")
    s.equal(outputs(w.out), before, "nothing changed, nothing touched")

    w.report(4, plus=1)  # the figure and the cell that must agree with it
    s.check("xa-004" in w.run("--dry-run", check=0).stdout, "--dry-run names the report")
    s.equal(outputs(w.out), before, "--dry-run writes nothing")
    r = w.json()
    after = outputs(w.out)
    s.equal(made(r), ["xa-004"], "a changed figure")
    s.equal(changed(before, after), pair("xa-004"), "no other file, in bytes and time")
    log = read(os.path.join(w.out, "dieu-chinh", "tong-hop.md")).decode()
    for word in ("ho_so.tong", "112", "113", "ho_so.ty_le", "96,43%", "96,46%", "tính lại"):
        s.check(word in log, "the log has %s" % word)
    s.check("xa-005" not in log, "the log has only what changed")
    s.check(os.path.exists(os.path.join(w.out, "dieu-chinh", "xa-004.xlsx")), "a log of its own")

    path = os.path.join(w.dir(7), "linh_vuc.csv")
    write(path, read(path).decode().replace("Hộ tịch", "Chứng thực"))
    before = outputs(w.out)
    s.equal(made(w.json()), ["xa-007"], "a changed cell")
    s.equal(changed(before, outputs(w.out)), pair("xa-007"), "a changed cell: no other file")
    log = read(os.path.join(w.out, "dieu-chinh", "tong-hop.md")).decode()
    s.check("Hộ tịch" in log and "Chứng thực" in log, "old and new text of the cell in the log")

    write(os.path.join(w.dir(2), "nhan-xet.md"), "Nhận xét riêng của xã.\n")  # now it overrides the template's part
    s.equal(made(w.json()), ["xa-002"], "a part of its own appears")
    s.check("nhan-xet.md (chỉ có ở báo cáo mới)" in log_of(w, "xa-002"), "… and stands in the log: %s" % log_of(w, "xa-002"))
    write(os.path.join(w.templates, "quy", "nhan-xet.md"), "Nhận xét chung, đã sửa.\n")
    before = outputs(w.out)
    r = w.json()
    s.equal(r["made"], 12, "a part of the template: all that use the template")
    # xa-002 has a part of its own: made again, the same bytes
    same = [k for k in outputs(w.out) if outputs(w.out)[k][0] == before[k][0]]
    s.check("xa-002.pdf" in same and "xa-003.pdf" not in same, "a part that is overridden changes nothing")
    s.check("- mẫu: nhan-xet.md" in log_of(w, "xa-003"), "a part of the template in the log")
    s.check("## 12 báo cáo" in log_of(w), "… of all reports together")

    fonts = os.path.join(w.top, "fonts")
    shutil.copytree(os.path.join(ROOT, "fonts"), fonts)
    s.equal(w.json("--fonts", fonts)["made"], 12, "another folder of fonts")
    s.equal(w.json("--fonts", fonts)["made"], 0, "the same folder of fonts")
    with open(os.path.join(fonts, "fonts.map"), "a") as f:
        f.write("# sửa\n")
    s.equal(w.json("--fonts", fonts)["made"], 12, "a font file changed")

    os.utime(os.path.join(w.dir(1), "baocao.yaml"))
    s.equal(w.json("--fonts", fonts)["made"], 0, "touched, not changed")
    path = os.path.join(w.dir(1), "baocao.yaml")
    st = os.stat(path)
    text = read(path).decode()
    write(path, text.replace("Nguyễn Văn An", "Nguyễn Văn Ân".replace("Â", "B")))
    os.utime(path, ns=(st.st_atime_ns, st.st_mtime_ns))
    if len(read(path)) == len(text.encode()):
        s.equal(w.json("--fonts", fonts)["made"], 0, "same size and time: the quick look is deceived")
        s.equal(made(w.json("--fonts", fonts, "--rehash")), ["xa-001"], "--rehash is not")
    os.unlink(os.path.join(w.out, "xa-009.xlsx"))
    with open(os.path.join(w.out, "xa-010.pdf"), "ab") as f:
        f.write(b"x")
    s.equal(made(w.json("--fonts", fonts)), ["xa-009", "xa-010"], "outputs that lack or were altered")
    shutil.rmtree(w.dir(11))
    r = w.run("--fonts", fonts, check=0)
    s.check("--prune" in r.stderr and os.path.exists(os.path.join(w.out, "xa-011.pdf")), "gone data: outputs stay")
    w.run("--fonts", fonts, "--prune", check=0)
    s.check(not os.path.exists(os.path.join(w.out, "xa-011.pdf")), "--prune removes them")
    s.equal(honest(w.out), [], "after all corrections")


def log_of(w, name="tong-hop"):
    return read(os.path.join(w.out, "dieu-chinh", name + ".md")).decode()


def prose(s, top, binary):
    """Prose, pictures and parts of a template that changed stand in the log, also where no value differs."""
    w = World(fresh(os.path.join(top, "prose")), binary, 6)
    mau = os.path.join(w.templates, "quy", "mau.md")
    pictures = [os.path.join(ROOT, "tests", "cases", p) for p in ("doc-pictures/dung.png", "merge-notes-links/anh.png")]
    write(mau, read(mau).decode() + "\n{{> rieng}}\n\n![Hình](hinh.png)\n")
    for i in range(6):
        write(os.path.join(w.dir(i), "rieng.md"), "Lời riêng của xã %d.\n" % i)
        shutil.copy(pictures[0], os.path.join(w.dir(i), "hinh.png"))
    # A template of its own, within the report's folder.
    shutil.copytree(os.path.join(w.templates, "quy"), os.path.join(w.dir(5), "quy"))
    w.json(check=0)
    s.check(not os.path.exists(os.path.join(w.out, "dieu-chinh")), "a first run corrects nothing")
    write(os.path.join(w.dir(1), "rieng.md"), "Lời đã sửa.\n")
    shutil.copy(pictures[1], os.path.join(w.dir(2), "hinh.png"))
    write(os.path.join(w.dir(3), "rieng.md"), "Lời khác.\n")
    w.report(3, plus=1)
    write(os.path.join(w.dir(5), "quy", "nhan-xet.md"), "Nhận xét của mẫu riêng.\n")
    r = w.json(check=0)
    s.equal((made(r), r["corrected"]), (["xa-001", "xa-002", "xa-003", "xa-005"], 4), "prose, a picture, both, an own template")
    for i, want in ((1, "- rieng.md"), (2, "- hinh.png"), (3, "- rieng.md"), (5, "- mẫu: nhan-xet.md")):
        log = log_of(w, "xa-%03d" % i)
        s.check(want in log and want in log_of(w) and log.count("\n- ") == 1, "xa-%03d: “%s” in the log: %s" % (i, want, log))
        s.equal("ho_so.tong" in log, i == 3, "xa-%03d: values only where they differ" % i)
    book = zipfile.ZipFile(os.path.join(w.out, "dieu-chinh", "xa-001.xlsx"))
    s.check(any("rieng.md" in book.read(n).decode() for n in book.namelist() if n.endswith(".xml")), "… and in the workbook")
    s.equal((w.json()["made"], w.json()["corrected"]), (0, 0), "told once")
    s.equal(w.json("--co-truong")["made"], 6, "options count where the template is the report's own, too")
    s.equal((w.json()["made"], w.json()["corrected"]), (6, 0), "… and no value, no prose differs")
    # A template that changes while a run is stopped half way: the log of the next run tells of the rest, and why.
    write(mau, read(mau).decode() + "\nThêm một câu.\n")
    w.run("--shard", "1/2", check=0)
    first = set(re.findall(r"xa-\d+", log_of(w)))
    r = w.run("--dry-run", check=0).stdout
    s.check("mẫu thay đổi" in r and "chương trình" not in r, "the rest is made because of the template: %s" % r)
    w.run(check=0)
    second = set(re.findall(r"xa-\d+", log_of(w)))
    s.check(first and second and not first & second and len(first | second) == 5, "a log of each half: %s %s" % (first, second))
    s.check("mẫu: mau.md" in log_of(w), "… with the part of the template")
    con = sqlite3.connect(os.path.join(w.out, "baocao.db"))
    s.equal(con.execute("SELECT count(*) FROM shared").fetchone()[0], 2, "former versions of templates are forgotten")
    con.close()
    os.rename(os.path.join(w.templates, "quy"), os.path.join(w.templates, "cu"))
    shutil.copytree(os.path.join(w.templates, "cu"), os.path.join(w.templates, "quy"))
    os.utime(mau)
    s.equal(w.json()["made"], 0, "another copy of the same template")
    # Corrections that were made but not yet told of when the run was killed.
    w.report(4, plus=2)
    os.chmod(os.path.join(w.out, "dieu-chinh"), 0o755)
    os.rename(os.path.join(w.out, "dieu-chinh"), os.path.join(w.out, "nhat-ky-cu"))
    write(os.path.join(w.out, "dieu-chinh"), "")
    r = w.run()
    s.check(r.returncode == 3 and "dieu-chinh" in r.stderr, "a log that cannot be written is told: %s" % r.stderr[-200:])
    s.equal(w.run().returncode, 3, "… again")
    os.unlink(os.path.join(w.out, "dieu-chinh"))
    w.report(4, plus=3)
    w.run(check=0)
    log = log_of(w)
    s.check("| 112 | 114 |" in log.replace("*", "") and "| 114 | 115 |" in log.replace("*", ""), "both corrections in the log that could be written: %s" % log)
    s.equal(w.run(check=0).stdout.count("dieu-chinh"), 0, "… once")


def documents(s, top, binary):
    """--format json in every situation; each document is held against its schema (batch_kit.World.json)."""
    w = World(fresh(os.path.join(top, "documents")), binary, 5)
    r = w.json("--dry-run", check=0)
    s.equal((r["planned"], r["made"], {(x["status"], x["reason"]) for x in r["reports"]}), (5, 0, {("planned", "new")}), "--dry-run")
    r = w.json(check=0)
    s.equal({x["reason"] for x in r["reports"]}, {"new"}, "a first run")
    s.equal(sorted(os.path.basename(o) for o in r["reports"][0]["outputs"]), ["xa-000.pdf", "xa-000.xlsx"], "the files written")
    r = w.json(check=0)
    s.equal((r["unchanged"], r["reports"]), (5, []), "what did not change is only counted")
    w.report(0, plus=1)
    os.unlink(os.path.join(w.out, "xa-001.pdf"))
    with open(os.path.join(w.out, "xa-002.xlsx"), "ab") as f:
        f.write(b"x")
    write(os.path.join(w.dir(3), "baocao.yaml"), "mau: quy\nco_quan: [\n")
    r = w.json(check=1)
    s.equal({x["name"]: (x["status"], x["reason"], os.path.basename(x["because"])) for x in r["reports"]},
            {"xa-000": ("made", "input", "baocao.yaml"), "xa-001": ("made", "output-missing", "xa-001.pdf"),
             "xa-002": ("made", "output-altered", "xa-002.xlsx"), "xa-003": ("failed", "input", "baocao.yaml")}, "reasons")
    bad = [m for x in r["reports"] if x["status"] == "failed" for m in x["messages"] if m["severity"] == "error"]
    s.check(bad and bad[0]["file"].endswith("xa-003/baocao.yaml") and bad[0]["line"], "a message with its place: %s" % bad)
    w.report(3)
    s.equal([(x["name"], x["reason"]) for x in w.json()["reports"]], [("xa-003", "failed")], "failed the last time")
    s.equal({x["reason"] for x in w.json("--force")["reports"]}, {"forced"}, "--force")
    s.equal({x["reason"] for x in w.json("--co-truong")["reports"]}, {"program"}, "options")
    w.json()
    write(os.path.join(w.templates, "quy", "nhan-xet.md"), "Khác.\n")
    s.equal({(x["reason"], os.path.basename(x["because"])) for x in w.json()["reports"]}, {("template", "nhan-xet.md")}, "the template")
    lock = open(os.path.join(w.out, ".baocao.lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    r = w.json(check=3)
    s.equal((r["reports"], r["messages"][0]["code"]), ([], "E_BATCH_LOCKED"), "a run that may not begin")
    lock.close()
    r = w.json(source=[os.path.join(w.top, "khong-co")], check=1)
    s.equal(r["messages"][0]["code"], "E_BATCH_SOURCE_MISSING", "no such folder")
    r = w.json("--lang", "en", "--force")
    s.check(all(m["text"].isascii() or "“" in m["text"] for x in r["reports"] for m in x["messages"]), "in English")


def failures(s, top, binary):
    w = World(fresh(os.path.join(top, "failures")), binary)
    write(os.path.join(w.dir(3), "baocao.yaml"), "mau: quy\nco_quan: [\n")
    w.report(5, extra="ho_so_tong: 1\n")
    r = w.json(check=1)
    s.equal((r["made"], r["failed"]), (10, 2), "wrong reports do not stop the others")
    bad = {x["name"]: json.dumps(x["messages"]) for x in r["reports"] if x["status"] == "failed"}
    s.check('"baocao.yaml", "line": 2' in bad["xa-003"].replace(w.dir(3) + "/", "") and "ho_so_tong" in bad["xa-005"], "messages with their places: %s" % bad)
    w.report(3)
    r = w.json(check=1)
    s.equal((made(r), r["failed"]), (["xa-003"], 1), "the next run tries what failed")
    before = outputs(w.out)
    w.report(0, extra="sai: 1\n")
    w.json(check=1)
    s.check(outputs(w.out)["xa-000.pdf"] == before["xa-000.pdf"], "a report that fails keeps its former files")
    s.equal(honest(w.out), [], "after failures")


def strict(s, top, binary):
    """--strict: warnings are errors, as with gen; what gen alone takes is refused."""
    w = World(fresh(os.path.join(top, "strict")), binary, 3)
    mau = os.path.join(w.templates, "quy", "mau.yaml")
    write(mau, read(mau).decode() + "  - {dieu_kien: ho_so.tong > 105, muc: canh_bao, thong_bao: Ít hồ sơ}\n")
    r = w.json(check=0)
    warned = [x["name"] for x in r["reports"] if x["warnings"]]
    s.equal((r["made"], warned), (3, ["xa-000", "xa-001"]), "reports with warnings are made")
    r = w.json("--strict", check=1)
    s.equal((made(r), r["failed"]), (["xa-002"], 2), "--strict: they fail")
    s.equal([x["errors"] for x in r["reports"] if x["status"] == "failed"], [1, 1], "… with an error each")
    s.equal(w.json(check=0)["made"], 3, "without it they are made again")
    for option in ("--du-thao", "-Ttree"):
        s.equal(w.run(option).returncode, 2, "batch does not take " + option)


def signed(s, top, binary):
    w = World(fresh(os.path.join(top, "signed")), binary, 4)
    w.json(check=0)
    target = os.path.join(w.out, "xa-001.pdf")
    subprocess.run([sys.executable, os.path.join(ROOT, "tests", "make_signed.py"), target], check=True)
    mark = read(target)
    s.equal(w.json()["made"], 0, "a signed PDF alone is no change")
    s.equal(read(target), mark, "a signed PDF is not touched")
    subprocess.run([w.binary, "ban-hanh", w.dir(1), "--so", "45", "--ngay", "2026-06-15"], check=True,
                   env=w.env(), capture_output=True)
    before = outputs(w.out)
    r = w.json()
    s.equal(made(r), ["xa-001"], "the record of its issue renews the report")
    s.equal(changed(before, outputs(w.out)), {"xa-001.xlsx"}, "… but the workbook alone")
    s.equal(w.json()["made"], 0, "… and once")
    w.report(1, plus=2)
    r = w.json()
    s.equal(read(target), mark, "a changed report: the signed PDF stays")
    beside = os.path.join(w.out, "xa-001-sua-doi.pdf")
    s.check(os.path.exists(beside), "… and the new one stands beside it")
    s.check(any("sua-doi" in m["text"] for x in r["reports"] for m in x["messages"]), "… and that is told")
    s.equal(w.json()["made"], 0, "… once")
    w.report(1, plus=3)
    before = read(beside)
    w.json(check=0)
    s.check(read(beside) != before and read(target) == mark, "changed again: the unsigned one is replaced")
    r = w.json("--force")
    s.equal((r["made"], read(target)), (4, mark), "--force makes all again, over no signature")
    shutil.rmtree(w.dir(1))
    w.run("--prune", check=0)
    s.check(os.path.exists(target), "--prune leaves a signed PDF")


def hostile(s, top, binary):
    w = World(fresh(os.path.join(top, "hostile")), binary)
    twin = os.path.join(w.data, "huyen-9", "xa-001")
    shutil.copytree(w.dir(1), twin)
    r = w.run()
    s.check(r.returncode == 1 and twin in r.stderr and w.dir(1) in r.stderr and not outputs(w.out),
            "two reports of one name: both places, nothing made")
    shutil.rmtree(twin)
    os.symlink(w.data, os.path.join(w.data, "huyen-0", "vong"))
    s.equal(w.json(check=0)["made"], 12, "a loop of links")
    os.unlink(os.path.join(w.data, "huyen-0", "vong"))
    inside = os.path.join(w.dir(2), "ket-qua")
    r = w.run(out=inside)
    s.check(r.returncode != 0 and "ket-qua" in r.stderr, "an output folder within a report")
    shutil.rmtree(inside, ignore_errors=True)
    r = w.run(out=os.path.join(w.data, "ket-qua"))
    s.equal(r.returncode, 0, "an output folder below the sources")
    s.equal(w.run(out=os.path.join(w.data, "ket-qua")).stdout.split(",")[0], "đã tạo 0", "… is no source")
    for path, word in (("khong-co", "khong-co"), (os.path.join(w.templates, "quy"), "quy")):
        r = w.run(source=[path])
        s.check(r.returncode == 1 and word in r.stderr, "no such folder, no report in it: %s" % path)
    db = os.path.join(w.out, "baocao.db")
    keep = read(db)
    for damage in (b"xxxx", keep[:3000], keep[:100] + os.urandom(4000) + keep[4100:]):
        for tail in ("-wal", "-shm"):
            if os.path.exists(db + tail):
                os.unlink(db + tail)
        with open(db, "wb") as f:
            f.write(damage)
        before = outputs(w.out)
        r = w.run()
        if r.returncode:
            s.check("baocao.db" in r.stderr and "--force" in r.stderr, "a damaged manifest is told with what to do")
        s.equal(outputs(w.out), before, "a damaged manifest: nothing lost")
        r = w.run("--force", check=0)
        s.check(os.path.exists(db + ".hong") or not r.stderr, "--force puts it aside")
        s.equal(honest(w.out), [], "a fresh manifest")
    con = sqlite3.connect(db)
    con.execute("PRAGMA user_version = 99")
    con.close()
    r = w.run()
    s.check(r.returncode != 0 and "99" in r.stderr, "a manifest of another version")
    w.run("--force", check=0)


def table(s, top, binary):
    """A wide CSV: a row a commune, tables joined by the key."""
    w = World(fresh(os.path.join(top, "table")), binary, 0)
    d = fresh(os.path.join(w.top, "bang"))
    head = "ma_xa,mau,co_quan,ky_hieu,loai,dia_danh,ngay_ban_hanh,trich_yeu,nguoi_ky.chuc_vu,nguoi_ky.ho_ten,noi_nhan,quy,ho_so.tong,ho_so.xong"
    rows = ["%d,quy,Ủy ban nhân dân xã Số %d,BC-UBND,BÁO CÁO,Số %d,2026-06,Kết quả,CHỦ TỊCH,Nguyễn Văn An,Lưu: VT,2,%d,%d"
            % (100 + i, i, i, 10 + i, 5 + i) for i in range(8)]
    joined = ["%d,Hộ tịch,%d\n%d,Đất đai,%d" % (100 + i, 4 + i, 100 + i, 6) for i in range(8)]
    csv = os.path.join(d, "xa.csv")
    write(csv, "\n".join([head] + rows) + "\n")
    write(os.path.join(d, "linh_vuc.csv"), "ma_xa,Lĩnh vực,Số hồ sơ\n" + "\n".join(joined) + "\n")
    r = w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv], check=0)
    s.equal((r["made"], r["failed"]), (8, 0), "a report a row: %r" % told(r))
    s.check(os.path.exists(os.path.join(w.out, "103-q2.pdf")), "names by the pattern")
    s.equal(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])["made"], 0, "nothing changed")
    write(csv, "\n".join([head] + [x.replace("Nguyễn Văn An", "Trần Thị Mai") if x.startswith("103") else x for x in rows]) + "\n")
    s.equal(made(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])), ["103-q2"], "one row changed: one report")
    write(os.path.join(d, "linh_vuc.csv"), "ma_xa,Lĩnh vực,Số hồ sơ\n" + "\n".join(joined).replace("105,Hộ tịch", "105,Hộ khẩu") + "\n")
    s.equal(made(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])), ["105-q2"], "one joined row changed: one report")
    before = outputs(w.out)
    write(csv, "\n".join([head] + rows + [rows[2], rows[3].replace("103", "", 1)]) + "\n")
    r = w.run("--name", "{{ma_xa}}-q{{quy}}", check=2)
    s.check("chỉ dùng với một bảng .csv" in r.stderr, "a pattern of names is for a table: %s" % r.stderr[:300])
    r = w.run("--name", "{{ma_xa}}-q{{quy}}", source=[csv])
    s.check(r.returncode == 1 and "xa.csv:10" in r.stderr and "xa.csv:11" in r.stderr,
            "a repeated and a missing key, with their places: %s" % r.stderr[:300])
    s.equal(outputs(w.out), before, "… and nothing lost")


def parallel(s, top, binary):
    """The same bytes by one process, by two and by four shards."""
    w = World(fresh(os.path.join(top, "parallel")), binary, 40)
    one, two, parts = (os.path.join(w.top, x) for x in ("one", "two", "parts"))
    w.run("-j1", out=one, check=0)
    w.run("-j2", out=two, check=0)
    bytes_of = lambda f: {k: v[0] for k, v in outputs(f).items()}
    s.equal(bytes_of(one), bytes_of(two), "one and two processes")
    for i in range(1, 5):
        w.run("--shard", "%d/4" % i, out=os.path.join(parts, str(i)), check=0)
    together = {}
    for i in range(1, 5):
        together.update(bytes_of(os.path.join(parts, str(i))))
    s.equal(together, bytes_of(one), "four shards")
    all_ = fresh(os.path.join(parts, "all"))
    for i in range(1, 5):
        for name in outputs(os.path.join(parts, str(i))):
            shutil.copy2(os.path.join(parts, str(i), name), all_)
    w.run("--merge", source=[os.path.join(parts, str(i)) for i in range(1, 5)], out=all_, check=0)
    s.equal(w.json(out=all_)["made"], 0, "joined manifests know all reports")


class Shards:
    """A batch in n parts that are joined in one folder."""

    def __init__(self, w, n=4):
        self.w, self.n, self.parts = w, n, [os.path.join(w.out, str(i)) for i in range(1, n + 1)]

    def run(self, *args, check=0):
        for i, part in enumerate(self.parts, 1):
            self.w.run("--shard", "%d/%d" % (i, self.n), *args, out=part, check=check)

    def merge(self, *args, check=0, **more):
        return self.w.json("--merge", *args, source=self.parts, check=check, **more)

    def part_of(self, name):
        return next(p for p in self.parts if os.path.exists(os.path.join(p, name + ".xlsx")))


def top_of(folder):
    return {k: v for k, v in outputs(folder).items() if "/" not in k}


def sign(path, in_place=False):
    target = path if in_place else path + ".tam"
    subprocess.run([sys.executable, os.path.join(ROOT, "tests", "make_signed.py"), target], check=True)
    os.replace(target, path)
    return read(path)


def merge(s, top, binary):
    """Files and manifests of shards come together; what changed is told; nothing signed is touched."""
    w = World(fresh(os.path.join(top, "merge")), binary, 40)
    sh = Shards(w)
    sh.run()
    r = sh.merge()
    s.equal((r["joined"], r["kept"], r["failed"], r["corrected"]), (40, 0, 0, 0), "four shards joined")
    one = os.path.join(w.top, "one")
    w.run(out=one, check=0)
    bytes_of = lambda f: {k: v[0] for k, v in top_of(f).items()}
    s.equal(bytes_of(w.out), bytes_of(one), "the files of a run on one machine")
    s.equal(honest(w.out), [], "after joining")
    s.check(os.path.samefile(os.path.join(w.out, "xa-001.pdf"), os.path.join(sh.part_of("xa-001"), "xa-001.pdf")), "no bytes are copied")
    before = files(w.out)
    s.equal(w.json()["made"], 0, "a run in the joined folder finds nothing to do")
    s.equal((sh.merge()["joined"], files(w.out)), (40, before), "joined again: nothing is touched")
    sh.run()
    s.equal(files(w.out), before, "shards run again: nothing to do")

    w.report(4, plus=1)
    write(os.path.join(w.templates, "quy", "nhan-xet.md"), "Nhận xét chung, đã sửa.\n")
    sh.run()
    before = top_of(w.out)
    r = sh.merge()
    s.equal((r["joined"], r["corrected"]), (40, 40), "a figure and a part of the template corrected")
    s.check(all(before[k] != v for k, v in top_of(w.out).items() if k.endswith(".pdf")), "all are new")
    log = log_of(w)
    for word in ("## xa-004\n", "Tổng số hồ sơ", "112", "113", "tính lại", "- mẫu: nhan-xet.md", "## 39 báo cáo"):
        s.check(word in log, "the log of the joined folder has “%s”" % word)
    s.equal(w.json()["made"], 0, "nothing is left to do")
    s.equal(sh.merge()["corrected"], 0, "told once")
    w.report(5, plus=1)
    sh.run()
    before = top_of(w.out)
    sh.merge()
    s.equal(changed(before, top_of(w.out)), pair("xa-005"), "one correction: no other file, in bytes and time")

    # A run in the joined folder is ahead of the shards.
    w.report(6, plus=1)
    w.run(check=0)
    before = top_of(w.out)
    r = sh.merge()
    s.equal((r["joined"], r["kept"], top_of(w.out)), (39, 1, before), "what is newer than the shard's stays")
    s.equal(w.json()["made"], 0, "… and is known")

    # Files that lack or were altered, in the joined folder or in a shard.
    sh.run()
    sh.merge()
    os.unlink(os.path.join(w.out, "xa-007.pdf"))
    sh.merge()
    s.equal((os.path.exists(os.path.join(w.out, "xa-007.pdf")), w.json()["made"]), (True, 0), "a lost file comes back")
    for name, damage in (("xa-008", os.unlink), ("xa-009", lambda p: (os.unlink(p), write(p, "x")))):
        w.report(int(name[3:]), plus=1)
        sh.run()
        damage(os.path.join(sh.part_of(name), name + ".pdf"))
        before = top_of(w.out)
        r = sh.merge(check=1)
        s.check(name + ".pdf" in told(r) and r["joined"] == 39, "a shard whose file lacks or was altered: %s" % r)
        s.equal(top_of(w.out), before, "… all of the report or nothing")
        s.equal(made(w.json()), [name], "… and the next run makes it")
        sh.run()

    # A report that fails.
    write(os.path.join(w.dir(3), "baocao.yaml"), "mau: quy\nco_quan: [\n")
    before = top_of(w.out)
    sh.run(check=None)
    r = sh.merge(check=1)
    s.equal((r["joined"], r["failed"], top_of(w.out)), (39, 1, before), "a report that failed keeps its former files")
    w.report(3)
    s.equal(made(w.json()), ["xa-003"], "… and is tried again")
    w.report(40)
    write(os.path.join(w.dir(40), "baocao.yaml"), "mau: quy\nco_quan: [\n")
    sh.run(check=None)
    r = sh.merge(check=1)
    s.equal((r["failed"], os.path.exists(os.path.join(w.out, "xa-040.pdf"))), (1, False), "one that was never made")
    s.equal((w.json(check=1)["failed"], honest(w.out)), (1, []), "… is tried again, too")


def merge_signed(s, top, binary):
    w = World(fresh(os.path.join(top, "merge-signed")), binary, 12)
    sh = Shards(w, 3)
    sh.run()
    sh.merge()
    out = lambda name: os.path.join(w.out, name)
    mark = {i: sign(out("xa-%03d.pdf" % i), i == 2) for i in (1, 2)}  # 2 in place: the shard's file, too
    sh.run()
    before = top_of(w.out)
    r = sh.merge()
    s.equal((r["joined"], top_of(w.out)), (12, before), "signed files, unchanged data: nothing happens")
    for i in (1, 2):
        w.report(i, plus=1)
    sh.run()
    r = sh.merge()
    for i in (1, 2):
        s.equal(read(out("xa-%03d.pdf" % i)), mark[i], "a signed file is not touched: %d" % i)
        s.check(os.path.exists(out("xa-%03d-sua-doi.pdf" % i)), "… the new one stands beside it: %d" % i)
    s.check("xa-001-sua-doi.pdf" in told(r), "… and that is told: %s" % told(r))
    s.equal(w.json()["made"], 0, "a run in the joined folder finds nothing to do")
    before = top_of(w.out)
    s.equal((sh.merge()["joined"], top_of(w.out)), (12, before), "joined again: nothing happens")
    first = sign(out("xa-001-sua-doi.pdf"))
    w.report(1, plus=2)
    sh.run()
    sh.merge()
    s.equal((read(out("xa-001.pdf")), read(out("xa-001-sua-doi.pdf"))), (mark[1], first), "two signed versions stay")
    s.check(os.path.exists(out("xa-001-sua-doi-2.pdf")), "… the third one stands beside them")
    s.equal(w.json()["made"], 0, "… and is known")
    # Signed in the shard, before and after a correction: both come along.
    part = sh.part_of("xa-004")
    mark = sign(os.path.join(part, "xa-004.pdf"))
    sh.merge()
    s.equal(read(out("xa-004.pdf")), mark, "signed in the shard: the signed one comes")
    s.equal(w.json()["made"], 0, "… and is no change")
    part = sh.part_of("xa-005")
    mark = sign(os.path.join(part, "xa-005.pdf"))
    w.report(5, plus=1)
    sh.run()
    shutil.rmtree(w.out + "-2", ignore_errors=True)
    w.run("--merge", source=sh.parts, out=w.out + "-2", check=0)
    s.equal(read(os.path.join(w.out + "-2", "xa-005.pdf")), mark, "a signed file beside a newer one comes along")
    s.check(os.path.exists(os.path.join(w.out + "-2", "xa-005-sua-doi.pdf")), "… with it")
    other = sign(out("xa-005.pdf"))
    with open(os.path.join(part, "xa-005.pdf"), "ab") as f:
        f.write(b"\n% khac\n")
    r = sh.merge()
    s.equal(read(out("xa-005.pdf")), other, "two signed files of one name: none is lost")
    s.check("xa-005.pdf" in told(r), "… and that is told: %s" % told(r))


def merge_hostile(s, top, binary):
    w = World(fresh(os.path.join(top, "merge-hostile")), binary, 9)
    sh = Shards(w, 20)
    sh.run()
    r = sh.merge()
    s.equal((r["joined"], w.json()["made"]), (9, 0), "more shards than reports")
    for source, word in (([w.data], "baocao.db"), ([w.out], "chính thư mục"), (["khong-co"], "khong-co")):
        r = w.run("--merge", source=source)
        s.check(r.returncode == 1 and word in r.stderr, "no shard: %s %s" % (source, r.stderr[:200]))
    for option in ("--dry-run", "--prune", "--shard=1/2", "--name={{a}}", "--co-truong"):
        s.equal(w.run("--merge", option, source=sh.parts).returncode, 2, "--merge does not take " + option)
    # Another batch with a report of the same name.
    other = World(fresh(os.path.join(top, "merge-other")), binary, 3)
    other.run("--shard", "1/1", check=0)
    before = top_of(w.out)
    r = w.run("--merge", source=[other.out])
    s.check(r.returncode == 1 and other.dir(1) in r.stderr and w.dir(1) in r.stderr, "two reports of one name: %s" % r.stderr[:300])
    s.equal(top_of(w.out), before, "… nothing is lost")
    # A shard that is being written, a damaged one.
    lock = open(os.path.join(sh.parts[0], ".baocao.lock"), "w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    r = w.run("--merge", source=sh.parts)
    s.check(r.returncode == 1 and sh.parts[0] in r.stderr and "gộp" in r.stdout, "a shard that is at work: %s" % r.stderr[:200])
    lock.close()
    write(os.path.join(sh.parts[1], "baocao.db"), "x" * 5000)
    r = w.run("--merge", source=sh.parts)
    s.check(r.returncode == 1 and os.path.join(sh.parts[1], "baocao.db") in r.stderr, "a damaged shard: %s" % r.stderr[:200])
    s.equal((top_of(w.out), honest(w.out)), (before, []), "… nothing is lost")
    # Another file system: copies, with their times.
    memory = tempfile.mkdtemp(dir="/dev/shm") if os.path.isdir("/dev/shm") else None
    if memory:
        out = os.path.join(memory, "out")
        shutil.rmtree(sh.parts[1])
        w.run("--shard", "2/20", out=sh.parts[1], check=0)
        w.run("--merge", source=sh.parts, out=out, check=0)
        parts = {k: v for part in sh.parts for k, v in top_of(part).items()}
        s.equal(top_of(out), parts, "onto another file system: the same bytes and times")
        s.equal(w.json(out=out)["made"], 0, "… nothing is left to do")
        shutil.rmtree(memory)
    lost = fresh(os.path.join(w.top, "moved"))
    for part in sh.parts:  # by hand, as people do
        for name in top_of(part):
            os.rename(os.path.join(part, name), os.path.join(lost, name))
    s.equal((w.run("--merge", source=sh.parts, out=lost).returncode, w.json(out=lost)["made"]), (0, 0), "files that were moved by hand")


def workers_of(pid):
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(x) for x in found.split()]


def wait_for(condition, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    return None


def processes(s, top, binary):
    """A worker that is killed, one that hangs, two runs at once, a stop by the user."""
    w = World(fresh(os.path.join(top, "processes")), binary, 150)
    run = w.start("-j2", "--format", "json")
    victims = wait_for(lambda: workers_of(run.pid))
    wait_for(lambda: any(n.startswith(".xa") or n.endswith(".pdf") for n in os.listdir(w.out)) if os.path.isdir(w.out) else 0)
    other = w.run()
    s.check(other.returncode == 3 and "-" not in other.stdout, "a second run is told to wait: %s" % other.stderr[:200])
    victims = workers_of(run.pid) or victims
    if victims:
        try:
            os.kill(victims[0], signal.SIGKILL)
        except ProcessLookupError:
            pass
    out, err = run.communicate(timeout=120)
    s.check(run.returncode in (0, 1), "a killed worker: status %d %s" % (run.returncode, err[:300]))
    s.check(len([k for k in outputs(w.out) if k.endswith(".pdf")]) >= 149, "… costs one report at most")
    s.equal(honest(w.out), [], "… and leaves nothing half")
    w.json(check=0)
    s.equal(len([k for k in outputs(w.out) if k.endswith(".pdf")]), 150, "… and the next run makes it")
    s.check(not [n for n in os.listdir(w.out) if n.startswith(".xa")], "… without leftovers")

    hang = World(fresh(os.path.join(top, "hang")), binary, 150)
    run = hang.start("-j2", "--gioi-han", "1")
    victims = wait_for(lambda: [v for v in workers_of(run.pid)] if os.path.isdir(hang.out) and
                       any(n.endswith(".pdf") or n.startswith(".xa") for n in os.listdir(hang.out)) else None)
    if victims:
        try:
            os.kill(victims[-1], signal.SIGSTOP)
        except ProcessLookupError:
            pass
    out, err = run.communicate(timeout=120)
    s.check(len([k for k in outputs(hang.out) if k.endswith(".pdf")]) >= 149, "a hung worker costs one report: %s" % err[-300:])
    s.check(run.returncode == 0 or "1 giây" in err, "… which is named: %s" % err[-300:])

    stop = World(fresh(os.path.join(top, "stop")), binary, 200)
    run = stop.start("-j2")
    wait_for(lambda: os.path.isdir(stop.out) and any(n.startswith(".xa") for n in os.listdir(stop.out)))
    os.kill(run.pid, signal.SIGINT)
    out, err = run.communicate(timeout=60)
    s.check(run.returncode != 0 and "chạy lại" in err, "an interrupted run says how to go on: %s" % err[-200:])
    s.equal(honest(stop.out), [], "an interrupted run leaves nothing half")
    s.check(not [n for n in os.listdir(stop.out) if n.startswith(".xa")], "… nor temporary files")
    stop.json(check=0)
    s.equal(len([k for k in outputs(stop.out) if k.endswith(".pdf")]), 200, "the next run finishes the work")


def permissions(s, top, binary):
    """A folder that may only be read, as somebody without privileges."""
    w = World(fresh(os.path.join(top, "rights")), binary, 6)
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    if nobody and not shutil.which("setpriv"):
        return
    os.makedirs(w.out)
    os.chmod(w.out, 0o555)
    before = files(w.out)
    r = w.run(prefix=nobody)
    s.check(r.returncode == 3 and w.out in r.stderr, "a folder without the right to write: %s" % r.stderr[:200])
    s.equal(files(w.out), before, "… stays as it is")
    os.chmod(w.out, 0o755)
    w.json(check=0)
    before = outputs(w.out)
    w.report(1, plus=1)
    os.chmod(os.path.join(w.dir(2), "linh_vuc.csv"), 0)
    os.utime(os.path.join(w.dir(2), "linh_vuc.csv"))
    os.chmod(w.out, 0o777)
    for name in os.listdir(w.out):
        os.chmod(os.path.join(w.out, name), 0o666)
    if nobody:
        r = w.run(prefix=nobody)
        s.check("linh_vuc.csv" in r.stderr or r.returncode, "a table without the right to read: %s" % r.stderr[:300])
        s.equal(outputs(w.out)["xa-002.pdf"], before["xa-002.pdf"], "… keeps its former outputs")
    os.chmod(os.path.join(w.dir(2), "linh_vuc.csv"), 0o644)


SMALL = """mau: nho
co_quan: Ủy ban nhân dân xã Số %d
ky_hieu: BC-UBND
loai: BÁO CÁO
dia_danh: Số %d
ngay_ban_hanh: 2026-06
trich_yeu: Kết quả
noi_nhan: ["Lưu: VT"]
nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: Nguyễn Văn An}
so_lieu: %d
"""


class Measured:
    """A run with its time, and the memory of its largest process."""

    def __init__(self, w, *args, check=0):
        begun = time.time()
        probe = "import json,os,resource,subprocess,sys;r=subprocess.run(sys.argv[1:],capture_output=True,text=True);" \
                "json.dump([r.returncode,r.stdout,r.stderr[-3000:],resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss],sys.stdout)"
        done = subprocess.run([sys.executable, "-c", probe, w.binary, "batch", w.data, "-o", w.out, *args], env=w.env(),
                              capture_output=True, text=True)
        self.status, self.out, self.err, kilobytes = json.loads(done.stdout)
        self.seconds, self.megabytes = time.time() - begun, kilobytes / 1024
        if self.status != check:
            raise AssertionError("status %d: %s%s" % (self.status, self.out[-500:], self.err[-500:]))


def big(s, top, binary):
    """50,000 folders (BIG=1; else 2,000) in a tree three levels deep, with empty folders and links."""
    n = 50000 if os.environ.get("BIG") else 2000
    w = World(fresh(os.path.join(top, "big")), binary, 0)
    write(os.path.join(w.templates, "nho", "mau.yaml"), "ten: nho\ntieu_de: Nhỏ\ntruong:\n  - {name: so_lieu, title: Số, type: integer}\n")
    write(os.path.join(w.templates, "nho", "mau.md"), "Số: {{so_lieu}}.\n")
    where = lambda i: os.path.join(w.data, "tinh-%02d" % (i % 34), "huyen-%03d" % (i // 34 % 100), "xa-%05d" % i)
    for i in range(n):
        write(os.path.join(where(i), "baocao.yaml"), SMALL % (i, i, i))
        if i % 50 == 0:
            os.makedirs(os.path.join(os.path.dirname(where(i)), "trong-%d" % i, "rong"))
        if i % 500 == 0:
            os.symlink(where(i), os.path.join(w.data, "lien-ket-%d" % i))
    os.symlink(w.data, os.path.join(w.data, "tinh-00", "vong"))
    figures = []

    def step(what, *args):
        m = Measured(w, *args)
        figures.append("%s %.2f s, %.0f MB" % (what, m.seconds, m.megabytes))
        return m

    m = step("--dry-run", "--dry-run")
    s.check(m.out.rstrip().split("\n")[-1].startswith("sẽ tạo %d," % n), "--dry-run: %s" % m.out[-200:])
    s.equal(m.out.count("\n"), n + 1, "--dry-run names every report once")
    s.equal(outputs(w.out), {}, "--dry-run writes nothing")
    m = step("all", "-j2")
    s.check(m.out.startswith("đã tạo %d, giữ nguyên 0, lỗi 0\n" % n), "all made: %s" % m.out[-200:])
    names = set(os.listdir(w.out))
    s.check(all("xa-%05d%s" % (i, e) in names for i in range(n) for e in (".pdf", ".xlsx")), "all outputs are there")
    m = step("nothing changed", "-j2")
    s.check(m.out.startswith("đã tạo 0, giữ nguyên %d, lỗi 0\n" % n), "nothing changed: %s" % m.out[-200:])
    s.check(m.megabytes < 64 or "asan" in binary, "memory of an unchanged run: %.0f MB" % m.megabytes)
    write(os.path.join(where(n // 2), "baocao.yaml"), SMALL % (n // 2, n // 2, n + 1))
    m = step("one changed", "-j2")
    s.check(m.out.startswith("đã tạo 1, giữ nguyên %d, lỗi 0; có điều chỉnh ở 1 báo cáo" % (n - 1)), "one changed: %s" % m.out[-200:])
    for i in range(0, n, 10):
        shutil.rmtree(where(i))
    m = step("a tenth gone", "-j2")
    s.check(m.out.startswith("đã tạo 0, giữ nguyên %d, lỗi 0\n" % (n - n // 10)), "gone data: %s" % m.out[-200:])
    step("--prune", "-j2", "--prune")
    s.equal(len([x for x in os.listdir(w.out) if x.endswith(".pdf")]), n - n // 10, "--prune")
    write(os.path.join(w.templates, "nho", "mau.md"), "Số mới: {{so_lieu}}.\n")
    m = step("another template", "-j2")
    s.check(m.out.startswith("đã tạo %d, giữ nguyên 0, lỗi 0; có điều chỉnh ở %d báo cáo" % ((n - n // 10,) * 2)), "template: %s" % m.out[-200:])
    print("%d folders: %s" % (n, "; ".join(figures)))
    shutil.rmtree(os.path.join(top, "big"))


def main():
    binary, top = sys.argv[1], sys.argv[2]
    s = Score("batch")
    for part in (corrections, prose, documents, failures, strict, signed, hostile, table, parallel, merge, merge_signed, merge_hostile, processes, permissions, big):
        if len(sys.argv) < 4 or part.__name__ in sys.argv[3:]:
            part(s, os.path.abspath(top), binary)
    s.end()


if __name__ == "__main__":
    main()
