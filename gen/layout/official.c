/* official.c: the official parts above the body: title block, agency, number and date, type, subject,
 * recipients, legal grounds; foot address; heads of appendices (NĐ 30 Phụ lục I, Mục II) */
#include <string.h>

#include "inside.h"

#define RIGHT_COLUMN MM(100) /* of Quốc hiệu and date; the agency has the rest */
#define STROKE 750
#define STROKE_DROP 5000 /* from a baseline to the stroke under it */
#define NUMBER_SIZE 13000
#define NUMBER_WORD "Số: "
#define DAY_WORD "gày " /* also where the date opens the line with a capital */
#define MONTH_WORD " tháng "
#define BLANK_NUMBER "              "
#define BLANK_DAY "      "
#define BLANK_YEAR "          "
#define LETTER_SUBJECT_SIZE 12000
#define FOOT_SIZE 11000
#define APPENDIX_STROKE_MAX MM(45) /* no rule; the samples draw a short one */

static const char quoc_hieu[] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
static const char tieu_ngu[] = "Độc lập - Tự do - Hạnh phúc";

/* The two columns of the title block; sizes rise and fall together (12, 13, 13 or 13, 14, 14). */
struct head {
    int left, left_width, right, right_width;
    int size, big, pitch;
    int drop; /* from the top of a row to its baseline */
};

static bool given(const struct text_item *t) {
    return t->text && *t->text;
}

struct para *text_para(struct layout *l, const char *text, const struct value *v,
                       unsigned style, int size, int width, enum cell_align align) {
    size_t n;
    struct piece *p = pieces_text(l, text, v, style, &n);
    struct para_spec spec = {.size = size,
                             .leading = single_leading(size),
                             .width = width,
                             .align = (uint8_t)align};
    return para_break(l->arena, l->diag, &l->measure, p, n, &spec);
}

/* Widths of the last and of the widest line, for the stroke below. */
static int last_width(const struct para *p) {
    return p->lines ? p->line[p->lines - 1].width : 0;
}

/* Lines at a pitch, each baseline `drop` below the top of its row, so that columns of different sizes
 * stand on the same baselines; returns the y below them. */
static int para_put(struct layout *l, const struct para *p, int x, int y, int pitch,
                    int drop) {
    int own = line_baseline(l, p->spec.size, p->spec.leading);
    for (size_t i = 0; i < p->lines; i++, y += pitch)
        line_emit(l, p, i, x, y + drop - own);
    return y;
}

/* Lines of one column at their own pitch. */
static int lines_put(struct layout *l, const struct para *p, int x, int y) {
    int lead = p->spec.leading;
    return para_put(l, p, x, y, lead, line_baseline(l, p->spec.size, lead));
}

static void centred_stroke(struct layout *l, int x, int width, int y, int length) {
    stroke_add(l, x + (width - length) / 2, y, length, 0, STROKE);
}

/* y of the stroke below the row of lines that ends at y. */
static int below_row(const struct head *h, int y) {
    return y - h->pitch + h->drop + STROKE_DROP;
}

/* ---- agency and Quốc hiệu -------------------------------------------------------------- */

/* One agency's name; returns the y below it and the widths that its stroke goes by. */
static int agency_lines_put(struct layout *l, const struct head *h,
                            const struct text_item *name, unsigned style, int y,
                            uint32_t mark, int *last, int *longest) {
    const char *line[4];
    int n = given(name) ? doc_agency_lines(l->arena, name->text, line) : 0;
    if (name->missing) {
        line[0] = name->text;
        n = 1;
    }
    const char *whole = n ? text_upper(l->arena, arena_strdup(l->arena, name->text)) : "";
    enum face face = face_of(style);
    if (style == 0 && n > 1 &&
        text_width(l, face, h->size, whole, strlen(whole)) <= h->left_width) {
        line[0] = whole; /* the agency above needs no line for its place */
        n = 1;
    }
    for (int i = 0; i < n; i++) {
        struct para *p = text_para(l, line[i], name->value, item_style(name, style),
                                   h->size, h->left_width, ALIGN_CENTER);
        p->spec.mark = mark;
        for (size_t k = 0; i + 1 < n && k < p->lines; k++)
            p->line[k].blank = true;
        y = para_put(l, p, h->left, y, h->pitch, h->drop);
        *last = last_width(p);
        *longest = p->natural_width > *longest ? p->natural_width : *longest;
    }
    return y;
}

