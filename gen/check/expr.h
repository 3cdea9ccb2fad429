/* expr.h: expressions of computed values and checks: the syntax tree, binding to a schema, evaluation */
#ifndef BAOCAO_CHECK_EXPR_H
#define BAOCAO_CHECK_EXPR_H

#include "check.h"

/* Bounds, each with a message that names the place. */
#define EXPR_MAX_BYTES 10000u
#define EXPR_MAX_NODES 1000 /* so the tree is at most that deep: evaluation recurses */
#define EXPR_MAX_DEPTH 128  /* a parenthesis or call takes two */
#define EXPR_MAX_BITS 4096  /* of numerator and denominator */

/* ---- the syntax tree (lex.c, expr.c) ------------------------------------------- */

enum expr_kind {
    EX_NUMBER,
    EX_TEXT,
    EX_NAME,
    EX_CALL,
    EX_NEGATE,
    EX_NOT,
    EX_AND,
    EX_OR,
    EX_EQUAL,
    EX_DIFFERENT,
    EX_LESS,
    EX_AT_MOST,
    EX_MORE,
    EX_AT_LEAST,
    EX_ADD,
    EX_SUBTRACT,
    EX_MULTIPLY,
    EX_DIVIDE,
    EX_POWER
};

enum expr_function {
    FN_TONG,
    FN_DEM,
    FN_NHO_NHAT,
    FN_LON_NHAT,
    FN_TRUNG_BINH,
    FN_O,
    FN_LIEN_TUC,
    FN_SO_THIEU,
    FN_KHAC_NHAU,
    FN_LAP,
    FN_CO_TRONG,
    FN_TY_LE,
    FN_CHENH,
    FN_TANG_TRUONG,
    FN_XU_HUONG,
    FN_NEU,
    FN_CHON,
    FN_CO,
    FN_KHOP,
    FN_LAM_TRON,
    FN_TUYET_DOI,
    FN_SO,
    FN_DAT,
    FN_NOI,
    FN_CHUA,
    FN_NAM,
    FN_THANG,
    FN_NGAY,
    FUNCTIONS
};

/* What a name is, found by expr_bind. */
enum ref_kind {
    REF_NONE,     /* unknown; a message said so */
    REF_FACT,     /* path from the root of the facts */
    REF_COLUMN,   /* column of the row at hand */
    REF_TABLE,    /* a table as a whole */
    REF_OF_TABLE, /* a column of a table: all of its cells */
    REF_OF_LIST, /* a member of the items of a list in the facts; `up` steps lead to the list */
    REF_ROW_NUMBER /* hang */
};

struct expr {
    uint8_t kind;  /* enum expr_kind */
    uint8_t fn;    /* EX_CALL: enum expr_function */
    uint8_t ref;   /* EX_NAME: enum ref_kind */
    bool previous; /* EX_NAME: ky_truoc.…, of the previous period's facts */
    bool
        required; /* EX_NAME: a field that must be there: that it is missing was reported */
    bool typed;   /* EX_NAME: of a field that is no text: one in its place was reported */
    bool anywhere;     /* REF_COLUMN: of the first row around that has it, or a fact */
    bool percent;      /* EX_NUMBER typed with % */
    uint16_t digits;   /* EX_NUMBER: decimals as typed */
    uint32_t from, to; /* bytes of the source that it covers, parentheses around it too */
    int up; /* REF_COLUMN: rows outwards, 0 the innermost; REF_OF_LIST: steps to the list */
    struct origin at;   /* of its first character */
    const char *source; /* the whole source text */
    const char *text;   /* EX_TEXT; EX_NAME: the full name */
    const char **step;  /* EX_NAME: its parts; bound: without ky_truoc */
    int steps;
    const char *unit; /* EX_NAME: don_vi of its field, NULL: none */
    const struct formula
        *formula; /* the computed value that the name is, NULL: given by the data */
    int hint; /* REF_COLUMN, REF_OF_TABLE: place of the column in the rows that were last looked at */
    struct number number;
    struct expr **arg;
    int args;
};

/* Where a text stands, so that its characters are found in the file. */
struct text_place {
    struct origin at; /* of its first character */
    const char *
        raw; /* that character in the file's text, as YAML writes it; NULL: just as in the text */
    char quote; /* of a scalar in quotes, else 0 */
    bool fixed; /* made by the program: all of it stands at `at` */
};

/* Where the text of a YAML scalar begins: behind its quote. */
struct text_place expr_at(const struct value *v);
/* The same for text[pos], going on from the place of text[0]. */
struct text_place place_at(struct text_place p, const char *text, size_t pos);
/* Parse one expression whose text[0] stands at `place`; NULL after messages. The text must live as long
 * as the tree. */
struct expr *expr_parse(struct arena *a, struct diag *d, const char *text, size_t n,
                        struct text_place place);
/* The source text of a node, in the arena. */
const char *expr_text(struct arena *a, const struct expr *x);
const char *function_name(enum expr_function fn);

