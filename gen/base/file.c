/* file.c: reading files and folders, paths, and sets of files that appear whole or not at all */
#include "base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum file_status status_of(int error) {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return FILE_MISSING;
    case EACCES:
    case EPERM:
        return FILE_DENIED;
    case EISDIR:
        return FILE_IS_DIR;
    default:
        return FILE_IO;
    }
}

ssize_t fd_read_all(int fd, void *data, size_t n) {
    size_t done = 0;
    while (done < n) {
        ssize_t k = read(fd, (char *)data + done, n - done);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return -1;
        if (k == 0)
            break;
        done += (size_t)k;
    }
    return (ssize_t)done;
}

bool fd_write_all(int fd, const void *data, size_t n) {
    for (const char *p = data; n > 0;) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

enum file_status file_read(struct arena *a, const char *path, size_t limit,
                           const char **data, size_t *n) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        stamp_exists(path, errno != ENOENT && errno != ENOTDIR);
        return status_of(errno);
    }
    struct stat st;
    enum file_status status = FILE_OK;
    bool known = fstat(fd, &st) == 0;
    if (known && S_ISDIR(st.st_mode))
        status = FILE_IS_DIR;
    else if (!known ||
             !S_ISREG(st.st_mode)) /* a pipe or device would block or never end */
        status = FILE_IO;
    else if ((size_t)st.st_size > limit)
        status = FILE_TOO_BIG;
    if (status == FILE_OK) {
        char *p = arena_alloc(a, (size_t)st.st_size + 1);
        ssize_t k = fd_read_all(fd, p, (size_t)st.st_size);
        if (k < 0)
            status = FILE_IO;
        else {
            p[k] = 0;
            *data = p;
            *n = (size_t)k;
            stamp_file(path, &st, p, (size_t)k);
        }
    }
    close(fd);
    return status;
}

const char *file_status_text(const struct diag *d, enum file_status s) {
    switch (s) {
    case FILE_OK:
        return diag_word(d, "đọc được", "readable");
    case FILE_MISSING:
        return diag_word(d, "không có tệp này", "no such file");
    case FILE_DENIED:
        return diag_word(d, "không có quyền đọc", "permission denied");
    case FILE_IS_DIR:
        return diag_word(d, "đây là một thư mục, không phải tệp",
                         "this is a folder, not a file");
    case FILE_TOO_BIG:
        return diag_word(d, "tệp quá lớn", "the file is too large");
    case FILE_IO:
        return diag_word(d, "đĩa báo lỗi hoặc đây không phải tệp thường",
                         "read error, or not a regular file");
    }
    return "";
}

bool file_is_dir(const char *path) {
    struct stat st;
    bool there = stat(path, &st) == 0;
    stamp_exists(path, there);
    return there && S_ISDIR(st.st_mode);
}

bool file_same(const char *x, const char *y) {
    struct stat a, b;
    return stat(x, &a) == 0 && stat(y, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool file_exists(const char *path) {
    struct stat st;
    bool there = stat(path, &st) == 0;
    stamp_exists(path, there);
    return there;
}

char *path_join(struct arena *a, const char *dir, const char *name) {
    size_t n = strlen(dir);
    if (n == 0 || str_eq(dir, ".") || name[0] == '/')
        return arena_strdup(a, name);
    return arena_printf(a, "%s%s%s", dir, dir[n - 1] == '/' ? "" : "/", name);
}

const char *path_absolute(struct arena *a, const char *path) {
    char here[4096];
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return path;
    while (str_starts(path, "./"))
        path += 2;
    return !*path || str_eq(path, ".") ? arena_strdup(a, here)
                                       : arena_printf(a, "%s/%s", here, path);
}

/* Length without trailing slashes; "/" keeps one. */
static size_t trimmed(const char *path) {
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    return n;
}

char *path_dir(struct arena *a, const char *path) {
    size_t n = trimmed(path);
    while (n > 0 && path[n - 1] != '/')
        n--;
    if (n == 0)
        return arena_strdup(a, ".");
    while (n > 1 && path[n - 1] == '/')
        n--;
    return arena_strndup(a, path, n);
}

char *path_base(struct arena *a, const char *path) {
    size_t end = trimmed(path), start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return arena_strndup(a, path + start, end - start);
}

char *path_name(struct arena *a, const char *path) {
    char *base = path_base(a, path);
    if (*base && !str_eq(base, ".") && !str_eq(base, "..") && !str_eq(base, "/"))
        return base;
    char *real = realpath(path, NULL);
    if (real) {
        base = path_base(a, real);
        free(real);
    }
    return *base && *base != '/' && *base != '.' ? base : arena_strdup(a, "baocao");
}

bool path_inside(const char *name) {
    if (!*name || *name == '/')
        return false;
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, "/");
        if (n == 0 || (n == 1 && p[0] == '.') || (n == 2 && p[0] == '.' && p[1] == '.'))
            return false;
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)p[i] < 0x20 || p[i] == '\\' || p[i] == 0x7F)
                return false;
        p += n;
        if (*p == '/' && !*++p)
            return false;
    }
    return true;
}