static int agency_put(struct layout *l, const struct head *h, int y) {
    const struct official *o = &l->doc->official;
    int last = 0, longest = 0;
    y = agency_lines_put(l, h, &o->parent_agency, 0, y, PART_PARENT_AGENCY, &last,
                         &longest);
    longest = 0;
    y = agency_lines_put(l, h, &o->agency, SPAN_BOLD, y, PART_AGENCY, &last, &longest);
    if (longest)
        centred_stroke(l, h->left, h->left_width, below_row(h, y),
                       stroke_under(last, longest));
    return y;
}

static int nation_put(struct layout *l, const struct head *h, int y) {
    struct para *p =
        text_para(l, quoc_hieu, NULL, SPAN_BOLD, h->size, h->right_width, ALIGN_CENTER);
    p->spec.mark = PART_NATION;
    y = para_put(l, p, h->right, y, h->pitch, h->drop);
    p = text_para(l, tieu_ngu, NULL, SPAN_BOLD, h->big, h->right_width, ALIGN_CENTER);
    p->spec.mark = PART_MOTTO;
    y = para_put(l, p, h->right, y, h->pitch, h->drop);
    centred_stroke(l, h->right, h->right_width, below_row(h, y), p->natural_width);
    return y;
}

/* ---- number and date ---------------------------------------------------------------------- */

/* A run has no fallback for its characters: those without glyph are reported, in a draft replaced. */
static const char *run_text(struct layout *l, enum face face, const char *text,
                            struct origin at) {
    struct buf out = {0};
    for (const char *t = text, *end = text + strlen(text); t < end;) {
        const char *from = t;
        uint32_t cp = utf8_next(&t, end);
        if (l->measure.advance(l->measure.ctx, face, cp) >= 0) {
            buf_add(&out, from, (size_t)(t - from));
            continue;
        }
        diag_add(l->diag, E_NO_GLYPH, at,
                 diag_fmt(l->diag, "%.*s", (int)(t - from), from),
                 diag_fmt(l->diag, "U+%04X", (unsigned)cp), NULL);
        buf_adds(&out, "?");
    }
    const char *kept = out.len ? arena_strndup(l->arena, out.data, out.len) : "";
    buf_free(&out);
    return kept;
}

/* One run whatever its width, so that the signing program finds its words. */
static void run_centred(struct layout *l, enum face face, int size, int x, int width,
                        int baseline, const char *text, const struct value *v,
                        bool missing, enum official_part part) {
    int w = text_width(l, face, size, text, strlen(text));
    x += (width - w) / 2;
    if (missing)
        box_add(l, ITEM_FILL, x, baseline - size * 9 / 10, w, size * 23 / 20,
                COLOUR_YELLOW);
    struct item *i = run_add(l, face, size, x, baseline, text, strlen(text));
    i->value = v;
    i->colour = missing ? COLOUR_RED : COLOUR_BLACK;
    i->mark = part;
}

/* Lines of the head that are never broken must fit. */
static void expect_width(struct layout *l, const struct text_item *t, int w, int room) {
    if (w > room)
        diag_add(l->diag, E_OFFICIAL_WIDE, t->at, t->text,
                 diag_fmt(l->diag, "%d", (w + MM(1) - 1) / MM(1)),
                 diag_fmt(l->diag, "%d", room > 0 ? room / MM(1) : 0), NULL);
}

/* A field over the blank at byte `at` of the text of the first run of this line, which the run keeps: the
 * signing programs that know no fields find it unbroken. */
static void blank_field(struct layout *l, enum field_kind k, const char *text, size_t at,
                        const char *blank) {
    const struct item *run = &l->page->item[l->page->n - 1];
    while (run->kind != ITEM_RUN)
        run--;
    int size = run->h, x = run->x + text_width(l, (enum face)run->face, size, text, at);
    int w = text_width(l, (enum face)run->face, size, blank, strlen(blank)), shift = 0;
    if (k != FIELD_NUMBER) /* two digits in the middle */
        shift = (w - size) / 2;
    uint32_t mark = run->mark;
    struct item *i =
        field_text_add(l, k, (enum face)run->face, size, x + shift, run->y, w - shift);
    i->mark = mark;
}

