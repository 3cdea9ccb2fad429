/* test_md5.c: the checksum against RFC 1321, and zlib streams unpacked within bounds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"

static const char *sum_of(const void *p, size_t n) {
    static char hex[33];
    unsigned char sum[16];
    md5(p, n, sum);
    for (int i = 0; i < 16; i++)
        snprintf(hex + 2 * i, 3, "%02x", sum[i]);
    return hex;
}

static void the_rfc_agrees(void **state) {
    (void)state;
    assert_string_equal(sum_of("", 0), "d41d8cd98f00b204e9800998ecf8427e");
    assert_string_equal(sum_of("abc", 3), "900150983cd24fb0d6963f7d28e17f72");
    assert_string_equal(sum_of("message digest", 14), "f96b697d7cb7938d525a2f31aaf161d0");
    const char *long_one = "1234567890123456789012345678901234567890123456789012345678901"
                           "2345678901234567890";
    assert_string_equal(sum_of(long_one, 80), "57edf4a22be3c955ac49da2e2107b67a");
}

/* Around the length at which the padding needs a block of its own (sums by md5sum). */
static void every_padding_fits(void **state) {
    (void)state;
    char a[128];
    memset(a, 'a', sizeof a);
    assert_string_equal(sum_of(a, 55), "ef1772b6dff9a122358552954ad0df65");
    assert_string_equal(sum_of(a, 56), "3b0c8ac703f828b04c6c197006d17218");
    assert_string_equal(sum_of(a, 63), "b06521f39153d618550606be297466d5");
    assert_string_equal(sum_of(a, 64), "014842d480b571495a4a0363793f7367");
    assert_string_equal(sum_of(a, 128), "e510683b3f5ffe4093d021808bc6ff70");
}

static void what_is_packed_comes_back(void **state) {
    (void)state;
    struct buf plain = {0}, packed = {0}, back = {0};
    for (int i = 0; i < 20000; i++)
        buf_printf(&plain, "hàng %d;", i % 700);
    zlib_pack(&packed, plain.data, plain.len, PACK_CONTENT);
    buf_adds(&back, "đầu");
    assert_true(zlib_unpack(&back, packed.data, packed.len, plain.len));
    assert_int_equal(back.len, plain.len + strlen("đầu"));
    assert_memory_equal(back.data + strlen("đầu"), plain.data, plain.len);
    buf_free(&plain);
    buf_free(&packed);
    buf_free(&back);
}

static void bombs_and_rubbish_are_refused(void **state) {
    (void)state;
    struct buf plain = {0}, packed = {0}, back = {0};
    for (int i = 0; i < 100000; i++)
        buf_adds(&plain, "0000000000");
    zlib_pack(&packed, plain.data, plain.len, PACK_ONCE);
    assert_false(zlib_unpack(&back, packed.data, packed.len, plain.len - 1));
    assert_int_equal(back.len, 0);
    assert_false(zlib_unpack(&back, packed.data, packed.len / 2, plain.len));
    assert_false(zlib_unpack(&back, "rubbish", 7, 100));
    assert_false(zlib_unpack(&back, "", 0, 0));
    buf_free(&plain);
    buf_free(&packed);
    buf_free(&back);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfc_agrees),
        cmocka_unit_test(every_padding_fits),
        cmocka_unit_test(what_is_packed_comes_back),
        cmocka_unit_test(bombs_and_rubbish_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
