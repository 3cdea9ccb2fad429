/* official.c: the facts that have a place of their own on the page, as NĐ 30 wants them written */
#include "pass.h"

#include <string.h>

struct reader {
    struct doc *doc;
    struct diag *diag;
    const struct value *facts;
    struct official *o;
    bool ok;
};

struct text_item item_of(struct doc *doc, struct diag *d, const struct value *v) {
    struct text_item t = {.text = "", .value = v};

    if (!v)
        return t;
    t.at = v->at;
    if (v->kind == VALUE_NONE || !v->text)
        return t;
    t.text = text_squeeze(doc->arena, v->text);
    t.missing = doc->draft && (v->flags & VALUE_BROKEN || diag_mentions(d, v->at));
    char *place = v->flags & VALUE_BROKEN
                      ? NULL
                      : placeholder_in(doc->arena, t.text, strlen(t.text));
    if (place)
        diag_add(d, W_PLACEHOLDER, v->at, place, NULL);
    return t;
}

void item_need(struct doc *doc, struct diag *d, struct text_item *t, const char *name,
               const char *title) {
    if (*t->text || !doc->draft)
        return;
    diag_show_subject(d, name);
    if (t->value && !(t->value->flags & VALUE_COMPUTED))
        diag_show_at(d, t->value->at);
    t->text =
        arena_printf(doc->arena, diag_word(d, "[thiếu: %s]", "[missing: %s]"), title);
    t->missing = true;
}

static struct text_item fact(struct reader *r, const char *name) {
    return item_of(r->doc, r->diag, value_get(r->facts, name));
}

static struct text_item needed(struct reader *r, const char *name, const char *title) {
    struct text_item t = fact(r, name);

    item_need(r->doc, r->diag, &t, name, title);
    return t;
}

static void to_upper(struct reader *r, struct text_item *t) {
    t->text = text_upper(r->doc->arena, t->text);
}

/* The length of a dash that a text begins with, and of the blanks behind it. */
static size_t dash_length(const char *s) {
    static const char *const dashes[] = {"- ", "– ", "— ", "+ ", "-", "–"};
    size_t n = 0;

    for (size_t i = 0; i < sizeof dashes / sizeof *dashes && !n; i++)
        if (str_starts(s, dashes[i]))
            n = strlen(dashes[i]);
    return n + strspn(s + n, " ");
}

/* Without a leading dash and without punctuation at the end: the layout writes both. */
static const char *bare(struct arena *a, const char *s) {
    size_t n;

    s += dash_length(s);
    n = strlen(s);
    while (n && strchr(" ;.,", s[n - 1]))
        n--;
    return s[n] ? arena_strndup(a, s, n) : s;
}

/* A list of texts; one text counts as a list of one, blank ones fall out. */
static struct text_item *items(struct reader *r, const char *name, size_t *n) {
    struct value *v = value_get(r->facts, name);
    size_t count = !v || v->kind == VALUE_NONE ? 0 : v->kind == VALUE_LIST ? v->n : 1;
    struct text_item *out = arena_array(r->doc->arena, struct text_item, count + 1);

    *n = 0;
    for (size_t i = 0; i < count; i++) {
        struct text_item t =
            item_of(r->doc, r->diag, v->kind == VALUE_LIST ? v->u.item[i] : v);
        t.text = bare(r->doc->arena, t.text);
        if (*t.text)
            out[(*n)++] = t;
    }
    return out;
}

/* ---- number and symbol ----------------------------------------------------------- */

/* s without blanks at all: "218 /BC-UBND" and "TTr- SKHCN" lose theirs. */
static char *without_blanks(struct arena *a, const char *s) {
    char *out = arena_strdup(a, s), *at = out;

    for (; *s; s++)
        if (*s != ' ')
            *at++ = *s;
    *at = '\0';
    return out;
}

/* "05/BC-UBND" given as the number: split it. */
static void split_number(struct reader *r, char *number) {
    char *slash = strchr(number, '/');

    if (!slash)
        return;
    *slash = '\0';
    diag_add(r->diag, W_OFFICIAL_NUMBER_SYMBOL, r->o->number.at, r->o->number.text,
             number, slash + 1, NULL);
    if (!*r->o->symbol.text)
        r->o->symbol.text = slash + 1;
}