/* Returns where it ends. */
static int number_put(struct layout *l, const struct head *h, int baseline) {
    const struct official *o = &l->doc->official;
    const char *number = given(&o->number) ? o->number.text : BLANK_NUMBER;
    const char *text =
        given(&o->symbol)
            ? arena_printf(l->arena, NUMBER_WORD "%s/%s", number, o->symbol.text)
            : arena_printf(l->arena, NUMBER_WORD "%s", number);
    text = run_text(l, FACE_REGULAR, text, o->symbol.at);
    run_centred(l, FACE_REGULAR, NUMBER_SIZE, h->left, h->left_width, baseline, text,
                o->number.value, o->number.missing || o->symbol.missing, PART_NUMBER);
    int w = text_width(l, FACE_REGULAR, NUMBER_SIZE, text, strlen(text));
    if (l->doc->fields && !given(&o->number))
        blank_field(l, FIELD_NUMBER, text, sizeof NUMBER_WORD - 1, BLANK_NUMBER);
    expect_width(l, &o->symbol, w, h->left_width);
    return h->left + (h->left_width + w) / 2;
}

/* Fields over the blanks of the date line, in the run that was set last. */
static void date_fields_put(struct layout *l, const char *text) {
    struct date d = l->doc->official.date;
    const char *day = strstr(text, DAY_WORD BLANK_DAY);
    const char *month = strstr(text, MONTH_WORD BLANK_DAY);
    if (!d.day && day)
        blank_field(l, FIELD_DAY, text, (size_t)(day - text) + sizeof DAY_WORD - 1,
                    BLANK_DAY);
    if (!d.month && month)
        blank_field(l, FIELD_MONTH, text, (size_t)(month - text) + sizeof MONTH_WORD - 1,
                    BLANK_DAY);
}

static const char *date_text(struct layout *l) {
    const struct official *o = &l->doc->official;
    struct date d = o->date;
    if (o->issued.missing && !d.year) /* what cannot be read stands as it was typed */
        return arena_printf(l->arena, "%s, %s", o->place.text, o->issued.text);
    const char *day = d.day ? arena_printf(l->arena, "%02d", d.day) : BLANK_DAY;
    const char *month =
        !d.month ? BLANK_DAY
                 : arena_printf(l->arena, d.month <= 2 ? "%02d" : "%d", d.month);
    const char *year = d.year ? arena_printf(l->arena, "%d", d.year) : BLANK_YEAR;
    return given(&o->place)
               ? arena_printf(l->arena, "%s, ngày %s tháng %s năm %s", o->place.text, day,
                              month, year)
               : arena_printf(l->arena, "Ngày %s tháng %s năm %s", day, month, year);
}

/* A long place name takes 13 pt, then the room to its left. */
static void date_put(struct layout *l, const struct head *h, int baseline,
                     int number_end) {
    const struct official *o = &l->doc->official;
    const char *text = run_text(l, FACE_ITALIC, date_text(l), o->place.at);
    int size = h->big, w = text_width(l, FACE_ITALIC, size, text, strlen(text));
    if (w > h->right_width) {
        size = 13000;
        w = text_width(l, FACE_ITALIC, size, text, strlen(text));
    }
    int edge = h->right + h->right_width, x = h->right, width = h->right_width;
    expect_width(l, &o->place, w, edge - number_end - MM(2));
    if (w > width) {
        x = edge - w;
        width = w;
    }
    run_centred(l, FACE_ITALIC, size, x, width, baseline, text, o->issued.value,
                o->issued.missing || o->place.missing, PART_PLACE_DATE);
    if (l->doc->fields)
        date_fields_put(l, text);
}

/* ---- frames ---------------------------------------------------------------------------------- */

/* Text in a single frame; returns the y below it. */
static int frame_put(struct layout *l, const struct text_item *t, int x, int y, int w,
                     int h, enum item_colour colour, enum official_part part) {
    const char *text = text_upper(l->arena, arena_strdup(l->arena, t->text));
    text = run_text(l, FACE_BOLD, text, t->at);
    int text_w = text_width(l, FACE_BOLD, 13000, text, strlen(text));
    expect_width(l, t, text_w + MM(3), RIGHT_COLUMN);
    w = w > text_w + MM(3) ? w : text_w + MM(3);
    box_add(l, ITEM_FRAME, x - w / 2, y, w, h, colour);
    struct item *i = run_add(l, FACE_BOLD, 13000, x - text_w / 2,
                             y + line_baseline(l, 13000, h), text, strlen(text));
    i->colour = (uint8_t)colour;
    i->value = t->value;
    i->mark = part;
    return y + h;
}

