/* coltrial.c: column widths improved by trial, with lines counted word by word */
#include "table.h"

/* The smooth optimum knows no words. Here lines are counted word by word, and room moves from column
 * to column as long as the sum of row heights falls. */
struct trial {
    struct solver *s;
    uint16_t *lines; /* rows * cols */
    uint16_t *kept;  /* two columns of it */
};

static int lines_in(const struct needs *n, const struct word_run *run, int64_t room) {
    int lines = 1;
    int64_t x = 0;
    for (uint32_t i = run->first; i < run->first + run->n; i++) {
        int w = n->word.v[i];
        if (x && x + n->space + w > room) {
            lines++;
            x = w;
        } else {
            x += x ? n->space + w : w;
        }
    }
    return lines;
}

static void count_column(struct trial *t, int c) {
    const struct needs *n = t->s->n;
    int64_t room = (int64_t)((t->s->w[c] - t->s->pad) * 1000 / t->s->size);
    for (size_t r = 0; r < n->rows; r++) {
        size_t at = r * (size_t)n->cols + (size_t)c;
        int lines = n->area[at] <= room ? 1 : lines_in(n, &n->run[at], room);
        t->lines[at] = (uint16_t)(lines < UINT16_MAX ? lines : UINT16_MAX);
    }
}

/* Sum of the rows' lines. */
static int64_t count_rows(const struct trial *t) {
    const struct needs *n = t->s->n;
    int64_t sum = 0;
    for (size_t r = 0; r < n->rows; r++) {
        int most = 0;
        for (int c = 0; c < n->cols; c++) {
            int lines = t->lines[r * (size_t)n->cols + (size_t)c];
            most = lines > most ? lines : most;
        }
        sum += r ? most : HEAD_WEIGHT * most;
    }
    return sum;
}

static void swap_columns(struct trial *t, int a, int b, bool keep) {
    const struct needs *n = t->s->n;
    for (size_t r = 0; r < n->rows; r++) {
        uint16_t *row = t->lines + r * (size_t)n->cols, *kept = t->kept + 2 * r;
        if (keep) {
            kept[0] = row[a];
            kept[1] = row[b];
        } else {
            row[a] = kept[0];
            row[b] = kept[1];
        }
    }
}

/* Move `step` from column b to column a if that makes the table lower. */
static bool try_move(struct trial *t, int a, int b, double step, int64_t *height) {
    struct solver *s = t->s;
    if (a == b || s->w[b] - step < s->low[b] || s->w[a] + step > s->high[a])
        return false;
    swap_columns(t, a, b, true);
    s->w[a] += step;
    s->w[b] -= step;
    count_column(t, a);
    count_column(t, b);
    int64_t now = count_rows(t);
    if (now < *height) {
        *height = now;
        return true;
    }
    s->w[a] -= step;
    s->w[b] += step;
    swap_columns(t, a, b, false);
    return false;
}

/* The column with the largest weight in the last smooth step that can still grow, but for `but`. */
static int heavy_column(const struct solver *s, int but) {
    int best = -1;
    for (int c = 0; c < s->n->cols; c++)
        if (c != but && s->w[c] < s->high[c] && (best < 0 || s->goal[c] > s->goal[best]))
            best = c;
    return best;
}

static int highest_head(const struct trial *t) {
    int best = 0;
    for (int c = 1; c < t->s->n->cols; c++)
        if (t->lines[c] > t->lines[best])
            best = c;
    return best;
}

#define TRIAL_WORDS 20000

void columns_try(struct arena *a, struct solver *s) {
    const struct needs *n = s->n;
    if (n->word.n > TRIAL_WORDS)
        return;
    struct trial t = {.s = s};
    t.lines = arena_array(a, uint16_t, n->rows * (size_t)n->cols);
    t.kept = arena_array(a, uint16_t, n->rows * 2);
    for (int c = 0; c < n->cols; c++)
        count_column(&t, c);
    int64_t height = count_rows(&t);
    int grow[3] = {heavy_column(s, -1), 0, highest_head(&t)};
    grow[1] = heavy_column(s, grow[0]);
    for (int half = 4; half > 0; half /= 2)
        for (int b = 0; b < n->cols; b++)
            for (int i = 0; i < 3; i++)
                if (grow[i] >= 0)
                    try_move(&t, grow[i], b, half * s->size / 2.0, &height);
}
