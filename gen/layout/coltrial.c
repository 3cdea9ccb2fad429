/* coltrial.c: column widths improved by trial, with lines counted word by word */
#include "table.h"

/* The smooth optimum knows no words. Here lines are counted word by word, and room moves from column
 * to column as long as the sum of row heights falls. */

/* Tables with more words have rows enough to even out such details. */
#define TRIAL_WORDS 20000
#define ROUNDS 8
#define GROWING 4

/* Steps tried, in half type sizes. */
static const int steps[] = {5, 2, 1};
enum { STEPS = sizeof steps / sizeof *steps, WIDTHS = 1 + 2 * STEPS };

/* Lines of each row at each width that is tried: as it is, wider by steps[k], narrower by steps[k]. */
struct trial {
    struct solver *s;
    uint16_t *lines; /* cols * WIDTHS * rows */
    bool *allowed;   /* cols * WIDTHS: within the bounds of the column */
};

struct move {
    int to, from, step;
};

static int wider(int step) {
    return 1 + step;
}

static int narrower(int step) {
    return 1 + STEPS + step;
}

static double step_width(const struct trial *t, int step) {
    return steps[step] * t->s->size / 2.0;
}

static uint16_t *lines_of(const struct trial *t, int c, int which) {
    return t->lines + (size_t)(c * WIDTHS + which) * t->s->n->rows;
}

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

static void count_column(struct trial *t, int c, int which, double width) {
    const struct needs *n = t->s->n;
    uint16_t *lines = lines_of(t, c, which);
    int64_t room = (int64_t)((width - t->s->pad) * 1000 / t->s->size);
    for (size_t r = 0; r < n->rows; r++) {
        size_t at = r * (size_t)n->cols + (size_t)c;
        int count = n->area[at] <= room ? 1 : lines_in(n, &n->run[at], room);
        lines[r] = (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
    }
}

/* All that is to be known about a column of its present width. */
static void look_at_column(struct trial *t, int c) {
    const struct solver *s = t->s;
    count_column(t, c, 0, s->w[c]);
    for (int k = 0; k < STEPS; k++) {
        double more = s->w[c] + step_width(t, k), less = s->w[c] - step_width(t, k);
        bool grows = more <= s->high[c], shrinks = less >= s->low[c];
        t->allowed[c * WIDTHS + wider(k)] = grows;
        t->allowed[c * WIDTHS + narrower(k)] = shrinks;
        if (grows)
            count_column(t, c, wider(k), more);
        if (shrinks)
            count_column(t, c, narrower(k), less);
    }
}

/* Sum of the rows' lines after a move; a move of nothing has to == from. */
static int64_t height_after(const struct trial *t, struct move m) {
    const struct needs *n = t->s->n;
    int64_t sum = 0;
    for (size_t r = 0; r < n->rows; r++) {
        int most = 0;
        for (int c = 0; c < n->cols; c++) {
            int which = m.to == m.from ? 0
                        : c == m.to    ? wider(m.step)
                        : c == m.from  ? narrower(m.step)
                                       : 0;
            int lines = lines_of(t, c, which)[r];
            most = lines > most ? lines : most;
        }
        sum += r ? most : HEAD_WEIGHT * most;
    }
    return sum;
}

/* The columns worth widening: those with the largest weights that can still grow, and the one with
 * the highest head. */
static int growing(const struct trial *t, int *grow) {
    const struct solver *s = t->s;
    int n = 0, head = 0;
    for (int c = 0; c < s->n->cols; c++) {
        if (*lines_of(t, c, 0) > *lines_of(t, head, 0))
            head = c;
        if (s->w[c] >= s->high[c])
            continue;
        int at = n < GROWING - 1 ? n++ : GROWING - 1;
        while (at > 0 && s->goal[grow[at - 1]] < s->goal[c]) {
            if (at < GROWING - 1)
                grow[at] = grow[at - 1];
            at--;
        }
        if (at < GROWING - 1)
            grow[at] = c;
    }
    for (int i = 0; i < n; i++)
        if (grow[i] == head)
            return n;
    grow[n] = head;
    return n + 1;
}

/* The best move between the growing columns and all others; false: none makes the table lower. */
static bool best_move(struct trial *t, int64_t *height, struct move *best) {
    int grow[GROWING], n = growing(t, grow);
    bool found = false;
    for (int k = 0; k < STEPS; k++)
        for (int from = 0; from < t->s->n->cols; from++)
            for (int i = 0; i < n; i++) {
                struct move m = {grow[i], from, k};
                if (m.to == from || !t->allowed[m.to * WIDTHS + wider(k)] ||
                    !t->allowed[from * WIDTHS + narrower(k)])
                    continue;
                int64_t now = height_after(t, m);
                if (now < *height) {
                    *height = now;
                    *best = m;
                    found = true;
                }
            }
    return found;
}

void columns_try(struct arena *a, struct solver *s) {
    const struct needs *n = s->n;
    if (n->word.n > TRIAL_WORDS)
        return;
    struct trial t = {.s = s};
    t.lines = arena_array(a, uint16_t, n->rows * (size_t)(n->cols * WIDTHS));
    t.allowed = arena_array(a, bool, n->cols *WIDTHS);
    for (int c = 0; c < n->cols; c++)
        look_at_column(&t, c);
    int64_t height = height_after(&t, (struct move){0, 0, 0});
    struct move m;
    for (int round = 0; round < ROUNDS && best_move(&t, &height, &m); round++) {
        s->w[m.to] += step_width(&t, m.step);
        s->w[m.from] -= step_width(&t, m.step);
        look_at_column(&t, m.to);
        look_at_column(&t, m.from);
    }
}
