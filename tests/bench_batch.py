#!/usr/bin/env python3
"""bench_batch.py BAOCAO: what a batch of all communes costs. COMMUNES: how many, 3,321. Figures to read, never
to assert: machines are shared. Data and outputs lie in memory where there is room: the disk is not measured."""
import os, re, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMUNES = int(os.environ.get("COMMUNES", "3321"))
ROOM = 1 << 20  # of one commune: its data, two outputs with the pages of the file system, and air
TURNS = 5


def folder():
    for top in ("/dev/shm", "/tmp"):
        if os.path.isdir(top) and shutil.disk_usage(top).free > COMMUNES * ROOM:
            return tempfile.mkdtemp(prefix="baocao-batch-", dir=top)
    sys.exit("bench_batch.py: no room for %d communes" % COMMUNES)


class Bench:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.data, self.peak = os.path.join(work, "data"), os.path.join(work, "peak")
        self.env = dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))

    def run(self, out, *args):
        """Seconds, peak KB of the largest process, seconds of computing for programs and for the system. time(1)
        starts it: what Python holds must not count."""
        command = [self.program, "batch", self.data, "-o", out, "--lang", "en", *args]
        timed = ["/usr/bin/time", "-f", "%M %U %S", "-o", self.peak] if os.path.exists("/usr/bin/time") else []
        start = time.perf_counter()
        done = subprocess.run(timed + command, env=self.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        seconds = time.perf_counter() - start
        counts = re.search(r"made: (\d+), unchanged: (\d+), failed: (\d+)", done.stdout)
        self.made = int(counts.group(1)) if counts else -1
        if done.returncode:
            sys.exit("bench_batch.py: the batch failed\n" + done.stdout[-2000:])
        if not timed:
            return seconds, 0, 0, 0
        with open(self.peak) as f:
            peak, user, system = f.read().split()[-3:]
        return seconds, int(peak), float(user), float(system)

    def least(self, out, change):
        figures = []
        for turn in range(TURNS):
            if change:
                self.change(turn)
            figures.append(self.run(out)[0])
        return min(figures), self.made

    def change(self, turn):
        """The last two digits of one figure of the commune in the middle, the one that bench.c changes too."""
        report = os.path.join(self.data, sorted(os.listdir(self.data))[COMMUNES // 2], "baocao.yaml")
        with open(report, encoding="utf-8") as f:
            text = f.read()
        for m in re.finditer(r"([a-z_]+): ((?:\d\d?\d?\.)*\d*)(\d\d)(?=[,}\n])", text):
            if not m.group(1).startswith(("nam", "so", "ngay", "den_nam", "tu_nam")):
                break
        figure = "%02d" % (10 + (int(m.group(3)) + 7 + turn) % 90)
        with open(report, "w", encoding="utf-8") as f:
            f.write(text[:m.start(3)] + figure + text[m.end(3):])


def total(out):
    sizes = {}
    for name in os.listdir(out):
        kind = os.path.splitext(name)[1]
        sizes[kind] = sizes.get(kind, 0) + os.path.getsize(os.path.join(out, name))
    return sizes


def pages_of(out):
    pdf = sorted(n for n in os.listdir(out) if n.endswith(".pdf"))[0]
    done = subprocess.run(["pdfinfo", os.path.join(out, pdf)], stdout=subprocess.PIPE, text=True)
    return int(re.search(r"Pages:\s+(\d+)", done.stdout).group(1))


def full(bench, jobs):
    out = os.path.join(bench.work, "out")
    shutil.rmtree(out, ignore_errors=True)
    os.sync()
    seconds, peak, user, system = bench.run(out, "-j%d" % jobs)
    ms = seconds * 1000 / COMMUNES
    print("full run, PDF and XLSX, -j%d: %.2f s, %.2f ms a report, %.3f ms a page; largest process %.1f MB"
          % (jobs, seconds, ms, ms / pages_of(out), peak / 1024))
    print("  computing: %.2f s, and %.2f s in the system, %.2f ms a report"
          % (user, system, (user + system) * 1000 / COMMUNES), flush=True)
    return out, seconds


def main():
    work = folder()
    try:
        bench = Bench(os.path.abspath(sys.argv[1]), work)
        make = os.path.join(ROOT, "tests", "make_batch.py")
        subprocess.run([sys.executable, make, bench.data, str(COMMUNES)], check=True)
        cores = os.cpu_count() or 1
        print("%d communes in %s, %d cores" % (COMMUNES, work, cores), flush=True)
        out, alone = full(bench, 1)
        if cores > 1:
            out, together = full(bench, cores)
            print("scaling with %d workers: %.2f" % (cores, alone / together))
        sizes = total(out)
        kinds = ", ".join("%s %.1f" % (k or "others", v / 1e6) for k, v in sorted(sizes.items()))
        print("written: %.1f MB (%s), %d pages a report" % (sum(sizes.values()) / 1e6, kinds, pages_of(out)))
        print("nothing changed: least of %d %.3f s, %d made" % (TURNS, *bench.least(out, False)))
        print("one figure changed: least of %d %.3f s, %d made" % (TURNS, *bench.least(out, True)))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