/* NĐ 30 Phụ lục I, III.2b: HỎA TỐC 30 × 8, THƯỢNG KHẨN 40 × 8, KHẨN 20 × 8 mm. */
static int urgency_put(struct layout *l, const struct head *h, int y) {
    const struct text_item *t = &l->doc->official.urgency;
    const char *text = text_upper(l->arena, arena_strdup(l->arena, t->text));
    int w = str_starts(text, "THƯỢNG") ? MM(40)
            : str_starts(text, "KHẨN") ? MM(20)
                                       : MM(30);
    return frame_put(l, t, h->left + h->left_width / 2, y + 8000, w, MM(8), COLOUR_RED,
                     PART_URGENCY);
}

/* ---- foot address ------------------------------------------------------------------------------ */

static void foot_put(struct layout *l) {
    const struct official *o = &l->doc->official;
    struct para **p = arena_array(l->arena, struct para *, o->foots + 1);
    int h = 0;
    for (size_t i = 0; i < o->foots; i++) {
        p[i] = text_para(l, o->foot[i].text, o->foot[i].value, item_style(&o->foot[i], 0),
                         FOOT_SIZE, l->width, ALIGN_CENTER);
        p[i]->spec.mark = PART_FOOT | (uint32_t)i << 8;
        h += p[i]->height;
    }
    if (h > (l->bottom - l->top) / 4)
        diag_add(l->diag, E_FOOT_HIGH, o->foot[0].at, NULL);
    if (h == 0 || h > (l->bottom - l->top) / 4)
        return;
    int y = l->bottom - h;
    stroke_add(l, l->left, y - 2000, l->width, 0, STROKE);
    for (size_t i = 0; i < o->foots; i++)
        y = lines_put(l, p[i], l->left, y);
    l->bottom -= h + 8000;
}

/* ---- the head of page 1 --------------------------------------------------------------------------- */

static struct head head_of(const struct layout *l) {
    struct head h = {.left = l->left, .size = l->doc->profile.header_size};
    h.big = h.size + 1000;
    h.pitch = single_leading(h.big);
    h.drop = line_baseline(l, h.big, h.pitch);
    h.right_width = RIGHT_COLUMN;
    h.left_width = l->width - h.right_width;
    h.right = l->left + h.left_width;
    return h;
}

/* "V/v …" below the number of an official letter, which has no type. */
static int letter_subject_put(struct layout *l, const struct head *h, int y) {
    const struct text_item *s = &l->doc->official.subject;
    if (!given(s))
        return y;
    bool has = s->missing || str_starts(s->text, "V/v") || str_starts(s->text, "Về việc");
    const char *text = has ? s->text : arena_printf(l->arena, "V/v %s", s->text);
    struct para *p = text_para(l, text, s->value, item_style(s, 0), LETTER_SUBJECT_SIZE,
                               h->left_width - MM(4), ALIGN_CENTER);
    p->spec.mark = PART_SUBJECT;
    return lines_put(l, p, h->left + MM(2), y + 6000);
}

void official_head(struct layout *l) {
    const struct official *o = &l->doc->official;
    struct head h = head_of(l);
    int y = l->y;
    if (given(&o->circulation))
        y = frame_put(l, &o->circulation, h.right + h.right_width / 2, y, 0, MM(8),
                      COLOUR_BLACK, PART_CIRCULATION) +
            4000;
    int left = agency_put(l, &h, y), right = nation_put(l, &h, y);
    int row = below_row(&h, left > right ? left : right) + 7000;
    int baseline = row + h.drop;
    int number_end = number_put(l, &h, baseline);
    date_put(l, &h, baseline, number_end);
    y = row + h.pitch;
    if (!given(&o->type))
        y = letter_subject_put(l, &h, y);
    if (given(&o->urgency))
        y = urgency_put(l, &h, y);
    l->y = y;
    foot_put(l);
}

/* ---- type, subject, recipients, legal grounds ------------------------------------------------------- */

