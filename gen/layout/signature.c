/* signature.c: the signature block with the recipients beside it (NĐ 30 Phụ lục I, II.7 and II.9) */
#include <string.h>

#include "inside.h"

#define SIGN_SIZE 14000
#define SIGN_ROOM MM(31) /* between position and name: signature and seal */
/* With fields: a commune's seal at its actual size, which covers neither position nor name. */
#define SEAL MM(36)
#define FIELD_ROOM (SEAL + MM(1))
#define FIELD_WIDTH MM(54)
#define FIELD_HEIGHT MM(30)
#define PAGE_EDGE MM(5)
#define NOTE_HEAD_SIZE 12000
#define NOTE_SIZE 11000
#define SPACE_BEFORE 12000
#define COLUMN_GAP MM(4)
#define SIGNERS_ABREAST 3

/* What one signer prints: paragraphs above the room, the name below it. */
struct sign_column {
    struct para **line;
    size_t lines;
    struct para *name;
    int x, width;
    int above; /* height of the lines */
};

struct sign_row {
    struct sign_column column[SIGNERS_ABREAST];
    size_t first, n; /* signers */
    int above, height;
};

struct signature_flow {
    struct flow flow; /* first: the flow is the signature_flow */
    int room;         /* between position and name */
    struct sign_row *row;
    size_t rows;
    int signed_height; /* of all rows */
    bool beside;       /* recipients stand beside the signature, else below */
    struct para **note;
    size_t notes;
    size_t done; /* notes already on a page */
    bool signed_off;
};

static struct signature_flow *of(struct flow *f) {
    return (struct signature_flow *)f;
}

/* ---- signers -------------------------------------------------------------------------- */

static const char *caps(struct layout *l, const char *text) {
    return text_upper(l->arena, arena_strdup(l->arena, text));
}

static struct para *centred(struct layout *l, const struct text_item *t, bool upper,
                            int width, uint32_t mark) {
    struct para *p =
        text_para(l, upper && !t->missing ? caps(l, t->text) : t->text, t->value,
                  item_style(t, SPAN_BOLD), SIGN_SIZE, width, ALIGN_CENTER);
    p->spec.mark = mark;
    return p;
}

static void column_set(struct layout *l, struct sign_column *c, size_t signer, int x,
                       int width) {
    const struct signer *s = &l->doc->official.signer[signer];
    uint32_t k = (uint32_t)signer;
    c->x = x;
    c->width = width;
    c->line = arena_array(l->arena, struct para *, s->authorities + 1);
    for (size_t i = 0; i < s->authorities; i++)
        c->line[c->lines++] = centred(l, &s->authority[i], true, width,
                                      PART_AUTHORITY | (k * 16 + (uint32_t)i) << 8);
    if (s->position.text && *s->position.text)
        c->line[c->lines++] =
            centred(l, &s->position, true, width, PART_POSITION | k << 8);
    for (size_t i = 0; i < c->lines; i++)
        c->above += c->line[i]->height;
    c->name = s->name.text && *s->name.text
                  ? centred(l, &s->name, false, width, PART_NAME | k << 8)
                  : NULL;
}

static int column_width(const struct layout *l, const struct signature_flow *f,
                        size_t abreast) {
    if (f->beside)
        return l->width / 2;
    return l->width / (int)abreast - (abreast > 1 ? COLUMN_GAP : 0);
}

/* As many side by side as leave each name on one line: the signing programs look for the whole name. */
static size_t abreast_of(const struct layout *l, const struct signature_flow *f) {
    const struct official *o = &l->doc->official;
    size_t n = o->signers < SIGNERS_ABREAST ? o->signers
               : o->signers == 4            ? 2
                                            : SIGNERS_ABREAST;
    int widest = 0;
    for (size_t i = 0; i < o->signers; i++) {
        const char *name = o->signer[i].name.text ? o->signer[i].name.text : "";
        int w = text_width(l, FACE_BOLD, SIGN_SIZE, name, strlen(name));
        widest = w > widest ? w : widest;
    }
    while (n > 1 && widest > column_width(l, f, n))
        n--;
    return n;
}

