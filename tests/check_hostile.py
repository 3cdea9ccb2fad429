#!/usr/bin/env python3
"""check_hostile.py BINARY: templates that ask for too much. Each is refused with a message or evaluated, within
MEMORY and without hanging. The worst CPU time is printed (the aim is 0.2 s), `-v` prints what each took."""
import os, subprocess, sys, tempfile

SECONDS, MEMORY = 10, 64 << 10  # of CPU: it hangs, however slow the machine; KB
BASE = ("co_quan: A\ndia_danh: B\nngay_ban_hanh: 2026-06\ntrich_yeu: C\nky_hieu: BC\n"
        "nguoi_ky: {chuc_vu: D, ho_ten: E}\nnoi_nhan: ['Lưu: VT, X']\n")
BODY = "# I. A\n\nB./.\n"
COLUMNS = ", ".join("{name: %s, type: number}" % c for c in "xyzuv")
TABLE = "truong: []\nbang: {t: {fields: [%s]}}\n" % COLUMNS
ROWS = "x;y;z;u;v\n" + "".join("%d;%d;%d;%d;%d\n" % ((i,) * 5) for i in range(1, 1001))
WIDE = "x;y;z;u;v\n" + "%s;1;1;1;1\n" % ("7" * 1150) * 1000


def one(expression, before="truong: []\n"):
    return before + "tinh:\n  - name: k\n    type: number\n    bieu_thuc: '%s'\n" % expression.replace("'", "''")


def many(expressions, kind="number"):
    return "truong: []\ntinh:\n" + "".join("  - {name: r%d, type: %s, bieu_thuc: '%s'}\n" % (i, kind, x)
                                           for i, x in enumerate(expressions))


def nested(depth):
    return "tong(t.x)" if depth == 1 else "tong(t.x, %s > 0)" % nested(depth - 1)


def cases():
    yield "power of a power", one("2^(10^9)"), {}
    yield "tower", one("9^9^9^9"), {}
    yield "10,000 parentheses", one("(" * 10000 + "1" + ")" * 10000), {}
    yield "100,000 terms", one("+".join(["1"] * 100000)), {}
    yield "ring of ten", many("r%d + 1" % ((i + 1) % 10) for i in range(10)), {}
    yield "texts doubled", many(['"ab"'] + ["noi(r%d, r%d)" % (i, i) for i in range(59)], "string"), {}
    yield "numbers squared", many(["3"] + ["r%d * r%d" % (i, i) for i in range(59)]), {}
    yield "five sums in each other", one(nested(5), TABLE), {"t.csv": ROWS}
    yield "the same in a check of rows", TABLE + "kiem_tra: [{bang: t, dieu_kien: '%s > 0'}]\n" % nested(5), {
        "t.csv": ROWS}
    yield "the same in loc", TABLE, {"t.csv": ROWS, "mau.md": BODY + "```bang\ndu_lieu: t\nloc: %s > 0\n```\n" % nested(5)}
    yield "every row looked up", TABLE + "tinh: [{name: t.k, type: number, bieu_thuc: 'o(t.y, t.x == 500)'}]\n", {
        "t.csv": ROWS}
    yield "every row compared", TABLE + "kiem_tra: [{bang: t, dieu_kien: 'co_trong(x, t.v) va khac_nhau(t.y)'}]\n", {
        "t.csv": ROWS}
    yield "numbers of 1,150 digits", TABLE + ("tinh: [{name: t.w, type: number, bieu_thuc: 'lam_tron(x / 3, 20) + "
                                              "tong(t.x)'}]\n"), {"t.csv": WIDE}
    yield "a million failed checks", TABLE + "kiem_tra:\n" + "  - {bang: t, dieu_kien: x > y}\n" * 1000, {"t.csv": ROWS}
    yield "roundings", one("dem(t, dem(t, lam_tron(x / 7, 20) > 0) > 0)", TABLE), {"t.csv": ROWS}
    yield "10 MB of computed values", many("1 + 1" for i in range(200000)), {}
    yield "10 MB of one expression", one("1+" * 5000000 + "1"), {}
    yield "10 MB of fields", "truong:\n" + "".join("  - {name: r%d}\n" % i for i in range(600000)), {}
    yield "250 KB of computed values", many("+".join(["1"] * 95) for i in range(1000)), {}
    yield "250 KB of tags", ("truong: [{name: a, type: integer}]\nkiem_tra:\n  - dieu_kien: a > 5\n    thong_bao: '"
                             + "{{a}} " * 40000 + "'\n"), {"baocao.yaml": BASE + "a: 1\n"}
    yield "a chain of a thousand", many(["r%d%s" % (i + 1, "+1" * 80) for i in range(999)] + ["1"]), {}
    yield "unknown names", "truong:\n" + "".join("  - {name: a%d}\n" % i for i in range(1000)) + many(
        "+".join("b%dxyz" % k for k in range(12)) for i in range(900)).split("\n", 1)[1], {}


def run(binary, folder, env):
    """Exit status, CPU seconds, most memory in KB, whether anything was said."""
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen([binary, "check", folder], stdout=out, stderr=subprocess.STDOUT, env=env)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = 0
        out.seek(0)
        said = any("lỗi: " in line for line in out.read().decode(errors="replace").splitlines())
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss, said


def write(top):
    """The cases as folders below top, by a process of its own: memory counts from the parent on."""
    for n, (name, mau, files) in enumerate(cases()):
        folder = os.path.join(top, "%02d %s" % (n, name))
        os.mkdir(folder)
        for file, text in dict({"mau.yaml": mau, "mau.md": BODY, "baocao.yaml": BASE}, **files).items():
            with open(os.path.join(folder, file), "w", encoding="utf-8") as f:
                f.write(text)


def main():
    if sys.argv[1] == "--write":
        return write(sys.argv[2])
    binary, failed, worst, largest = os.path.abspath(sys.argv[1]), 0, 0, 0
    with tempfile.TemporaryDirectory() as top:
        subprocess.run([sys.executable, os.path.abspath(__file__), "--write", top], check=True)
        names = sorted(os.listdir(top))
        for name in names:
            status, seconds, memory, said = run(binary, os.path.join(top, name), dict(os.environ))
            ok = status == (1 if said else 0) and seconds < SECONDS and memory < MEMORY
            failed += not ok
            worst, largest = max(worst, seconds), max(largest, memory)
            if not ok or "-v" in sys.argv:
                print("hostile: %-30s %s, status %d, %.2f s, %d MB" % (
                    name[3:], "refused" if said else "evaluated", status, seconds, memory >> 10))
    print("hostile: at most %.2f s of CPU and %d MB" % (worst, largest >> 10))
    print("hostile: %d passed, %d failed" % (len(names) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
