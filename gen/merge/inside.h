/* inside.h: what the files of merge/ share: tags, operations, table blocks, the state of a run */
#ifndef BAOCAO_MERGE_INSIDE_H
#define BAOCAO_MERGE_INSIDE_H

#include "merge.h"

/* ---- cells (cells.c) ------------------------------------------------------------ */

/* What XLSX is told about a value that f printed as `text`: format and decimals of the cell, and the
 * number that it shows when that is not v's own. */
void format_cell(struct arena *a, struct cell *c, const struct value *v,
                 const struct format *f, const char *text);

/* ---- tags (scan.c) --------------------------------------------------------- */

enum tag_kind {
    TAG_VALUE,
    TAG_OPEN,
    TAG_INVERT,
    TAG_CLOSE,
    TAG_PART,
    TAG_CITE,
    TAG_COMMENT,
    TAG_LITERAL /* text of the source that must not be taken for a tag */
};

/* Where a tag stands: in running text, alone on its line, or alone on its line between table rows. */
enum tag_place { PLACE_INLINE, PLACE_BLOCK, PLACE_ROW };

/* {{vb "SYMBOL" "OF" FORM}} */
struct cite {
    const char *symbol;
    const char *of; /* body, year or date that picks one of several; NULL */
    enum cite_form form;
};

/* A dotted name; no steps for {{.}}. */
struct name {
    const char *full;
    const char **step;
    int steps;
};

struct tag {
    uint8_t kind, place;
    bool
        broken; /* a message told what is wrong with it or with its pair: print nothing */
    bool used;
    int pair; /* the other end of a section, -1: none */
    struct origin at;
    const char *text; /* name as typed, or the text of a literal */
    struct name name;
    const struct cite *cite; /* TAG_CITE */
    const struct format *format;
};

/* A fenced block of the source, where cmark sees it and where it really stands. */
struct fence {
    int out_line;      /* line of ``` in the text for cmark */
    size_t start, end; /* content in the source */
    int line;          /* line of the content in the file */
    bool closed;
};

/* A source text whose tags are replaced by private-use characters: one per tag, U+F0000 + index. */
struct scan {
    struct arena *a;
    struct diag *d;
    const char *file, *src;
    size_t n;
    int line, col; /* place of src[0] in the file */
    const struct origin
        *place; /* of the tags in order, where src stands otherwise in the file */
    size_t places, placed;
    struct buf out;
    struct {
        struct tag *v;
        size_t n, cap;
    } tag;
    struct {
        struct fence *v;
        size_t n, cap;
    } fence;
    struct {
        size_t *v;
        size_t n, cap;
    } src_line, out_line; /* offsets of line starts */
    struct {
        struct scan_map {
            size_t out, src;
        } * v;
        size_t n, cap;
    } map;
    struct {
        int *v;
        size_t n, cap;
    } open; /* sections not closed yet */
    bool overflow;
    int unmatched;       /* ends without a beginning so far */
    const char *crossed; /* the section that another one's end cut off */
    struct {
        size_t src;
        int col;
    } last; /* the place asked for before */
    struct {
        size_t from, to;
    } no_close; /* no "}}" in there */
};

/* Scan Markdown. Messages go to d. The caller frees s->out. */
void scan_markdown(struct scan *s);
/* Scan one line of plain text (a title, an entry of a table block). */
void scan_plain(struct scan *s);
/* Copy Markdown that has no tags. */
void scan_verbatim(struct scan *s);
/* The tag that a private-use character stands for, or NULL. */
struct tag *scan_tag(struct scan *s, uint32_t cp);
/* The place in the file of a place in the text for cmark (both count from 1; col in bytes). */
struct origin scan_origin(struct scan *s, int out_line, int out_col);
/* The line of s->out, without its line feed. */
const char *scan_out_line(const struct scan *s, int out_line, size_t *n);
/* Split a dotted name. */
void name_split(struct arena *a, const char *full, struct name *out);

/* ---- operations -------------------------------------------------------------- */

enum op_kind {
    OP_TEXT,
    OP_VALUE,
    OP_CITE,
    OP_BREAK,
    OP_NOTE,    /* children: text of the note */
    OP_SECTION, /* children: what it repeats */
    OP_PART,
    OP_HEADING,
    OP_PARA,
    OP_FIGURE, /* children: the caption; link: the file */
    OP_BANG,
    OP_PIPE, /* children: OP_ROW and sections over them */
    OP_ROW,  /* children: OP_CELL */
    OP_CELL,
    OP_RULE
};