static void rows_set(struct layout *l, struct signature_flow *f) {
    const struct official *o = &l->doc->official;
    size_t abreast = abreast_of(l, f);
    f->row = arena_array(l->arena, struct sign_row, o->signers + 1);
    for (size_t i = 0; i < o->signers; i += abreast) {
        struct sign_row *r = &f->row[f->rows++];
        size_t n = o->signers - i < abreast ? o->signers - i : abreast;
        r->first = i;
        int each = f->beside ? l->width / 2 : l->width / (int)n;
        for (size_t k = 0; k < n; k++) {
            struct sign_column *c = &r->column[r->n++];
            int x = f->beside ? l->width - each : (int)k * each;
            column_set(l, c, i + k, x + (n > 1 ? COLUMN_GAP / 2 : 0),
                       each - (n > 1 ? COLUMN_GAP : 0));
            r->above = c->above > r->above ? c->above : r->above;
        }
        for (size_t k = 0; k < n; k++) {
            int name = r->column[k].name ? r->column[k].name->height : 0;
            int h = r->above + f->room + name;
            r->height = h > r->height ? h : r->height;
        }
        f->signed_height += r->height + (f->rows > 1 ? SPACE_BEFORE : 0);
    }
}

static int para_put(struct layout *l, const struct para *p, int x, int y) {
    for (size_t i = 0; i < p->lines; i++, y += p->spec.leading)
        line_emit(l, p, i, x, y);
    return y;
}

/* Where the fields of a column stand, from the left edge of the text. */
static int field_width(const struct sign_column *c) {
    return c->width < FIELD_WIDTH ? c->width : FIELD_WIDTH;
}

static int field_x(const struct sign_column *c) {
    return c->x + (c->width - field_width(c)) / 2;
}

/* The seal covers the left third of the signature (NĐ 30 Phụ lục I, II.8). */
static int seal_x(const struct sign_column *c) {
    return field_x(c) + field_width(c) / 3 - SEAL;
}

/* The field of a signer, and over the first one's that of the agency. */
static void fields_put(struct layout *l, const struct sign_column *c, size_t signer,
                       int x, int y) {
    struct item *i =
        field_box_add(l, FIELD_SIGNATURE, x + field_x(c),
                      y + (FIELD_ROOM - FIELD_HEIGHT) / 2, field_width(c), FIELD_HEIGHT);
    i->u.field.signer = (uint16_t)signer;
    i->mark = PART_POSITION | (uint32_t)signer << 8;
    if (signer > 0)
        return;
    int seal = x + seal_x(c);
    i = field_box_add(l, FIELD_SEAL, seal > PAGE_EDGE ? seal : PAGE_EDGE,
                      y + (FIELD_ROOM - SEAL) / 2, SEAL, SEAL);
    i->mark = PART_POSITION;
}

static void row_put(struct layout *l, const struct signature_flow *f,
                    const struct sign_row *r, int x, int y) {
    for (size_t k = 0; k < r->n; k++) {
        const struct sign_column *c = &r->column[k];
        int at = y;
        for (size_t i = 0; i < c->lines; i++)
            at = para_put(l, c->line[i], x + c->x, at);
        if (l->doc->fields)
            fields_put(l, c, r->first + k, x, y + r->above);
        if (c->name)
            para_put(l, c->name, x + c->x, y + r->above + f->room);
    }
}

/* ---- recipients ----------------------------------------------------------------------------- */

/* "- Sở Nội vụ;", the last one with a full stop, whatever marks were typed. */
static const char *recipient_text(struct layout *l, const char *text, bool last) {
    while (*text == ' ' || *text == '-')
        text++;
    size_t n = strlen(text);
    while (n && strchr(";,. ", text[n - 1]))
        n--;
    return arena_printf(l->arena, "- %.*s%s", (int)n, text, last ? "." : ";");
}

/* Drafter and number of copies: "PL.(300)". */
static const char *drafter_text(struct layout *l) {
    const struct official *o = &l->doc->official;
    const char *who = o->drafter.text ? o->drafter.text : "";
    const char *copies = o->copies.text ? o->copies.text : "";
    size_t n = strlen(who);
    while (n && who[n - 1] == '.')
        n--;
    who = caps(l, arena_strndup(l->arena, who, n));
    if (!*who && !*copies)
        return NULL;
    if (!*copies)
        return arena_printf(l->arena, "%s.", who);
    return arena_printf(l->arena, *copies == '(' ? "%s.%s" : "%s.(%s)", who, copies);
}

