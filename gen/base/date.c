/* date.c: calendar dates with blank days and months, as offices type and print them */
#include "base.h"

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_real(int year, int month, int day) {
    static const int8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1000 || month < 0 || month > 12 || (month == 0 && day != 0))
        return false;
    if (day < 0 || (month && day > days[month - 1]))
        return false;
    return month != 2 || day < 29 || is_leap(year);
}

/* Up to three runs of at most four digits with the same separator between; the count of runs or 0. */
static int split(const char *s, size_t n, int part[3], int width[3], char *separator) {
    int parts = 0;
    *separator = 0;
    for (size_t i = 0; i < n;) {
        if (parts == 3)
            return 0;
        int v = 0, w = 0;
        for (; i < n && s[i] >= '0' && s[i] <= '9' && w < 5; i++, w++)
            v = v * 10 + (s[i] - '0');
        if (w == 0 || w > 4)
            return 0;
        part[parts] = v;
        width[parts++] = w;
        if (i == n)
            return parts;
        if ((s[i] != '-' && s[i] != '/' && s[i] != '.') ||
            (*separator && s[i] != *separator))
            return 0;
        *separator = s[i++];
    }
    return 0; /* empty, or a separator at the end */
}

bool date_parse(const char *s, size_t n, struct date *out) {
    while (n && (*s == ' ' || *s == '\t'))
        s++, n--;
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    int part[3] = {0}, width[3] = {0}, year, month = 0, day = 0;
    char separator;
    int parts = split(s, n, part, width, &separator);
    if (!parts)
        return false;
    bool iso = width[0] == 4 && (parts == 1 || separator == '-');
    int y = iso ? 0 : parts - 1;
    if (width[y] != 4)
        return false;
    for (int i = 0; i < parts; i++)
        if (i != y && (width[i] > 2 || part[i] == 0))
            return false;
    year = part[y];
    if (parts > 1)
        month = part[iso ? 1 : parts - 2];
    if (parts > 2)
        day = part[iso ? 2 : 0];
    if (!is_real(year, month, day))
        return false;
    *out = (struct date){(int16_t)year, (int8_t)month, (int8_t)day};
    return true;
}

char *date_print(struct arena *a, struct date d) {
    if (!d.month)
        return arena_printf(a, "%d", d.year);
    /* Months 1 and 2 get a 0, later ones do not (NĐ 30, Phụ lục I, II.4). */
    const char *zero = d.month < 3 ? "0" : "";
    if (!d.day)
        return arena_printf(a, "%s%d/%d", zero, d.month, d.year);
    return arena_printf(a, "%02d/%s%d/%d", d.day, zero, d.month, d.year);
}
