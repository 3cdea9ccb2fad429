/* coltrial.c: column widths improved by trial, with lines counted word by word */
#include <string.h>

#include "table.h"

/* The smooth optimum knows no words. Here lines are counted word by word, and room moves from column
 * to column as long as the table gets better. */

/* Tables with more words have rows enough to even out such details. */
#define TRIAL_WORDS 20000
#define ROUNDS 40
/* Room moves in quarters of the type size; so many of them at most from where a column began. */
#define REACH 96
/* Columns between which room moves; of more, those of the longest text. */
#define PARTNERS 8
/* A line of row height counts as much as so many lines inside cells, which are the finer measure. */
#define HEIGHT_WEIGHT 16

/* A cell is squeezed when it has more lines than SQUEEZED, and than half as many again as the cell of
 * the longest text in its row: each line more counts as much as so many lines of height. */
#define SQUEEZED 4
#define SQUEEZE_WEIGHT 2

static const int steps[] = {16, 8, 4, 2, 1};
enum { STEPS = sizeof steps / sizeof *steps, NOTCHES = 2 * REACH + 1 };

/* Lines of one column's cells at one width. */
struct notch {
    uint16_t *lines; /* per row; NULL: not counted yet */
    int64_t sum;
};

struct trial {
    struct arena *a;
    const struct solver *s;
    const struct paper *paper; /* NULL: heights matter, not pages */
    double quantum;
    struct notch *ladder; /* cols * NOTCHES */
    int *at;              /* per column: its notch */
    uint16_t *fixed;      /* per row: lines of cells over several columns */
    uint16_t *others, *highest;
    int *major;            /* per row: the column of the longest text */
    uint16_t *major_lines; /* that it has there */
    int partner[PARTNERS], partners;
};

struct move {
    int to, from, step;
};

/* Lines of a cell's words in `room` (1/1000 em). */
static int words_lines(const struct needs *n, const struct word_run *run, int64_t room) {
    int lines = 1;
    int64_t x = 0;
    for (uint32_t i = run->first; i < run->first + run->n; i++) {
        int w = n->word.v[i];
        if (w == WORD_BREAK || (x && x + n->space + w > room)) {
            lines++;
            x = w;
        } else {
            x += x ? n->space + w : w;
        }
    }
    return run->rows > 1 ? (lines + (int)run->rows - 1) / (int)run->rows : lines;
}

static uint16_t short_count(int lines) {
    return (uint16_t)(lines < UINT16_MAX ? lines : UINT16_MAX);
}

/* The cells of column c, at `width`. */
static void count_column(const struct solver *s, int c, double width, uint16_t *lines) {
    const struct needs *n = s->n;
    int64_t room = (int64_t)((width - s->pad) * 1000 / s->size);
    for (size_t r = 0; r < n->rows; r++) {
        const struct word_run *run = &n->run[r * (size_t)n->cols + (size_t)c];
        lines[r] = run->n > 1 ? short_count(words_lines(n, run, room)) : 1;
    }
}

/* The cells over several columns. */
static void count_wide(const struct solver *s, uint16_t *lines) {
    const struct needs *n = s->n;
    for (size_t r = 0; r < n->rows; r++)
        lines[r] = 1;
    for (size_t i = 0; i < n->wide.n; i++) {
        const struct wide_cell *w = &n->wide.v[i];
        double width = -s->pad;
        for (int c = w->col; c < w->col + w->cols; c++)
            width += s->w[c];
        uint16_t count =
            short_count(words_lines(n, &w->run, (int64_t)(width * 1000 / s->size)));
        if (count > lines[w->row])
            lines[w->row] = count;
    }
}

static void take_higher(uint16_t *lines, const uint16_t *other, size_t rows) {
    for (size_t r = 0; r < rows; r++)
        lines[r] = other[r] > lines[r] ? other[r] : lines[r];
}

struct table_end widths_end(struct arena *a, const struct paper *paper,
                            const struct solver *s) {
    size_t rows = s->n->rows;
    uint16_t *lines = arena_array(a, uint16_t, rows),
             *one = arena_array(a, uint16_t, rows);
    count_wide(s, lines);
    for (int c = 0; c < s->n->cols; c++) {
        count_column(s, c, s->w[c], one);
        take_higher(lines, one, rows);
    }
    return paper_end(paper, s, lines);
}

