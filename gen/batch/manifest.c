/* manifest.c: the manifest of a batch, the one file that knows SQLite */
#include "manifest.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum statement {
    GET,
    GET_WHOLE,
    LIST,
    SHARED,
    BEGIN,
    PUT,
    FAIL,
    PUT_SHARED,
    DELETE,
    FORMER,
    TIDY,
    PUT_UNLOGGED,
    UNLOGGED,
    LOGGED,
    COMMIT,
    STATEMENTS
};

static const char *const sql[STATEMENTS] = {
    [GET] = "SELECT source, tmpl, shared, program, failed FROM report WHERE name = ?1",
    [GET_WHOLE] = ("SELECT source, tmpl, shared, program, failed, inputs, outputs, "
                   "record, record_size FROM report WHERE name = ?1"),
    [LIST] = "SELECT name, source, tmpl, failed FROM report ORDER BY name",
    [SHARED] = "SELECT stamps FROM shared WHERE tmpl = ?1 AND hash = ?2",
    [BEGIN] = "BEGIN IMMEDIATE",
    [PUT] =
        "INSERT OR REPLACE INTO report VALUES (?1, ?2, ?3, ?4, ?5, ?10, ?6, ?7, ?8, ?9)",
    [FAIL] = ("INSERT INTO report VALUES (?1, ?2, '', x'', x'', 1, x'', x'', x'', 0) "
              "ON CONFLICT(name) DO UPDATE SET failed = 1, source = ?2"),
    [PUT_SHARED] = "INSERT OR REPLACE INTO shared VALUES (?1, ?2, ?3)",
    [DELETE] = "DELETE FROM report WHERE name = ?1",
    [FORMER] = "SELECT 1 FROM shared GROUP BY tmpl HAVING count(*) > 1 LIMIT 1",
    [TIDY] = "DELETE FROM shared WHERE hash NOT IN (SELECT shared FROM report)",
    [PUT_UNLOGGED] = "INSERT INTO unlogged VALUES (?1, ?2, ?3)",
    [UNLOGGED] = ("SELECT u.name, r.source, u.changed, u.files, u.rowid FROM unlogged u "
                  "LEFT JOIN report r ON r.name = u.name ORDER BY u.rowid"),
    [LOGGED] = "DELETE FROM unlogged",
    [COMMIT] = "COMMIT",
};

static const char schema[] =
    "CREATE TABLE report(name TEXT PRIMARY KEY, source TEXT NOT NULL, tmpl TEXT NOT NULL,"
    " shared BLOB NOT NULL, program BLOB NOT NULL, failed INTEGER NOT NULL,"
    " inputs BLOB NOT NULL,"
    " outputs BLOB NOT NULL, record BLOB NOT NULL, record_size INTEGER NOT NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE shared(tmpl TEXT, hash BLOB, stamps BLOB NOT NULL,"
    " PRIMARY KEY(tmpl, hash))"
    " WITHOUT ROWID;"
    "CREATE TABLE unlogged(name TEXT NOT NULL, changed BLOB NOT NULL, files BLOB NOT "
    "NULL);";

struct manifest {
    sqlite3 *db;
    struct diag *d;
    char *path;
    sqlite3_stmt *statement[STATEMENTS];
};

/* ---- opening ------------------------------------------------------------------------------ */

static struct origin place(const struct manifest *m) {
    return (struct origin){m->path, 0, 0};
}

static bool failed(struct manifest *m) {
    int code = sqlite3_errcode(m->db) & 0xff;
    bool damaged =
        code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
    diag_add(m->d, damaged ? E_MANIFEST_DAMAGED : E_MANIFEST_WRITE, place(m),
             sqlite3_errmsg(m->db), NULL);
    return false;
}

static bool run(struct manifest *m, const char *text) {
    return sqlite3_exec(m->db, text, NULL, NULL, NULL) == SQLITE_OK || failed(m);
}

static int number(struct manifest *m, const char *text) {
    sqlite3_stmt *s;
    int v = -1;
    if (sqlite3_prepare_v2(m->db, text, -1, &s, NULL) != SQLITE_OK)
        return -1;
    if (sqlite3_step(s) == SQLITE_ROW)
        v = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return v;
}

/* The tables of this version, made when the file is new; false after a message. */
static bool check_version(struct manifest *m, bool writing) {
    int version = number(m, "PRAGMA user_version");
    int tables = number(m, "SELECT count(*) FROM sqlite_master");
    if (version < 0 || tables < 0)
        return failed(m);
    if (version == MANIFEST_VERSION)
        return number(m, "SELECT count(*) FROM report, shared LIMIT 1") >= 0 || failed(m);
    if (version || tables) {
        diag_add(m->d, E_MANIFEST_VERSION, place(m), diag_fmt(m->d, "%d", version),
                 diag_fmt(m->d, "%d", MANIFEST_VERSION), NULL);
        return false;
    }
    if (!writing)
        return true;
    char set[64];
    snprintf(set, sizeof set, "PRAGMA user_version = %d", MANIFEST_VERSION);
    return run(m, "BEGIN IMMEDIATE") && run(m, schema) && run(m, set) && run(m, "COMMIT");
}