static struct flow *add_para(struct layout *l, struct flow_list *list, struct para *p,
                             int x, int space, bool keep) {
    if (p->lines == 0)
        return NULL;
    struct flow *f = flow_add(l, list, para_flow(l, p, x, space));
    f->keep_next = keep;
    return f;
}

static void title_flows(struct layout *l, struct flow_list *list) {
    const struct official *o = &l->doc->official;
    int inset = MM(10);
    char *type = text_upper(l->arena, arena_strdup(l->arena, o->type.text));
    struct para *p =
        text_para(l, type, o->type.value, SPAN_BOLD, 14000, l->width, ALIGN_CENTER);
    p->spec.mark = PART_TYPE;
    for (size_t i = 0; i < p->lines; i++)
        p->line[i].blank = true; /* the subject goes on in the same heading */
    add_para(l, list, p, 0, 18000, true);
    p = text_para(l, o->subject.text, o->subject.value,
                  item_style(&o->subject, SPAN_BOLD), 14000, l->width - 2 * inset,
                  ALIGN_CENTER);
    p->spec.mark = PART_SUBJECT;
    struct flow *f = add_para(l, list, p, inset, 0, true);
    if (!f)
        return;
    int length = stroke_under(last_width(p), p->natural_width);
    flow_add(l, list, stroke_flow(l, length, 3000, 6000))->keep_next = true;
}

/* Without the mark that the user may have typed at its end, then with ours. */
static const char *ended(struct layout *l, const char *text, const char *mark) {
    size_t n = strlen(text);
    while (n && strchr(";,. ", text[n - 1]))
        n--;
    return arena_printf(l->arena, "%.*s%s", (int)n, text, mark);
}

static const char *undashed(const char *text) {
    while (*text == ' ' || *text == '-' || *text == '+')
        text++;
    return text;
}

#define KINH_GUI "Kính gửi:"

static void recipient_one(struct layout *l, struct flow_list *list,
                          const struct text_item *t) {
    int size = l->doc->profile.body_size;
    const char *text = arena_printf(l->arena, KINH_GUI " %s", undashed(t->text));
    struct para *p =
        text_para(l, text, t->value, item_style(t, 0), size, l->width, ALIGN_CENTER);
    p->spec.mark = PART_KINH_GUI;
    if (p->lines > 1) { /* the further lines below the name */
        int x = MM(20),
            hang = text_width(l, FACE_REGULAR, size, KINH_GUI " ", sizeof KINH_GUI);
        struct para_spec spec = p->spec;
        spec.width = l->width - x;
        spec.indent = -hang;
        spec.align = ALIGN_LEFT;
        p = para_break(l->arena, l->diag, &l->measure, p->piece, p->pieces, &spec);
        add_para(l, list, p, x, 12000, false);
        return;
    }
    add_para(l, list, p, 0, 12000, false);
}

/* Each on a line of its own, the dashes under the colon. */
static void recipients_many(struct layout *l, struct flow_list *list) {
    const struct official *o = &l->doc->official;
    int size = l->doc->profile.body_size, x = MM(35);
    struct para *p = text_para(l, KINH_GUI, NULL, 0, size, l->width - x, ALIGN_LEFT);
    p->spec.mark = PART_KINH_GUI_TITLE;
    add_para(l, list, p, x, 12000, true);
    x += text_width(l, FACE_REGULAR, size, KINH_GUI, sizeof KINH_GUI - 2);
    struct para_spec spec = {.size = size,
                             .leading = single_leading(size),
                             .width = l->width - x,
                             .indent = -text_width(l, FACE_REGULAR, size, "- ", 2),
                             .align = ALIGN_LEFT};
    for (size_t i = 0; i < o->kinh_guis; i++) {
        bool last = i + 1 == o->kinh_guis;
        const char *text = ended(l, undashed(o->kinh_gui[i].text), last ? "." : ";");
        size_t n;
        struct piece *piece =
            pieces_text(l, arena_printf(l->arena, "- %s", text), o->kinh_gui[i].value,
                        item_style(&o->kinh_gui[i], 0), &n);
        spec.mark = PART_KINH_GUI | (uint32_t)i << 8;
        add_para(l, list, para_break(l->arena, l->diag, &l->measure, piece, n, &spec), x,
                 2000, !last);
    }
}