static void notes_set(struct layout *l, struct signature_flow *f) {
    const struct official *o = &l->doc->official;
    int width = f->beside ? l->width / 2 - COLUMN_GAP : l->width;
    if (f->beside && l->doc->fields && seal_x(&f->row->column[0]) - MM(1) < width)
        width = seal_x(&f->row->column[0]) - MM(1);
    f->note = arena_array(l->arena, struct para *, o->noi_nhans + 2);
    if (o->noi_nhans)
        f->note[f->notes++] = text_para(l, "Nơi nhận:", NULL, SPAN_BOLD | SPAN_ITALIC,
                                        NOTE_HEAD_SIZE, width, ALIGN_LEFT);
    if (f->notes)
        f->note[0]->spec.mark = PART_NOI_NHAN_TITLE;
    for (size_t i = 0; i < o->noi_nhans; i++) {
        const char *text = recipient_text(l, o->noi_nhan[i].text, i + 1 == o->noi_nhans);
        struct para *p =
            text_para(l, text, o->noi_nhan[i].value, item_style(&o->noi_nhan[i], 0),
                      NOTE_SIZE, width, ALIGN_LEFT);
        p->spec.mark = PART_NOI_NHAN | (uint32_t)i << 8;
        f->note[f->notes++] = p;
    }
    const char *drafter = drafter_text(l);
    if (drafter) {
        struct para *p =
            text_para(l, drafter, o->drafter.value, 0, NOTE_SIZE, width, ALIGN_LEFT);
        p->spec.mark = PART_DRAFTER;
        f->note[f->notes++] = p;
    }
}

static int notes_rest(const struct signature_flow *f) {
    int h = 0;
    for (size_t i = f->done; i < f->notes; i++)
        h += f->note[i]->height;
    return h;
}

/* ---- the flow ---------------------------------------------------------------------------------- */

static int signature_rest(struct layout *l, struct flow *flow) {
    (void)l;
    const struct signature_flow *f = of(flow);
    int notes = notes_rest(f);
    if (f->signed_off)
        return notes;
    if (!f->beside)
        return f->signed_height + (notes ? SPACE_BEFORE + notes : 0);
    return f->signed_height > notes ? f->signed_height : notes;
}

/* Put recipients as far as they fit, at least one; returns the y below them. */
static int notes_put(struct layout *l, struct signature_flow *f, int x, int y, int end) {
    bool first = true;
    for (; f->done < f->notes; f->done++, first = false) {
        if (!first && y + f->note[f->done]->height > end)
            break;
        y = para_put(l, f->note[f->done], x, y);
    }
    return y;
}

/* Whole, unless a list of recipients longer than a page forces a split of that list. */
static int signature_place(struct layout *l, struct flow *flow, int x, int y, int room,
                           bool force, bool *done) {
    struct signature_flow *f = of(flow);
    if (signature_rest(l, flow) > room && !force)
        return 0;
    int at = y, low = y;
    if (!f->signed_off) {
        for (size_t i = 0; i < f->rows; i++) {
            if (i)
                at += SPACE_BEFORE;
            row_put(l, f, &f->row[i], x, at);
            at += f->row[i].height;
        }
        low = at;
        f->signed_off = true;
        at = f->beside || f->rows == 0 ? y : at + SPACE_BEFORE;
    }
    if (f->done < f->notes)
        at = notes_put(l, f, x, at, y + room);
    *done = f->done == f->notes;
    return (at > low ? at : low) - y;
}

static const struct flow_ops signature_ops = {signature_rest, signature_rest,
                                              signature_place};

struct flow *signature_flow(struct layout *l) {
    struct signature_flow *f = arena_new_of(l->arena, struct signature_flow);
    f->flow.ops = &signature_ops;
    f->flow.space_before = SPACE_BEFORE;
    f->beside = l->doc->official.signers == 1;
    f->room = l->doc->fields ? FIELD_ROOM : SIGN_ROOM;
    rows_set(l, f);
    notes_set(l, f);
    return &f->flow;
}
