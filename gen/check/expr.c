/* expr.c: the tokens of an expression to its syntax tree */
#include "expr.h"

#include <string.h>

struct parser {
    struct lexer lex;
    const char *source;
    int nodes, depth;
    bool ok;
};

/* ---- functions: names and counts of arguments ----------------------------------------- */

#define ANY 64 /* as many as one likes */

static const struct {
    const char *name;
    uint8_t least, most;
    const char *usage;
} function[FUNCTIONS] = {
    [FN_TONG] = {"tong", 1, 2, "tong(bang.cot) / tong(bang.cot, dieu_kien)"},
    [FN_DEM] = {"dem", 1, 2, "dem(bang) / dem(bang.cot) / dem(bang, dieu_kien)"},
    [FN_NHO_NHAT] = {"nho_nhat", 1, ANY, "nho_nhat(bang.cot) / nho_nhat(a, b)"},
    [FN_LON_NHAT] = {"lon_nhat", 1, ANY, "lon_nhat(bang.cot) / lon_nhat(a, b)"},
    [FN_TRUNG_BINH] = {"trung_binh", 1, ANY, "trung_binh(bang.cot) / trung_binh(a, b)"},
    [FN_O] = {"o", 2, 2, "o(bang.cot, dieu_kien)"},
    [FN_LIEN_TUC] = {"lien_tuc", 1, 1, "lien_tuc(bang.cot)"},
    [FN_SO_THIEU] = {"so_thieu", 1, 1, "so_thieu(bang.cot)"},
    [FN_KHAC_NHAU] = {"khac_nhau", 1, 1, "khac_nhau(bang.cot)"},
    [FN_LAP] = {"lap", 1, 1, "lap(bang.cot)"},
    [FN_CO_TRONG] = {"co_trong", 2, 2, "co_trong(gia_tri, bang.cot)"},
    [FN_TY_LE] = {"ty_le", 2, 2, "ty_le(phan, toan_bo)"},
    [FN_CHENH] = {"chenh", 2, 2, "chenh(nay, truoc)"},
    [FN_TANG_TRUONG] = {"tang_truong", 2, 2, "tang_truong(nay, truoc)"},
    [FN_XU_HUONG] = {"xu_huong", 2, 2, "xu_huong(nay, truoc)"},
    [FN_NEU] = {"neu", 3, 3, "neu(dieu_kien, dung, sai)"},
    [FN_CHON] = {"chon", 3, ANY, "chon(dk_1, gt_1, …, con_lai)"},
    [FN_CO] = {"co", 1, 1, "co(ten)"},
    [FN_KHOP] = {"khop", 3, 3, "khop(a, b, chu_so)"},
    [FN_LAM_TRON] = {"lam_tron", 2, 2, "lam_tron(a, chu_so)"},
    [FN_TUYET_DOI] = {"tuyet_doi", 1, 1, "tuyet_doi(a)"},
    [FN_SO] = {"so", 1, 1, "so(chi_tieu)"},
    [FN_DAT] = {"dat", 2, 2, "dat(ket_qua, chi_tieu)"},
    [FN_NOI] = {"noi", 1, ANY, "noi(a, b, …)"},
    [FN_CHUA] = {"chua", 2, 2, "chua(chu, doan)"},
    [FN_NAM] = {"nam", 1, 1, "nam(ngay)"},
    [FN_THANG] = {"thang", 1, 1, "thang(ngay)"},
    [FN_NGAY] = {"ngay", 1, 1, "ngay(ngay)"},
};

const char *function_name(enum expr_function fn) {
    return function[fn].name;
}

/* ---- nodes ------------------------------------------------------------------------------ */

static void fail(struct parser *p, enum diag_code code, struct origin at, const char *one,
                 const char *two) {
    if (p->ok && p->lex.kind != TOK_BAD)
        diag_add(p->lex.d, code, at, one, two, NULL);
    p->ok = false;
}

