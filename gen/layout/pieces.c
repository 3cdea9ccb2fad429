/* pieces.c: spans and plain text turned into pieces for the paragraph breaker */
#include <string.h>

#include "inside.h"

enum face face_of(unsigned style) {
    static const uint8_t face[] = {FACE_REGULAR, FACE_BOLD, FACE_ITALIC,
                                   FACE_BOLD_ITALIC};
    return (enum face)face[style & (SPAN_BOLD | SPAN_ITALIC)];
}

static int advance_in(void *ctx, enum face face, uint32_t cp) {
    return font_advance(ctx, face, cp);
}

unsigned item_style(const struct text_item *t, unsigned style) {
    return t->missing ? style | SPAN_MISSING : style;
}

struct measure measure_fonts(struct fonts *f) {
    struct measure m = {.advance = advance_in, .ctx = f};
    for (int face = 0; face < FACES; face++)
        m.table[face] = font_advances(f, (enum face)face);
    return m;
}

static void piece_of(struct layout *l, struct piece *p, const struct span *s,
                     unsigned style) {
    p->face = (uint8_t)face_of(style | s->style);
    p->highlight = (s->style & SPAN_MISSING) != 0;
    p->colour = p->highlight ? COLOUR_RED : COLOUR_BLACK;
    p->text = s->text ? s->text : "";
    p->len = s->text ? s->len : 0;
    p->link = s->link;
    p->value = s->value;
    p->at = s->at;
    switch ((enum span_kind)s->kind) {
    case SPAN_TEXT:
        p->kind = PIECE_TEXT;
        break;
    case SPAN_BREAK:
        p->kind = PIECE_BREAK;
        break;
    case SPAN_NOTE:
        p->kind = PIECE_NOTE;
        p->face = FACE_REGULAR;
        p->note = s->u.note;
        p->text = arena_printf(l->arena, "%d", note_number(l->doc, s->u.note));
        p->len = (uint32_t)strlen(p->text);
        break;
    case SPAN_BLANK:
        p->kind = PIECE_BLANK;
        p->blank = MM(s->u.blank_mm);
        p->field = s->field;
        break;
    }
}

struct piece *pieces_of(struct layout *l, const struct span *s, unsigned base_style,
                        size_t *n) {
    size_t count = 0, i = 0;
    for (const struct span *t = s; t; t = t->next)
        count++;
    struct piece *p = arena_array(l->arena, struct piece, count ? count : 1);
    for (; s; s = s->next, i++) {
        piece_of(l, &p[i], s, base_style);
        p[i].mark = (uint32_t)i + 1;
    }
    *n = count;
    return p;
}

struct piece *pieces_text(struct layout *l, const char *text, const struct value *v,
                          unsigned style, size_t *n) {
    struct piece *p = arena_new_of(l->arena, struct piece);
    p->kind = PIECE_TEXT;
    p->face = (uint8_t)face_of(style);
    p->text = text ? text : "";
    p->len = (uint32_t)strlen(p->text);
    p->highlight = (style & SPAN_MISSING) != 0;
    p->colour = p->highlight ? COLOUR_RED : COLOUR_BLACK;
    p->value = v;
    if (v)
        p->at = v->at;
    *n = 1;
    return p;
}