static struct manifest *open_file(struct diag *d, const char *path, bool writing) {
    struct manifest *m = x_new(1, sizeof *m);
    int flags =
        writing ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE;
    m->d = d;
    m->path = x_new(strlen(path) + 1, 1);
    memcpy(m->path, path, strlen(path) + 1);
    bool ok = sqlite3_open_v2(path, &m->db, flags, NULL) == SQLITE_OK || failed(m);
    sqlite3_busy_timeout(m->db, 10000);
    ok = ok && run(m, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    if (ok && check_version(m, writing))
        return m;
    manifest_close(m);
    return NULL;
}

/* A manifest that cannot be used is put aside, with what belongs to it. */
static void put_aside(const char *path) {
    static const char *const suffix[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffix / sizeof *suffix; i++) {
        char from[4200], to[4200];
        snprintf(from, sizeof from, "%s%s", path, suffix[i]);
        snprintf(to, sizeof to, "%s.hong%s", path, suffix[i]);
        rename(from, to);
    }
}

struct manifest *manifest_open(struct diag *d, const char *dir, bool writing,
                               bool renew) {
    struct arena *a = arena_new();
    char *path = path_join(a, dir, MANIFEST_NAME);
    struct diag *quiet = renew ? diag_new(diag_lang(d)) : NULL;
    struct manifest *m = open_file(renew ? quiet : d, path, writing);
    if (!m && renew) {
        put_aside(path);
        m = open_file(d, path, writing);
    }
    if (m)
        m->d = d;
    diag_free(quiet);
    arena_free(a);
    return m;
}

void manifest_close(struct manifest *m) {
    if (!m)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(m->statement[i]);
    sqlite3_close(m->db);
    x_free(m->path);
    x_free(m);
}

/* ---- statements ------------------------------------------------------------------------------- */

static sqlite3_stmt *prepared(struct manifest *m, enum statement i) {
    if (!m->statement[i] &&
        sqlite3_prepare_v3(m->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &m->statement[i],
                           NULL) != SQLITE_OK) {
        failed(m);
        return NULL;
    }
    sqlite3_reset(m->statement[i]);
    return m->statement[i];
}

static void bind_text(sqlite3_stmt *s, int i, const char *text) {
    sqlite3_bind_text(s, i, text, -1, SQLITE_STATIC);
}

static void bind_blob(sqlite3_stmt *s, int i, const void *p, size_t n) {
    sqlite3_bind_blob64(s, i, n ? p : "", n, SQLITE_STATIC);
}

static bool step_done(struct manifest *m, sqlite3_stmt *s) {
    int code = s ? sqlite3_step(s) : SQLITE_ERROR;
    if (s)
        sqlite3_reset(s);
    return code == SQLITE_DONE || failed(m);
}

static const char *text_at(struct arena *a, sqlite3_stmt *s, int i) {
    const unsigned char *t = sqlite3_column_text(s, i);
    return arena_strdup(a, t ? (const char *)t : "");
}

static const void *blob_at(struct arena *a, sqlite3_stmt *s, int i, size_t *n) {
    const void *p = sqlite3_column_blob(s, i);
    *n = (size_t)sqlite3_column_bytes(s, i);
    return *n ? memcpy(arena_alloc(a, *n), p, *n) : NULL;
}

static void hash_at(sqlite3_stmt *s, int i, unsigned char out[16]) {
    const void *p = sqlite3_column_blob(s, i);
    memset(out, 0, 16);
    if (sqlite3_column_bytes(s, i) == 16)
        memcpy(out, p, 16);
}

bool manifest_get(struct manifest *m, struct arena *a, const char *name, bool whole,
                  struct entry *out) {
    sqlite3_stmt *s = prepared(m, whole ? GET_WHOLE : GET);
    *out = (struct entry){.name = name};
    if (!s)
        return false;
    bind_text(s, 1, name);
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW) {
        out->source = text_at(a, s, 0);
        out->tmpl = text_at(a, s, 1);
        hash_at(s, 2, out->shared);
        hash_at(s, 3, out->program);
        out->failed = sqlite3_column_int(s, 4) != 0;
        if (whole) {
            out->inputs = blob_at(a, s, 5, &out->inputs_n);
            out->outputs = blob_at(a, s, 6, &out->outputs_n);
            out->record = blob_at(a, s, 7, &out->record_n);
            out->record_size = (size_t)sqlite3_column_int64(s, 8);
        }
    } else if (code != SQLITE_DONE)
        failed(m);
    sqlite3_reset(s);
    return code == SQLITE_ROW;
}

