#!/usr/bin/env python3
"""check_plan.py BINARY: every check and constraint of templates/ke-hoach-nq57 fires, and a figure changes in every
place. The sample is silent; each case below changes one thing in a copy of it, and `baocao check` must say, or the
pages must print, what stands beside the case."""
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TASKS, TARGETS, UNITS, DOCS = "nhiem_vu.csv", "chi_tieu.csv", "co_quan_thuc_hien.csv", "van_ban.csv"


def rows_of(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def write(folder, name, rows):
    with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


# ---- changes: functions over the folder ----

def facts(old, new):
    def change(folder):
        path = os.path.join(folder, "baocao.yaml")
        text = open(path, encoding="utf-8").read()
        assert text.count(old) >= 1, old
        open(path, "w", encoding="utf-8").write(text.replace(old, new, 1))
    return change


def table(name, edit):
    return lambda folder: write(folder, name, edit(rows_of(folder, name)))


def cell(name, row, **new):
    return table(name, lambda rows: [dict(r, **new) if i == row else r for i, r in enumerate(rows, 1)])


def numbered(name, number):
    return table(name, lambda rows: [dict(tt=number(i), **r) for i, r in enumerate(rows, 1)])


def without(name, column, value):
    return table(name, lambda rows: [r for r in rows if r[column] != value])


def swapped(name, row):
    return table(name, lambda rows: rows[:row - 1] + [rows[row], rows[row - 1]] + rows[row + 1:])


def added(name, **new):
    return table(name, lambda rows: rows + [{k: new.get(k, "") for k in rows[0]}])


CASES = [
    (facts("tam_nhin: 2045", "tam_nhin: 2030"), "các năm phải tăng dần"),
    (facts("2025-07", "2031-07"), "ngoài giai đoạn"),
    (facts("giai đoạn 2025 - 2030", "giai đoạn 2026 - 2030"), "Trích yếu không có"),
    (facts("den_nam: 2030", "den_nam: 2035"), "Trích yếu không có"),
    (facts("xã Bình Thành giai đoạn", "xã Bình Thuận giai đoạn"), "Trích yếu không nhắc tới"),
    (facts("co_quan: Ủy ban nhân dân xã Bình Thành", "co_quan: Ủy ban nhân dân xã Bình Thuận"), "không phải Ủy ban nhân dân xã"),
    (facts("dia_danh: Bình Thành", "dia_danh: Bình Thuận"), "không khớp loại đơn vị"),
    (facts("don_vi: xã", "don_vi: phường"), "không khớp loại đơn vị"),
    (facts("so_xom: 27", "so_xom: 28"), "Nơi nhận ghi số xóm khác 28"),
    (cell(DOCS, 1, ngay="23/8/2025"), "muộn hơn kế hoạch này"),
    (facts("ke_hoach_tinh: 25/KH-UBND", "ke_hoach_tinh: 225/KH-UBND"), "không dẫn các văn bản mà mục I.1 nêu: 225/KH-UBND"),
    (facts("tinh: 225/KH-UBND", "tinh: 25/KH-UBND"), "không dẫn Kế hoạch số 25/KH-UBND"),
    (facts("xa: 04/KH-UBND", "xa: 25/KH-UBND"), "không dẫn Kế hoạch số 25/KH-UBND"),
    (numbered(TARGETS, lambda i: i if i < 9 else i + 1), "thiếu 9;"),
    (numbered(TASKS, lambda i: i if i < 28 else i + 1), "thiếu 28;"),
    (swapped(TARGETS, 24), "nằm xen nhau"),
    (swapped(TASKS, 11), "không xếp theo thứ tự bảy nhóm"),
    (without(TARGETS, "moc", "tam_nhin"), "bổ sung mốc còn thiếu"),
    (cell(TARGETS, 11, chi_tieu="Tỷ lệ đạt 100% hồ sơ"), "Tên chỉ tiêu mang số phần trăm"),
    (cell(TARGETS, 11, ket_qua="100"), "ghi cả dấu %"),
    (cell(TARGETS, 11, ket_qua="120%"), "nằm ngoài 0% đến 100%"),
    (cell(TARGETS, 11, don_vi_tinh="Hồ sơ"), "đơn vị tính ghi “Hồ sơ”"),
    (cell(TARGETS, 9, don_vi_tinh="Cơ sở dữ liệu"), "đòi hỏi kết quả là số"),
    (cell(TARGETS, 9, ket_qua="5"), "Mức độ mà kết quả là số 5"),
    (cell(TARGETS, 3, ket_qua="Đạt", don_vi_tinh="Mức độ"), "kết quả phải là số"),
    (cell(TARGETS, 1, ket_qua="Tiếp cận ở nhiều lĩnh vực"), "cùng phạm vi"),
    (cell(TARGETS, 2, ket_qua="Đạt mức tiên tiến"), "cùng mức"),
    (without(TASKS, "phan", "7"), "Mỗi mục của phần II"),
    (cell(TASKS, 5, nhiem_vu="Đạt 5% việc."), "tên mang số phần trăm"),
    (cell(TASKS, 5, cung_chu_tri="Phòng Văn hóa - Xã hội"), "ghi hai lần ở phần chủ trì"),
    (cell(TASKS, 5, phoi_hop_khac="Phòng Văn hóa - Xã hội"), "vừa chủ trì vừa phối hợp"),
    (cell(TASKS, 19, phoi_hop_khac="các trường học"), "vừa cùng chủ trì vừa phối hợp"),
    (cell(TASKS, 5, phoi_hop_khac="Các phòng, ban chuyên môn thuộc UBND xã"), "ghi hai lần ở phần phối hợp"),
    (cell(TARGETS, 11, phu_trach_khac="Trung tâm Phục vụ HCC"), "một đơn vị ghi hai lần"),
    (cell(TARGETS, 8, cung_phu_trach="Phòng Văn hóa - Xã hội"), "một đơn vị ghi hai lần"),
    (added(UNITS, ten="Đoàn Thanh niên"), "Đoàn Thanh niên không có chỉ tiêu, nhiệm vụ nào"),
    (cell(TASKS, 5, nhip=""), "không cả hai và không bỏ trống"),
    (cell(TASKS, 5, han_nam="2026"), "không cả hai và không bỏ trống"),
    (cell(TASKS, 1, han_thang="9"), "ghi quý III hoặc tháng 9"),
    (cell(TASKS, 1, han_nam="", nhip="Hằng năm"), "thiếu năm"),
    (cell(TASKS, 10, han_nam="2031"), "nằm ngoài giai đoạn"),
    (cell(TASKS, 47, han_thang="6"), "đã qua khi kế hoạch ban hành"),
    (cell(TASKS, 3, nhip="Thường xuyên"), "cùng nhịp"),
    (cell(TASKS, 5, nhiem_vu="Làm ở huyện."), "tên nhắc tới huyện"),
    (cell(TASKS, 5, ket_qua="Văn bản của huyện"), "cấp huyện đã kết thúc"),
    (cell(TARGETS, 16, ket_qua="≥30%"), "chưa đúng dạng"),
    (cell(TARGETS, 11, phu_trach="Trung tâm phục vụ HCC"), "có phải là “Trung tâm Phục vụ HCC”"),
    (cell(TASKS, 11, phoi_hop="Các phòng ban"), "không có “Các phòng ban”"),
    (cell(TARGETS, 12, chi_tieu="Tỷ lệ số hóa hồ sơ, kết quả giải quyết thủ tục hành chính"), "không được trùng"),
    (cell(TARGETS, 12, ma="so_hoa_ho_so"), "không được trùng"),
    (facts("chuong_trinh_tinh: 62-CTr/TU", "chuong_trinh_tinh: 62/CTr-TU"), "chưa đúng dạng"),
]

PAGES = [
    (cell(TARGETS, 3, ket_qua="95%"), ["người dân và doanh nghiệp lên 95%.", "% 95% Phòng Văn hóa - Xã hội"]),
    (cell(TARGETS, 4, ket_qua="≥ 45,5%"), ["Ít nhất 45,5% tổng số doanh nghiệp", "% ≥ 45,5% Phòng Kinh tế"]),
    (cell(TARGETS, 8, ket_qua="98%"), ["phủ tới 98% khu dân cư; 98% hộ gia đình", "% 98% Phòng Văn hóa"]),
    (cell(TASKS, 4, muc_dat="30%"), ["mức tối thiểu là 30%.", "hướng tới tối thiểu đạt 30%."]),
    (facts("- 27 xóm\n", "- Các xóm\n"), ["đơn vị và 27 xóm;", "UBND xã; các cơ quan, đơn vị; 27 xóm"]),
    (without(TARGETS, "ma", "hoc_vu_so"), ["(26 chỉ tiêu cụ thể"]),
    (added(TASKS, phan="7", nhiem_vu="Cử đoàn đi học.", chu_tri="Công an xã", ket_qua="Kế hoạch", han_nam="2028", han_quy="4",
           phoi_hop="Các phòng, ban chuyên môn thuộc UBND xã", xom="x"),
     ["51 nhiệm vụ đã nêu", "51 Cử đoàn đi học. Công an xã Các phòng, ban chuyên môn thuộc UBND xã; 27 xóm Kế hoạch Quý IV/năm 2028"]),
]


def run(binary, change, want):
    """What is wrong with the case, or None."""
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "binh-thanh")
        shutil.copytree(os.path.join(ROOT, "samples", "binh-thanh"), folder)
        change(folder)
        done = subprocess.run([binary, "check", folder], capture_output=True, cwd=ROOT, timeout=120,
                              env=dict(os.environ, BAOCAO_TEMPLATES="templates"))
        heads = [l for l in done.stderr.decode().splitlines() if re.match(r"\S.*: (lỗi|cảnh báo): ", l)]
        return None if any(want in h for h in heads) else "“%s” is not said:\n%s" % (want, "\n".join(heads))


def pages(binary, change, wants):
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "binh-thanh")
        shutil.copytree(os.path.join(ROOT, "samples", "binh-thanh"), folder)
        change(folder)
        done = subprocess.run([binary, "gen", folder, "-o", top], capture_output=True, cwd=ROOT, timeout=120,
                              env=dict(os.environ, BAOCAO_TEMPLATES="templates"))
        text = subprocess.run(["pdftotext", "-raw", folder + ".pdf", "-"], capture_output=True).stdout.decode()
        text = " ".join(text.split())
        lacking = [w for w in wants if w not in text]
        return "not on the pages: %s\n%s" % (lacking, done.stderr.decode()) if lacking else None


def main():
    binary = os.path.abspath(sys.argv[1])
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        failed = [f for f in pool.map(lambda c: run(binary, *c), CASES) if f]
        failed += [f for f in pool.map(lambda c: pages(binary, *c), PAGES) if f]
    print("\n".join("plan: " + f for f in failed) + ("\n" if failed else "") +
          "plan: %d passed, %d failed" % (len(CASES) + len(PAGES) - len(failed), len(failed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
