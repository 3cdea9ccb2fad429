/* issue.c: the number and date that a report was issued with, in ban-hanh.yaml beside its facts */
#include "inside.h"

#include <errno.h>
#include <string.h>

enum { DONE = 0, BAD_DATA = 1, BAD_SYSTEM = 3, DIGITS = 9 };

static const char *issue_file(struct arena *a, const struct report *r) {
    bool among_others = r->markdown || r->wide;
    const char *name =
        among_others ? arena_printf(a, "%s.ban-hanh.yaml", r->name) : "ban-hanh.yaml";
    return path_join(a, r->wide ? wide_dir(r->wide) : r->dir, name);
}

/* ---- the two values ---- */

/* Arabic digits, not all 0, with at most one small letter behind ("12a"); without the zeros in front.
 * NULL when it is none. A symbol behind a slash is let pass in facts: the stage doc splits it. */
static const char *issue_number(struct arena *a, const char *s, bool symbol) {
    char *out = arena_strdup(a, s), *at = out;
    for (; *s && !(symbol && *s == '/'); s++)
        if (*s != ' ')
            *at++ = *s;
    *at = '\0';
    out += strspn(out, "0");
    size_t n = strspn(out, "0123456789");
    bool tail = !out[n] || (out[n] >= 'a' && out[n] <= 'z' && !out[n + 1]);
    return n && n <= DIGITS && tail ? out : NULL;
}

static bool issue_date(const char *s, struct date *out) {
    return date_parse(s, strlen(s), out) && out->day != 0;
}

/* What is blank in the facts takes any date. */
static bool date_fits(struct date facts, struct date given) {
    return facts.year == given.year && (!facts.month || facts.month == given.month) &&
           (!facts.day || facts.day == given.day);
}

static bool same_date(struct date x, struct date y) {
    return x.year == y.year && x.month == y.month && x.day == y.day;
}

/* Whether the facts leave the number and date open or say the same; a message for each that differs. */
static bool fits_facts(struct arena *a, struct diag *d, const struct value *facts,
                       const struct issue *issue) {
    const struct value *number = value_get(facts, "so");
    const struct value *date = value_get(facts, "ngay_ban_hanh");
    const struct value *own = value_get(facts, "ban_hanh");
    struct date given;
    bool ok = own == NULL;
    if (own)
        diag_add(d, E_ISSUE_BY_HAND, value_key_at(own), NULL);
    if (number && number->text && *number->text) {
        const char *plain = issue_number(a, number->text, true);
        if (!str_eq(plain, issue->number)) {
            diag_add(d, E_ISSUE_NUMBER_DIFFERS, number->at, number->text, issue->number,
                     NULL);
            ok = false;
        }
    }
    if (date && date->text && *date->text &&
        (!date_parse(date->text, date->len, &given) || !date_fits(given, issue->date))) {
        diag_add(d, E_ISSUE_DATE_DIFFERS, date->at, date->text,
                 date_print(a, issue->date), NULL);
        ok = false;
    }
    return ok;
}

/* ---- the file ---- */

/* A record with the places of its two values. */
struct record {
    struct issue issue;
    struct value *number, *date;
};

static bool read_record(struct arena *a, struct diag *d, const char *file,
                        struct record *out) {
    size_t n;
    const char *text = input_text(a, d, file, &n);
    struct value *v = text ? input_yaml(a, d, file, text, n, 1, 1) : NULL;
    if (!v)
        return false;
    out->number = value_get(v, "so");
    out->date = value_get(v, "ngay_ban_hanh");
    out->issue.file = file;
    bool ok = v->kind == VALUE_MAP && v->n == 2 && out->number && out->number->text &&
              out->date && out->date->text;
    if (!ok) {
        diag_add(d, E_ISSUE_FILE, v->at, NULL);
        return false;
    }
    out->issue.number = issue_number(a, out->number->text, false);
    if (!out->issue.number)
        diag_add(d, E_ISSUE_NUMBER, out->number->at, out->number->text, NULL);
    if (!issue_date(out->date->text, &out->issue.date)) {
        diag_add(d, E_ISSUE_DATE, out->date->at, out->date->text, NULL);
        return false;
    }
    return out->issue.number != NULL;
}

