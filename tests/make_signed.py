#!/usr/bin/env python3
"""make_signed.py FILE [KIND]: a one-page PDF with a form whose signature is only shaped like one, for the tests of
inspect and of what gen must not overwrite. KIND: whole (default), twice (a second revision behind it), outside
(a byte range that leaves the file), gap (one that leaves out more than the signature), behind (bytes that no
signature covers and no revision either), attached (with an embedded file), checksum (whose checksum is wrong)."""
import hashlib
import sys


def body(kind):
    data = b"cot,so\na,1\n"
    attached = kind in ("attached", "checksum")
    sum_ = hashlib.md5(data + (b"x" if kind == "checksum" else b"")).hexdigest().encode()
    return [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R 5 0 R 6 0 R]>>"
        + (b"/Names<</EmbeddedFiles<</Names[(a.csv)8 0 R]>>>>" if attached else b"") + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</FT/Sig/T(ChuKyNguoiCoThamQuyen)/TU(Ch\xfa k\xfd)/V 7 0 R>>",
        b"<</FT/Tx/T(SoVanBan)/V(45)>>",
        b"<</FT/Tx/T(Ngay)/V()>>",
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260615083000+07'00')"
        b"/Name<FEFF0110006F00E0006E>/ByteRange[0 AAAAAAAA BBBBBBBB CCCCCCCC]/Contents<" + b"30820004" + b"0" * 56 + b">>>",
    ] + ([b"<</Type/Filespec/UF(a.csv)/F(a.csv)/AFRelationship/Source/EF<</F 9 0 R>>>>",
          b"<</Type/EmbeddedFile/Subtype/text#2Fcsv/Params<</CheckSum<" + sum_ + b">>>/Length %d>>\nstream\n" % len(data)
          + data + b"\nendstream"] if attached else [])


def assemble(objects):
    out, offsets = b"%PDF-1.7\n", []
    for i, o in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % i + o + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start), start


def main():
    kind = sys.argv[2] if len(sys.argv) > 2 else "whole"
    out, start = assemble(body(kind))
    gap = out.index(b"/Contents<") + len(b"/Contents")
    end = out.index(b">>>", gap) + 1
    length = len(out) - end
    if kind == "outside":
        length += 1
    if kind == "gap":
        gap -= 1
    if kind == "behind":
        length -= 3
    for mark, value in ((b"AAAAAAAA", gap), (b"BBBBBBBB", end), (b"CCCCCCCC", length)):
        out = out.replace(mark, b"%08d" % value)
    if kind == "twice":
        at = len(out)
        out += b"6 0 obj\n<</FT/Tx/T(Ngay)/V(15)>>\nendobj\n"
        xref = len(out)
        out += b"xref\n6 1\n%010d 00000 n \ntrailer\n<</Size 8/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (at, start, xref)
    open(sys.argv[1], "wb").write(out)


if __name__ == "__main__":
    main()