static struct expr *node(struct parser *p, enum expr_kind kind, size_t from, size_t to,
                         struct origin at) {
    struct expr *x = arena_new_of(p->lex.a, struct expr);
    if (++p->nodes > EXPR_MAX_NODES)
        fail(p, E_EXPR_LONG, at, diag_fmt(p->lex.d, "%d", EXPR_MAX_NODES), "");
    x->kind = (uint8_t)kind;
    x->source = p->source;
    x->from = (uint32_t)from;
    x->to = (uint32_t)to;
    x->at = at;
    return x;
}

/* A node for the token at hand. */
static struct expr *leaf(struct parser *p, enum expr_kind kind) {
    return node(p, kind, p->lex.from, p->lex.to, p->lex.place.at);
}

/* NULL when an operand could not be read. */
static struct expr *two(struct parser *p, enum expr_kind kind, struct expr *l,
                        struct expr *r) {
    if (!l || !r)
        return NULL;
    struct expr *x = node(p, kind, l->from, r->to, l->at);
    x->args = 2;
    x->arg = arena_array(p->lex.a, struct expr *, 2);
    x->arg[0] = l;
    x->arg[1] = r;
    return x;
}

static struct expr *one(struct parser *p, enum expr_kind kind, size_t from,
                        struct origin at, struct expr *of) {
    if (!of)
        return NULL;
    struct expr *x = node(p, kind, from, of->to, at);
    x->args = 1;
    x->arg = arena_array(p->lex.a, struct expr *, 1);
    x->arg[0] = of;
    return x;
}

static bool take(struct parser *p, enum sign sign) {
    if (p->lex.kind != TOK_SIGN || p->lex.sign != sign)
        return false;
    lex_next(&p->lex);
    return true;
}

/* The words of other languages. */
static const char *own_word(const char *word) {
    static const char *const known[][2] = {
        {"and", "va"},      {"or", "hoac"},   {"not", "khong"}, {"AND", "va"},
        {"OR", "hoac"},     {"NOT", "khong"}, {"VA", "va"},     {"HOAC", "hoac"},
        {"KHONG", "khong"}, {"mod", NULL}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_eq(word, known[i][0]))
            return known[i][1];
    return NULL;
}

/* In [ ] and { } of YAML a comma ends a text without quotes. */
static bool is_cut(const struct lexer *l) {
    return l->kind == TOK_END && l->place.raw && !l->place.quote && *l->place.raw == ',';
}

static void expected(struct parser *p, const char *vi, const char *en) {
    if (is_cut(&p->lex)) {
        fail(p, E_EXPR_CUT, p->lex.place.at, "", "");
        return;
    }
    const struct lexer *l = &p->lex;
    const char *want = diag_word(l->d, vi, en);
    const char *here = arena_strndup(l->a, l->text + l->from, l->to - l->from);
    const char *word = l->kind == TOK_NAME ? own_word(here) : NULL;
    if (word)
        fail(p, E_EXPR_SIGN, l->place.at, here, word);
    else if (l->kind == TOK_END)
        fail(p, E_EXPR_ENDS, l->place.at, want, "");
    else
        fail(p, E_EXPR_EXPECTED, l->place.at, want, here);
}

/* ---- the grammar, loosest first -------------------------------------------------------------- */

static struct expr *parse_or(struct parser *p);

static void call_unknown(struct parser *p, const struct expr *x) {
    const char *names[FUNCTIONS];
    struct buf all = {0};
    for (int i = 0; i < FUNCTIONS; i++) {
        names[i] = function[i].name;
        buf_printf(&all, i ? ", %s" : "%s", names[i]);
    }
    const char *near = text_nearest(x->text, names, FUNCTIONS);
    const char *hint =
        near ? diag_fmt(p->lex.d, diag_word(p->lex.d, "có phải “%s”?", "is “%s” meant?"),
                        near)
             : diag_fmt(p->lex.d, diag_word(p->lex.d, "có các hàm %s", "there are %s"),
                        all.data);
    buf_free(&all);
    fail(p, E_EXPR_FUNCTION, x->at, x->text, hint);
}

