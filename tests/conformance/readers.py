"""readers.py: other people's programs read a PDF: silent ones (qpdf, poppler, mutool, Ghostscript), and the
pages of PDFium and poppler side by side."""
import os
import re
import subprocess

import numpy
import pypdfium2
from PIL import Image

DPI = 80
FINER = 2  # both draw finer and are averaged: where they set glyphs and thin strokes on whole pixels differs
GREY = 64  # differences of edges below this are antialiasing


def seen(image, width, height):
    """An image of FINER times the resolution as it is seen at DPI, each pixel with its neighbours."""
    w, h = width // FINER, height // FINER
    fine = numpy.asarray(image, dtype=float)[:h * FINER, :w * FINER]
    a = fine.reshape(h, FINER, w, FINER).mean(axis=(1, 3))
    return sum(a[dy:h - 2 + dy, dx:w - 2 + dx] for dy in range(3) for dx in range(3)) / 9


def unlike(a, b):
    """Share of places that look different."""
    return float((abs(a - b) > GREY).mean())


def noise(path, scratch):
    """What the programs say that they should not."""
    said = []
    for tool in (["qpdf", "--check", path], ["pdfinfo", path], ["pdfinfo", "-struct-text", path], ["pdffonts", path], ["pdfsig", path],
                 ["mutool", "draw", "-q", "-F", "text", "-o", os.devnull, path], ["mutool", "info", path],
                 ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-sDEVICE=nullpage", path]):
        done = subprocess.run(tool, capture_output=True, timeout=600)
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        # What a build of mutool and pdfsig (of a file with several signatures) says of itself.
        err = re.sub(r"warning: ICC support is not available\n|NSS_Shutdown failed: .*\n?", "", err)
        good = done.returncode == 0 or (tool[0] == "pdfsig" and done.returncode == 2 and "does not contain any signatures" in out)
        if tool[0] == "gs":
            err += out
        if tool[0] == "qpdf" and "WARNING" in out:
            err += out
        if not good or err.strip():
            said.append("%s on %s: status %d, %s" % (" ".join(tool[:2]), path, done.returncode, err.strip()[:300]))
    return said


def differences(path, scratch):
    """Share of pixels of each page that differ between PDFium and poppler."""
    prefix = os.path.join(scratch, "poppler")
    subprocess.run(["pdftoppm", "-r", str(DPI * FINER), "-gray", path, prefix], check=True, capture_output=True)
    files = sorted(f for f in os.listdir(scratch) if f.startswith("poppler-") and f.endswith(".pgm"))
    shares = []
    pdf = pypdfium2.PdfDocument(path)
    pdf.init_forms()
    for page, name in zip(pdf, files):
        other = Image.open(os.path.join(scratch, name))
        one = page.render(scale=DPI * FINER / 72, grayscale=True).to_pil().convert("L")
        size = min(one.size[0], other.size[0]), min(one.size[1], other.size[1])
        alike = one.size == other.size and len(files) == len(pdf)
        shares.append(unlike(seen(one, *size), seen(other.convert("L"), *size)) if alike else 1.0)
        os.remove(os.path.join(scratch, name))
    pdf.close()
    return shares