static int by_bytes(const void *x, const void *y) {
    const char *const *a = x, *const *b = y;
    return strcmp(*a, *b);
}

const char **dir_list(struct arena *a, const char *path, size_t *n) {
    *n = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        stamp_dir(path, NULL, 0);
        return NULL;
    }
    struct {
        const char **v;
        size_t n, cap;
    } list = {arena_array(a, const char *, 8), 0, 8};
    for (struct dirent *e; (e = readdir(dir)) != NULL;) {
        if (str_eq(e->d_name, ".") || str_eq(e->d_name, ".."))
            continue;
        const char *name = arena_strdup(a, e->d_name);
        vec_push(a, &list, name);
    }
    closedir(dir);
    qsort(list.v, list.n, sizeof *list.v, by_bytes);
    *n = list.n;
    stamp_dir(path, list.v, list.n);
    return list.v;
}

/* One folder; errno says why not. */
static bool make_one(const char *path) {
    if (mkdir(path, 0777) == 0)
        return true;
    int error = errno;
    bool there = file_is_dir(path);
    errno = error;
    return there;
}

bool dir_make(const char *path) {
    struct arena *a = arena_new();
    char *p = arena_strdup(a, path);
    bool ok = true;
    for (char *q = p + 1; ok && *p && *q; q++)
        if (*q == '/') {
            *q = 0;
            ok = make_one(p);
            *q = '/';
        }
    ok = ok && make_one(p);
    int error = errno;
    arena_free(a);
    errno = error;
    return ok;
}

char *program_dir(struct arena *a) {
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
    if (n <= 0)
        return NULL;
    path[n] = 0;
    return path_dir(a, path);
}

const char *system_error_text(const struct diag *d, int error) {
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return diag_word(d, "đĩa đã đầy; hãy giải phóng chỗ rồi chạy lại",
                         "the disk is full; free some room and run again");
    case EACCES:
    case EPERM:
        return diag_word(
            d, "không có quyền ghi vào thư mục này; hãy chọn thư mục khác với -o",
            "no permission to write to this folder; choose another one with -o");
    case EROFS:
        return diag_word(d, "ổ đĩa chỉ cho đọc; hãy chọn thư mục khác với -o",
                         "the disk is read-only; choose another folder with -o");
    case ENOENT:
        return diag_word(d, "không có thư mục này; hãy xem lại đường dẫn",
                         "no such folder; check the path");
    case EEXIST:
    case ENOTDIR:
        return diag_word(
            d, "một tệp đã mang tên của thư mục này; hãy chọn thư mục khác với -o",
            "a file has the name of this folder; choose another one with -o");
    case ENAMETOOLONG:
        return diag_word(d, "tên quá dài; hãy đặt tên ngắn hơn",
                         "the name is too long; choose a shorter one");
    case EISDIR:
        return diag_word(d, "đã có một thư mục mang tên này; hãy đổi tên nó",
                         "a folder has this name; rename it");
    default:
        return strerror(error);
    }
}

/* ---- sets of files ---- */

struct pending {
    char *target, *temporary;
};

struct file_set {
    struct arena *arena;
    struct {
        struct pending *v;
        size_t n, cap;
    } file;
};

struct file_set *file_set_new(void) {
    struct file_set *s = x_new(1, sizeof *s);
    s->arena = arena_new();
    return s;
}

