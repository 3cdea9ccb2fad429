/* colwidth.c: the widths of a table's columns, chosen so that the table takes the least height */
#include "table.h"

#include <math.h>
#include <string.h>

/* A column is comfortable at this many 1/1000 em, or at its natural width if that is less; type gets
 * smaller when the columns cannot all have the least of these. */
static const int comfort_steps[] = {6000, 5500, 5000, 4500, 4000, 3000, 2000, 0};
#define COMFORT_LEAST 4500
/* Columns whose body is no wider hold numbers and the like. */
#define SHORT_BODY 4000
/* Heads that are no wider stay on one line. */
#define SHORT_HEAD 4500
/* Rounding of advances, so that a word that just fits is not broken. */
#define SLACK 200
#define SIZE_STEP 1000
/* Share of the widths asked for that is granted before the type gets smaller. */
#define ASK_LEAST 0.85
/* Type gets smaller by this to save a page. */
#define SAVE_STEP 500
#define SAVE_MOST 1000
/* Rows that alone are not worth a page. */
#define POOR_ROWS 2
/* Air beside the numbers of the first column when there is room. */
#define INDEX_AIR 4000

int cell_pad_x(int cols) {
    return cols >= 8 ? 3000 : 4500;
}

static int points(const struct solver *s, int64_t em) {
    int64_t w = em * s->size / 1000 + s->pad;
    return (int)(w > INT32_MAX / 4 ? INT32_MAX / 4 : w);
}

static int sum_of(const int *v, int n) {
    int64_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += v[i];
    return (int)(sum > INT32_MAX ? INT32_MAX : sum);
}

/* A column of numbers at the left. */
static bool is_index(const struct solver *s, int c) {
    return c == 0 && s->n->cols > 1 && s->n->col[c].body <= SHORT_BODY;
}

/* Width that the author asked for, as far as it is granted; 0: none. */
static int asked_width(const struct solver *s, int c) {
    double w = s->t->col[c].width;
    return (int)((w < 0 ? -w * s->total / 100 : w) * s->ask);
}

/* Widen the columns under a spanning cell until it fits; in proportion to what they have. */
static void spread_spans(const struct solver *s, int *v, bool hard) {
    for (size_t i = 0; i < s->n->spans; i++) {
        const struct span_need *p = &s->n->span[i];
        int have = sum_of(v + p->col, p->cols);
        int need = points(s, hard ? p->hard : p->least);
        if (have >= need || have <= 0)
            continue;
        for (int c = p->col; c < p->col + p->cols; c++)
            v[c] = (int)(((int64_t)v[c] * need + have - 1) / have);
    }
}

static void set_least(struct solver *s, bool hard) {
    for (int c = 0; c < s->n->cols; c++)
        s->least[c] = points(s, hard ? s->n->col[c].hard : s->n->col[c].least) + SLACK;
    spread_spans(s, s->least, hard);
}

/* Bounds of the choice: `comfort` below, natural width above. false when the columns cannot all be
 * that comfortable and leave those of long texts a sixth of their room to choose from. */
static bool set_bounds(struct solver *s, int comfort) {
    int settled = 0; /* width of the columns that want no more */
    for (int c = 0; c < s->n->cols; c++) {
        const struct column_need *need = &s->n->col[c];
        int natural = need->body > need->head ? need->body : need->head;
        int body = need->body < comfort ? need->body : comfort;
        if (need->head > body && need->head <= SHORT_HEAD && comfort >= COMFORT_LEAST)
            body = need->head;
        int low = points(s, body) + (is_index(s, c) ? INDEX_AIR : SLACK);
        s->low[c] = low > s->least[c] ? low : s->least[c];
        s->high[c] = points(s, natural) + (is_index(s, c) ? INDEX_AIR : SLACK);
        if (s->high[c] < s->low[c])
            s->high[c] = s->low[c];
        int asked = asked_width(s, c);
        if (asked > 0)
            s->low[c] = s->high[c] = asked > s->least[c] ? asked : s->least[c];
        if (asked > 0 || need->body <= comfort)
            settled += s->low[c];
    }
    int low = sum_of(s->low, s->n->cols), high = sum_of(s->high, s->n->cols);
    return high <= s->total || low - settled <= (int64_t)(s->total - settled) * 5 / 6;
}

