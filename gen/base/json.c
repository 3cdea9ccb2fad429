/* json.c: writing strings of JSON */
#include "base.h"

#include <string.h>

/* Beside what JSON demands: C1 controls, separators and direction marks, raw, could do harm on a terminal. */
static bool is_escaped(uint32_t cp) {
    return cp < 0x20 || utf8_is_control(cp) || utf8_is_invisible(cp);
}

void json_string(struct buf *b, const char *s) {
    if (!s) {
        buf_adds(b, "null");
        return;
    }
    buf_addc(b, '"');
    for (const char *end = s + strlen(s); s < end;) {
        char utf8[4];
        uint32_t cp = utf8_next(&s, end);
        if (cp == '"' || cp == '\\')
            buf_addc(b, '\\');
        if (is_escaped(cp) && cp <= 0xFFFF)
            buf_printf(b, "\\u%04x", (unsigned)cp);
        else
            buf_add(b, utf8, (size_t)utf8_put(utf8, cp));
    }
    buf_addc(b, '"');
}

void json_member(struct buf *b, const char *key, const char *s) {
    buf_printf(b, ", \"%s\": ", key);
    json_string(b, s);
}
