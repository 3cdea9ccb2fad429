#!/usr/bin/env python3
"""check_batch.py BINARY FOLDER: what `baocao batch` makes again, and what it leaves alone; bad input; signed files;
processes that crash or hang; shards; two runs at once."""
import os, shutil, signal, sqlite3, subprocess, sys, time
from batch_kit import ROOT, Score, World, files, fresh, honest, outputs, read, write


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
    write(os.path.join(w.templates, "quy", "nhan-xet.md"), "Nhận xét chung, đã sửa.\n")
    before = outputs(w.out)
    r = w.json()
    s.equal(r["made"], 12, "a part of the template: all that use the template")
    # xa-002 has a part of its own: made again, the same bytes
    same = [k for k in outputs(w.out) if outputs(w.out)[k][0] == before[k][0]]
    s.check("xa-002.pdf" in same and "xa-003.pdf" not in same, "a part that is overridden changes nothing")

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


def failures(s, top, binary):
    w = World(fresh(os.path.join(top, "failures")), binary)
    write(os.path.join(w.dir(3), "baocao.yaml"), "mau: quy\nco_quan: [\n")
    w.report(5, extra="ho_so_tong: 1\n")
    r = w.json(check=1)
    s.equal((r["made"], r["failed"]), (10, 2), "wrong reports do not stop the others")
    bad = {x["name"]: x["messages"] for x in r["reports"] if x["status"] == "failed"}
    s.check("baocao.yaml:2" in bad["xa-003"] and "ho_so_tong" in bad["xa-005"], "messages with their places")
    w.report(3)
    r = w.json(check=1)
    s.equal((made(r), r["failed"]), (["xa-003"], 1), "the next run tries what failed")
    before = outputs(w.out)
    w.report(0, extra="sai: 1\n")
    w.json(check=1)
    s.check(outputs(w.out)["xa-000.pdf"] == before["xa-000.pdf"], "a report that fails keeps its former files")
    s.equal(honest(w.out), [], "after failures")


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
    s.check(any("sua-doi" in x["messages"] for x in r["reports"]), "… and that is told")
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
    s.equal((r["made"], r["failed"]), (8, 0), "a report a row: %r" % r["messages"])
    s.check(os.path.exists(os.path.join(w.out, "103-q2.pdf")), "names by the pattern")
    s.equal(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])["made"], 0, "nothing changed")
    write(csv, "\n".join([head] + [x.replace("Nguyễn Văn An", "Trần Thị Mai") if x.startswith("103") else x for x in rows]) + "\n")
    s.equal(made(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])), ["103-q2"], "one row changed: one report")
    write(os.path.join(d, "linh_vuc.csv"), "ma_xa,Lĩnh vực,Số hồ sơ\n" + "\n".join(joined).replace("105,Hộ tịch", "105,Hộ khẩu") + "\n")
    s.equal(made(w.json("--name", "{{ma_xa}}-q{{quy}}", source=[csv])), ["105-q2"], "one joined row changed: one report")
    before = outputs(w.out)
    write(csv, "\n".join([head] + rows + [rows[2], rows[3].replace("103", "", 1)]) + "\n")
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


def main():
    binary, top = sys.argv[1], sys.argv[2]
    s = Score("batch")
    for part in (corrections, failures, signed, hostile, table, parallel, processes, permissions):
        if len(sys.argv) < 4 or part.__name__ in sys.argv[3:]:
            part(s, os.path.abspath(top), binary)
    s.end()


if __name__ == "__main__":
    main()