const char *file_set_path(struct file_set *s, const char *target) {
    char *dir = path_dir(s->arena, target), *base = path_base(s->arena, target);
    /* The hidden name stands beside the target so that rename stays on one file system. */
    char *tmp = arena_printf(s->arena, "%s/.%s.XXXXXX", dir, base);
    int fd = mkstemp(tmp);
    if (fd < 0)
        return NULL;
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    close(fd);
    struct pending p = {arena_strdup(s->arena, target), tmp};
    vec_push(s->arena, &s->file, p);
    return tmp;
}

bool file_set_put(struct file_set *s, const char *target, const void *data, size_t n) {
    const char *tmp = file_set_path(s, target);
    int fd = tmp ? open(tmp, O_WRONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    bool ok = fd_write_all(fd, data, n);
    int error = errno;
    if (close(fd) != 0 && ok) {
        error = errno;
        ok = false;
    }
    errno = error;
    return ok;
}

static bool copy_file(const char *from, const char *to) {
    struct arena *a = arena_new();
    struct stat st;
    char *data = NULL;
    ssize_t n = -1;
    int in = open(from, O_RDONLY | O_CLOEXEC), out = -1, error;
    bool ok = in >= 0 && fstat(in, &st) == 0;
    if (ok) {
        data = arena_alloc(a, (size_t)st.st_size + 1);
        n = fd_read_all(in, data, (size_t)st.st_size);
        out = n == st.st_size ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)
                              : -1;
    }
    ok = ok && out >= 0 && fd_write_all(out, data, (size_t)n) &&
         futimens(out, (struct timespec[2]){st.st_atim, st.st_mtim}) == 0;
    error = errno;
    if (in >= 0)
        close(in);
    if (out >= 0 && close(out) != 0 && ok) {
        error = errno;
        ok = false;
    }
    arena_free(a);
    errno = error;
    return ok;
}

bool file_set_link(struct file_set *s, const char *target, const char *from) {
    const char *tmp = file_set_path(s, target); /* a name that is free */
    return tmp && unlink(tmp) == 0 &&
           (linkat(AT_FDCWD, from, AT_FDCWD, tmp, AT_SYMLINK_FOLLOW) == 0 ||
            copy_file(from, tmp));
}

static void file_set_free(struct file_set *s) {
    arena_free(s->arena);
    x_free(s);
}

static bool sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    int error = errno;
    close(fd);
    errno = error;
    return ok;
}

static bool sync_all(struct file_set *s, const char **failed) {
    for (size_t i = 0; i < s->file.n; i++)
        if (!sync_path(s->file.v[i].temporary)) {
            *failed = s->file.v[i].target;
            return false;
        }
    return true;
}

void file_set_abort(struct file_set *s) {
    if (!s)
        return;
    for (size_t i = 0; i < s->file.n; i++)
        if (s->file.v[i].temporary)
            unlink(s->file.v[i].temporary);
    file_set_free(s);
}

const char *file_set_get(const struct file_set *s, size_t i, const char **temporary) {
    if (!s || i >= s->file.n)
        return NULL;
    *temporary = s->file.v[i].temporary;
    return s->file.v[i].target;
}

void file_set_release(struct file_set *s) {
    if (s)
        file_set_free(s);
}

bool file_set_commit(struct file_set *s, const char **failed) {
    bool ok = sync_all(s, failed);
    int error = errno;
    for (size_t i = 0; ok && i < s->file.n; i++) {
        struct pending *p = &s->file.v[i];
        if (rename(p->temporary, p->target) == 0)
            p->temporary = NULL;
        else {
            error = errno;
            *failed = p->target;
            ok = false;
        }
    }
    if (!ok) {
        static char name[4096];
        snprintf(name, sizeof name, "%s", *failed);
        *failed = name;
    }
    file_set_abort(s);
    errno = error;
    return ok;
}

/* ---- content hash ---- */

uint64_t hash64(uint64_t h, const void *p, size_t n) {
    const unsigned char *s = p;
    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 0x100000001b3ULL;
    return h;
}

void hash128(const void *p, size_t n, unsigned char out[16]) {
    uint64_t half[2] = {hash64(HASH64_START, p, n), 0};
    half[1] = hash64(half[0] ^ 0x9e3779b97f4a7c15ULL ^ n, p, n);
    for (int i = 0; i < 16; i++)
        out[i] = (unsigned char)(half[i / 8] >> (8 * (i % 8)));
}
