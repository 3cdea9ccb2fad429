/* register.c: van_ban.csv, the register of documents that reports cite: its columns, its rows, its folders */
#include "inside.h"

#include <string.h>

#define TABLE "van_ban"
#define FILE_NAME TABLE ".csv"

enum role {
    ROLE_SYMBOL,
    ROLE_KIND,
    ROLE_DATE,
    ROLE_BODY,
    ROLE_ABSTRACT,
    ROLE_LINK,
    ROLES
};

/* A column by its name, its title, and the slugs of other titles that offices write. */
static const struct {
    const char *name, *title, *slug[6];
} role[ROLES] = {
    {"so_ky_hieu",
     "Số, ký hiệu",
     {"so_va_ky_hieu", "so_hieu", "so_ki_hieu", "so_ky_hieu_van_ban", "so_hieu_van_ban"}},
    {"loai",
     "Loại văn bản",
     {"loai_van_ban", "ten_loai", "ten_loai_van_ban", "the_loai"}},
    {"ngay",
     "Ngày ban hành",
     {"ngay_ban_hanh", "ngay_thang", "ngay_van_ban", "ngay_thang_nam",
      "thoi_gian_ban_hanh"}},
    {"co_quan",
     "Cơ quan ban hành",
     {"co_quan_ban_hanh", "noi_ban_hanh", "don_vi_ban_hanh", "co_quan_to_chuc_ban_hanh"}},
    {"trich_yeu",
     "Trích yếu",
     {"trich_yeu_noi_dung", "trich_yeu_van_ban", "noi_dung_trich_yeu"}},
    {"lien_ket", "Liên kết", {"duong_dan", "duong_lien_ket", "link", "url"}},
};

struct register_loader {
    struct arena *a;
    struct diag *d;
    struct registers *r;
    struct value *table;
    int column[ROLES]; /* of the table, -1: it has none */
};

/* ---- columns ---- */

static bool is_usual(const char *slug, enum role k) {
    for (size_t i = 0; i < sizeof role[k].slug / sizeof *role[k].slug; i++)
        if (role[k].slug[i] && str_eq(slug, role[k].slug[i]))
            return true;
    return str_eq(slug, role[k].name);
}

/* By the names of the columns first, then by their usual titles; whether there are symbols. */
static bool find_columns(struct register_loader *l) {
    size_t n;
    const struct column *c = value_columns(l->table, &n);
    for (int k = 0; k < ROLES; k++) {
        l->column[k] = -1;
        for (size_t i = 0; i < n && l->column[k] < 0; i++)
            if (str_eq(c[i].key, role[k].name))
                l->column[k] = (int)i;
        for (size_t i = 0; i < n && l->column[k] < 0; i++)
            if (is_usual(text_slug(l->a, c[i].title, '_'), (enum role)k))
                l->column[k] = (int)i;
    }
    return l->column[ROLE_SYMBOL] >= 0;
}

static bool is_taken(const struct register_loader *l, size_t column) {
    for (int k = 0; k < ROLES; k++)
        if (l->column[k] == (int)column)
            return true;
    return false;
}

static void fail(struct register_loader *l, enum diag_code code, struct origin at,
                 const char *one, const char *two) {
    diag_add(l->d, code, at, one, two, NULL);
    l->r->broken = true;
}

/* A column whose title comes near to this role: false after a message. */
static bool no_near_column(struct register_loader *l, enum role k) {
    const char *const names[] = {role[k].name, role[k].title};
    size_t n;
    const struct column *c = value_columns(l->table, &n);
    for (size_t i = 0; i < n; i++) {
        const char *near = is_taken(l, i) ? NULL : text_nearest(c[i].title, names, 2);
        if (!near)
            continue;
        fail(l, E_COLUMN_UNKNOWN_NEAR, c[i].at, c[i].title, near);
        return false;
    }
    return true;
}

static void check_columns(struct register_loader *l) {
    for (int k = ROLE_SYMBOL; k < ROLE_LINK; k++)
        if (l->column[k] < 0 && no_near_column(l, (enum role)k))
            fail(l, E_REGISTER_COLUMN, l->table->at, role[k].name, role[k].title);
}

