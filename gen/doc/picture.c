/* picture.c: pictures of the document: what kind of file, how large, how many dots an inch */
#include "pass.h"

#include <string.h>

#define PICTURE_LIMIT ((size_t)64 << 20)
#define MAX_PIXELS 30000

struct picture {
    const unsigned char *data;
    size_t size;
    int width, height, dpi;
    bool cmyk;
};

static uint32_t be32(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int be16(const unsigned char *p) {
    return p[0] << 8 | p[1];
}

/* Dots per inch of a pHYs chunk (dots per metre), 0: it only tells the aspect. */
static int png_dpi(const unsigned char *chunk, uint32_t len) {
    if (len < 9 || chunk[8] != 1)
        return 0;
    uint64_t dpi = ((uint64_t)be32(chunk) * 254 + 5000) / 10000;
    return dpi >= 10 && dpi <= 10000 ? (int)dpi : 0;
}

/* NULL, or what is wrong. PNG: signature, then chunks of length, type, data, CRC. */
static const char *png_read(struct picture *p, const struct diag *d) {
    const char *cut = diag_word(d, "tệp bị cắt cụt", "the file is cut short");
    size_t i = 8;

    if (p->size < 33 || be32(p->data + 8) != 13 || memcmp(p->data + 12, "IHDR", 4) != 0)
        return cut;
    uint32_t w = be32(p->data + 16), h = be32(p->data + 20);
    if (!w || !h || w > MAX_PIXELS || h > MAX_PIXELS)
        return diag_word(d, "kích thước không hợp lệ", "its size is not valid");
    p->width = (int)w;
    p->height = (int)h;
    while (i + 12 <= p->size) {
        uint32_t len = be32(p->data + i);
        if (len > p->size - i - 12)
            return cut;
        if (!memcmp(p->data + i + 4, "pHYs", 4))
            p->dpi = png_dpi(p->data + i + 8, len);
        if (!memcmp(p->data + i + 4, "IEND", 4))
            return NULL;
        i += 12 + (size_t)len;
    }
    return cut;
}

static void jpeg_density(struct picture *p, const unsigned char *seg, size_t len) {
    if (len < 14 || memcmp(seg, "JFIF", 5) != 0)
        return;
    int x = be16(seg + 8);
    if (seg[7] == 1)
        p->dpi = x;
    else if (seg[7] == 2)
        p->dpi = (x * 254 + 50) / 100;
    if (p->dpi < 10)
        p->dpi = 0;
}

/* A start of frame: C0 to CF but the tables C4, C8 and CC. */
static bool is_frame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 &&
           marker != 0xCC;
}

static const char *jpeg_read(struct picture *p, const struct diag *d) {
    const char *cut = diag_word(d, "tệp bị cắt cụt", "the file is cut short");
    size_t i = 2;

    while (i + 4 <= p->size) {
        int marker = p->data[i + 1];
        if (p->data[i] != 0xFF)
            return diag_word(d, "nội dung không đọc được", "its content cannot be read");
        if (marker == 0xFF) {
            i++;
            continue;
        }
        size_t len = (size_t)be16(p->data + i + 2);
        if (len < 2 || len > p->size - i - 2)
            return cut;
        if (marker == 0xE0)
            jpeg_density(p, p->data + i + 4, len - 2);
        if (is_frame(marker)) {
            if (len < 8)
                return cut;
            p->height = be16(p->data + i + 5);
            p->width = be16(p->data + i + 7);
            p->cmyk = p->data[i + 9] == 4;
            if (!memmem(p->data + i, p->size - i, "\xff\xd9",
                        2)) /* the end of the picture */
                return cut;
            return p->width && p->height && p->width <= MAX_PIXELS &&
                           p->height <= MAX_PIXELS
                       ? NULL
                       : diag_word(d, "kích thước không hợp lệ", "its size is not valid");
        }
        if (marker == 0xDA)
            break;
        i += 2 + len;
    }
    return cut;
}

/* The kind that a file name promises: 'p' PNG, 'j' JPEG, '?' something else, 0 nothing. */
static char promised(const char *file) {
    static const struct {
        const char *ending;
        char kind;
    } endings[] = {{".png", 'p'}, {".jpg", 'j'}, {".jpeg", 'j'}};
    size_t n = strlen(file);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i].ending), k = 0;
        if (n < len)
            continue;
        while (k < len && lower_of((unsigned char)file[n - len + k]) ==
                              (unsigned char)endings[i].ending[k])
            k++;
        if (k == len)
            return endings[i].kind;
    }
    const char *dot = strrchr(file, '.');
    return dot && !strchr(dot, '/') ? '?' : 0;
}

/* --du-thao: the picture that is missing is named in its place. */
static void picture_defect(struct pass *p, struct node *n, const char *file) {
    p->ok = false;
    if (!p->doc->draft)
        return;
    struct arena *a = p->doc->arena;
    char *text =
        arena_printf(a, n->spans ? "[thiếu hình: %s] " : "[thiếu hình: %s]", file);
    struct span *s = span_new(a, SPAN_TEXT, text, strlen(text));
    s->style = SPAN_MISSING;
    s->next = n->spans;
    n->kind = NODE_PARA;
    n->para_style = STYLE_CENTRED;
    n->spans = s;
    n->u.figure = NULL;
}

void picture_load(struct pass *p, struct node *n) {
    const char *file = n->u.figure->file ? n->u.figure->file : "";
    struct origin at = n->u.figure->at.file ? n->u.figure->at : n->at;
    struct picture pic = {NULL, 0, 0, 0, 0, false};
    const char *data, *why;

    enum file_status st = file_read(p->doc->arena, file, PICTURE_LIMIT, &data, &pic.size);
    if (st != FILE_OK) {
        diag_add(p->diag, E_PICTURE_READ, at, file, file_status_text(p->diag, st), NULL);
        diag_show_at(p->diag, at);
        picture_defect(p, n, file);
        return;
    }
    pic.data = (const unsigned char *)data;
    bool png = pic.size >= 8 && !memcmp(data, "\x89PNG\r\n\x1a\n", 8);
    bool jpeg = pic.size >= 3 && !memcmp(data, "\xff\xd8\xff", 3);
    char name = promised(file);
    if (!png && !jpeg) {
        diag_add(p->diag, E_PICTURE_TYPE, at, file, NULL);
    } else if (name && name != (png ? 'p' : 'j')) {
        diag_add(p->diag, E_PICTURE_NAME, at, file, png ? "PNG" : "JPEG", NULL);
    } else if ((why = png ? png_read(&pic, p->diag) : jpeg_read(&pic, p->diag)) != NULL) {
        diag_add(p->diag, E_PICTURE_BROKEN, at, file, why, NULL);
    } else if (pic.cmyk) {
        diag_add(p->diag, E_PICTURE_CMYK, at, file, NULL);
    } else {
        n->u.figure->data = data;
        n->u.figure->size = pic.size;
        n->u.figure->width_px = pic.width;
        n->u.figure->height_px = pic.height;
        n->u.figure->dpi = pic.dpi;
        n->u.figure->jpeg = jpeg;
        return;
    }
    picture_defect(p, n, file);
}
