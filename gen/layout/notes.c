/* notes.c: footnotes: their height on a page, their place at its foot, and what goes on overleaf */
#include <string.h>

#include "inside.h"

#define NOTE_SIZE 11000
#define STROKE_ROOM 8000 /* above the first footnote, the stroke in its middle */
#define STROKE_WIDTH MM(50)

static struct para *note_para(struct layout *l, int note) {
    if (!l->note_para)
        l->note_para = arena_array(l->arena, struct para *, l->doc->notes);
    if (l->note_para[note])
        return l->note_para[note];
    const struct note *src = &l->doc->note[note];
    size_t n;
    struct piece *body = pieces_of(l, src->spans, 0, &n);
    struct piece *p = arena_array(l->arena, struct piece, n + 2);
    p[0] = (struct piece){.kind = PIECE_NOTE, .face = FACE_REGULAR, .note = note};
    p[0].text = arena_printf(l->arena, "%d", note_number(l->doc, note));
    p[0].len = (uint32_t)strlen(p[0].text);
    p[1] =
        (struct piece){.kind = PIECE_TEXT, .face = FACE_REGULAR, .text = " ", .len = 1};
    memcpy(p + 2, body, n * sizeof *p);
    struct para_spec spec = {.size = NOTE_SIZE,
                             .leading = single_leading(NOTE_SIZE),
                             .width = l->width,
                             .align = ALIGN_JUSTIFY,
                             .mark = PART_NOTE | (uint32_t)note << 8};
    return l->note_para[note] =
               para_break(l->arena, l->diag, &l->measure, p, n + 2, &spec);
}

static bool is_on_page(const struct layout *l, int note) {
    for (size_t i = 0; i < l->page_notes; i++)
        if (l->page_note[i] == note)
            return true;
    return false;
}

/* Footnotes never take more than this of a page; the rest goes on overleaf. */
static int most(const struct layout *l) {
    return (l->bottom - l->top) * 3 / 5;
}

int notes_height(struct layout *l, const int *note, int n) {
    int h = 0;
    for (int i = 0; i < n; i++)
        if (note[i] >= 0 && (size_t)note[i] < l->doc->notes && !is_on_page(l, note[i]))
            h += note_para(l, note[i])->height;
    if (h && l->page_notes == 0)
        h += STROKE_ROOM;
    int room = most(l) - l->notes_reserved;
    return h <= room ? h : room > 0 ? room : 0;
}

void notes_add(struct layout *l, const int *note, int n) {
    l->notes_reserved += notes_height(l, note, n);
    for (int i = 0; i < n; i++) {
        if (note[i] < 0 || (size_t)note[i] >= l->doc->notes || is_on_page(l, note[i]))
            continue;
        if (l->page_notes == l->page_note_cap)
            l->page_note = arena_grow(l->arena, l->page_note, l->page_notes,
                                      &l->page_note_cap, sizeof *l->page_note);
        l->page_note[l->page_notes++] = note[i];
    }
}

void notes_flush(struct layout *l) {
    if (l->page_notes == 0)
        return;
    int y = l->bottom - l->notes_reserved;
    stroke_add(l, l->left, y + STROKE_ROOM / 2, STROKE_WIDTH, 0, 500);
    y += STROKE_ROOM;
    size_t k = 0, line = l->note_line;
    for (; k < l->page_notes; k++, line = 0) {
        const struct para *p = note_para(l, l->page_note[k]);
        for (; line < p->lines && y + p->spec.leading <= l->bottom; line++) {
            line_emit(l, p, line, l->left, y);
            y += p->spec.leading;
        }
        if (line < p->lines)
            break;
    }
    memmove(l->page_note, l->page_note + k, (l->page_notes - k) * sizeof *l->page_note);
    l->page_notes -= k;
    l->note_line = l->page_notes ? line : 0;
    l->notes_reserved = 0;
}

void notes_carry(struct layout *l) {
    int h = STROKE_ROOM;
    l->notes_reserved = 0;
    if (l->page_notes == 0)
        return;
    for (size_t i = 0; i < l->page_notes; i++)
        h += note_para(l, l->page_note[i])->height;
    h -= (int)l->note_line * note_para(l, l->page_note[0])->spec.leading;
    l->notes_reserved = h < most(l) ? h : most(l);
}