bool manifest_list(struct manifest *m, struct arena *a, struct entry **out, size_t *n) {
    sqlite3_stmt *s = prepared(m, LIST);
    struct {
        struct entry *v;
        size_t n, cap;
    } all = {0};
    int code = SQLITE_ERROR;
    while (s && (code = sqlite3_step(s)) == SQLITE_ROW) {
        struct entry e = {.name = text_at(a, s, 0),
                          .source = text_at(a, s, 1),
                          .tmpl = text_at(a, s, 2),
                          .failed = sqlite3_column_int(s, 3) != 0};
        vec_push(a, &all, e);
    }
    if (s)
        sqlite3_reset(s);
    *out = all.v;
    *n = all.n;
    return code == SQLITE_DONE || failed(m);
}

bool manifest_shared(struct manifest *m, struct arena *a, const char *tmpl,
                     const unsigned char hash[16], const void **stamps, size_t *n) {
    sqlite3_stmt *s = prepared(m, SHARED);
    if (!s)
        return false;
    bind_text(s, 1, tmpl);
    bind_blob(s, 2, hash, 16);
    bool there = sqlite3_step(s) == SQLITE_ROW;
    if (there)
        *stamps = blob_at(a, s, 0, n);
    sqlite3_reset(s);
    return there;
}

bool manifest_begin(struct manifest *m) {
    return step_done(m, prepared(m, BEGIN));
}

bool manifest_commit(struct manifest *m) {
    if (step_done(m, prepared(m, COMMIT)))
        return true;
    sqlite3_exec(m->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool manifest_put(struct manifest *m, const struct entry *e) {
    sqlite3_stmt *s = prepared(m, PUT);
    if (!s)
        return false;
    bind_text(s, 1, e->name);
    bind_text(s, 2, e->source);
    bind_text(s, 3, e->tmpl);
    bind_blob(s, 4, e->shared, 16);
    bind_blob(s, 5, e->program, 16);
    bind_blob(s, 6, e->inputs, e->inputs_n);
    bind_blob(s, 7, e->outputs, e->outputs_n);
    bind_blob(s, 8, e->record, e->record_n);
    sqlite3_bind_int64(s, 9, (sqlite3_int64)e->record_size);
    sqlite3_bind_int(s, 10, e->failed);
    return step_done(m, s);
}

bool manifest_fail(struct manifest *m, const char *name, const char *source) {
    sqlite3_stmt *s = prepared(m, FAIL);
    if (!s)
        return false;
    bind_text(s, 1, name);
    bind_text(s, 2, source);
    return step_done(m, s);
}

bool manifest_put_shared(struct manifest *m, const char *tmpl, const void *stamps,
                         size_t n, const unsigned char hash[16]) {
    sqlite3_stmt *s = prepared(m, PUT_SHARED);
    if (!s)
        return false;
    bind_text(s, 1, tmpl);
    bind_blob(s, 2, hash, 16);
    bind_blob(s, 3, stamps, n);
    return step_done(m, s);
}

bool manifest_put_unlogged(struct manifest *m, const struct unlogged *u) {
    sqlite3_stmt *s = prepared(m, PUT_UNLOGGED);
    if (!s)
        return false;
    bind_text(s, 1, u->name);
    bind_blob(s, 2, u->values, u->values_n);
    bind_blob(s, 3, u->files, u->files_n);
    return step_done(m, s);
}

bool manifest_unlogged(struct manifest *m, struct arena *a, struct unlogged **out,
                       size_t *n) {
    sqlite3_stmt *s = prepared(m, UNLOGGED);
    struct {
        struct unlogged *v;
        size_t n, cap;
    } all = {0};
    int code = SQLITE_ERROR;
    while (s && (code = sqlite3_step(s)) == SQLITE_ROW) {
        struct unlogged u = {.name = text_at(a, s, 0), .source = text_at(a, s, 1)};
        u.values = blob_at(a, s, 2, &u.values_n);
        u.files = blob_at(a, s, 3, &u.files_n);
        u.turn = sqlite3_column_int64(s, 4);
        vec_push(a, &all, u);
    }
    if (s)
        sqlite3_reset(s);
    *out = all.v;
    *n = all.n;
    return code == SQLITE_DONE || failed(m);
}

bool manifest_logged(struct manifest *m) {
    return step_done(m, prepared(m, LOGGED));
}

bool manifest_tidy(struct manifest *m) {
    sqlite3_stmt *s = prepared(m, FORMER);
    bool any = s && sqlite3_step(s) == SQLITE_ROW;
    if (s)
        sqlite3_reset(s);
    return !any || step_done(m, prepared(m, TIDY));
}

bool manifest_delete(struct manifest *m, const char *name) {
    sqlite3_stmt *s = prepared(m, DELETE);
    if (!s)
        return false;
    bind_text(s, 1, name);
    return step_done(m, s);
}