struct op {
    uint8_t kind;  /* enum op_kind */
    uint8_t style; /* enum span_style bits */
    uint8_t align; /* OP_CELL */
    bool inverted; /* OP_SECTION */
    bool quote;    /* OP_PARA within a block quote */
    bool head;     /* OP_ROW */
    bool fixed;    /* OP_NOTE without tags: the same wherever it is referred to */
    int columns;   /* OP_PIPE */
    int level;     /* OP_HEADING: count of '#' */
    size_t len;
    const char
        *text; /* OP_TEXT; label of OP_PARA; name of OP_PART; anchor of OP_HEADING */
    struct op *first, *next;
    const struct op *link; /* target of a link, file of a figure: texts and values */
    const struct op *alt;  /* OP_FIGURE */
    const struct name *name;
    const struct cite *cite;
    const struct format *format;
    const struct bang *bang;
    struct origin at;
};

/* One compiled file. */
struct compiled {
    const char *file; /* its path */
    const char *dir;  /* pictures are looked for here last */
    const struct op *body;
    struct front *front; /* appendices */
    bool clean;          /* nothing was to be said about it */
};

/* Front matter of an appendix. */
struct front {
    const struct op *title;
    const struct op *reference; /* own text, NULL: none or generated */
    bool landscape, follows, own_file, no_reference, no_number;
    const char *number;
    struct origin at;
};

/* Compile Markdown (its front matter cut off) whose first line is `line` of the file. Errors go to d;
 * what could be compiled is returned. */
const struct op *compile_markdown(struct arena *a, struct diag *d, const char *file,
                                  const char *text, size_t n, int line);
/* Rich text of a value: Markdown without tags. */
const struct op *compile_rich(struct arena *a, struct diag *d, const struct value *v);
/* A scalar of YAML as plain operations; NULL when it has no text. */
const struct op *compile_scalar(struct arena *a, struct diag *d, const struct value *v);
/* The same of a scalar over several lines: the places of its tags in order. */
const struct op *compile_placed(struct arena *a, struct diag *d, const struct value *v,
                                const struct origin *place, size_t places);
/* Compile a whole .md file of a template or report; appendices have front matter. NULL: unreadable. */
struct compiled *compile_file(struct arena *a, struct diag *d, const char *path,
                              const char *dir, bool appendix);
/* The same of its text, read by input_text, which must live as long as the result. */
struct compiled *compile_text(struct arena *a, struct diag *d, const char *path,
                              const char *text, size_t n, const char *dir, bool appendix);

/* ---- table blocks (bang.c) ----------------------------------------------------- */

enum numbering { NUMBER_DEFAULT, NUMBER_ON, NUMBER_BY_GROUP, NUMBER_OWN };
enum group_label { LABEL_ROMAN, LABEL_NUMBER, LABEL_LETTER, LABEL_NONE, LABEL_COLUMN };

struct bang_col {
    const char *name; /* NULL for a head over other columns */
    const struct op *title;
    const struct format *format;
    const char *blank; /* what an empty cell prints, NULL: what its field says */
    bool unit;         /* the head names the unit, the cells do not */
    struct bang_col *child;
    size_t n;
    int width;
    uint8_t align;
    struct origin at;
};

/* A column that a block names. */
struct bang_ref {
    const char *name;
    struct origin at;
};

struct bang {
    struct name data;
    struct origin at;
    struct bang_ref group, group_label_from;
    enum group_label group_label;
    enum numbering numbering;
    struct bang_col *col;
    size_t cols;
    struct bang_ref *merge, *sum;
    size_t merges, sums;
    const struct op *total, *empty, *caption;
    const struct value *filter; /* loc: a condition over the rows, NULL: none */
    bool has_total, number_row;
};

/* Compile the YAML of a table block. NULL after a message. */
const struct bang *bang_compile(struct arena *a, struct diag *d, const char *file,
                                const char *text, size_t n, int line, struct origin at);

/* ---- templates (template.c) ------------------------------------------------------ */

struct tmpl {
    struct arena *arena;
    const char *dir;
    struct value *settings;
    struct schema *schema;
    struct own_cache *own; /* files of the reports so far */
    struct {
        struct tmpl_file {
            const char *name;
            const struct compiled *file;
        } * v;
        size_t n, cap;
    } file;
};

/* The template's compiled appendix or part, NULL: it has none of that name ("phu-luc-1", "doan"). */
const struct compiled *tmpl_file(const struct tmpl *t, const char *name);
/* Files of reports, compiled, for the next reports over the same template; dies with the arena. */
struct own_cache *cache_new(struct arena *a);
/* A report begins: from now on what only earlier ones used may go. */
void cache_begin(struct own_cache *c);
/* Compile a file of a report, or take it as it was compiled before when its text is the same. NULL:
 * unreadable. */
