#!/usr/bin/env python3
"""check_slurm.py BINARY FOLDER: gen/batch/slurm.sh on a Slurm of this machine alone, which is started here (as root) and
stopped at the end: an array of 4 tasks over 400 reports gives, byte for byte, what one run on one machine gives; a
correction; an array with a task missing; the commands of the README. GNU parallel does the same.

REPORTS: how many reports of a commune's size (default 400)."""
import glob, os, re, shutil, signal, socket, sqlite3, subprocess, sys, tempfile, time
from batch_kit import ROOT, Score, files, fresh, honest, outputs, read, write

REPORTS = int(os.environ.get("REPORTS", "400"))
SCRIPT = os.path.join(ROOT, "gen", "batch", "slurm.sh")
NEEDED = ("slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "parallel")

CONF = """ClusterName=thu
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmdPort={port1}
AuthType=auth/none
CredType=cred/none
SlurmUser=root
SlurmdUser=root
StateSaveLocation={top}/state
SlurmdSpoolDir={top}/spool
SlurmctldPidFile={top}/slurmctld.pid
SlurmdPidFile={top}/slurmd.pid
SlurmctldLogFile={top}/slurmctld.log
SlurmdLogFile={top}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,batch_sched_delay=0
ReturnToService=2
MpiDefault=none
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=tat-ca Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    """slurmctld and slurmd with a configuration of their own."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="baocao-slurm-")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1] // 2 * 2
        for name in ("state", "spool"):
            os.mkdir(os.path.join(self.top, name))
        self.conf = os.path.join(self.top, "slurm.conf")
        write(self.conf, CONF.format(host=socket.gethostname().split(".")[0], port=port, port1=port + 1, top=self.top))
        self.env = dict(os.environ, SLURM_CONF=self.conf)
        self.running = [subprocess.Popen([shutil.which(name), "-D"], env=self.env, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
                        for name in ("slurmctld", "slurmd")]

    def command(self, *args):
        return subprocess.run(args, env=self.env, capture_output=True, text=True)

    def ready(self):
        end = time.time() + 60
        while time.time() < end:
            if self.command("sinfo", "-h", "-o", "%T").stdout.strip() == "idle":
                return True
            time.sleep(0.3)
        return False

    def wait(self, jobs, seconds=1200):
        """Until none of the jobs is waiting or running; their states and exit codes."""
        end = time.time() + seconds
        while time.time() < end:
            if not self.command("squeue", "-h", "-j", ",".join(jobs)).stdout.strip():
                break
            time.sleep(0.5)
        found = {}
        for job in jobs:
            for line in self.command("scontrol", "-o", "show", "job", job).stdout.splitlines():
                what = dict(x.split("=", 1) for x in line.split() if "=" in x)
                found["%s_%s" % (job, what.get("ArrayTaskId", ""))] = (what["JobState"], what["ExitCode"])
        return found

    def stop(self):
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.top, ignore_errors=True)


def top_of(folder):
    return {k: v for k, v in outputs(folder).items() if "/" not in k}


def bytes_of(folder):
    return {k: v[0] for k, v in top_of(folder).items()}


def records(folder):
    db = sqlite3.connect(os.path.join(folder, "baocao.db"))
    rows = {r[0]: r[1:] for r in db.execute("SELECT name, source, tmpl, shared, program, record, failed FROM report")}
    db.close()
    return rows


class Suite:
    def __init__(self, binary, top, slurm):
        self.s, self.slurm, self.binary = Score("slurm"), slurm, os.path.abspath(binary)
        self.top = fresh(os.path.abspath(top))
        self.data, self.one = os.path.join(self.top, "data"), os.path.join(self.top, "one")
        self.env = dict(slurm.env, BAOCAO=self.binary)

    def run(self, *args, status=0, **more):
        done = subprocess.run(args, env=self.env, cwd=self.top, capture_output=True, text=True, **more)
        self.s.check(done.returncode == status, "%s: status %d: %s%s" % (" ".join(args)[-200:], done.returncode, done.stdout[-300:], done.stderr[-600:]))
        return done

    def batch(self, *args, **more):
        return self.run(self.binary, "batch", *args, **more)

    def submit(self, *args):
        """Submit the array and the last job, wait for both; what the last job printed."""
        jobs = self.run("sh", SCRIPT, "--submit", *args).stdout.split()
        states = self.slurm.wait(jobs)
        return jobs, states, self.printed(jobs[1])

    def printed(self, job):
        return "".join(read(p).decode() for p in sorted(glob.glob(os.path.join(self.top, "slurm-%s*.out" % job))))

    def array(self):
        s, out = self.s, os.path.join(self.top, "out")
        self.run(sys.executable, os.path.join(ROOT, "tests", "make_batch.py"), self.data, str(REPORTS))
        begun = time.time()
        self.batch(self.data, "-o", self.one)
        alone, begun = time.time() - begun, time.time()
        jobs, states, text = self.submit("4", self.data, out)
        print("%d reports: one machine %.1f s; array of 4 and the last job %.1f s" % (REPORTS, alone, time.time() - begun))
        s.equal(sorted(states.values()), [("COMPLETED", "0:0")] * 5, "four tasks and the last job")
        s.check("đã gộp %d báo cáo" % REPORTS in text and "đã tạo 0, giữ nguyên %d, lỗi 0" % REPORTS in text, "the last job: %s" % text)
        s.equal(len(bytes_of(self.one)), 2 * REPORTS, "a PDF and a workbook of each report")
        s.check(bytes_of(out) == bytes_of(self.one), "the array gives what one machine gives, byte for byte")
        parts = [len(bytes_of(os.path.join(out, str(i)))) for i in range(1, 5)]
        s.check(sum(parts) == 2 * REPORTS and min(parts) > REPORTS // 4, "each task made its part: %s" % parts)
        s.check(records(out) == records(self.one), "and so does its manifest")
        s.equal(honest(out), [], "after the array")
        before = top_of(out)
        r = self.batch(self.data, "-o", out)
        s.check(r.stdout.startswith("đã tạo 0, giữ nguyên %d" % REPORTS), "a run in the folder finds nothing to do: %s" % r.stdout)
        s.check(top_of(out) == before, "… and touches nothing")

    def correction(self):
        """One commune corrects its prose and a figure; the array runs again."""
        s, out = self.s, os.path.join(self.top, "out")
        name = "xa-%04d" % (REPORTS // 3)
        path = os.path.join(self.data, name, "baocao.yaml")
        text = read(path).decode()
        write(path, re.sub(r"ho_ten: .*", "ho_ten: Nguyễn Thị Bình", text, count=1))
        s.check(read(path).decode() != text, "a fact is corrected")
        before = top_of(out)
        jobs, states, text = self.submit("4", self.data, out)
        s.equal(sorted(states.values()), [("COMPLETED", "0:0")] * 5, "the array again")
        s.equal({k for k, v in top_of(out).items() if before[k] != v}, {name + ".pdf"}, "one correction: no other file; no workbook names the signer")
        self.batch(self.data, "-o", self.one)
        s.check(bytes_of(out) == bytes_of(self.one), "the same as one machine")
        logs = [read(os.path.join(f, "dieu-chinh", "tong-hop.md")) for f in (out, self.one)]
        s.check(logs[0] == logs[1] and "Nguyễn Thị Bình" in logs[0].decode(), "and so is the log: %s" % logs[0].decode()[:600])

    def missing_task(self):
        s, out = self.s, os.path.join(self.top, "out-2")
        job = self.run("sbatch", "--parsable", "--array=1-2,4", SCRIPT, self.data, out).stdout.strip()
        states = self.slurm.wait([job])
        s.equal(set(states.values()), {("FAILED", "2:0")}, "an array with a hole is refused")
        s.check("SHARDS" in self.printed(job) and not os.path.exists(out), "… and says what to do: %s" % self.printed(job))
        self.env["SHARDS"] = "4"
        job = self.run("sbatch", "--parsable", "--array=1-2,4", SCRIPT, self.data, out).stdout.strip()
        del self.env["SHARDS"]
        last = self.run("sbatch", "--parsable", "--dependency=afterany:" + job, SCRIPT, "--merge", self.data, out, "--force").stdout.strip()
        states = self.slurm.wait([job, last])
        s.equal(sorted(states.values()), [("COMPLETED", "0:0")] * 4, "three tasks and the last job")
        text = self.printed(last)
        there = re.search(r"đã gộp (\d+) báo cáo\n.*đã tạo (\d+), giữ nguyên (\d+), lỗi 0", text, re.S)
        s.check(there and there.group(1) == there.group(3) and int(there.group(2)) > REPORTS // 8,
                "the last job makes what the missing task would have made: %s" % text)
        s.check(bytes_of(out) == bytes_of(self.one), "the same bytes")

    def wrong_report(self):
        """A report that is wrong: its task and the last job fail, everything else is there."""
        s, out = self.s, os.path.join(self.top, "out")
        path = os.path.join(self.data, "xa-0007", "baocao.yaml")
        text = read(path).decode()
        write(path, text + "\nsai_ten: 1\n")
        before = top_of(out)
        jobs, states, told = self.submit("4", self.data, out)
        s.equal(sorted(states.values()), [("COMPLETED", "0:0")] * 3 + [("FAILED", "1:0")] * 2, "a wrong report fails two jobs")
        s.check("sai_ten" in told and "lỗi 1" in told, "… which say what is wrong: %s" % told[-600:])
        s.check(top_of(out) == before, "… and nothing is lost")
        write(path, text)

    def parallel(self):
        s, out = self.s, os.path.join(self.top, "out-parallel")
        line = "parallel -j 2 %s batch %s -o %s/{} --shard {}/4 -j 1 ::: 1 2 3 4 && %s batch %s/? -o %s --merge" % (
            self.binary, self.data, out, self.binary, out, out)
        self.run("sh", "-c", line)
        s.check(bytes_of(out) == bytes_of(self.one), "GNU parallel: the same bytes")
        r = self.batch(self.data, "-o", out)
        s.check(r.stdout.startswith("đã tạo 0, giữ nguyên %d" % REPORTS), "… nothing is left to do: %s" % r.stdout)

    def readme(self):
        """The README's commands for Slurm and parallel, in a folder as a newcomer has it."""
        s = self.s
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
            lines = [l for body in re.findall(r"^```sh\n(.*?)^```$", f.read(), re.M | re.S) for l in body.splitlines()]
        lines = [l for l in lines if "slurm.sh" in l or "sbatch" in l]
        s.check(lines, "the README has commands for Slurm")
        home = fresh(os.path.join(self.top, "home"))
        for name in ("samples", "templates", "fonts", "gen"):
            os.symlink(os.path.join(ROOT, name), os.path.join(home, name))
        os.symlink(self.binary, os.path.join(home, "baocao"))
        for name in ("dan-tien", "binh-thanh", "trung-thanh"):
            shutil.copytree(os.path.join(ROOT, "samples", name), os.path.join(home, "quy-2", name))
        for line in lines:
            done = subprocess.run(["sh", "-c", line], cwd=home, env=self.slurm.env, capture_output=True, text=True)
            s.check(done.returncode == 0, "README: %s: %s" % (line, done.stderr))
            states = self.slurm.wait(re.findall(r"\d+", done.stdout))
            s.equal(set(states.values()), {("COMPLETED", "0:0")}, "README: " + line)
            out = re.search(r"quy-2 (\S+)", line).group(1)
            s.equal(len(top_of(os.path.join(home, out))), 6, "README: three reports by: " + line)


def main():
    lacks = [name for name in NEEDED if not shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")]
    if lacks or os.getuid() != 0:
        sys.exit("slurm: needs root and the packages slurm-wlm and parallel: make slurm (lacks: %s)" % ", ".join(lacks))
    os.environ["PATH"] += ":/usr/sbin"
    slurm = Slurm()
    try:
        if not slurm.ready():
            logs = "".join(read(p).decode()[-1500:] for p in glob.glob(os.path.join(slurm.top, "*.log")))
            sys.exit("slurm: does not start:\n" + logs)
        suite = Suite(sys.argv[1], sys.argv[2], slurm)
        for part in (suite.array, suite.correction, suite.wrong_report, suite.missing_task, suite.parallel, suite.readme):
            if len(sys.argv) < 4 or part.__name__ in sys.argv[3:]:
                part()
    finally:
        slurm.stop()
    shutil.rmtree(suite.top)
    suite.s.end()


if __name__ == "__main__":
    main()
