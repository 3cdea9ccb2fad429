/* pages.c: flows placed on pages: breaks, kept neighbours, page numbers, sections, anchors */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define PAGE_SHORT MM(210)
#define PAGE_LONG MM(297)
#define NUMBER_SIZE 14000
#define NUMBER_TOP MM(10)
#define CHAIN_MAX                                                                        \
    24 /* kept neighbours looked at; more than this is no sensible heading */
#define AGENCY_WIDTH (MM(769) / 10)
#define AGENCY_HEIGHT (MM(87) / 10)
#define DRAFT_SIZE 13000

/* ---- pages ----------------------------------------------------------------------------- */

static void page_number_add(struct layout *l) {
    if (l->number < 2)
        return;
    const char *text = arena_printf(l->arena, "%d", l->number);
    int w = text_width(l, FACE_REGULAR, NUMBER_SIZE, text, strlen(text));
    int baseline =
        NUMBER_TOP + line_baseline(l, NUMBER_SIZE, single_leading(NUMBER_SIZE));
    struct item *i = run_add(l, FACE_REGULAR, NUMBER_SIZE, l->left + (l->width - w) / 2,
                             baseline, text, strlen(text));
    i->artifact = true;
}

/* DỰ THẢO in a red frame in the corner above the text. */
static void draft_mark_add(struct layout *l) {
    static const char mark[] = "DỰ THẢO";
    int w = text_width(l, FACE_BOLD, DRAFT_SIZE, mark, sizeof mark - 1);
    int lead = single_leading(DRAFT_SIZE), x = l->left, y = MM(7);
    box_add(l, ITEM_FRAME, x, y, w + MM(4), lead + MM(2), COLOUR_RED);
    struct item *i =
        run_add(l, FACE_BOLD, DRAFT_SIZE, x + MM(2),
                y + MM(1) + line_baseline(l, DRAFT_SIZE, lead), mark, sizeof mark - 1);
    i->artifact = true;
    i->colour = COLOUR_RED;
}

static void page_new(struct layout *l) {
    const struct profile *p = &l->doc->profile;
    if (l->page)
        notes_flush(l);
    if (l->pages->n == l->page_cap)
        l->pages->page = arena_grow(l->arena, l->pages->page, l->pages->n, &l->page_cap,
                                    sizeof *l->pages->page);
    l->page = &l->pages->page[l->pages->n++];
    memset(l->page, 0, sizeof *l->page);
    l->page->w = l->landscape ? PAGE_LONG : PAGE_SHORT;
    l->page->h = l->landscape ? PAGE_SHORT : PAGE_LONG;
    l->page->number = ++l->number;
    l->page->section = l->section;
    l->left = p->left;
    l->top = p->top;
    l->width = l->page->w - p->left - p->right;
    l->bottom = l->page->h - p->bottom;
    l->y = l->top;
    notes_carry(l);
    page_number_add(l);
    if (l->doc->draft)
        draft_mark_add(l);
}

static void section_begin(struct layout *l, int section, bool landscape) {
    l->section = section;
    l->landscape = landscape;
    l->number = 0;
    page_new(l);
}

/* What footnotes are left over gets pages of its own. */
static void section_end(struct layout *l) {
    notes_flush(l);
    while (l->page_notes) {
        page_new(l);
        notes_flush(l);
    }
}

/* ---- anchors ----------------------------------------------------------------------------- */

static void anchor_add(struct layout *l, const struct node *n, int y) {
    if (!n || !n->anchor)
        return;
    struct pages *p = l->pages;
    if (p->anchors == l->anchor_cap)
        p->anchor = arena_grow(l->arena, p->anchor, p->anchors, &l->anchor_cap,
                               sizeof *p->anchor);
    p->anchor[p->anchors++] =
        (struct anchor){.name = n->anchor, .page = (int)p->n - 1, .y = y};
}

/* ---- placing ------------------------------------------------------------------------------- */

static bool is_splittable(const struct flow *f) {
    return para_flow_lines(f) >= (size_t)2 * TOGETHER || table_flow_splits(f);
}