const struct compiled *cache_compile(const struct tmpl *t, struct arena *a,
                                     struct diag *d, const char *path, bool appendix);
bool is_appendix_name(const char *file); /* phu-luc-*.md */

/* ---- a run (exec.c, names.c, tables.c) --------------------------------------------- */

/* Where names are looked up, innermost first. */
struct ctx {
    const struct ctx *up;
    const struct value *v;            /* NULL when only the shape is known */
    const struct table_schema *table; /* shape of the rows, NULL: unknown */
    const struct value *siblings;     /* the list or table that v is an item of */
    const char *path; /* its name from the root of the facts, NULL: an item */
    int serial;       /* tells contexts apart: 0 is the root */
    bool open; /* names that v lacks may still exist: nothing can be said about them */
};

struct exec {
    struct arena *a;
    struct diag *d;
    struct doc *doc;
    const struct tmpl *t;
    const struct report *r;
    const struct schema *schema; /* may be NULL */
    const struct ctx *ctx;
    const struct compiled *file; /* being executed */
    bool draft;
    size_t steps;                  /* operations so far, against templates that explode */
    bool stopped;                  /* the bound was reached */
    int serials;                   /* contexts so far */
    int failures;                  /* unknown names so far */
    const struct part_frame *part; /* being executed, innermost first */
    struct {
        struct part_file {
            const char *name;
            const struct compiled *file;
            bool checked;
        } * v;
        size_t n, cap;
    } parts;
    struct {
        struct own_table {
            const char *name;
            struct value *v;
        } * v;
        size_t n, cap;
    } own;              /* tables without a schema */
    const char **names; /* files of the report's folder */
    size_t names_n;
    struct {
        struct note *v;
        size_t n, cap;
    } note;
    struct {
        struct note_seen {
            const struct op *text;
            int note, serial;
        } * v;
        size_t n, cap;
    } seen; /* notes, each with the context it was made in (0 when it has no tags) */
    struct {
        struct blank {
            struct origin at;
            const char *name;
        } * v;
        size_t n, cap;
    } blanks; /* empty values of this paragraph */
    struct {
        struct shape {
            const struct value *list;
            const char *name;
            bool has;
        } * v;
        size_t n, cap;
    } shapes;
    int plain; /* > 0: a text for other purposes than the page, which a draft does not mark */
    bool *cited; /* by id of the register: in full already */
    int brief;   /* within titles, where citations are short and do not count */
    bool ground; /* within a legal ground, where they are in full */
    struct {
        const char *file, *text;
        size_t n;
    } source;     /* the file that a place was looked for in last */
    int compared; /* names with unknown symbols */
    int told;     /* errors about citations: of the data, marked in a draft */
};

/* Spans under construction. */
struct spans {
    struct span *first, **tail;
};

/* Value of a name; NULL when there is none, *known tells whether it may exist. */
const struct value *name_find(struct exec *e, const struct name *nm, bool *known);
/* Report a name that cannot exist, with the nearest that does. */
void name_unknown(struct exec *e, const struct name *nm, struct origin at);
/* Whether a table of this value or schema has a column of that name; what is known of neither may. */
bool column_known(struct exec *e, const struct value *data,
                  const struct table_schema *schema, const char *name);
/* Report a column that does not exist, with the nearest that does. */
void column_unknown(struct exec *e, const struct value *data,
                    const struct table_schema *schema, const char *name,
                    struct origin at);
/* The declaration of a cell or fact of the report; NULL: there is none. */
const struct field *value_field(const struct exec *e, const struct value *v);
/* Its declaration: title, required; NULL when there is none. v is its value, NULL: not known. */
const struct field *name_field(const struct exec *e, const struct name *nm,
                               const struct value *v);
/* Whether it is a fact of the period before. */
bool name_is_former(const struct name *nm);
/* The unit that the formatters of a tag with value v (NULL: not known) print, NULL: they print none.
 * false after a message: they want one and none is declared. */
bool name_unit(struct exec *e, const struct op *tag, const struct value *v,
               const char **unit);
/* The table of a block or section: value and schema; false: there is no such name. */
bool table_find(struct exec *e, const struct name *nm, const struct value **v,
                const struct table_schema **schema);

/* A part being executed. */
struct part_frame {
    const struct part_frame *up;
    const char *name;
};

/* Run blocks into `parent`. */
void exec_blocks(struct exec *e, const struct op *list, struct node *parent);
/* Run what a section repeats: visit(to) for each of its items in their contexts. */
void exec_section(struct exec *e, const struct op *section,
                  void (*visit)(struct exec *e, const struct op *list, void *to),
                  void *to);