static void grounds_flows(struct layout *l, struct flow_list *list) {
    const struct official *o = &l->doc->official;
    const struct profile *p = &l->doc->profile;
    struct para_spec spec = {.size = p->body_size,
                             .leading =
                                 single_leading(p->body_size) * p->leading_pct / 100,
                             .width = l->width,
                             .indent = p->indent,
                             .align = ALIGN_JUSTIFY};
    for (size_t i = 0; i < o->can_cus; i++) {
        const char *text =
            ended(l, undashed(o->can_cu[i].text), i + 1 == o->can_cus ? "." : ";");
        size_t n;
        struct piece *piece =
            o->can_cu[i].spans ? pieces_of(l, o->can_cu[i].spans, SPAN_ITALIC, &n)
                               : pieces_text(l, text, o->can_cu[i].value,
                                             item_style(&o->can_cu[i], SPAN_ITALIC), &n);
        spec.mark = PART_CAN_CU | (uint32_t)i << 8;
        add_para(l, list, para_break(l->arena, l->diag, &l->measure, piece, n, &spec), 0,
                 p->gap, false);
    }
}

void official_flows(struct layout *l, struct flow_list *list) {
    const struct official *o = &l->doc->official;
    if (given(&o->type))
        title_flows(l, list);
    if (o->kinh_guis == 1)
        recipient_one(l, list, &o->kinh_gui[0]);
    else if (o->kinh_guis > 1)
        recipients_many(l, list);
    grounds_flows(l, list);
}

/* ---- heads of appendices ------------------------------------------------------------------------------ */

static struct para *spans_para(struct layout *l, const struct span *s, unsigned style,
                               bool caps, int size, int width, int node,
                               enum official_part part) {
    size_t n;
    struct piece *p = pieces_of(l, s, style, &n);
    for (size_t i = 0; caps && i < n; i++)
        if (p[i].kind == PIECE_TEXT) {
            p[i].text =
                code_upper(l->arena, arena_strndup(l->arena, p[i].text, p[i].len));
            p[i].len = (uint32_t)strlen(p[i].text);
        }
    struct para_spec spec = {.size = size,
                             .leading = single_leading(size),
                             .width = width,
                             .align = ALIGN_CENTER,
                             .node = node,
                             .mark = part};
    return para_break(l->arena, l->diag, &l->measure, p, n, &spec);
}

/* On one line where 13 pt or the full width allow it. */
static struct para *reference_para(struct layout *l, const struct node *n, int inset,
                                   int *x) {
    const struct span *s = n->u.appendix->reference;
    *x = 0;
    for (int size = 14000; size >= 13000; size -= 1000) {
        struct para *p = spans_para(l, s, SPAN_ITALIC, false, size, l->width, n->id,
                                    PART_APPENDIX_REFERENCE);
        if (p->lines < 2)
            return p;
    }
    *x = inset;
    return spans_para(l, s, SPAN_ITALIC, false, 14000, l->width - 2 * inset, n->id,
                      PART_APPENDIX_REFERENCE);
}

void appendix_flows(struct layout *l, struct flow_list *list, const struct node *n) {
    const struct appendix *a = n->u.appendix;
    int inset = MM(10), width = l->width - 2 * inset;
    const char *head = a->number && *a->number
                           ? arena_printf(l->arena, "Phụ lục %s", a->number)
                           : "Phụ lục";
    struct para *p = text_para(l, head, NULL, SPAN_BOLD, 14000, width, ALIGN_CENTER),
                *last = p;
    p->spec.node = n->id;
    p->spec.mark = PART_APPENDIX_LABEL;
    for (size_t i = 0; i < p->lines; i++)
        p->line[i].blank = true; /* the title goes on in the same heading */
    struct flow *first = add_para(l, list, p, inset, 18000, true);
    if (first)
        first->node = n;
    p = spans_para(l, a->title, SPAN_BOLD, true, 14000, width, n->id,
                   PART_APPENDIX_TITLE);
    if (add_para(l, list, p, inset, 0, true))
        last = p;
    int x;
    p = reference_para(l, n, inset, &x);
    if (add_para(l, list, p, x, 0, true))
        last = p;
    int length = stroke_under(last_width(last), last->natural_width);
    length = length < APPENDIX_STROKE_MAX ? length : APPENDIX_STROKE_MAX;
    flow_add(l, list, stroke_flow(l, length, 3000, 6000))->keep_next = true;
}
