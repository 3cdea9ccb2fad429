"""readers.py: other people's programs read a PDF: silent ones (qpdf, poppler, mutool, Ghostscript), and the
pages of PDFium and poppler side by side."""
import os
import re
import subprocess

import numpy
import pypdfium2
from PIL import Image

DPI = 80
GREY = 64  # differences of edges below this are antialiasing


def blurred(image):
    """The mean of every 3 × 3 pixels: PDFium sets glyphs on whole pixels and thin strokes between them,
    poppler the other way round."""
    h, w = image.shape
    return sum(image[dy:h - 2 + dy, dx:w - 2 + dx] for dy in range(3) for dx in range(3)) / 9


def unlike(a, b):
    """Share of places that look different: where the other picture has nothing alike within one pixel, as each
    program rounds places and the height of the page in its own way."""
    h, w = a.shape
    b = blurred(b)
    a = blurred(a)[1:h - 3, 1:w - 3]
    h, w = a.shape
    least = numpy.min([abs(a - b[dy:dy + h, dx:dx + w]) for dy in range(3) for dx in range(3)], axis=0)
    return float((least > GREY).mean())


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
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", path, prefix], check=True, capture_output=True)
    files = sorted(f for f in os.listdir(scratch) if f.startswith("poppler-") and f.endswith(".pgm"))
    shares = []
    pdf = pypdfium2.PdfDocument(path)
    if len(pdf):
        pdf.init_forms()
    for page, name in zip(pdf, files):
        other = Image.open(os.path.join(scratch, name))
        one = page.render(scale=DPI / 72, grayscale=True).to_pil().convert("L").resize(other.size)
        a, b = numpy.asarray(one, dtype=int), numpy.asarray(other.convert("L"), dtype=int)
        shares.append(unlike(a, b))
        os.remove(os.path.join(scratch, name))
    pdf.close()
    return shares