/* ---- tokens (lex.c) --------------------------------------------------------------- */

enum token_kind {
    TOK_END,
    TOK_NUMBER,
    TOK_TEXT,
    TOK_NAME,
    TOK_SIGN, /* one of the operators and brackets: `sign` */
    TOK_BAD   /* a message was given */
};

enum sign {
    SIGN_NONE,
    SIGN_OPEN,
    SIGN_CLOSE,
    SIGN_COMMA, /* , or ; */
    SIGN_ADD,
    SIGN_SUBTRACT,
    SIGN_MULTIPLY,
    SIGN_DIVIDE,
    SIGN_POWER,
    SIGN_EQUAL,
    SIGN_DIFFERENT,
    SIGN_LESS,
    SIGN_AT_MOST,
    SIGN_MORE,
    SIGN_AT_LEAST,
    SIGN_AND, /* the words va, hoac, khong, also with their marks */
    SIGN_OR,
    SIGN_NOT
};

struct lexer {
    struct arena *a;
    struct diag *d;
    const char *text;
    size_t n, pos;
    struct text_place place; /* of the token at hand; before the first one of text[0] */
    /* the token at hand */
    enum token_kind kind;
    enum sign sign;
    size_t from, to;
    struct number number;
    bool percent;
    int digits;
    const char *word; /* of a name or text */
};

/* Read the next token into l. */
void lex_next(struct lexer *l);

/* ---- binding (bind.c) ------------------------------------------------------------------ */

/* Find out what each name of x is: columns of `table` (NULL: none) first, then facts and tables.
 * false after messages about names that do not exist and columns that need a function. */
bool expr_bind(struct arena *a, struct diag *d, struct expr *x, const struct schema *s,
               const struct table_schema *table);

/* ---- evaluation (eval.c, functions.c) ----------------------------------------------------- */

enum result_kind { RES_MISSING, RES_NUMBER, RES_TEXT, RES_BOOL, RES_DATE };

/* What an expression comes to. */
struct result {
    uint8_t kind; /* enum result_kind */
    bool percent; /* a ratio, printed with % */
    bool yes;
    bool silent; /* MISSING: for a reason that was reported already */
    bool year;   /* NUMBER: never grouped */
    int digits;  /* decimals that it prints with, -1: as many as needed */
    struct number number;
    struct date date;
    const char *text;
    const struct value *from; /* the value that it is, unchanged; NULL: it was computed */
    /* MISSING: what has no value, NULL: a division by zero; and the place to mend */
    const struct expr *lacks;
    struct origin at;
};

/* A row that names are looked up in, innermost first. */
struct row_scope {
    const struct row_scope *up;
    const struct value *row;
};

struct eval {
    struct arena *a; /* of the report: for what stays */
    struct diag *d;
    const struct value *facts;
    const struct value *previous; /* facts of the period before, NULL: none */
    const struct row_scope *row;
    uint64_t steps, steps_max;
    uint64_t
        shown_steps; /* of operands_visit so far: beyond its bound it visits nothing */
    bool quiet;      /* nothing is reported: what is evaluated once more to be shown */
    bool failed;     /* an error was reported: results are void */
    bool exhausted;  /* that there are no steps left was reported */
};

/* The evaluator over a report that was typed; its steps are in proportion to the tables. */
struct eval eval_of_report(struct arena *a, struct diag *d, const struct report *r);
/* Evaluate; after an error e->failed is set and the result is a silent MISSING. */
struct result eval_expr(struct eval *e, const struct expr *x);
struct result eval_call(struct eval *e, const struct expr *x);
/* An operand that must be a number; false: *r becomes the result of the whole (MISSING). */
bool eval_number(struct eval *e, const struct expr *x, struct result *r);
/* The same for a condition: true or false. */
bool eval_bool(struct eval *e, const struct expr *x, struct result *r);
/* A text that is a number becomes one; false: it is none, or an error. */
bool eval_as_number(struct eval *e, struct result *r);
/* A number that was computed, within bounds. */
struct result eval_sized(struct eval *e, const struct expr *x, struct result r);
/* What r prints as, in the arena; its length counts as steps. */
const char *eval_text(struct eval *e, const struct result *r);
/* An error at x, in rows with the row: e->failed is set. Returns a silent MISSING. */
struct result eval_fail(struct eval *e, enum diag_code code, const struct expr *x,
                        const char *one, const char *two);
/* The operand r of x is of a wrong kind: an error at its place in the data, where it has one. */
struct result eval_wrong(struct eval *e, enum diag_code code, const struct expr *x,
                         const struct result *r);
struct result eval_missing(const struct expr *lacks, struct origin at);
/* x / 0 */
struct result eval_zero(const struct expr *divisor, const struct result *zero);
/* Count n steps; false, and e->failed is set, when there are too many. */
bool eval_step(struct eval *e, uint64_t n);
/* x was evaluated as a whole: tell, once, when the steps are used up. */
void eval_end(struct eval *e, const struct expr *x);
/* The result as a typed value is: numbers, texts, dates, booleans; also a number that an undeclared
 * field holds as text. */