/* w[c] = goal[c] * k within [low, high], with the k that makes them sum to total (bisection; the sum
 * grows with k). Goals are positive. */
static void fill(struct solver *s) {
    double from = 1e30, to = 0;
    for (int c = 0; c < s->n->cols; c++) {
        double lo = s->low[c] / s->goal[c], hi = s->high[c] / s->goal[c];
        from = lo < from ? lo : from;
        to = hi > to ? hi : to;
    }
    for (int step = 0; step < 40; step++) {
        double k = (from + to) / 2, sum = 0;
        for (int c = 0; c < s->n->cols; c++) {
            double w = s->goal[c] * k;
            w = w < s->low[c] ? s->low[c] : w > s->high[c] ? s->high[c] : w;
            s->w[c] = w;
            sum += w;
        }
        if (fabs(sum - s->total) < 20)
            break;
        if (sum > s->total)
            to = k;
        else
            from = k;
    }
}

/* One step towards the least sum of row heights. A row is as high as its highest cell, area / width;
 * the fourth power makes a smooth maximum of it, whose derivative gives the columns' weights. */
static void descend(struct solver *s) {
    int cols = s->n->cols;
    double *weight = s->goal;
    memset(weight, 0, sizeof *weight * (size_t)cols);
    for (size_t r = 0; r < s->n->rows; r++) {
        const int32_t *area = s->n->area + r * (size_t)cols;
        double sum = 1e-9;
        for (int c = 0; c < cols; c++) {
            double h = area[c] * (double)s->size / 1000 / (s->w[c] - s->pad + 1);
            h *= h;
            sum += h * h;
        }
        double head = r < s->n->heads ? HEAD_WEIGHT : 1;
        for (int c = 0; c < cols; c++) {
            double h = area[c] * (double)s->size / 1000 / (s->w[c] - s->pad + 1);
            double line = h > 1 ? h : 1; /* what fits in a line wants no more */
            h *= h;
            weight[c] += head * (h * h / sum) * area[c] * (line > 1 ? 1 : 0.1);
        }
    }
    for (int c = 0; c < cols; c++)
        weight[c] = sqrt(weight[c]) + 1;
}

static void optimise(struct solver *s) {
    int cols = s->n->cols;
    for (int c = 0; c < cols; c++)
        s->goal[c] = s->high[c];
    fill(s);
    for (int round = 0; round < 8; round++) {
        memcpy(s->before, s->w, sizeof *s->before * (size_t)cols);
        descend(s);
        fill(s);
        /* Half way: the weights jump when another column becomes the highest. */
        for (int c = 0; c < cols; c++)
            s->w[c] = (s->w[c] + s->before[c]) / 2;
    }
}

/* ---- room to spare ------------------------------------------------------------------ */

/* Room that no text needs goes to the columns by their natural widths, least to a column of numbers
 * at the left, which stays narrow. */
static void widen(struct solver *s, int spare) {
    double sum = 0;
    int cols = s->n->cols;
    for (int c = 0; c < cols; c++) {
        bool index = is_index(s, c);
        bool asked = asked_width(s, c) > 0;
        s->w[c] = s->high[c];
        s->goal[c] = asked ? 0.001 : index ? s->high[c] / 8.0 : s->high[c];
        sum += s->goal[c];
    }
    for (int c = 0; c < cols; c++)
        s->w[c] += spare * s->goal[c] / sum;
}

static bool is_level(const struct solver *s, int from, int n) {
    bool level = n > 1;
    for (int c = from; c < from + n; c++)
        level = level && s->n->col[c].body <= SHORT_BODY && asked_width(s, c) <= 0;
    return level;
}

/* Give columns [from, from + n) one width; what the widest of their words lack comes from the widest
 * column of all. */