/* Columns that no template names go by the names of their roles. */
static void name_columns(struct register_loader *l) {
    size_t n;
    struct column *c = value_columns(l->table, &n);
    for (int k = 0; k < ROLES; k++) {
        if (l->column[k] < 0)
            continue;
        c[l->column[k]].key = role[k].name;
        for (uint32_t i = 0; i < l->table->n; i++)
            l->table->u.item[i]->u.member[l->column[k]].key = role[k].name;
    }
}

/* ---- rows ---- */

static struct value *cell_of(const struct register_loader *l, const struct value *row,
                             enum role k) {
    return l->column[k] >= 0 ? &row->u.member[l->column[k]] : NULL;
}

static const char *text_of(const struct register_loader *l, const struct value *row,
                           enum role k) {
    const struct value *v = cell_of(l, row, k);
    return v && v->kind != VALUE_NONE && v->text ? v->text : "";
}

static void fail_cell(struct register_loader *l, struct citable *x, enum diag_code code,
                      const struct value *v, const char *one, const char *two) {
    diag_add_where(l->d, code, v->at, value_where(l->d, v), one, two, NULL);
    x->flawed = l->r->broken = true;
}

/* A date is typed in place; where a template wants the column as text it stays text. */
static void read_date(struct register_loader *l, struct value *row, struct citable *x,
                      bool declared) {
    static const struct field field = {.name = "ngay", .type = FT_DATE};
    struct value *v = cell_of(l, row, ROLE_DATE);
    if (!v || v->kind == VALUE_NONE)
        return;
    if (v->kind == VALUE_TEXT && declared) {
        if (!date_parse(v->text, v->len, &x->date))
            fail_cell(l, x, E_DATE, v, v->text, "");
        return;
    }
    if (v->kind == VALUE_TEXT && !check_scalar(l->a, l->d, v, &field, NUM_VI))
        x->flawed = l->r->broken = true;
    else if (v->kind == VALUE_DATE)
        x->date = v->u.date;
}

static bool is_law(struct arena *a, const char *kind) {
    static const char *const laws[] = {"luat", "bo_luat", "phap_lenh", "hien_phap"};
    const char *slug = text_slug(a, kind, '_');
    for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
        if (str_eq(slug, laws[i]))
            return true;
    return false;
}

/* "Luật" and "giao dịch điện tử" are "Luật Giao dịch điện tử"; the abstract may hold the kind already. */
static const char *law_name(struct arena *a, const struct citable *x) {
    size_t n = strlen(x->kind);
    const char *s = x->abstract;
    if (strlen(s) > n && s[n] == ' ' && text_alike(arena_strndup(a, s, n), x->kind))
        s += n + 1;
    const char *end = s + strlen(s), *rest = s;
    if (s < end)
        utf8_next(&rest, end);
    char *first = text_upper(a, arena_strndup(a, s, (size_t)(rest - s)));
    return arena_printf(a, "%s %s%s", x->kind, first, rest);
}

/* Digits, something to divide them from the rest, and no blanks. */
static bool is_symbol(const char *s) {
    return strpbrk(s, "0123456789") && strpbrk(s, "/-") && !strpbrk(s, " \t\n") &&
           !strstr(s, "\u00A0") && !strstr(s, "…");
}

/* What a citation in full needs; NĐ 30 asks neither number nor body of a law. */
static void check_row(struct register_loader *l, const struct value *row,
                      struct citable *x) {
    const char *name = x->symbol ? x->symbol : x->kind;
    for (int k = ROLE_KIND; k <= ROLE_ABSTRACT; k++) {
        const struct value *v = cell_of(l, row, (enum role)k);
        bool needed = !x->law || k == ROLE_ABSTRACT;
        if (v && needed && v->kind == VALUE_NONE)
            fail_cell(l, x, E_REGISTER_EMPTY, v, name, role[k].title);
    }
    const struct value *v = cell_of(l, row, ROLE_DATE);
    if (v && x->date.year && !x->date.day)
        fail_cell(l, x, E_REGISTER_DATE, v, v->text ? v->text : "", name);
}