/* ---- the value of widths ---------------------------------------------------------------- */

static const struct notch *notch_at(struct trial *t, int c, int at) {
    struct notch *notch = &t->ladder[c * NOTCHES + at];
    const struct needs *n = t->s->n;
    if (!notch->lines) {
        notch->lines = arena_array(t->a, uint16_t, n->rows);
        count_column(t->s, c, t->s->w[c] + (at - REACH) * t->quantum, notch->lines);
        for (size_t r = 0; r < n->rows; r++)
            notch->sum += (int64_t)(r < n->heads ? HEAD_WEIGHT : 1) * notch->lines[r];
    }
    return notch;
}

static bool is_allowed(const struct trial *t, int c, int at) {
    double w = t->s->w[c] + (at - REACH) * t->quantum;
    return at >= 0 && at < NOTCHES && w >= t->s->low[c] && w <= t->s->high[c];
}

/* The higher a number, the worse the widths: rows of t->highest, cells with `sum` lines in all. */
static int64_t badness(const struct trial *t, int64_t sum) {
    const struct needs *n = t->s->n;
    int64_t lines = 0;
    for (size_t r = 0; r < n->rows; r++) {
        int most = t->highest[r], well = t->major_lines[r] * 3 / 2;
        int over = most - (well > SQUEEZED ? well : SQUEEZED);
        lines += most + (over > 0 ? (int64_t)SQUEEZE_WEIGHT * over : 0);
    }
    for (size_t r = 0; r < n->heads; r++)
        lines += (int64_t)(HEAD_WEIGHT - 1) * t->highest[r];
    lines = lines * HEIGHT_WEIGHT + sum;
    if (!t->paper)
        return lines;
    struct table_end end = paper_end(t->paper, t->s, t->highest);
    int64_t place = (int64_t)end.pages * t->paper->page + end.used;
    /* A tenth for the height that is not on the last page. */
    return place + lines * single_leading(t->s->size) / (HEIGHT_WEIGHT * INT64_C(10));
}

static int64_t present_sum(struct trial *t) {
    int64_t sum = 0;
    for (int c = 0; c < t->s->n->cols; c++)
        sum += notch_at(t, c, t->at[c])->sum;
    return sum;
}

/* Column c has these lines: take those of the rows where it has the longest text. */
static void look_at_major(struct trial *t, int c, const uint16_t *lines) {
    for (size_t r = 0; r < t->s->n->rows; r++)
        t->major_lines[r] = t->major[r] == c ? lines[r] : t->major_lines[r];
}

static int64_t present_badness(struct trial *t) {
    const struct needs *n = t->s->n;
    memcpy(t->highest, t->fixed, sizeof *t->highest * n->rows);
    for (int c = 0; c < n->cols; c++) {
        const uint16_t *lines = notch_at(t, c, t->at[c])->lines;
        take_higher(t->highest, lines, n->rows);
        look_at_major(t, c, lines);
    }
    return badness(t, present_sum(t));
}

/* The lines of all columns but these two, into t->others. */
static void look_at_others(struct trial *t, int a, int b) {
    size_t rows = t->s->n->rows;
    memcpy(t->others, t->fixed, sizeof *t->others * rows);
    for (int c = 0; c < t->s->n->cols; c++) {
        const uint16_t *lines = notch_at(t, c, t->at[c])->lines;
        if (c != a && c != b)
            take_higher(t->others, lines, rows);
        look_at_major(t, c, lines);
    }
}

static int64_t badness_after(struct trial *t, struct move m, int64_t sum) {
    const struct notch *to = notch_at(t, m.to, t->at[m.to] + m.step),
                       *from = notch_at(t, m.from, t->at[m.from] - m.step);
    sum += to->sum - notch_at(t, m.to, t->at[m.to])->sum;
    sum += from->sum - notch_at(t, m.from, t->at[m.from])->sum;
    for (size_t r = 0; r < t->s->n->rows; r++) {
        uint16_t most = to->lines[r] > from->lines[r] ? to->lines[r] : from->lines[r];
        t->highest[r] = t->others[r] > most ? t->others[r] : most;
    }
    look_at_major(t, m.to, to->lines);
    look_at_major(t, m.from, from->lines);
    return badness(t, sum);
}