/* Put a value into a map in the place of the member of that name. */
static void put_over(struct arena *a, struct value *map, const char *key,
                     const struct value *v) {
    struct value *have = value_get(map, key);
    if (have) {
        have->kind = VALUE_TEXT;
        have->flags = 0;
        have->text = v->text;
        have->len = v->len;
        have->at = v->at;
        have->u.any = NULL;
    } else
        value_put(a, map, key,
                  (struct value){
                      .kind = VALUE_TEXT, .text = v->text, .len = v->len, .at = v->at});
}

void issue_take(struct arena *a, struct diag *d, struct report *r) {
    const char *file = issue_file(a, r);
    struct record record = {0};
    if (r->facts->kind != VALUE_MAP)
        return;
    const struct value *own = value_get(r->facts, "ban_hanh");
    if (!file_exists(file)) {
        if (own) {
            diag_add(d, E_ISSUE_BY_HAND, value_key_at(own), NULL);
            r->facts->flags |= VALUE_BROKEN;
        }
        return;
    }
    if (!read_record(a, d, file, &record) || !fits_facts(a, d, r->facts, &record.issue)) {
        r->facts->flags |= VALUE_BROKEN;
        return;
    }
    r->issued = file;
    put_over(a, r->facts, "so", record.number);
    put_over(a, r->facts, "ngay_ban_hanh", record.date);
    struct value *group = value_new(a, VALUE_MAP, record.number->at);
    put_over(a, group, "so", record.number);
    put_over(a, group, "ngay", record.date);
    value_put(a, r->facts, "ban_hanh", *group);
}

/* ---- recording ---- */

static int write_record(struct arena *a, struct diag *d, const struct issue *issue) {
    const char *text = arena_printf(
        a,
        "# Số và ngày của văn bản đã ban hành, do lệnh “baocao ban-hanh” ghi.\n"
        "so: %s\nngay_ban_hanh: %04d-%02d-%02d\n",
        issue->number, issue->date.year, issue->date.month, issue->date.day);
    struct file_set *set = file_set_new();
    const char *failed = issue->file;
    bool put = file_set_put(set, issue->file, text, strlen(text));
    int error = errno;
    if (!put)
        file_set_abort(set);
    else if (file_set_commit(set, &failed))
        return DONE;
    else
        error = errno;
    diag_add(d, E_FILE_WRITE, (struct origin){issue->file, 0, 0},
             system_error_text(d, error), NULL);
    return BAD_SYSTEM;
}

/* The values of the command line; their place is the report. */
static bool take_given(struct arena *a, struct diag *d, const char *path,
                       const char *number, const char *date, struct issue *out) {
    struct origin at = {path, 0, 0};
    out->number = issue_number(a, number, false);
    if (!out->number)
        diag_add(d, E_ISSUE_NUMBER, at, number, NULL);
    if (issue_date(date, &out->date))
        return out->number != NULL;
    diag_add(d, E_ISSUE_DATE, at, date, NULL);
    return false;
}

/* Whether the report may be recorded so: not issued before, or in the same way (out->same). */
static bool is_free(struct arena *a, struct diag *d, struct issue *out) {
    struct record old = {0};
    if (!file_exists(out->file))
        return true;
    if (!read_record(a, d, out->file, &old))
        return false;
    bool number = str_eq(old.issue.number, out->number);
    out->same = number && same_date(old.issue.date, out->date);
    if (!out->same)
        diag_add(d, E_ISSUE_OTHER, number ? old.date->at : old.number->at,
                 old.issue.number, date_print(a, old.issue.date), NULL);
    return out->same;
}

int report_issue(struct arena *a, struct diag *d, const char *path, const char *number,
                 const char *date, bool force, struct issue *out) {
    *out = (struct issue){0};
    bool ok = take_given(a, d, path, number, date, out);
    struct report *r = report_read(a, d, path);
    if (!r || !ok || r->facts->flags & VALUE_BROKEN)
        return BAD_DATA;
    out->file = issue_file(a, r);
    ok = fits_facts(a, d, r->facts, out);
    ok = (force || is_free(a, d, out)) && ok;
    if (!ok || out->same)
        return ok ? DONE : BAD_DATA;
    return write_record(a, d, out);
}