/* Digits with at most one small letter behind ("12a"); numbers below 10 get a 0 (NĐ 30 II.3). */
static void read_number(struct reader *r) {
    struct arena *a = r->doc->arena;
    char *s = without_blanks(a, r->o->number.text);

    split_number(r, s);
    size_t digits = strspn(s, "0123456789");
    bool tail = !s[digits] || (s[digits] >= 'a' && s[digits] <= 'z' && !s[digits + 1]);
    if (*s && (!digits || digits > 9 || !tail)) {
        diag_add(r->diag, E_OFFICIAL_NUMBER, r->o->number.at, r->o->number.text, NULL);
        r->o->number.missing = r->doc->draft;
        r->ok = false;
        return;
    }
    r->o->number.text = digits == 1 ? arena_printf(a, "0%s", s) : s;
}

static bool all_small(const char *s) {
    for (const char *end = s + strlen(s); s < end;) {
        uint32_t cp = utf8_next(&s, end);
        if (lower_of(cp) != cp)
            return false;
    }
    return true;
}

/* The type code keeps its own letter case (TTr, QyĐ, CTr), the rest stays as typed. */
static void read_symbol(struct reader *r) {
    struct arena *a = r->doc->arena;
    const char *s = without_blanks(a, r->o->symbol.text);

    s += strspn(s, "/");
    if (*s && all_small(s))
        s = text_upper(a, s);
    const struct doc_type *type = doc_type_coded(s);
    if (type)
        s = arena_printf(a, "%s%s", type->code, s + strlen(type->code));
    r->o->symbol.text = s;
}

static void check_type(struct reader *r) {
    const struct official *o = r->o;
    const struct doc_type *named = doc_type_named(o->type.text);
    const struct doc_type *coded = doc_type_coded(o->symbol.text);

    if (!*o->type.text) {
        if (str_starts(o->symbol.text, "CV-"))
            diag_add(r->diag, W_OFFICIAL_CV, o->symbol.at, o->symbol.text, NULL);
        if (coded && strchr(o->symbol.text, '-')) {
            diag_add(r->diag, E_OFFICIAL_TYPE_MISSING, o->symbol.at, o->symbol.text,
                     coded->caps, NULL);
            r->ok = false;
        }
        return;
    }
    const struct doc_type *near = named ? NULL : doc_type_near(o->type.text);
    if (near)
        diag_add(r->diag, W_OFFICIAL_TYPE, o->type.at, o->type.text, near->caps, NULL);
    if (named && *o->symbol.text && named != coded)
        diag_add(r->diag, W_OFFICIAL_SYMBOL, o->symbol.at, o->symbol.text, o->type.text,
                 named->code, NULL);
}

/* ---- place and date ----------------------------------------------------------------- */

static void read_place(struct reader *r) {
    static const char *const nouns[] = {"xã ", "phường ", "đặc khu ", "thị trấn "};
    struct arena *a = r->doc->arena;
    struct text_item *t = &r->o->place;
    const char *p = t->text, *end;
    size_t n = strlen(p);

    while (n && strchr(" ,", p[n - 1]))
        n--;
    t->text = p = arena_strndup(a, p, n);
    end = p + n;
    const char *at = p;
    if (!n || t->missing)
        return;
    uint32_t first = utf8_next(&at, end);
    if (lower_of(first) != first || (first >= '0' && first <= '9'))
        return;
    const char *name = p;
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (str_starts(p, nouns[i]))
            name = p + strlen(nouns[i]);
    if (name == p) {
        size_t head = (size_t)(at - p);
        name = arena_printf(a, "%s%s", text_upper(a, arena_strndup(a, p, head)), at);
    }
    diag_add(r->diag, W_OFFICIAL_PLACE, t->at, t->text, name, NULL);
}