static void level(struct solver *s, int from, int n) {
    double sum = 0, each = 0;
    for (int c = from; c < from + n; c++) {
        sum += s->w[c];
        each = s->least[c] > each ? s->least[c] : each;
    }
    if (sum / n < each) {
        int widest = 0;
        for (int c = 1; c < s->n->cols; c++)
            widest = s->w[c] > s->w[widest] ? c : widest;
        double lack = each * n - sum;
        if ((widest >= from && widest < from + n) || s->w[widest] - lack < s->low[widest])
            return;
        s->w[widest] -= lack;
        sum += lack;
    }
    for (int c = from; c < from + n; c++)
        s->w[c] = sum / n;
}

/* Neighbours of short content under one top head get one width: figures in step with each other. */
static void level_siblings(struct solver *s) {
    const struct table *t = s->t;
    if (t->head_rows < 2 || !t->nrows)
        return;
    for (int c = 0, n; c < t->ncols; c += n) {
        n = cell_columns(t, c, &t->row[0].cell[c]);
        if (is_level(s, c, n))
            level(s, c, n);
    }
}

static void round_widths(const struct solver *s, int *width) {
    int cols = s->n->cols, widest = 0, left = s->total;
    for (int c = 0; c < cols; c++) {
        width[c] = (int)s->w[c];
        left -= width[c];
        if (width[c] > width[widest])
            widest = c;
    }
    width[widest] += left;
}

static void solve(struct arena *a, struct solver *s, const struct paper *paper) {
    int spare = s->total - sum_of(s->high, s->n->cols);
    if (spare >= 0)
        widen(s, spare);
    else {
        optimise(s);
        columns_try(a, s, paper);
    }
    level_siblings(s);
}

/* Bounds at one type size; `last`: take what there is. false: the columns want smaller type. */
static bool fits_size(struct solver *s, bool hard, bool last) {
    set_least(s, hard);
    if (sum_of(s->least, s->n->cols) > s->total)
        return false;
    size_t steps = sizeof comfort_steps / sizeof *comfort_steps;
    for (size_t i = 0; i < steps; i++) {
        if (!last && comfort_steps[i] < COMFORT_LEAST)
            return false;
        if (set_bounds(s, comfort_steps[i]))
            return true;
    }
    return sum_of(s->low, s->n->cols) <= s->total;
}

/* How much of the widths asked for can be granted beside comfortable other columns. */
static double grantable(struct solver *s) {
    double from = 0, to = 1;
    set_least(s, false);
    s->ask = 1;
    set_bounds(s, COMFORT_LEAST);
    for (int step = 0; step < 20; step++) {
        double sum = 0;
        s->ask = (from + to) / 2;
        for (int c = 0; c < s->n->cols; c++) {
            int w = asked_width(s, c);
            bool asked = s->t->col[c].width != 0;
            sum += !asked ? s->low[c] * 1.4 : w > s->least[c] ? w : s->least[c];
        }
        if (sum > s->total)
            to = s->ask;
        else
            from = s->ask;
    }
    return from;
}

/* Widths in proportion to the least ones: no choice is left, or none is right. */
static void squeeze(struct solver *s, int *width) {
    double sum = sum_of(s->least, s->n->cols);
    for (int c = 0; c < s->n->cols; c++)
        s->w[c] = s->least[c] * (s->total / sum);
    round_widths(s, width);
}

/* Bounds at one type size; widths that were asked for are cut down a little rather than the type. */
static bool grants_size(struct chooser *k, int size) {
    struct solver *s = &k->s;
    bool last = size == k->least_size;
    s->size = size;
    s->ask = k->ask;
    if (fits_size(s, k->hard, last))
        return true;
    if (k->ask < 1)
        return false;
    s->ask = grantable(s);
    return s->ask >= ASK_LEAST && fits_size(s, k->hard, last);
}

/* The largest type size that will do, 0: none. */
static int largest_size(struct chooser *k) {
    for (int size = k->size;; size -= SIZE_STEP) {
        size = size > k->least_size ? size : k->least_size;
        if (grants_size(k, size))
            return size;
        if (size == k->least_size)
            return 0;
    }
}

/* The column that asks for most. */
static void find_fault(const struct solver *s, struct column_fault *fault) {
    int worst = 0;
    for (int c = 1; c < s->n->cols; c++)
        if (s->least[c] > s->least[worst])
            worst = c;
    fault->col = worst;
    fault->row = s->n->col[worst].hardest;
    fault->needed = sum_of(s->least, s->n->cols);
    fault->given = s->total;
}

