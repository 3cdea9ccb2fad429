/* signers.c: who signs: authority, position and name, as NĐ 30 Phụ lục I, II.7 wants them */
#include "pass.h"

#include <string.h>

/* "K/T CHỦ TỊCH" -> "KT. CHỦ TỊCH"; the text itself when nothing is wrong. */
static const char *authority_text(struct arena *a, const char *s, bool *wrong) {
    static const struct {
        const char *form, *right;
        bool wrong; /* the blank alone is mended without a word */
    } forms[] = {
        {"K/T", "KT.", true},   {"T/M", "TM.", true},    {"T/L", "TL.", true},
        {"T/UQ", "TUQ.", true}, {"KT/", "KT.", true},    {"TM/", "TM.", true},
        {"TL/", "TL.", true},   {"TUQ/", "TUQ.", true},  {"Q/", "Q.", true},
        {"KT ", "KT.", true},   {"TM ", "TM.", true},    {"TL ", "TL.", true},
        {"TUQ ", "TUQ.", true}, {"KT.", "KT.", false},   {"TM.", "TM.", false},
        {"TL.", "TL.", false},  {"TUQ.", "TUQ.", false}, {"Q.", "Q.", false},
    };

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (!str_starts(s, forms[i].form))
            continue;
        const char *rest = s + strlen(forms[i].form);
        rest += strspn(rest, ". ");
        *wrong = forms[i].wrong;
        return *rest ? arena_printf(a, "%s %s", forms[i].right, rest) : s;
    }
    return s;
}

static struct text_item authority_of(struct doc *doc, struct diag *d,
                                     const struct value *v) {
    struct text_item t = item_of(doc, d, v);
    bool wrong = false;
    const char *typed = text_upper(doc->arena, t.text);

    t.text = authority_text(doc->arena, typed, &wrong);
    if (wrong)
        diag_add(d, W_SIGNER_SLASH, t.at, typed, t.text, NULL);
    return t;
}

static void read_authorities(struct doc *doc, struct diag *d, struct signer *s,
                             const struct value *v) {
    size_t count = !v || v->kind == VALUE_NONE ? 0 : v->kind == VALUE_LIST ? v->n : 1;

    s->authority = arena_array(doc->arena, struct text_item, count + 1);
    for (size_t i = 0; i < count; i++) {
        struct text_item t =
            authority_of(doc, d, v->kind == VALUE_LIST ? v->u.item[i] : v);
        if (*t.text)
            s->authority[s->authorities++] = t;
    }
}

static void check_academic(struct diag *d, const struct text_item *name) {
    static const char *const titles[] = {
        "GS.",     "PGS.",    "TS.",     "TSKH.",       "ThS.",    "Ths.",    "THS.",
        "CN.",     "KS.",     "BS.",     "BSCKI",       "BSCKII",  "DS.",     "NGND",
        "NGƯT",    "GS ",     "PGS ",    "TS ",         "ThS ",    "Ths ",    "CN ",
        "KS ",     "BS ",     "Giáo sư", "Phó giáo sư", "Tiến sĩ", "Thạc sĩ", "Tiến sỹ",
        "Thạc sỹ", "Cử nhân", "Kỹ sư",   "Bác sĩ",      "Bác sỹ"};

    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        if (str_starts(name->text, titles[i])) {
            diag_add(d, W_SIGNER_ACADEMIC, name->at, diag_fmt(d, "%s", titles[i]), NULL);
            return;
        }
}

/* At least two words without one small letter. */
static bool in_capitals(const char *s) {
    const char *end = s + strlen(s);
    bool blank = false;

    while (s < end) {
        const char *before = s;
        uint32_t cp = utf8_next(&s, end);
        blank = blank || *before == ' ';
        bool capital = lower_of(cp) != cp;
        if (!capital && cp != ' ' && cp != '.' && cp != '-')
            return false;
    }
    return blank;
}

static void check_signer(struct diag *d, const struct signer *s) {
    check_academic(d, &s->name);
    if (in_capitals(s->name.text))
        diag_add(d, W_SIGNER_CAPITALS, s->name.at, s->name.text, NULL);
    for (size_t i = 0; i < s->authorities; i++) {
        const char *text = s->authority[i].text;
        if (str_starts(text, "KT. ") && str_eq(text + strlen("KT. "), s->position.text))
            diag_add(d, W_SIGNER_DEPUTY, s->position.at, text, s->position.text, NULL);
    }
}

/* A draft shows what is missing. */
static void signer_need(struct doc *doc, struct diag *d, struct signer *s) {
    item_need(doc, d, &s->position, "nguoi_ky.chuc_vu", "Chức vụ");
    item_need(doc, d, &s->name, "nguoi_ky.ho_ten", "Họ tên");
}

static bool signer_read(struct doc *doc, struct diag *d, struct signer *s,
                        const struct value *v) {
    if (v->kind != VALUE_MAP) {
        diag_add(d, E_SIGNER_SHAPE, v->at, NULL);
        return false;
    }
    read_authorities(doc, d, s, value_get(v, "quyen_han"));
    s->position = item_of(doc, d, value_get(v, "chuc_vu"));
    s->position.text = text_upper(doc->arena, s->position.text);
    s->name = item_of(doc, d, value_get(v, "ho_ten"));
    check_signer(d, s);
    signer_need(doc, d, s);
    return true;
}

bool signers_read(struct doc *doc, struct diag *d, const struct value *v) {
    struct official *o = &doc->official;
    size_t count = !v || v->kind == VALUE_NONE ? 0 : v->kind == VALUE_LIST ? v->n : 1;
    bool ok = true;

    o->signer = arena_array(doc->arena, struct signer, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct value *x = v->kind == VALUE_LIST ? v->u.item[i] : v;
        if (signer_read(doc, d, &o->signer[o->signers], x))
            o->signers++;
        else
            ok = false;
    }
    if (!o->signers && doc->draft) {
        struct signer *s = &o->signer[o->signers++];
        s->position.text = s->name.text = "";
        signer_need(doc, d, s);
        diag_show_subject(d, "nguoi_ky");
    }
    return ok;
}