static void read_date(struct reader *r) {
    const struct value *v = r->o->issued.value;

    if (v && v->kind == VALUE_DATE)
        r->o->date = v->u.date;
    else if (!v || !v->text || !date_parse(v->text, v->len, &r->o->date))
        r->o->date = (struct date){0, 0, 0};
}

/* ---- căn cứ, kính gửi, nơi nhận -------------------------------------------------------- */

/* The spans of a ground with citations, ended as its text is. */
static struct span *ground_spans(struct doc *doc, const struct text_item *t) {
    struct span *list = NULL, *last = NULL;

    for (size_t i = 0; i < doc->grounds && !list; i++)
        if (doc->ground[i].item == t->value)
            list = doc->ground[i].spans;
    if (!list)
        return NULL;
    spaces_normalise(&list, doc->arena);
    size_t dash = list && !list->cited ? dash_length(list->text) : 0;
    if (dash && dash <= list->len) {
        list->text += dash;
        list->len -= (uint32_t)dash;
    }
    for (struct span *s = list; s; s = s->next)
        last = s;
    if (!last)
        return NULL;
    while (last->kind == SPAN_TEXT && last->len &&
           strchr(" ;.,", last->text[last->len - 1]))
        last->len--;
    last->next = span_new(doc->arena, SPAN_TEXT, t->text + strlen(t->text) - 1, 1);
    last->next->at = t->at;
    return list;
}

static void read_can_cu(struct reader *r) {
    struct official *o = r->o;

    o->can_cu = items(r, "can_cu", &o->can_cus);
    for (size_t i = 0; i < o->can_cus; i++) {
        o->can_cu[i].text = arena_printf(r->doc->arena, "%s%s", o->can_cu[i].text,
                                         i + 1 < o->can_cus ? ";" : ".");
        o->can_cu[i].spans = ground_spans(r->doc, &o->can_cu[i]);
    }
}

static bool is_as_above(const char *s) {
    return str_starts(s, "Như trên") || str_starts(s, "Như Kính gửi") ||
           str_starts(s, "Như kính gửi");
}

/* "Như trên" stands first in the list exactly when there is an addressee (NĐ 30 II.9c). */
static void tie_as_above(struct reader *r) {
    struct official *o = r->o;
    bool there = false;

    for (size_t i = 0; i < o->noi_nhans; i++)
        there = there || is_as_above(o->noi_nhan[i].text);
    if (there && !o->kinh_guis) {
        for (size_t i = 0; i < o->noi_nhans; i++)
            if (is_as_above(o->noi_nhan[i].text))
                diag_add(r->diag, W_OFFICIAL_AS_ABOVE, o->noi_nhan[i].at, NULL);
    } else if (!there && o->kinh_guis && o->noi_nhans) {
        struct text_item *with =
            arena_array(r->doc->arena, struct text_item, o->noi_nhans + 1);
        with[0] = o->kinh_gui[0];
        with[0].text = "Như trên";
        memcpy(with + 1, o->noi_nhan, o->noi_nhans * sizeof *with);
        o->noi_nhan = with;
        o->noi_nhans++;
    }
}

static void check_keep(struct reader *r) {
    const struct official *o = r->o;
    const struct value *v = value_get(r->facts, "noi_nhan");
    struct origin none = {NULL, 0, 0};

    for (size_t i = 0; i < o->noi_nhans; i++) {
        if (!str_starts(o->noi_nhan[i].text, "Lưu"))
            continue;
        if (i + 1 < o->noi_nhans)
            diag_add(r->diag, W_OFFICIAL_KEEP_LAST, o->noi_nhan[i].at,
                     o->noi_nhan[i].text, NULL);
        return;
    }
    diag_add(r->diag, W_OFFICIAL_KEEP, v ? v->at : r->facts ? r->facts->at : none, NULL);
}

/* ---- urgency, circulation, foot ------------------------------------------------------------ */

