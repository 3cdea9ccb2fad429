#!/usr/bin/env python3
"""check_readme.py BINARY: runs what the README says: every ./baocao line of its sh blocks, and its example
report, put together from the fenced blocks, through check and gen; every path that it names exists."""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


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
                ok = re.search(r"^%s:" % target, open(os.path.join(ROOT, "Makefile")).read(), re.M)
            else:
                done = subprocess.run(["sh", "-c", line], cwd=top, env=env, capture_output=True)
                ok = done.returncode == 0
            passed += bool(ok)
            if not ok:
                failed.append("command fails: " + line)
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
