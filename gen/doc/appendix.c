/* appendix.c: numbers and anchors of the appendices, and whether the text refers to each */
#include "pass.h"

#include <string.h>

static struct node *next_appendix(struct node *n) {
    while (n && n->kind != NODE_APPENDIX)
        n = n->next;
    return n;
}

static int count_appendices(const struct doc *doc) {
    int count = 0;
    for (struct node *n = next_appendix(doc->root->first); n; n = next_appendix(n->next))
        count++;
    return count;
}

/* A number given by the template must follow its neighbours. Returns the number to go on from. */
static int check_given(struct pass *p, const struct node *n, int expected) {
    const char *number = n->u.appendix->number;
    int value = roman_value(number, strlen(number));

    if (value && value != expected)
        diag_add(p->diag, W_APPENDIX_ORDER, n->at, number,
                 text_roman(p->doc->arena, expected), NULL);
    return value ? value : expected;
}

/* "(Kèm theo Báo cáo số … của …)" unless the template says otherwise. */
static void refer_to_document(struct doc *doc, struct node *n) {
    struct appendix *x = n->u.appendix;

    if (x->reference || x->no_reference || !*doc->official.agency.text)
        return;
    const char *text = doc_reference_text(doc->arena, &doc->official);
    x->reference = span_new(doc->arena, SPAN_TEXT, text, strlen(text));
    x->reference->at = n->at;
    if (doc->official.agency.missing)
        x->reference->style = SPAN_MISSING;
}

/* NULL asks for the next number, "" for none; a single appendix has none (NĐ 30 Phụ lục I, III.1). */
void appendices_number(struct pass *p) {
    struct arena *a = p->doc->arena;
    bool single = count_appendices(p->doc) < 2;
    int number = 0;

    for (struct node *n = next_appendix(p->doc->root->first); n;
         n = next_appendix(n->next)) {
        struct appendix *x = n->u.appendix;
        if (x->number && *x->number) {
            number = check_given(p, n, number + 1);
        } else if (x->number || single) {
            x->number = NULL;
        } else {
            x->number = text_roman(a, ++number);
        }
        refer_to_document(p->doc, n);
        if (p->doc->fields)
            places_mark(p->doc, x->reference);
        if (!n->anchor && x->number)
            n->anchor = arena_printf(a, "phu-luc-%s", text_slug(a, x->number, '-'));
        else if (!n->anchor)
            n->anchor = "phu-luc";
    }
}

/* ---- references ------------------------------------------------------------------- */

#define MAX_NUMBER 200

/* What the text refers to. */
struct mentions {
    bool number[MAX_NUMBER + 1];
    bool any;
    bool all; /* "các phụ lục kèm theo" */
};

/* Between two numbers of a list: 1 for "," and "và", 2 for "–", "-", "đến"; 0: the list ends. */
static int joint(const char **s) {
    static const struct {
        const char *word;
        int kind;
    } joints[] = {{", ", 1},
                  {",", 1},
                  {"; ", 1},
                  {" và ", 1},
                  {" - ", 2},
                  {" – ", 2},
                  {"-", 2},
                  {"–", 2},
                  {" đến ", 2},
                  {", phụ lục ", 1},
                  {" và phụ lục ", 1},
                  {" đến phụ lục ", 2},
                  {", Phụ lục ", 1},
                  {" và Phụ lục ", 1},
                  {" đến Phụ lục ", 2}};
    size_t longest = 0;
    int kind = 0;

    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        size_t n = strlen(joints[i].word);
        if (n > longest && str_starts(*s, joints[i].word)) {
            longest = n;
            kind = joints[i].kind;
        }
    }
    *s += longest;
    return kind;
}

static int number_at(const char **s) {
    size_t n = strspn(*s, "IVXLCDM"), digits = strspn(*s, "0123456789");
    int v = n ? roman_value(*s, n) : 0;

    if (digits && digits < 4)
        for (size_t i = 0; i < digits; i++)
            v = v * 10 + ((*s)[i] - '0');
    *s += v ? n + digits : 0;
    return v <= MAX_NUMBER ? v : 0;
}

