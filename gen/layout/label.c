/* label.c: the numbers of pages as readers see them: "3", "PL II-1" */
#include "layout.h"

/* The n-th appendix of the document, from 1. */
static const struct node *appendix_at(const struct doc *doc, int n) {
    for (const struct node *i = doc->root ? doc->root->first : NULL; i; i = i->next)
        if (i->kind == NODE_APPENDIX && --n == 0)
            return i;
    return NULL;
}

static const char *prefix_of(struct arena *a, const struct doc *doc, int section) {
    const struct node *n = section ? appendix_at(doc, section) : NULL;
    if (!n)
        return "";
    const char *number = n->u.appendix->number;
    return number ? arena_printf(a, "PL %s-", number) : "PL-";
}

const struct page_label *page_labels(struct arena *a, const struct doc *doc,
                                     const struct pages *pages) {
    struct page_label *label = arena_array(a, struct page_label, pages->n + 1);
    for (size_t i = 0; i < pages->n; i++) {
        const struct page *page = &pages->page[i];
        label[i].number = page->number;
        /* An appendix that goes on below another one counts on in its pages. */
        label[i].begins = i == 0 || page->number != pages->page[i - 1].number + 1;
        label[i].prefix =
            label[i].begins ? prefix_of(a, doc, page->section) : label[i - 1].prefix;
    }
    return label;
}
