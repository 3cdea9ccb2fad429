/* xlsx_tmp.c: the files that libxlsxwriter keeps a book's parts in, in memory; that one could not be written is told */
#include "xlsx_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The library writes every part of a book to a temporary file, reads it back into the archive, and never asks
 * whether the writing went well: a full disk would leave a book that looks whole and is not. */
struct part_file {
    FILE *disk; /* of a flat book, else in memory: */
    char *data;
    size_t size, room, at;
};

static int failed; /* errno of the first one */

static ssize_t fail(int error) {
    if (!failed)
        failed = error ? error : EIO;
    errno = failed;
    return 0;
}

static bool make_room(struct part_file *f, size_t n) {
    size_t room = f->room ? f->room : 4096;
    while (room < n)
        room *= 2;
    char *p = room == f->room ? f->data : realloc(f->data, room);
    if (!p)
        return false;
    f->data = p;
    f->room = room;
    return true;
}

static ssize_t write_part(void *cookie, const char *p, size_t n) {
    struct part_file *f = cookie;
    if (f->disk)
        return fwrite(p, 1, n, f->disk) == n ? (ssize_t)n : fail(errno);
    if (!make_room(f, f->at + n))
        return fail(ENOMEM);
    memcpy(f->data + f->at, p, n);
    f->at += n;
    f->size = f->at > f->size ? f->at : f->size;
    return (ssize_t)n;
}

static ssize_t read_part(void *cookie, char *p, size_t n) {
    struct part_file *f = cookie;
    if (f->disk) {
        size_t got = fread(p, 1, n, f->disk);
        if (got < n && ferror(f->disk))
            fail(errno);
        return (ssize_t)got;
    }
    size_t left = f->at < f->size ? f->size - f->at : 0, k = n < left ? n : left;
    if (k)
        memcpy(p, f->data + f->at, k);
    f->at += k;
    return (ssize_t)k;
}

static int seek_part(void *cookie, off64_t *to, int whence) {
    struct part_file *f = cookie;
    if (f->disk) {
        /* What did not get through to the disk shows here, before anything is read back. */
        if (fseeko(f->disk, (off_t)*to, whence) != 0) {
            fail(errno);
            return -1;
        }
        *to = ftello(f->disk);
        return 0;
    }
    off64_t base = whence == SEEK_SET   ? 0
                   : whence == SEEK_CUR ? (off64_t)f->at
                                        : (off64_t)f->size;
    if (base + *to < 0 || (size_t)(base + *to) > f->size) {
        errno = EINVAL;
        return -1;
    }
    *to += base;
    f->at = (size_t)*to;
    return 0;
}

static int close_part(void *cookie) {
    struct part_file *f = cookie;
    if (f->disk && fclose(f->disk) != 0)
        fail(errno);
    free(f->data);
    free(f);
    return 0;
}

/* In the place of the library's own function. */
FILE *lxw_tmpfile(char *tmpdir) {
    cookie_io_functions_t io = {read_part, write_part, seek_part, close_part};
    struct part_file *f = calloc(1, sizeof *f);
    if (f && tmpdir == XLSX_ON_DISK && !(f->disk = tmpfile())) {
        free(f);
        f = NULL;
    }
    FILE *file = f ? fopencookie(f, "w+", io) : NULL;
    if (!file)
        fail(errno);
    if (!file && f)
        close_part(f);
    return file;
}

void parts_begin(void) {
    failed = 0;
}

int parts_failed(void) {
    return failed;
}