/* ---- choice ------------------------------------------------------------------------- */

struct chooser *columns_ask(struct arena *a, const struct measure *m,
                            const struct table *t, const struct profile *p, int total,
                            struct column_fault *fault) {
    struct chooser *k = arena_new_of(a, struct chooser);
    struct solver *s = &k->s;
    *s = (struct solver){.t = t, .total = total, .pad = 2 * cell_pad_x(t->ncols)};
    s->n = table_needs(a, m, t);
    s->least = arena_array(a, int, 3 * t->ncols);
    s->low = s->least + t->ncols;
    s->high = s->low + t->ncols;
    s->w = arena_array(a, double, 3 * t->ncols);
    s->goal = s->w + t->ncols;
    s->before = s->goal + t->ncols;
    k->least_size = p->table_min_size < p->table_size ? p->table_min_size : p->table_size;
    /* All that was asked for; then a share of it; then nothing; then long words are broken. */
    for (int turn = 0; turn < 4; turn++) {
        k->hard = turn == 3;
        k->size = k->hard ? k->least_size : p->table_size;
        s->size = k->size;
        k->ask = turn == 0 ? 1 : turn == 1 ? grantable(s) : 0;
        k->size = largest_size(k);
        if (k->size)
            return k;
    }
    find_fault(s, fault);
    return k;
}

/* A last page that is hardly worth its paper. */
static bool is_poor(struct table_end end, const struct paper *paper) {
    return end.pages > 1 && (end.rows <= POOR_ROWS || end.used < paper->page * 15 / 100);
}

/* Smaller type, where half a point or a whole one saves a page that would stay almost empty. */
static int save_page(struct arena *a, struct chooser *k, const struct paper *paper,
                     double *best) {
    struct solver *s = &k->s;
    size_t bytes = sizeof *best * (size_t)s->n->cols;
    struct table_end end = widths_end(a, paper, s);
    memcpy(best, s->w, bytes);
    if (!is_poor(end, paper))
        return k->size;
    for (int less = SAVE_STEP; less <= SAVE_MOST; less += SAVE_STEP) {
        s->size = k->size - less;
        if (s->size < k->least_size || !fits_size(s, k->hard, false))
            break;
        solve(a, s, paper);
        if (widths_end(a, paper, s).pages < end.pages) {
            memcpy(best, s->w, bytes);
            return s->size;
        }
    }
    return k->size;
}

int columns_choose(struct arena *a, struct chooser *k, const struct paper *paper,
                   int *width) {
    struct solver *s = &k->s;
    grants_size(k, k->size);
    solve(a, s, paper);
    int size = k->size;
    if (paper && s->n->whole) {
        double *best = arena_array(a, double, s->n->cols);
        size = save_page(a, k, paper, best);
        s->w = best;
    }
    round_widths(s, width);
    return size;
}

int table_columns(struct arena *a, const struct measure *m, const struct table *t,
                  const struct profile *p, int total, int *width,
                  struct column_fault *fault) {
    struct chooser *k = columns_ask(a, m, t, p, total, fault);
    if (k->size)
        return columns_choose(a, k, NULL, width);
    squeeze(&k->s, width);
    return 0;
}

int layout_column_widths(struct fonts *f, const struct table *t, const struct profile *p,
                         int total, int *width) {
    if (t->ncols <= 0)
        return p->table_size;
    int rest =
        total - t->chosen.total; /* half a stroke at each edge of the page's table */
    if (t->chosen.width && rest >= 0 && rest <= 2 * GRID_STROKE) {
        memcpy(width, t->chosen.width, (size_t)t->ncols * sizeof *width);
        width[t->ncols - 1] += rest;
        return t->chosen.size;
    }
    struct measure m = measure_fonts(f);
    struct column_fault fault;
    struct arena *a = arena_new();
    int size = table_columns(a, &m, t, p, total, width, &fault);
    arena_free(a);
    return size ? size : p->table_min_size;
}
