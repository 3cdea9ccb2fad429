"""signing.py: the chain of an office on a PDF: leader signs, the number and the date are filled in, the agency
signs; pyHanko judges every signature with its difference analysis."""
import datetime
import logging
import os
import re
import subprocess
import xml.etree.ElementTree as ET

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFont
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfWriter
from asn1crypto import x509 as asn1

logging.disable(logging.CRITICAL)
LEADER, AGENCY = "ChuKyNguoiCoThamQuyen", "ConDauCoQuan"
FONT = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf"


class Office:
    """An own certificate authority, a leader and an agency with their keys, in a folder."""

    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        ca_key = rsa.generate_private_key(65537, 2048)
        ca = self.certificate("CA thử nghiệm", ca_key, "CA thử nghiệm", ca_key, True)
        self.root = asn1.Certificate.load(ca.public_bytes(serialization.Encoding.DER))
        self.save("ca.pem", ca.public_bytes(serialization.Encoding.PEM))
        self.leader = self.person("Phó Chủ tịch Nguyễn Văn An", "leader", ca_key)
        self.agency = self.person("Ủy ban nhân dân xã", "agency", ca_key)

    def save(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(data)
        return path

    @staticmethod
    def certificate(name, key, issuer, issuer_key, authority):
        def full(n):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)])
        now = datetime.datetime.now(datetime.timezone.utc)
        b = x509.CertificateBuilder().subject_name(full(name)).issuer_name(full(issuer)).public_key(key.public_key())
        b = b.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        b = b.not_valid_after(now + datetime.timedelta(days=30)).add_extension(x509.BasicConstraints(authority, None), True)
        b = b.add_extension(x509.KeyUsage(not authority, not authority, False, False, False, authority, authority, False, False), True)
        b = b.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        b = b.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
        return b.sign(issuer_key, hashes.SHA256())

    def person(self, name, short, ca_key):
        key = rsa.generate_private_key(65537, 2048)
        cert = self.certificate(name, key, "CA thử nghiệm", ca_key, False)
        k = self.save(short + ".key", key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        c = self.save(short + ".pem", cert.public_bytes(serialization.Encoding.PEM))
        return signers.SimpleSigner.load(k, c, ca_chain_files=[os.path.join(self.folder, "ca.pem")])

    def verdicts(self, path):
        """[(field, bottom_line, modification level)] of all signatures."""
        out = []
        with open(path, "rb") as f:
            for s in PdfFileReader(f).embedded_signatures:
                context = ValidationContext(trust_roots=[self.root], allow_fetching=False)
                st = validate_pdf_signature(s, context)
                level = st.modification_level.name if st.modification_level is not None else "UNDECIDED"
                out.append((s.field_name, bool(st.bottom_line), level))
        return out


# ---- stamps ----

def picture(text, width, height, colour, ring=False):
    """A transparent picture of a stamp: text, with a ring for a seal; sizes in points."""
    scale = 4
    im = Image.new("RGBA", (int(width * scale), int(height * scale)), (255, 255, 255, 0))
    d = ImageDraw.Draw(im)
    if ring:
        d.ellipse([scale, scale, im.width - scale, im.height - scale], outline=colour, width=2 * scale)
    size = int(min(13, height) * scale)
    if text:
        d.text((0 if not ring else im.width // 4, im.height // 2 if ring else im.height - 3 * scale), text, fill=colour,
               font=ImageFont.truetype(FONT, size), anchor="lm" if ring else "ls")
    return im


def style(image):
    fill = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins(0, 0, 0, 0), InnerScaling.STRETCH_FILL)
    return StaticStampStyle(background=PdfImage(image), background_opacity=1.0, background_layout=fill, border_width=0)


def sign(src, dst, signer, field, image, certify=False, box=None, page=0):
    """Signs an existing field, or with a box a new one."""
    with open(src, "rb") as f:
        w = IncrementalPdfFileWriter(f)
        if box:
            fields.append_signature_field(w, fields.SigFieldSpec(field, on_page=page, box=tuple(int(round(v)) for v in box)))
        meta = signers.PdfSignatureMetadata(field_name=field, certify=certify, subfilter=fields.SigSeedSubFilter.PADES,
                                            docmdp_permissions=fields.MDPPerm.FILL_FORMS, md_algorithm="sha256")
        with open(dst, "wb") as out:
            signers.PdfSigner(meta, signer=signer, stamp_style=style(image)).sign_pdf(w, existing_fields_only=not box, output=out)


# ---- places found by text ----

def words(path):
    """[(page, page height, x0, y0, x1, y1, text)] with y downwards."""
    xml = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", xml).replace(' xmlns="http://www.w3.org/1999/xhtml"', ""))
    found = []
    for n, page in enumerate(root.iter("page")):
        for w in page.iter("word"):
            found.append((n, float(page.get("height"))) + tuple(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")) + (w.text or "",))
    return found


def line_of(found, phrase, last=False):
    """The box of the first (or last) line piece that reads as the phrase."""
    want, hits = phrase.split(), []
    for i in range(len(found) - len(want) + 1):
        if [w[6].strip("/.,:;") for w in found[i:i + len(want)]] == [x.strip("/.,:;") for x in want]:
            a, b = found[i], found[i + len(want) - 1]
            if a[0] == b[0] and abs(a[3] - b[3]) < 3:
                hits.append((a[0], a[1], a[2], a[3], b[4], max(w[5] for w in found[i:i + len(want)])))
    if not hits:
        raise LookupError("no “%s” on the pages" % phrase)
    return hits[-1 if last else 0]


def places(path, signer_name):
    """Boxes (page, box with y upwards) of the leader's signature, the number, the day and the seal."""
    found = words(path)
    page, h, x0, y0, x1, y1 = line_of(found, signer_name, True)
    above = [w for w in found if w[0] == page and w[5] <= y0 and w[2] < x1 + 40 and w[4] > x0 - 40]
    top = max(w[5] for w in above)
    room = y0 - top
    centre = (x0 + x1) / 2
    leader = (page, (centre - 60, h - y0 + 2, centre + 60, h - top - 2))
    seal_side = min(36 * 72 / 25.4, 110)
    seal = (page, (centre - 20 - seal_side, h - y0 - 10, centre - 20, h - y0 - 10 + seal_side))
    so = line_of(found, "Số:")
    symbol = min((w for w in found if w[0] == so[0] and abs(w[5] - so[5]) < 3 and w[2] >= so[4]), key=lambda w: w[2], default=None)
    number = (so[0], (so[4] + 4, so[1] - so[5], (symbol[2] if symbol else so[4] + 30) - 1, so[1] - so[3]))
    day = line_of(found, "ngày")
    month = min((w for w in found if w[0] == day[0] and abs(w[5] - day[5]) < 3 and w[2] >= day[4]), key=lambda w: w[2])
    date = (day[0], (day[4] + 8, day[1] - day[5], month[2] - 1, day[1] - day[3]))
    return leader, number, date, seal, room


# ---- chains ----

def size(box):
    return box[2] - box[0], box[3] - box[1]


def by_stamps(office, pdf, out, signer_name):
    """As offices do: new fields at places found by text. The leader's signature is an approval: a certifying
    one forbids new visible fields. Returns the files made, in order."""
    leader, number, date, seal, room = places(pdf, signer_name)
    if room < 30 * 72 / 25.4 - 1:
        raise ValueError("%.1f mm of room for the signature" % (room * 25.4 / 72))
    steps = [(office.leader, "Leader", leader, picture("Chữ ký", *size(leader[1]), (0, 0, 160, 255))),
             (office.agency, "Number", number, picture("45", *size(number[1]), (0, 0, 0, 255))),
             (office.agency, "Date", date, picture("15", *size(date[1]), (0, 0, 0, 255))),
             (office.agency, "Agency", seal, picture("", *size(seal[1]), (200, 0, 0, 255), True))]
    made = []
    for signer, name, (page, box), image in steps:
        path = "%s-a%d%s.pdf" % (out, len(made) + 1, name)
        sign(made[-1] if made else pdf, path, signer, name, image, False, box, page)
        made.append(path)
    return made


def text_fields(pdf):
    """{name: (value, rectangle)} of text fields and the names of signature fields."""
    import pikepdf
    with pikepdf.open(pdf) as p:
        form = p.Root.AcroForm
        text, signature = {}, {}
        for f in form.Fields:
            box = f.Rect if "/Rect" in f else f.Kids[0].Rect
            (text if f.FT == "/Tx" else signature)[str(f.T)] = [float(v) for v in box]
        return text, signature


def looks(filled, text, signature):
    """What is wrong with where a filled form shows its values and its seal."""
    wrong, found = [], words(filled)
    number, line = [next((w for w in found if re.fullmatch(p, w[6])), None) for p in ("45(/QĐ)?", "Số:")]
    if "SoVanBan" in text and (not number or abs(number[5] - line[5]) > 0.1 or not 0 < number[2] - line[4] < 15):
        wrong.append("the number %s does not stand on the line behind %s" % (number, line))
    leader, seal = signature[LEADER], signature[AGENCY]
    share = (seal[2] - leader[0]) / (leader[2] - leader[0])
    if not (seal[0] < leader[0] and abs(share - 1 / 3) < 0.01 and seal[1] < leader[3] and seal[3] > leader[1]):
        wrong.append("the seal %s does not cover the left third of the signature %s" % (seal, leader))
    return wrong


def fill_pypdf(src, dst, values):
    w = PdfWriter(src, incremental=True)
    for page in w.pages:
        w.update_page_form_field_values(page, values, auto_regenerate=False)
    w.write(dst)


def fill_pdfbox(tools, src, dst, values):
    here = os.path.dirname(os.path.abspath(__file__))
    classes = os.path.join(tools, "classes")
    jar = os.path.join(tools, "lib/pdfbox-app-3.0.6.jar")
    if not os.path.exists(os.path.join(classes, "Fill.class")):
        subprocess.run(["javac", "-cp", jar, "-d", classes, os.path.join(here, "Fill.java")], check=True)
    subprocess.run(["java", "-cp", jar + ":" + classes, "Fill", src, dst] + ["%s=%s" % v for v in values.items()], check=True, capture_output=True)


def by_fields(office, tools, pdf, out, certify, filler):
    """With --co-truong: the files of every step, then one that was filled after the agency signed."""
    text, signature = text_fields(pdf)
    given = {"SoVanBan": "45/QĐ" if certify else "45", "Ngay": "15", "Thang": "02"}
    values = {n: given[n.split("PhuLuc")[0]] for n in text}
    step = ["%s-b%s.pdf" % (out, s) for s in ("1leader", "2filled", "3agency", "4late")]
    w, h = size(signature[LEADER])
    sign(pdf, step[0], office.leader, LEADER, picture("Chữ ký", w, h, (0, 0, 160, 255)), certify)

    def fill(src, dst, what):
        if filler == "pypdf":
            fill_pypdf(src, dst, what)
        else:
            fill_pdfbox(tools, src, dst, what)
    fill(step[0], step[1], values)
    w, h = size(signature[AGENCY])
    sign(step[1], step[2], office.agency, AGENCY, picture("", w, h, (200, 0, 0, 255), True))
    if text:
        fill(step[2], step[3], {next(iter(text)): "99"})
    return step
