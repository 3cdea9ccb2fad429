/* table_grid.c: the grid of a table on one page, in as few strokes as its spans allow */
#include "table.h"

void grid_start(struct arena *a, struct grid *g, const int *edge, int cols) {
    *g = (struct grid){.edge = edge, .cols = cols};
    g->open = arena_array(a, int, cols + 1);
    for (int i = 0; i <= cols; i++)
        g->open[i] = -1;
}

/* Lines on top of a row: one for each run of columns that no cell from above passes through. They
 * reach half a stroke beyond the vertical ones, so that corners are whole. */
static void grid_top(struct arena *a, struct grid *g, int y, const bool *through) {
    for (int c = 0; c < g->cols; c++) {
        if (through && through[c])
            continue;
        int from = c;
        while (c + 1 < g->cols && !(through && through[c + 1]))
            c++;
        int x = g->edge[from] - GRID_STROKE / 2;
        struct grid_line line = {x, y, g->edge[c + 1] + GRID_STROKE / 2 - x, 0};
        vec_push(a, &g->line, line);
    }
}

static void grid_close(struct arena *a, struct grid *g, int edge, int bottom) {
    struct grid_line line = {g->edge[edge], g->open[edge], 0, bottom - g->open[edge]};
    vec_push(a, &g->line, line);
    g->open[edge] = -1;
}

void grid_row(struct arena *a, struct grid *g, int top, const bool *joined,
              const bool *through) {
    grid_top(a, g, top, through);
    for (int e = 0; e <= g->cols; e++) {
        bool wanted = e == 0 || e == g->cols || !joined[e - 1];
        if (wanted && g->open[e] < 0)
            g->open[e] = top;
        else if (!wanted && g->open[e] >= 0)
            grid_close(a, g, e, top);
    }
}

void grid_finish(struct layout *l, struct grid *g, int x, int y) {
    grid_top(l->arena, g, y, NULL);
    for (int e = 0; e <= g->cols; e++)
        if (g->open[e] >= 0)
            grid_close(l->arena, g, e, y);
    for (size_t i = 0; i < g->line.n; i++) {
        const struct grid_line *s = &g->line.v[i];
        stroke_add(l, x + s->x, s->y, s->w, s->h, GRID_STROKE);
    }
    g->line.n = 0;
}