static void read_urgency(struct reader *r) {
    static const char *const words[] = {"HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"};
    struct text_item *t = &r->o->urgency;

    if (!*t->text)
        return;
    char *slug = text_slug(r->doc->arena, t->text, ' ');
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (str_eq(slug, text_slug(r->doc->arena, words[i], ' '))) {
            t->text = words[i];
            return;
        }
    diag_add(r->diag, E_OFFICIAL_URGENCY, t->at, t->text, NULL);
    t->missing = r->doc->draft;
    r->ok = false;
}

static void read_circulation(struct reader *r) {
    struct text_item *t = &r->o->circulation;

    to_upper(r, t);
    if (*t->text && !str_eq(t->text, "LƯU HÀNH NỘI BỘ") &&
        !str_eq(t->text, "XEM XONG TRẢ LẠI"))
        diag_add(r->diag, W_OFFICIAL_CIRCULATION, t->at, t->text, NULL);
}

/* chan_trang: the parts in the order of NĐ 30, each with its word in front. */
static void read_foot(struct reader *r) {
    static const struct {
        const char *key, *word;
    } parts[] = {{"dia_chi", "Địa chỉ: "},
                 {"dien_thoai", "Điện thoại: "},
                 {"fax", "Fax: "},
                 {"email", "E-mail: "},
                 {"website", "Website: "}};
    const struct value *v = value_get(r->facts, "chan_trang");
    struct official *o = r->o;

    if (!v || v->kind != VALUE_MAP) {
        o->foot = items(r, "chan_trang", &o->foots);
        return;
    }
    o->foot = arena_array(r->doc->arena, struct text_item, sizeof parts / sizeof *parts);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct text_item t = item_of(r->doc, r->diag, value_get(v, parts[i].key));
        if (!*t.text)
            continue;
        t.text = arena_printf(r->doc->arena, "%s%s", parts[i].word, t.text);
        o->foot[o->foots++] = t;
    }
}

/* A draft is not signed. */
static void read_fields(struct reader *r) {
    const struct value *v = value_get(r->facts, "truong_ky");

    r->doc->fields |= v && v->kind == VALUE_BOOL && v->u.yes;
    r->doc->fields &= !r->doc->draft;
}

static const char *subject_of(struct arena *a, const char *s) {
    size_t n = strlen(s);

    while (n && (s[n - 1] == '.' || s[n - 1] == ' ') && !str_ends(s, "..."))
        n--;
    return s[n] ? arena_strndup(a, s, n) : s;
}

bool doc_official(struct doc *doc, struct diag *d, const struct value *facts) {
    struct official *o = &doc->official;
    struct reader r = {doc, d, facts, o, true};

    o->parent_agency = fact(&r, "co_quan_chu_quan");
    o->agency = needed(&r, "co_quan", "Cơ quan ban hành");
    o->number = fact(&r, "so");
    o->symbol = fact(&r, "ky_hieu");
    o->place = needed(&r, "dia_danh", "Địa danh");
    o->issued = needed(&r, "ngay_ban_hanh", "Ngày ban hành");
    o->type = fact(&r, "loai");
    o->subject = needed(&r, "trich_yeu", "Trích yếu");
    o->urgency = fact(&r, "do_khan");
    o->circulation = fact(&r, "pham_vi");
    o->drafter = fact(&r, "nguoi_soan");
    o->copies = fact(&r, "so_ban");
    to_upper(&r, &o->type);
    read_number(&r);
    read_symbol(&r);
    check_type(&r);
    read_place(&r);
    read_date(&r);
    o->subject.text = subject_of(doc->arena, o->subject.text);
    read_can_cu(&r);
    o->kinh_gui = items(&r, "kinh_gui", &o->kinh_guis);
    o->noi_nhan = items(&r, "noi_nhan", &o->noi_nhans);
    tie_as_above(&r);
    check_keep(&r);
    r.ok = signers_read(doc, d, value_get(facts, "nguoi_ky")) && r.ok;
    read_urgency(&r);
    read_circulation(&r);
    read_foot(&r);
    read_fields(&r);
    doc->title = *o->type.text
                     ? arena_printf(doc->arena, "%s %s", o->type.text, o->subject.text)
                     : o->subject.text;
    return r.ok || doc->draft;
}
