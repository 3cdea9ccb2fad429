#!/usr/bin/env python3
"""faults.py BINARY FOLDER: a batch that is killed at random moments, whose calls of the system fail one after the
other, whose disk is full. After each: no half file, no lost report, a manifest that tells the truth; the next run
finishes the work, and the files are those of a run without faults.

KILLS: how many random kills (default 60; 1,000 for a thorough run). EACH: how many failing calls of each kind are
tried (default 6, 0: every one of them)."""
import os, random, re, shutil, signal, subprocess, sys, time
from batch_kit import Score, World, fresh, honest, outputs

KILLS = int(os.environ.get("KILLS", "60"))
EACH = int(os.environ.get("EACH", "6"))


def bytes_of(folder):
    return {k: v[0] for k, v in outputs(folder).items()}


def reference(w):
    """What a run without faults makes of the data as they are now."""
    clean = fresh(os.path.join(w.top, "clean"))
    w.run(out=clean, check=0)
    return bytes_of(clean)


def kill_all(run):
    try:
        os.killpg(run.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    run.wait()
    run.stdout.close()
    run.stderr.close()


def kills(s, top, binary):
    """SIGKILL for all processes of a run after a random time; figures change in between."""
    random.seed(20261127)
    w = World(fresh(os.path.join(top, "kills")), binary, 60)
    begun = time.time()
    w.run(out=os.path.join(w.top, "time"), check=0)
    whole, wrong, finished, known = time.time() - begun, 0, 0, {}
    for i in range(KILLS):
        for _ in range(random.randrange(1, 20)):
            w.report(random.randrange(w.n), plus=random.randrange(40))
        run = w.start("-j2")
        time.sleep(random.random() * whole * 1.1)
        finished += run.poll() is not None
        kill_all(run)
        problems = honest(w.out) if os.path.isdir(w.out) else []
        lost = [k for k in known if not os.path.exists(os.path.join(w.out, k))]
        if problems or lost:
            wrong += 1
            print("kill %d: %s %s" % (i, problems[:3], lost[:3]))
        known = outputs(w.out) if os.path.isdir(w.out) else {}
    s.equal(wrong, 0, "after %d kills" % KILLS)
    s.check(finished < KILLS, "most kills hit a running batch (%d of %d came too late)" % (finished, KILLS))
    w.run(check=0)
    s.equal(bytes_of(w.out), reference(w), "the next run finishes the work")
    s.check(not [n for n in os.listdir(w.out) if n.startswith(".xa")], "no temporary files are left")
    print("kills: %d, of which %d after the end; a run takes %.2f s" % (KILLS, finished, whole))


CALLS = ("write", "pwrite64", "rename", "openat", "syncfs", "fdatasync", "fsync", "ftruncate", "unlink")
ERRORS = {"write": "ENOSPC", "pwrite64": "ENOSPC", "ftruncate": "ENOSPC", "openat": "EMFILE"}


def count_calls(w, call, out):
    log = os.path.join(w.top, "strace.log")
    w.run("-j1", out=out, prefix=["strace", "-f", "-qq", "-o", log, "-e", "trace=" + call])
    per = {}
    with open(log) as f:
        for line in f:
            m = re.match(r"(\d+) +%s\(" % call, line)
            if m:
                per[m.group(1)] = per.get(m.group(1), 0) + 1
    return max(per.values(), default=0)


def injections(s, top, binary):
    """Each call of the system that writes fails once."""
    if not shutil.which("strace"):
        print("no strace: failing calls are not tried")
        return
    w = World(fresh(os.path.join(top, "injections")), binary, 3)
    base = os.path.join(w.top, "base")
    w.run("-j1", out=base, check=0)
    w.report(1, plus=5)
    right = reference(w)
    tried = wrong = 0
    for call in CALLS:
        out = os.path.join(w.top, "out-count")
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(base, out)
        n = count_calls(w, call, out)
        steps = range(1, n + 1) if not EACH or n <= EACH else sorted({1 + i * (n - 1) // (EACH - 1) for i in range(EACH)})
        for at in steps:
            out = os.path.join(w.top, "out-%s-%d" % (call, at))
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(base, out)
            r = w.run("-j1", out=out, prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                                              "inject=%s:error=%s:when=%d" % (call, ERRORS.get(call, "EIO"), at)])
            problems = honest(out)
            if r.returncode < 0:
                problems.append("ended by signal %d" % -r.returncode)
            lost = [k for k in outputs(base) if not os.path.exists(os.path.join(out, k))]
            again = w.run("-j1", out=out)
            if again.returncode or bytes_of(out) != right or lost or problems:
                wrong += 1
                print("%s number %d: %s lost %s; next run %d %s" % (call, at, problems[:2], lost[:2], again.returncode,
                                                                   (again.stdout + again.stderr)[:200]))
            tried += 1
            shutil.rmtree(out)
    s.equal(wrong, 0, "%d failing calls" % tried)
    print("failing calls: %d of %s" % (tried, ", ".join(CALLS)))


def top_of(folder):
    return {k: v for k, v in bytes_of(folder).items() if "/" not in k}


def merges(s, top, binary):
    """Shards are joined while the power goes, and while calls of the system fail."""
    random.seed(20261128)
    w = World(fresh(os.path.join(top, "merges")), binary, 60)
    parts = [os.path.join(w.out, str(i)) for i in range(1, 4)]

    def shards():
        for i, part in enumerate(parts, 1):
            w.run("--shard", "%d/3" % i, out=part, check=0)

    def join(*args, out=w.out, **more):
        return w.run("--merge", *args, source=parts, out=out, **more)

    shards()
    begun = time.time()
    join(check=0)
    whole, wrong, finished, known = time.time() - begun, 0, 0, top_of(w.out)
    for i in range(KILLS // 3):
        for _ in range(random.randrange(1, 40)):
            w.report(random.randrange(w.n), plus=random.randrange(40))
        shards()
        run = w.start("--merge", source=parts)
        time.sleep(random.random() * whole)
        finished += run.poll() is not None
        kill_all(run)
        problems = honest(w.out)
        lost = [k for k in known if not os.path.exists(os.path.join(w.out, k))]
        if problems or lost:
            wrong += 1
            print("kill %d of a merge: %s %s" % (i, problems[:3], lost[:3]))
    s.equal(wrong, 0, "after %d kills of a merge, %d of them late" % (KILLS // 3, finished))
    join(check=0)
    right = reference(w)
    s.equal(top_of(w.out), right, "the next merge finishes the work")
    s.equal(w.json()["made"], 0, "… and nothing is left to do")
    s.check(not [n for n in os.listdir(w.out) if n.startswith(".xa")], "no temporary files are left")
    if not shutil.which("strace"):
        return
    base, tried, wrong = os.path.join(w.top, "base"), 0, 0
    shutil.copytree(w.out, base, ignore=lambda d, names: [n for n in names if n.isdigit()])
    for i in range(3):
        w.report(i, plus=50)
    shards()
    right = reference(w)
    for call in ("linkat", "rename", "unlink", "syncfs", "openat", "pwrite64", "fdatasync"):
        for at in (1, 2, 3, 5, 8, 13):
            out = os.path.join(w.top, "out-%s-%d" % (call, at))
            shutil.copytree(base, out)
            r = join("-j1", out=out, prefix=["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
                                             "inject=%s:error=%s:when=%d" % (call, ERRORS.get(call, "EIO"), at)])
            problems = honest(out)
            again = join(out=out)
            if problems or r.returncode < 0 or again.returncode or top_of(out) != right or w.json(out=out)["made"]:
                wrong += 1
                print("merge, %s number %d: %d %s; next %d %s" % (call, at, r.returncode, problems[:2], again.returncode, again.stderr[-200:]))
            tried += 1
            shutil.rmtree(out)
    s.equal(wrong, 0, "%d failing calls of a merge" % tried)


def full_disk(s, top, binary):
    """A small tmpfs that fills up."""
    w = World(fresh(os.path.join(top, "full")), binary, 40)
    disk = fresh(os.path.join(w.top, "disk"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1200k", "tmpfs", disk], capture_output=True).returncode:
        print("no tmpfs may be mounted: a full disk is not tried")
        return
    try:
        out = os.path.join(disk, "out")
        r = w.run(out=out)
        s.check(r.returncode == 3 and ("đầy" in r.stderr or "full" in r.stderr or "dung lượng" in r.stderr),
                "a full disk is told: %s" % r.stderr[-300:])
        s.equal(honest(out), [], "a full disk leaves nothing half")
        had = outputs(out)
        s.check(0 < len(had) < 80, "some reports fitted: %d files" % len(had))
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        w.run(out=out, check=0)
        s.equal(bytes_of(out), reference(w), "with more room the next run finishes the work")
        now = outputs(out)
        s.check(all(now[k] == had[k] for k in had if k in now and had[k][0] == now[k][0]), "what was made stays")
    finally:
        subprocess.run(["umount", disk])


def main():
    binary, top = sys.argv[1], os.path.abspath(sys.argv[2])
    s = Score("faults")
    for part in (kills, injections, merges, full_disk):
        if len(sys.argv) < 4 or part.__name__ in sys.argv[3:]:
            part(s, top, binary)
    s.end()


if __name__ == "__main__":
    main()
