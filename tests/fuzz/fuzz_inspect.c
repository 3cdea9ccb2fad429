/* fuzz_inspect.c: libFuzzer target: any bytes may be given to `baocao inspect` */
#include "output/output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    struct arena *a = arena_new();
    struct diag *d = diag_new(n % 2 ? LANG_EN : LANG_VI);
    struct pdf_inspection in;
    struct buf out = {0};
    const char *bytes = (const char *)data;
    pdf_is_signed(bytes, n);
    if (pdf_inspect(a, d, "tep.pdf", bytes, n, &in)) {
        inspect_text(&in, "tep.pdf", diag_lang(d), &out);
        inspect_json(&in, "tep.pdf", &out);
    }
    diag_print(d, &out);
    buf_free(&out);
    diag_free(d);
    arena_free(a);
    return 0;
}