/* ---- moves --------------------------------------------------------------------------------- */

static void find_majors(struct trial *t) {
    const struct needs *n = t->s->n;
    for (size_t r = 0; r < n->rows; r++) {
        const int32_t *area = n->area + r * (size_t)n->cols;
        for (int c = 1; c < n->cols; c++)
            t->major[r] = area[c] > area[t->major[r]] ? c : t->major[r];
    }
}

/* The columns of the longest text. */
static void choose_partners(struct trial *t) {
    const struct needs *n = t->s->n;
    int64_t area[PARTNERS] = {0};
    for (int c = 0; c < n->cols; c++) {
        int64_t sum = 0;
        for (size_t r = 0; r < n->rows; r++)
            sum += n->area[r * (size_t)n->cols + (size_t)c];
        if (t->partners == PARTNERS && sum <= area[PARTNERS - 1])
            continue;
        int at = t->partners < PARTNERS ? t->partners++ : PARTNERS - 1;
        for (; at > 0 && area[at - 1] < sum; at--) {
            area[at] = area[at - 1];
            t->partner[at] = t->partner[at - 1];
        }
        area[at] = sum;
        t->partner[at] = c;
    }
}

/* The best of the moves between two columns. */
static bool best_between(struct trial *t, int a, int b, int64_t sum, int64_t *least,
                         struct move *best) {
    bool found = false;
    look_at_others(t, a, b);
    for (int k = 0; k < 2 * STEPS; k++) {
        struct move m = {k & 1 ? a : b, k & 1 ? b : a, steps[k / 2]};
        if (!is_allowed(t, m.to, t->at[m.to] + m.step) ||
            !is_allowed(t, m.from, t->at[m.from] - m.step))
            continue;
        int64_t now = badness_after(t, m, sum);
        if (now < *least) {
            *least = now;
            *best = m;
            found = true;
        }
    }
    return found;
}

static void improve(struct trial *t) {
    int64_t least = present_badness(t);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t sum = present_sum(t);
        struct move best;
        bool found = false;
        for (int i = 0; i < t->partners; i++)
            for (int k = i + 1; k < t->partners; k++)
                found |=
                    best_between(t, t->partner[i], t->partner[k], sum, &least, &best);
        if (!found)
            return;
        t->at[best.to] += best.step;
        t->at[best.from] -= best.step;
    }
}

/* Other widths that fill fewer pages. */
static void save_pages(struct trial *t, const struct paper *paper) {
    const struct needs *n = t->s->n;
    int *before = arena_array(t->a, int, n->cols);
    memcpy(before, t->at, sizeof *before * (size_t)n->cols);
    present_badness(t);
    int pages = paper_end(paper, t->s, t->highest).pages;
    if (pages < 2)
        return;
    t->paper = paper;
    improve(t);
    present_badness(t);
    if (paper_end(paper, t->s, t->highest).pages >= pages)
        memcpy(t->at, before, sizeof *before * (size_t)n->cols);
}

void columns_try(struct arena *a, struct solver *s, const struct paper *paper) {
    const struct needs *n = s->n;
    if (n->word.n > TRIAL_WORDS)
        return;
    struct trial t = {.a = arena_child(a), .s = s, .quantum = s->size / 4.0};
    t.ladder = arena_array(t.a, struct notch, (size_t)n->cols * NOTCHES);
    t.at = arena_array(t.a, int, n->cols);
    t.fixed = arena_array(t.a, uint16_t, n->rows);
    t.others = arena_array(t.a, uint16_t, n->rows);
    t.highest = arena_array(t.a, uint16_t, n->rows);
    for (int c = 0; c < n->cols; c++)
        t.at[c] = REACH;
    count_wide(s, t.fixed);
    t.major = arena_array(t.a, int, n->rows);
    t.major_lines = arena_array(t.a, uint16_t, n->rows);
    find_majors(&t);
    choose_partners(&t);
    improve(&t);
    if (paper && n->whole)
        save_pages(&t, paper);
    for (int c = 0; c < n->cols; c++)
        s->w[c] += (t.at[c] - REACH) * t.quantum;
    arena_free(t.a);
}