/* A row as a document; false: it has no symbol and is only listed. */
static bool read_row(struct register_loader *l, struct value *row, struct citable *x,
                     bool declared) {
    const struct value *symbol = cell_of(l, row, ROLE_SYMBOL),
                       *link = cell_of(l, row, ROLE_LINK);
    read_date(l, row, x, declared);
    x->row = row;
    x->kind = text_of(l, row, ROLE_KIND);
    x->body = text_of(l, row, ROLE_BODY);
    x->abstract = text_of(l, row, ROLE_ABSTRACT);
    x->link = link && *text_of(l, row, ROLE_LINK) ? link->text : NULL;
    x->link_at = link ? link->at : row->at;
    x->law = is_law(l->a, x->kind);
    x->name = x->law && *x->abstract ? law_name(l->a, x) : NULL;
    x->at = symbol ? symbol->at : row->at;
    x->symbol = *text_of(l, row, ROLE_SYMBOL) ? symbol->text : NULL;
    if (x->symbol && !is_symbol(x->symbol)) {
        fail_cell(l, x, E_REGISTER_SYMBOL, symbol, x->symbol, "");
        l->r->lost = true;
        return false;
    }
    if (!x->symbol && !x->name)
        return false;
    check_row(l, row, x);
    return true;
}

static void read_rows(struct register_loader *l, bool declared) {
    struct registers *r = l->r;
    r->doc = arena_array(l->a, struct citable, l->table->n + 1);
    for (uint32_t i = 0; i < l->table->n; i++) {
        struct citable *x = &r->doc[r->n];
        *x = (struct citable){.id = r->base + (int)r->n};
        if (read_row(l, l->table->u.item[i], x, declared))
            r->n++;
    }
}

/* Fill a register from its table. `must` asks for symbols: else a table without them is another list. */
static void read_table(struct register_loader *l, bool must, bool declared) {
    struct registers *r = l->r;
    r->cites = find_columns(l);
    r->lost = (l->table->flags & VALUE_BROKEN) != 0;
    r->broken |= r->lost;
    if (r->cites || must)
        check_columns(l);
    else if (!declared)
        no_near_column(l, ROLE_SYMBOL);
    if (!r->cites)
        return;
    if (!declared)
        name_columns(l);
    read_rows(l, declared);
    register_index(l->a, l->d, r);
}

static struct registers *registers_new(struct arena *a, const char *file,
                                       const struct registers *up) {
    struct registers *r = arena_new_of(a, struct registers);
    r->up = up;
    r->file = file;
    r->base = register_ids(up);
    return r;
}

/* ---- folders ---- */

const struct registers *register_load(struct arena *a, struct diag *d, const char *dir,
                                      const struct registers *up) {
    const char *file = path_join(a, dir, FILE_NAME);
    for (const struct registers *r = up; r; r = r->up)
        if (str_eq(r->file, file))
            return up;
    bool missing;
    struct value *table = input_table(a, d, file, &missing);
    if (missing)
        return up;
    struct register_loader l = {
        .a = a, .d = d, .r = registers_new(a, file, up), .table = table};
    if (table)
        read_table(&l, true, false);
    else
        l.r->broken = l.r->lost = true;
    return l.r;
}

/* The errors of a shared register were told to the report that came first. */
static bool tell_broken(struct diag *d, const struct registers *r) {
    bool ok = true;
    for (; r; r = r->up) {
        size_t n;
        const struct diag_msg *const *m = diag_sorted(d, &n);
        bool told = false;
        for (size_t i = 0; r->broken && i < n && !told; i++)
            told = m[i]->sev == SEV_ERROR && str_eq(m[i]->at.file, r->file);
        if (r->broken && !told)
            diag_add(d, E_REGISTER_BROKEN, (struct origin){r->file, 0, 0}, NULL);
        ok = ok && !r->broken;
    }
    return ok;
}

bool register_report(struct arena *a, struct diag *d, struct report *r,
                     const struct registers *shared) {
    struct value *table = value_get(r->facts, TABLE);
    bool declared = table && table->kind == VALUE_TABLE, missing = false,
         ok = tell_broken(d, shared);
    r->registers = shared;
    if (declared)
        missing = (table->flags & VALUE_COMPUTED) != 0; /* optional, and not there */
    else
        table = report_table(a, d, r, FILE_NAME, &missing);
    if (missing)
        return ok;
    struct register_loader l = {.a = a, .d = d, .table = table};
    l.r = registers_new(a, table ? table->at.file : FILE_NAME, shared);
    r->registers = l.r;
    if (!table) {
        l.r->lost = true;
        return false;
    }
    if (!declared) {
        table->key = TABLE;
        table->parent = r->facts;
        l.r->table = table;
    }
    read_table(&l, false, declared);
    return ok && !l.r->broken;
}
