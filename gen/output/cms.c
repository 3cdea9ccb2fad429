/* cms.c: who signed, from the certificate in a signature's CMS message; nothing is verified */
#include "inspect_inside.h"
#include "qpdf_reader.h"

#include <string.h>

/* Bytes of DER (X.690) not read yet. */
struct der {
    const unsigned char *p;
    size_t n;
};

enum tag {
    INTEGER = 0x02,
    OID = 0x06,
    UTF8_STRING = 0x0C,
    PRINTABLE_STRING = 0x13,
    BMP_STRING = 0x1E,
    SEQUENCE = 0x30,
    SET = 0x31,
    CONTEXT_0 = 0xA0
};

/* Take the next element off `from`. `inside` gets its content, `whole` (may be NULL) all its bytes. */
static bool take(struct der *from, unsigned *tag, struct der *inside, struct der *whole) {
    const unsigned char *p = from->p;
    if (from->n < 2)
        return false;
    size_t head = 2, length = p[1];
    if (length & 0x80) {
        size_t bytes = length & 0x7F;
        if (bytes == 0 || bytes > 4 || from->n < 2 + bytes)
            return false;
        length = 0;
        for (size_t i = 0; i < bytes; i++)
            length = length << 8 | p[2 + i];
        head += bytes;
    }
    if (length > from->n - head)
        return false;
    *tag = p[0];
    *inside = (struct der){p + head, length};
    if (whole)
        *whole = (struct der){p, head + length};
    from->p += head + length;
    from->n -= head + length;
    return true;
}

/* Take an element that must have this tag. */
static bool expect(struct der *from, unsigned wanted, struct der *inside) {
    unsigned tag;
    struct der look = *from;
    if (!take(&look, &tag, inside, NULL) || tag != wanted)
        return false;
    *from = look;
    return true;
}

static bool same(struct der x, struct der y) {
    return x.n == y.n && memcmp(x.p, y.p, x.n) == 0;
}

/* The last common name (2.5.4.3) of a Name. */
static const char *common_name(struct arena *a, struct der name) {
    static const unsigned char cn[] = {0x55, 0x04, 0x03};
    const char *found = NULL;
    struct der set, pair, oid, text;
    while (expect(&name, SET, &set))
        while (expect(&set, SEQUENCE, &pair)) {
            unsigned tag;
            if (!expect(&pair, OID, &oid) || !same(oid, (struct der){cn, sizeof cn}) ||
                !take(&pair, &tag, &text, NULL))
                continue;
            if (tag == UTF8_STRING || tag == PRINTABLE_STRING)
                found = text_clean(a, (const char *)text.p, text.n);
            else if (tag == BMP_STRING) {
                struct buf b = {0};
                char utf8[4];
                for (size_t i = 0; i + 1 < text.n; i += 2)
                    buf_add(
                        &b, utf8,
                        (size_t)utf8_put(utf8, (uint32_t)text.p[i] << 8 | text.p[i + 1]));
                found = text_clean(a, b.data ? b.data : "", b.len);
                buf_free(&b);
            }
        }
    return found;
}

struct certificate {
    struct der serial, issuer, subject;
};

static bool read_certificate(struct der *from, struct certificate *c) {
    struct der outer, body, skipped;
    if (!expect(from, SEQUENCE, &outer) || !expect(&outer, SEQUENCE, &body))
        return false;
    expect(&body, CONTEXT_0, &skipped); /* version */
    return expect(&body, INTEGER, &c->serial) &&
           expect(&body, SEQUENCE, &skipped) && /* algorithm */
           expect(&body, SEQUENCE, &c->issuer) &&
           expect(&body, SEQUENCE, &skipped) && /* validity */
           expect(&body, SEQUENCE, &c->subject);
}

const char *cms_signer(struct arena *a, const char *bytes, size_t n) {
    struct der message = {(const unsigned char *)bytes, n};
    struct der info, oid, wrapped, data, skipped, certificates, signers, signer, id;
    struct der serial, issuer;
    struct certificate c;
    if (!expect(&message, SEQUENCE, &info) || !expect(&info, OID, &oid) ||
        !expect(&info, CONTEXT_0, &wrapped) || !expect(&wrapped, SEQUENCE, &data) ||
        !expect(&data, INTEGER, &skipped) || !expect(&data, SET, &skipped) ||
        !expect(&data, SEQUENCE, &skipped) || !expect(&data, CONTEXT_0, &certificates))
        return NULL;
    expect(&data, CONTEXT_0 + 1, &skipped); /* revocation lists */
    /* The signer is named by issuer and serial number; by a key identifier only in old profiles. */
    bool named = expect(&data, SET, &signers) && expect(&signers, SEQUENCE, &signer) &&
                 expect(&signer, INTEGER, &skipped) && expect(&signer, SEQUENCE, &id) &&
                 expect(&id, SEQUENCE, &issuer) && expect(&id, INTEGER, &serial);
    while (named && read_certificate(&certificates, &c))
        if (same(c.serial, serial) && same(c.issuer, issuer))
            return common_name(a, c.subject);
    return NULL;
}
