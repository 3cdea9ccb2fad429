#!/usr/bin/env python3
"""check_readme.py BINARY: runs what the README says: every ./baocao line of its sh blocks, and its example
report, put together from the fenced blocks, through check and gen; every path that it names exists. What a comment
behind a command says comes true. Commands for Slurm are run by check_slurm.py."""
import os
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


# What a comment promises, and what the command then prints.
PROMISES = {"one report is made": "đã tạo 1, giữ nguyên 2, lỗi 0", "what would be made": "sẽ tạo 1, giữ nguyên 2",
            "what changed": "180", "nothing is left to do": "đã tạo 0, giữ nguyên 3, lỗi 0"}


def run(line, top, env):
    """Whether a command of the README does what it says; `watch` is ended as a user ends it."""
    command, _, comment = line.partition(" #")
    if command.startswith("./baocao watch"):
        watch = subprocess.Popen(["sh", "-c", "exec " + command], cwd=top, env=env, stdout=subprocess.PIPE, text=True)
        said = [watch.stdout.readline(), watch.stdout.readline()]
        watch.send_signal(signal.SIGINT)
        said += watch.communicate(timeout=20)[0]
        return watch.returncode == 0 and "đã dừng" in "".join(said), "".join(said)
    done = subprocess.run(["sh", "-c", command], cwd=top, env=env, capture_output=True, text=True)
    promised = [text for words, text in PROMISES.items() if words in comment]
    return done.returncode == 0 and all(text in done.stdout for text in promised), done.stdout + done.stderr


def blocks(text):
    return re.findall(r"^(`{3,})(\w+)\n(.*?)^\1$", text, re.M | re.S)


def main():
    binary = os.path.abspath(sys.argv[1])
    text = open(os.path.join(ROOT, "README.md"), encoding="utf-8").read()
    passed, failed = 0, []
    with tempfile.TemporaryDirectory() as top:
        for name in ("samples", "templates", "fonts"):
            os.symlink(os.path.join(ROOT, name), os.path.join(top, name))
        os.symlink(binary, os.path.join(top, "baocao"))
        commands = [l for _, kind, body in blocks(text) if kind == "sh" for l in body.splitlines()]
        env = dict(os.environ, BAOCAO_TEMPLATES=os.path.join(ROOT, "templates"))
        for line in commands:
            if line.startswith("make "):
                target = line.split()[1]
                ok, said = re.search(r"^%s:" % target, open(os.path.join(ROOT, "Makefile")).read(), re.M), ""
            elif "slurm.sh" in line:
                ok, said = "slurm.sh" in open(os.path.join(ROOT, "tests", "check_slurm.py")).read(), ""
            else:
                ok, said = run(line, top, env)
            passed += bool(ok)
            if not ok:
                failed.append("command fails: %s\n%s" % (line, said))
        folder = os.path.join(top, "thong-bao")
        os.mkdir(folder)
        files = {"yaml": ["baocao.yaml", "mau.yaml", "mau.yaml"], "csv": ["linh_vuc.csv"],
                 "markdown": ["mau.md"], "text": ["explain.txt"]}
        for _, kind, body in blocks(text):
            if kind in files and files[kind]:  # what follows under the same name goes on
                with open(os.path.join(folder, files[kind].pop(0)), "a", encoding="utf-8") as f:
                    f.write(body)
        done = subprocess.run([binary, "gen", folder, "-o", top], env=env, capture_output=True)
        page, _ = subprocess.Popen(["pdftotext", "-layout", os.path.join(top, "thong-bao.pdf"), "-"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).communicate()
        for want in ("12.456", "10.743", "98,70%", "Tổng cộng", "+ Hộ tịch: 1.204 hồ sơ."):
            if want in page.decode():
                passed += 1
            else:
                failed.append("the example report lacks “%s”: %s" % (want, done.stderr.decode()))
        done = subprocess.run([binary, "explain", "thong-bao", "ho_so.truc_tiep", "cong"], env=env, cwd=top,
                              capture_output=True)
        with open(os.path.join(folder, "explain.txt"), "rb") as f:
            want = f.read()
        passed += done.stdout == want
        if done.stdout != want:
            failed.append("explain says:\n" + (done.stdout + done.stderr).decode())
    prose = re.sub(r"^(`{3,}).*?^\1$", "", text, flags=re.M | re.S)
    prose = re.sub(r"^(`{3,})\w*\n.*?^\1$", "", text, flags=re.M | re.S)
    for path in re.findall(r"`((?:gen|templates|fonts|samples|tests)/[\w./-]*)`|\]\((\S+?)\)", prose):
        path = path[0] or path[1]
        if os.path.exists(os.path.join(ROOT, path)):
            passed += 1
        else:
            failed.append("no such path: " + path)
    print("\n".join("readme: " + f for f in failed) + ("\n" if failed else "") +
          "readme: %d passed, %d failed" % (passed, len(failed)))
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