/* Look for what is wrong in operations that are not run. */
void exec_check(struct exec *e, const struct op *list);
/* Text of operations without styles, in the arena. */
const char *exec_text(struct exec *e, const struct op *list);
/* The target of a link; NULL: none, or none that can be used (message). */
const char *exec_link(struct exec *e, const struct op *link);
/* Whether a link can lead there; false after a message (ops.c). */
bool link_check(struct diag *d, struct origin place, const char *target);
/* Run operations into a fresh list of spans. */
struct span *exec_spans(struct exec *e, const struct op *list);
/* The same for a title, head or caption: citations in it are short. */
struct span *exec_title(struct exec *e, const struct op *list);
/* Append a value as text: line feeds become breaks, rich text is read as Markdown. */
void put_value(struct exec *e, struct spans *to, const struct value *v, const char *text,
               unsigned style, const char *link);
/* A span of text at the end. */
struct span *put_text(struct exec *e, struct spans *to, const char *text, size_t n,
                      struct origin at);
/* Count one operation more; false: the template makes too much, a message told so. */
bool exec_step(struct exec *e, struct origin at);
/* A pipe table. */
void pipe_build(struct exec *e, const struct op *pipe, struct node *parent);
/* Enter a part, unless it would be within itself: then a message and false. */
bool part_enter(struct exec *e, struct part_frame *frame, const struct op *part);

/* Compiled part by name, the report's own first; NULL after a message. */
struct part_file *part_find(struct exec *e, const char *name, struct origin at);

/* Build the table of a block. With `parent` NULL it is only checked. */
void table_build(struct exec *e, const struct bang *b, struct node *parent);
/* Fill a cell with a value; `unit` as for format_apply. */
void cell_value(struct exec *e, struct cell *c, const struct value *v,
                const struct format *f, const char *unit, struct origin at);

/* ---- defects (defects.c) --------------------------------------------------------------- */

/* The error at a place of the data, or NULL: what is wrong there is not reported a second time. */
const char *defect_at(const struct exec *e, struct origin at);
/* Whether a draft marks the value: a message speaks of its place, or of it among others. */
bool is_marked(const struct exec *e, const struct value *v);
/* Behind a marked value: " [what is wrong]" for each message. */
void put_reasons(struct exec *e, struct spans *to, const struct value *v);
/* "[thiếu: Tổng số hồ sơ]" */
void put_missing(struct exec *e, struct spans *to, const char *title, struct origin at);
/* The page says so in place of v (NULL: there is none) that field or column `name` is missing or empty. */
void missing_shown(struct exec *e, const struct value *v, const char *name);

/* ---- citations (cite.c, typed.c) ------------------------------------------------------- */

/* Whether the tag whose content is s[0..n) is a citation. */
bool cite_begins(const char *s, size_t n);
/* Parse its content, up to "}}" or the '|' of formatters, whose offset goes to *end. NULL after a message. */
const struct cite *cite_parse(struct arena *a, struct diag *d, const char *s, size_t n,
                              struct origin at, size_t *end);
/* Run the tag; `to` NULL: only check that there is such a document. */
void cite_tag(struct exec *e, const struct op *op, struct spans *to);
/* Cite the document whose symbol a value holds, through its formatter vb. */
void cite_value(struct exec *e, const struct value *v, const struct format *f,
                unsigned style, const char *link, struct origin at, struct spans *to);
/* The tags in can_cu of the facts: before the body, for it comes after them. */
void cite_grounds(struct exec *e);
/* Symbols that are typed where the document prints them, against the register. */
void typed_check(struct exec *e);

/* ---- heads (heads.c) ------------------------------------------------------------------ */

#define HEAD_LEVELS 4

/* A column and the titles above it, outermost first. */
struct leaf {
    const struct bang_col *col; /* NULL when the block lists no columns */
    const char *name;
    const struct field *field; /* NULL: not declared */
    struct head_title {
        const struct bang_col *col; /* its title, when it has one */
        const char *text;
    } title[HEAD_LEVELS];
    int depth;
    int at; /* place of the column in the rows of the data, -1: unknown */
};

struct leaves {
    struct leaf *v;
    size_t n, cap;
    int levels;
};

/* The columns of a table block over `data` (may be NULL). */
void leaves_collect(struct exec *e, const struct bang *b, const struct value *data,
                    const struct table_schema *schema, struct leaves *out);
/* The unit that its field declares, NULL: none. */
const char *leaf_unit(const struct leaf *leaf);
/* The last level of a leaf's title as text. */
const char *leaf_title(struct exec *e, const struct leaf *leaf);
/* Fill `levels` rows, and one more with (1), (2) … when `number_row`. */
void heads_fill(struct exec *e, struct row *row, const struct leaves *leaves,
                bool number_row);

#endif
