#!/usr/bin/env python3
"""make_big.py DIR ROWS: a report folder with a table of ROWS x 8 cells, the same at every call."""
import os
import sys

WORDS = "xã phường thôn xóm hồ sơ dịch vụ công trực tuyến chuyển đổi số khoa học công nghệ đổi mới sáng tạo".split()


def main():
    folder, rows = sys.argv[1], int(sys.argv[2])
    os.makedirs(folder, exist_ok=True)
    put = lambda name, text: open(os.path.join(folder, name), "w", encoding="utf-8").write(text)
    put("baocao.yaml", "co_quan: Ủy ban nhân dân xã Dân Tiến\nso:\nky_hieu: BC-UBND\ndia_danh: Dân Tiến\n"
        "ngay_ban_hanh: 2026-06\nloai: BÁO CÁO\ntrich_yeu: Bảng số liệu lớn\nnoi_nhan: [\"Lưu: VT\"]\n"
        "nguoi_ky: {quyen_han: KT. CHỦ TỊCH, chuc_vu: PHÓ CHỦ TỊCH, ho_ten: Nguyễn Văn An}\n")
    put("mau.yaml", "ten: bang-lon\nphu_luc: [phu-luc-1]\nbang:\n  so_lieu:\n    fields:\n"
        "      - {name: ten, title: Tên}\n      - {name: nhom, title: Nhóm}\n" +
        "".join("      - {name: n%d, title: Số %d, type: integer}\n" % (i, i) for i in range(1, 6)) +
        "      - {name: ty_le, title: Tỷ lệ, type: number, kieu: phan_tram}\n")
    put("mau.md", "Số liệu tại [Phụ lục](#phu-luc)./.\n")
    put("phu-luc-1.md", "---\ntieu_de: Số liệu\nhuong: ngang\n---\n\n```bang\ndu_lieu: so_lieu\ncot:\n"
        "  - {ten: ten}\n  - {ten: nhom}\n" + "".join("  - {ten: n%d}\n" % i for i in range(1, 6)) + "  - {ten: ty_le}\n```\n")
    state = 1
    lines = ["ten;nhom;n1;n2;n3;n4;n5;ty_le"]
    for i in range(rows):
        cells = []
        for _ in range(8):
            state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            cells.append(state >> 33)
        name = " ".join(WORDS[(cells[0] >> k) % len(WORDS)] for k in (0, 4, 8, 12))
        lines.append(";".join([name, WORDS[cells[1] % len(WORDS)]] + [str(c % 100000) for c in cells[2:7]] +
                              ["%d,%02d%%" % (cells[7] % 100, cells[7] // 100 % 100)]))
    put("so_lieu.csv", "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