static struct expr *parse_call(struct parser *p, struct expr *x) {
    struct {
        struct expr **v;
        size_t n, cap;
    } arg = {0};
    int fn = 0;
    while (fn < FUNCTIONS && !str_eq(function[fn].name, x->text))
        fn++;
    x->kind = EX_CALL;
    if (fn == FUNCTIONS) {
        call_unknown(p, x);
        return x;
    }
    x->fn = (uint8_t)fn;
    lex_next(&p->lex);
    if (p->lex.kind != TOK_SIGN || p->lex.sign != SIGN_CLOSE)
        do {
            struct expr *a = parse_or(p);
            vec_push(p->lex.a, &arg, a);
        } while (p->ok && take(p, SIGN_COMMA));
    x->arg = arg.v;
    x->args = (int)arg.n;
    x->to = (uint32_t)p->lex.to;
    if (p->ok && (p->lex.kind != TOK_SIGN || p->lex.sign != SIGN_CLOSE))
        expected(p, "“)” hoặc dấu phẩy và một dấu cách", "“)” or a comma and a blank");
    else if (p->ok && (x->args < function[fn].least || x->args > function[fn].most))
        fail(p, E_EXPR_ARGUMENTS, x->at, function[fn].name, function[fn].usage);
    else if (p->ok && fn == FN_CHON && x->args % 2 == 0)
        fail(p, E_EXPR_ARGUMENTS_ODD, x->at, function[fn].name, function[fn].usage);
    lex_next(&p->lex);
    return x;
}

static void split_name(struct parser *p, struct expr *x) {
    struct arena *a = p->lex.a;
    struct {
        const char **v;
        size_t n, cap;
    } step = {0};
    for (const char *s = x->text;;) {
        size_t n = strcspn(s, ".");
        const char *part = arena_strndup(a, s, n);
        vec_push(a, &step, part);
        if (!s[n])
            break;
        s += n + 1;
    }
    x->step = step.v;
    x->steps = (int)step.n;
}

static struct expr *parse_name(struct parser *p) {
    struct expr *x = leaf(p, EX_NAME);
    x->text = p->lex.word;
    lex_next(&p->lex);
    if (p->lex.kind == TOK_SIGN && p->lex.sign == SIGN_OPEN)
        return parse_call(p, x);
    split_name(p, x);
    return x;
}

static struct expr *parse_parentheses(struct parser *p) {
    size_t from = p->lex.from;
    struct origin at = p->lex.place.at;
    lex_next(&p->lex);
    struct expr *x = parse_or(p);
    if (x) {
        x->from = (uint32_t)from;
        x->to = (uint32_t)p->lex.to;
        x->at = x->kind == EX_NAME ? x->at : at; /* a name is told where it stands */
    }
    if (p->ok && !take(p, SIGN_CLOSE))
        expected(p, "“)”", "“)”");
    return x;
}

static struct expr *parse_atom(struct parser *p) {
    struct lexer *l = &p->lex;
    struct expr *x = NULL;
    if (l->kind == TOK_NUMBER) {
        x = leaf(p, EX_NUMBER);
        x->number = l->number;
        x->percent = l->percent;
        x->digits = (uint16_t)l->digits;
        lex_next(l);
    } else if (l->kind == TOK_TEXT) {
        x = leaf(p, EX_TEXT);
        x->text = l->word;
        lex_next(l);
    } else if (l->kind == TOK_NAME) {
        x = parse_name(p);
    } else if (l->kind == TOK_SIGN && l->sign == SIGN_OPEN) {
        x = parse_parentheses(p);
    } else {
        expected(p, "một tên, một số, một đoạn chữ trong ngoặc kép hoặc “(”",
                 "a name, a number, a text in quotes or “(”");
    }
    return x;
}

/* The functions below nest for every parenthesis, call and sign in front. */
static bool deeper(struct parser *p) {
    if (++p->depth > EXPR_MAX_DEPTH)
        fail(p, E_EXPR_DEEP, p->lex.place.at, diag_fmt(p->lex.d, "%d", EXPR_MAX_DEPTH),
             "");
    return p->ok;
}