struct result result_of_value(struct eval *e, const struct value *v,
                              const struct expr *x);
struct result result_number(struct number n);
struct result result_bool(bool yes);
/* Whether they are the same; a text beside a number, date or condition counts as one when it is one. */
bool eval_alike(struct eval *e, struct result l, struct result r);
/* -2: they cannot be compared. */
int result_compare(const struct result *x, const struct result *y);
/* "hàng 3 của bảng “nhan_luc”" */
const char *row_name(struct diag *d, const struct value *row);
/* What it prints as, in the arena. */
const char *result_text(struct arena *a, const struct result *r);
/* The value that a bound name stands for, NULL: there is none. */
const struct value *ref_value(const struct eval *e, const struct expr *x);
/* What comes of a column whose table or list is not there. */
struct result eval_no_rows(struct eval *e, const struct expr *x);
/* The table of REF_TABLE and REF_OF_TABLE, or the list that a REF_FACT leads through; NULL: none. */
const struct value *ref_rows(const struct eval *e, const struct expr *x);
/* Whether it is a list of facts that are there, but do not give it: a table is another matter. */
bool ref_is_no_list(const struct eval *e, const struct expr *x);
/* The cell of a row for REF_OF_TABLE (or of a list's item), NULL: none. */
const struct value *ref_cell(const struct expr *x, const struct value *row);
/* A number, with its sign, behind an optional operator as in "≥ 70", "40%"; *sign becomes the operator. */
bool target_parse(struct arena *a, const char *text, struct number *n, bool *percent,
                  int *digits, enum sign *sign);

/* ---- computed values (formula.c) ------------------------------------------------------------ */

struct formula {
    const char *name; /* "ho_so.ty_le", "nhan_luc.con_thieu" */
    const struct field *field;
    const struct table_schema *table; /* of a column; NULL: a fact */
    const char *column;
    struct expr *expr;
    const char *absent; /* thieu: what prints without data, NULL: that is an error */
    int digits;         /* chu_so, -1: by the type */
    struct origin at;
    struct formula **need; /* those that it rests on, while ordering */
    size_t needs;
    uint8_t state;
};

/* A template has at most so many computed values, and so many checks. */
#define FORMULAS_MAX 1000
#define RULES_MAX 1000

/* The computed fact, NULL where the facts have no place for it. */
const struct value *formula_value(struct eval *e, const struct formula *f);
/* The decimals that a result prints with as a value; percent: it is a percentage. */
int result_digits(struct arena *a, const struct result *r, bool percent);

/* ---- checks (rules.c) ---------------------------------------------------------------------------- */

/* A message with values: texts and expressions in turn. */
struct rule_part {
    const char *text;            /* or */
    struct expr *value;          /* an expression */
    const struct format *format; /* of its value, NULL: by its type */
    struct origin at;            /* of the formatters */
};

struct rule {
    const char *name;
    struct expr *when, *condition;    /* when may be NULL */
    const struct table_schema *table; /* over its rows; NULL: once */
    struct rule_part *part;
    size_t parts;
    bool warning;
    bool falls, jumps; /* the ready rules luy_ke and bien_dong */
    struct origin at;
};

/* Read `kiem_tra`, bound to the schema. */
void rules_load(struct arena *a, struct diag *d, const struct value *mau,
                struct schema *s);
/* Run them over a report; false when one with severity `loi` failed. */
bool rules_run(struct eval *e, const struct schema *s);

enum rule_outcome {
    RULE_HOLDS,
    RULE_FAILS,
    RULE_NOT_MEANT, /* `khi` is not true */
    RULE_LACKS,     /* something is missing */
    RULE_VOID       /* an error was reported */
};
/* What comes of one check, over the row at hand when it has a table. */
enum rule_outcome rule_apply(struct eval *e, const struct rule *rule);

/* ---- where a result comes from (operands.c) -------------------------------------------------------- */

/* One operand, outermost first; depth counts from 0. */
struct operand {
    const char *text;  /* as the expression has it */
    const char *value; /* printed, NULL: missing */
    struct origin at;
    const char *where;             /* name of a cell, or NULL */
    const struct formula *formula; /* it is computed by this */
    bool previous;                 /* of the period before */
    int depth;
    size_t more; /* > 0: so many further cells that are not listed */
};

/* Visit the operands of an expression: names, the cells of functions over tables (at most `cells` each),
 * and, with `deep`, the operands of those that are computed. */
void operands_visit(struct eval *e, const struct expr *x, bool deep, size_t cells,
                    void (*visit)(void *to, const struct operand *o), void *to);
/* Where a message about x is told: at the first operand that stands in the data of this period, else at its
 * file where something is not there, else (with `former`) in the former period's data, else at `otherwise`;
 * *where is the name of its cell, else of the row at hand, or NULL. */
struct origin operands_place(struct eval *e, const struct expr *x, bool former,
                             struct origin otherwise, const char **where);

#endif