/* The numbers behind "Phụ lục": "II", "I, II và IV", "I đến X". */
static void mention_list(struct mentions *m, const char *s) {
    s += strspn(s, " ");
    if (str_starts(s, "số "))
        s += strlen("số ");
    int v = number_at(&s), kind;

    m->any = true;
    if (!v) {
        m->all = true;
        return;
    }
    m->number[v] = true;
    while ((kind = joint(&s)) != 0) {
        int next = number_at(&s);
        if (!next)
            return;
        for (int i = kind == 2 && next > v ? v : next; i <= next; i++)
            m->number[i] = true;
        v = next;
    }
}

static void mention_text(struct mentions *m, const char *s) {
    static const char *const words[] = {"hụ lục", "HỤ LỤC"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (const char *at = s; (at = strstr(at, words[i])) != NULL;) {
            at += strlen(words[i]);
            mention_list(m, at);
        }
}

/* A first look for "Phụ lục" in any letter case: most texts hold none and need no copy. */
static bool holds_word(const struct span *s) {
    static const char initials[] = "Pp";

    for (; s; s = s->next)
        for (const char *p = initials; s->kind == SPAN_TEXT && s->len && *p; p++) {
            const char *end = s->text + s->len;
            for (const char *at = s->text;
                 (at = memchr(at, *p, (size_t)(end - at))) != NULL; at++)
                if (end - at > 4 &&
                    (!memcmp(at + 1, "hụ", 4) || !memcmp(at + 1, "HỤ", 4)))
                    return true;
        }
    return false;
}

static void mention_links(struct mentions *m, const struct doc *doc,
                          const struct span *s) {
    for (; s; s = s->next) {
        if (!s->link || s->link[0] != '#')
            continue;
        for (struct node *n = next_appendix(doc->root->first); n;
             n = next_appendix(n->next)) {
            const char *number = n->u.appendix->number;
            if (!str_eq(n->anchor, s->link + 1))
                continue;
            int v = number ? roman_value(number, strlen(number)) : 0;
            m->any = true;
            if (v && v <= MAX_NUMBER)
                m->number[v] = true;
        }
    }
}

static void mention_spans(struct mentions *m, struct pass *p, const struct span *s) {
    mention_links(m, p->doc, s);
    if (holds_word(s))
        mention_text(m, spans_text(p->doc->arena, s));
}

static void mention_body(struct mentions *m, struct pass *p) {
    for (struct node *n = p->doc->root->first; n; n = n->next) {
        if (n->kind == NODE_APPENDIX)
            continue;
        mention_spans(m, p, n->spans);
        if (n->kind != NODE_TABLE)
            continue;
        const struct table *t = n->u.table;
        for (size_t r = 0; r < t->nrows; r++)
            for (int c = 0; c < t->ncols; c++) {
                if (t->row[r].cell[c].spans)
                    mention_spans(m, p, t->row[r].cell[c].spans);
                else if (t->row[r].cell[c].text)
                    mention_text(m, t->row[r].cell[c].text);
            }
    }
    for (size_t i = 0; i < p->doc->notes; i++)
        mention_spans(m, p, p->doc->note[i].spans);
}

void appendices_check(struct pass *p) {
    struct mentions m = {{false}, false, false};

    if (!count_appendices(p->doc))
        return;
    mention_body(&m, p);
    for (struct node *n = next_appendix(p->doc->root->first); n && !m.all;
         n = next_appendix(n->next)) {
        const char *number = n->u.appendix->number;
        int v = number ? roman_value(number, strlen(number)) : 0;
        if (v && v <= MAX_NUMBER ? m.number[v] : m.any)
            continue;
        diag_add(p->diag, W_APPENDIX_UNUSED, n->at,
                 number ? arena_printf(p->doc->arena, "Phụ lục %s", number) : "Phụ lục",
                 NULL);
    }
}