/* Height that must be free for f to begin here with all that it keeps to itself. */
static int chain_need(struct layout *l, struct flow *f) {
    int h = 0;
    for (int k = 0; k < CHAIN_MAX && f->keep_next && f->next && !is_splittable(f); k++) {
        h += f->ops->rest(l, f) + f->next->space_before;
        f = f->next;
    }
    l->ahead = h;
    h += f->ops->least(l, f);
    l->ahead = 0;
    return h;
}

/* A paragraph or table that keeps the next flow may be broken, but not so that its end stays behind. */
static void leave_end(struct layout *l, struct flow *f, int room) {
    bool leave = false;
    if (f->keep_next && f->next && is_splittable(f)) {
        int all = f->ops->rest(l, f) + f->next->space_before + chain_need(l, f->next);
        leave = all > room;
    }
    para_flow_leave(f, leave ? TOGETHER : 0);
    table_flow_leave(f, leave);
}

static void flow_place(struct layout *l, struct flow *f) {
    bool done = false, begun = false;
    while (!done) {
        bool top = l->y == l->top;
        int gap = top || begun ? 0 : f->space_before;
        int room = l->bottom - l->notes_reserved - l->y - gap;
        int need = begun ? f->ops->least(l, f) : chain_need(l, f);
        if (need > room && !top) {
            page_new(l);
            continue;
        }
        leave_end(l, f, room);
        size_t pages = l->pages->n;
        int y = l->y + gap, used = f->ops->place(l, f, l->left, y, room, top, &done);
        if (used == 0 && !done) {
            if (top) /* nothing helps: a flow that refuses an empty page */
                return;
            page_new(l);
            continue;
        }
        if (!begun && pages == l->pages->n)
            anchor_add(l, f->node, y);
        begun = true;
        l->y = y + used;
        if (!done)
            page_new(l);
    }
}

static void flows_place(struct layout *l, const struct flow_list *list) {
    for (size_t i = 0; i < list->n; i++)
        flow_place(l, list->v[i]);
}

/* The last two lines of the body, the last row of a table or a picture stay with the signature. */
static void keep_with_signature(const struct flow_list *list) {
    size_t lines = 0;
    for (size_t i = list->n; i-- > 0 && lines < TOGETHER;) {
        size_t n = para_flow_lines(list->v[i]);
        list->v[i]->keep_next = true;
        lines += n ? n : TOGETHER;
    }
}

/* ---- sections -------------------------------------------------------------------------------- */

static bool blocks_collect(struct layout *l, struct flow_list *list,
                           const struct node *parent) {
    bool ok = true;
    for (const struct node *n = parent->first; n; n = n->next)
        if (n->kind != NODE_APPENDIX)
            ok &= block_flows(l, list, n);
    return ok;
}

static bool body_lay(struct layout *l) {
    struct flow_list list = {0};
    section_begin(l, 0, l->doc->landscape);
    if (!l->doc->plain) {
        official_head(l);
        official_flows(l, &list);
    }
    size_t text = list.n - l->doc->official.can_cus;
    bool ok = blocks_collect(l, &list, l->doc->root);
    if (!l->doc->plain && l->doc->official.kinh_guis && text < list.n)
        list.v[text]->space_before += 6000;
    if (!l->doc->plain) {
        keep_with_signature(&list);
        flow_add(l, &list, signature_flow(l));
    }
    if (ok)
        flows_place(l, &list);
    return ok;
}

/* NĐ 30 Phụ lục I, II.8b: a file of its own carries the agency's signature in the top right corner of its
 * first page, without seal; the size is that of the decree's Mẫu 2.2. The margin above the text has
 * room for it, because the first page has no number. */
static void agency_field_add(struct layout *l, const struct node *n) {
    struct item *i =
        field_box_add(l, FIELD_SEAL, l->left + l->width - AGENCY_WIDTH,
                      l->top - AGENCY_HEIGHT - MM(1), AGENCY_WIDTH, AGENCY_HEIGHT);
    i->node = n->id;
    i->mark = PART_APPENDIX_LABEL;
}