static struct expr *parse_unary(struct parser *p) {
    size_t from = p->lex.from;
    struct origin at = p->lex.place.at;
    struct expr *x = NULL;
    if (!deeper(p))
        return NULL;
    if (take(p, SIGN_SUBTRACT)) {
        x = one(p, EX_NEGATE, from, at, parse_unary(p));
    } else {
        x = parse_atom(p);
        if (p->ok && take(p, SIGN_POWER))
            x = two(p, EX_POWER, x, parse_unary(p));
    }
    p->depth--;
    return x;
}

static struct expr *parse_product(struct parser *p) {
    struct expr *x = parse_unary(p);
    while (p->ok && p->lex.kind == TOK_SIGN) {
        enum sign sign = p->lex.sign;
        if (sign != SIGN_MULTIPLY && sign != SIGN_DIVIDE)
            break;
        lex_next(&p->lex);
        x = two(p, sign == SIGN_MULTIPLY ? EX_MULTIPLY : EX_DIVIDE, x, parse_unary(p));
    }
    return x;
}

static struct expr *parse_sum(struct parser *p) {
    struct expr *x = parse_product(p);
    while (p->ok && p->lex.kind == TOK_SIGN) {
        enum sign sign = p->lex.sign;
        if (sign != SIGN_ADD && sign != SIGN_SUBTRACT)
            break;
        lex_next(&p->lex);
        x = two(p, sign == SIGN_ADD ? EX_ADD : EX_SUBTRACT, x, parse_product(p));
    }
    return x;
}

static bool is_comparison(const struct parser *p) {
    return p->lex.kind == TOK_SIGN && p->lex.sign >= SIGN_EQUAL &&
           p->lex.sign <= SIGN_AT_LEAST;
}

static struct expr *parse_comparison(struct parser *p) {
    struct expr *x = parse_sum(p);
    if (!p->ok || !is_comparison(p))
        return x;
    enum expr_kind kind = (enum expr_kind)(EX_EQUAL + (int)p->lex.sign - (int)SIGN_EQUAL);
    lex_next(&p->lex);
    x = two(p, kind, x, parse_sum(p));
    if (p->ok && is_comparison(p))
        fail(p, E_EXPR_CHAIN, p->lex.place.at, "", "");
    return x;
}

static struct expr *parse_not(struct parser *p) {
    size_t from = p->lex.from;
    struct origin at = p->lex.place.at;
    if (!take(p, SIGN_NOT))
        return parse_comparison(p);
    if (!deeper(p))
        return NULL;
    struct expr *x = one(p, EX_NOT, from, at, parse_not(p));
    p->depth--;
    return x;
}

static struct expr *parse_and(struct parser *p) {
    struct expr *x = parse_not(p);
    while (p->ok && take(p, SIGN_AND))
        x = two(p, EX_AND, x, parse_not(p));
    return x;
}

static struct expr *parse_or(struct parser *p) {
    if (!deeper(p))
        return NULL;
    struct expr *x = parse_and(p);
    while (p->ok && take(p, SIGN_OR))
        x = two(p, EX_OR, x, parse_and(p));
    p->depth--;
    return x;
}

/* ---- the whole ------------------------------------------------------------------------------------ */

struct expr *expr_parse(struct arena *a, struct diag *d, const char *text, size_t n,
                        struct text_place place) {
    struct parser p = {.lex = {.a = a, .d = d, .text = text, .n = n, .place = place},
                       .source = text,
                       .ok = true};
    if (n > EXPR_MAX_BYTES) {
        diag_add(d, E_EXPR_BYTES, place.at, diag_fmt(d, "%zu", n),
                 diag_fmt(d, "%u", EXPR_MAX_BYTES), NULL);
        return NULL;
    }
    lex_next(&p.lex);
    if (p.lex.kind == TOK_END) {
        diag_add(d, E_EXPR_EMPTY, place.at, NULL);
        return NULL;
    }
    struct expr *x = parse_or(&p);
    if (p.ok && p.lex.kind != TOK_END)
        expected(&p, "một dấu phép tính", "an operator");
    return p.ok && p.lex.kind != TOK_BAD ? x : NULL;
}

const char *expr_text(struct arena *a, const struct expr *x) {
    return arena_strndup(a, x->source + x->from, x->to - x->from);
}