static bool appendix_lay(struct layout *l, const struct node *n, int section) {
    const struct appendix *a = n->u.appendix;
    struct flow_list list = {0};
    bool follows = a->follows && section > 1 && a->landscape == l->landscape;
    if (follows) {
        l->section = section;
    } else {
        section_end(l);
        section_begin(l, section, a->landscape);
    }
    if (l->doc->alone && l->doc->fields)
        agency_field_add(l, n);
    appendix_flows(l, &list, n);
    bool ok = blocks_collect(l, &list, n);
    if (ok)
        flows_place(l, &list);
    return ok;
}

/* ---- characters outside the standard repertoire ------------------------------------------------ */

static int cp_compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

struct cp_list {
    uint32_t *v;
    size_t n, cap;
    unsigned char *seen; /* a bit a code point, made with the first one */
};

#define CODE_POINTS 0x110000

static void extra_add(struct layout *l, struct cp_list *list, uint32_t cp) {
    if (!list->seen)
        list->seen = arena_alloc(l->arena, CODE_POINTS / 8);
    if (cp >= CODE_POINTS || list->seen[cp / 8] >> (cp % 8) & 1)
        return;
    list->seen[cp / 8] |= (unsigned char)(1u << (cp % 8));
    vec_push(l->arena, list, cp);
}

static void extras_of_run(struct layout *l, const struct item *i, struct cp_list *list) {
    const char *t = i->u.run.text, *end = t + i->u.run.len;
    while (t < end) {
        if ((unsigned char)*t < 0x7F && *t >= ' ') {
            t++;
            continue;
        }
        uint32_t cp = text_next(&t, end);
        if (!font_is_standard(cp))
            extra_add(l, list, cp);
    }
}

static void extras_collect(struct layout *l) {
    struct cp_list list[FACES] = {0};
    for (size_t p = 0; p < l->pages->n; p++) {
        const struct page *page = &l->pages->page[p];
        for (size_t i = 0; i < page->n; i++)
            if (page->item[i].kind == ITEM_RUN)
                extras_of_run(l, &page->item[i], &list[page->item[i].face]);
    }
    for (int f = 0; f < FACES; f++) {
        if (list[f].n)
            qsort(list[f].v, list[f].n, sizeof *list[f].v, cp_compare);
        l->pages->extra[f] = list[f].v;
        l->pages->extras[f] = list[f].n;
    }
}

/* Whatever went wrong before: nothing is lost silently. The first run of each page tells. */
static void expect_on_page(struct layout *l, size_t p) {
    const struct page *page = &l->pages->page[p];
    for (size_t k = 0; k < page->n; k++) {
        const struct item *i = &page->item[k];
        if (i->kind != ITEM_RUN ||
            (i->x >= 0 && i->x + i->w <= page->w && i->y > 0 && i->y <= page->h))
            continue;
        struct origin at = i->value ? i->value->at : (struct origin){0};
        diag_add(l->diag, E_OFF_PAGE, at,
                 arena_strndup(l->arena, i->u.run.text, i->u.run.len),
                 diag_fmt(l->diag, "%d", page->number), NULL);
        return;
    }
}

struct pages *layout_pages(struct doc *doc, struct diag *d, struct fonts *f) {
    struct layout l = {.doc = doc, .diag = d, .fonts = f, .arena = doc->arena};
    int errors = diag_count(d, SEV_ERROR), section = 0;
    l.measure = measure_fonts(f);
    l.measure.draft = doc->draft;
    l.pages = arena_new_of(doc->arena, struct pages);
    bool ok = doc->alone || body_lay(&l);
    for (const struct node *n = doc->root->first; n; n = n->next)
        if (n->kind == NODE_APPENDIX)
            ok &= appendix_lay(&l, n, ++section);
    section_end(&l);
    ok &= doc->draft || diag_count(d, SEV_ERROR) == errors;
    for (size_t p = 0; ok && p < l.pages->n; p++)
        expect_on_page(&l, p);
    if (!ok || (!doc->draft && diag_count(d, SEV_ERROR) > errors))
        return NULL;
    extras_collect(&l);
    return l.pages;
}
