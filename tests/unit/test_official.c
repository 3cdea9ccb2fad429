/* test_official.c: facts to official parts, agency lines, the reference line, the page profile */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doc/doc.h"

struct bench {
    struct arena *a;
    struct diag *d;
    struct doc *doc;
};

static int open_bench(void **state) {
    static struct bench b;
    b.a = arena_new();
    b.d = diag_new(LANG_EN);
    b.doc = doc_new(b.a);
    *state = &b;
    return 0;
}

static int close_bench(void **state) {
    struct bench *b = *state;
    diag_free(b->d);
    arena_free(b->a);
    return 0;
}

static const struct value *facts(struct bench *b, const char *yaml) {
    const struct value *v =
        input_yaml(b->a, b->d, "baocao.yaml", yaml, strlen(yaml), 1, 1);
    assert_non_null(v);
    return v;
}

static bool read_facts(struct bench *b, const char *yaml) {
    return doc_official(b->doc, b->d, facts(b, yaml));
}

static void only_message_is(struct bench *b, enum diag_code code, const char *needle) {
    size_t n;
    const struct diag_msg *const *m = diag_sorted(b->d, &n);
    assert_int_equal(n, 1);
    if (m[0]->code != code || !strstr(m[0]->text, needle))
        fail_msg("%s", m[0]->text);
}

#define KEEP "noi_nhan: [Sở Nội vụ, 'Lưu: VT']\n"

static void facts_are_normalised(void **state) {
    struct bench *b = *state;
    const struct official *o = &b->doc->official;
    assert_true(read_facts(
        b, "co_quan: Ủy ban nhân dân xã Dân Tiến\nso: 5\nky_hieu: '/ bc-ubnd'\n"
           "dia_danh: Dân Tiến,\nngay_ban_hanh: 2025-12\nloai: Báo cáo\n"
           "trich_yeu: 'Kết quả   năm 2025.'\n"
           "can_cu: ['- Căn cứ Luật A,', 'Căn cứ Luật B']\n"
           "noi_nhan: ['- Sở Nội vụ;', 'Lưu: VT.']\n"
           "nguoi_ky: {quyen_han: [tm. ủy ban nhân dân, KT.CHỦ TỊCH], chuc_vu: Phó Chủ "
           "tịch, "
           "ho_ten: Hoàng Văn Thảo}\n"
           "do_khan: hoả tốc\npham_vi: lưu hành nội bộ\n"
           "chan_trang: {dien_thoai: 0208 3861 111, dia_chi: Xóm Trung Tâm}\n"));
    assert_int_equal(diag_count(b->d, SEV_WARNING) + diag_count(b->d, SEV_ERROR), 0);
    assert_string_equal(o->number.text, "05");
    assert_string_equal(o->symbol.text, "BC-UBND");
    assert_string_equal(o->place.text, "Dân Tiến");
    assert_string_equal(o->type.text, "BÁO CÁO");
    assert_string_equal(o->subject.text, "Kết quả năm 2025");
    assert_string_equal(o->can_cu[0].text, "Căn cứ Luật A;");
    assert_string_equal(o->can_cu[1].text, "Căn cứ Luật B.");
    assert_string_equal(o->noi_nhan[0].text, "Sở Nội vụ");
    assert_string_equal(o->noi_nhan[1].text, "Lưu: VT");
    assert_string_equal(o->signer[0].authority[0].text, "TM. ỦY BAN NHÂN DÂN");
    assert_string_equal(o->signer[0].authority[1].text, "KT. CHỦ TỊCH");
    assert_string_equal(o->signer[0].position.text, "PHÓ CHỦ TỊCH");
    assert_string_equal(o->urgency.text, "HỎA TỐC");
    assert_string_equal(o->circulation.text, "LƯU HÀNH NỘI BỘ");
    assert_string_equal(o->foot[0].text, "Địa chỉ: Xóm Trung Tâm");
    assert_string_equal(o->foot[1].text, "Điện thoại: 0208 3861 111");
    assert_int_equal(o->date.month, 12);
    assert_int_equal(o->date.day, 0);
    assert_string_equal(b->doc->title, "BÁO CÁO Kết quả năm 2025");
    assert_int_equal(o->noi_nhan[0].at.line, 9);
}

static void blank_number_stays_blank(void **state) {
    struct bench *b = *state;
    assert_true(read_facts(b, KEEP "so:\n"));
    assert_string_equal(b->doc->official.number.text, "");
    assert_int_equal(b->doc->official.signers, 0);
}

/* ---- one wrong thing each ------------------------------------------------------------- */

static const struct {
    const char *yaml;
    enum diag_code code;
    const char *needle;
} defects[] = {
    {KEEP "so: năm\n", E_OFFICIAL_NUMBER, "“năm”"},
    {KEEP "so: 5/BC-UBND\nloai: BÁO CÁO\n", W_OFFICIAL_NUMBER_SYMBOL,
     "so: 5 and ky_hieu: BC-UBND"},
    {KEEP "ky_hieu: BC-UBND\n", E_OFFICIAL_TYPE_MISSING, "BÁO CÁO"},
    {KEEP "loai: BÁO CAO\n", W_OFFICIAL_TYPE, "BÁO CÁO"},
    {KEEP "loai: BÁO CÁO\nky_hieu: KH-UBND\n", W_OFFICIAL_SYMBOL, "“BC”"},
    {KEEP "ky_hieu: CV-UBND\n", W_OFFICIAL_CV, "CV-UBND"},
    {KEEP "dia_danh: xã Dân Tiến\n", W_OFFICIAL_PLACE, "dia_danh: Dân Tiến"},
    {KEEP "dia_danh: đồng Hỷ\n", W_OFFICIAL_PLACE, "dia_danh: Đồng Hỷ"},
    {"noi_nhan: [Sở Nội vụ]\n", W_OFFICIAL_KEEP, "Lưu: VT"},
    {"noi_nhan: ['Lưu: VT', Sở Nội vụ]\n", W_OFFICIAL_KEEP_LAST, "last"},
    {"noi_nhan: [Như trên, 'Lưu: VT']\n", W_OFFICIAL_AS_ABOVE, "kinh_gui"},
    {KEEP "nguoi_ky: {quyen_han: K/T CHỦ TỊCH, chuc_vu: PHÓ CHỦ TỊCH}\n", W_SIGNER_SLASH,
     "KT. CHỦ TỊCH"},
    {KEEP "nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: TS. Nguyễn Văn A}\n", W_SIGNER_ACADEMIC,
     "TS."},
    {KEEP "nguoi_ky: {chuc_vu: CHỦ TỊCH, ho_ten: NGUYỄN VĂN A}\n", W_SIGNER_CAPITALS,
     "NGUYỄN VĂN A"},
    {KEEP "nguoi_ky: {quyen_han: KT. CHỦ TỊCH, chuc_vu: CHỦ TỊCH}\n", W_SIGNER_DEPUTY,
     "deputy"},
    {KEEP "nguoi_ky: Nguyễn Văn A\n", E_SIGNER_SHAPE, "ho_ten"},
    {KEEP "do_khan: gấp\n", E_OFFICIAL_URGENCY, "THƯỢNG KHẨN"},
    {KEEP "pham_vi: nội bộ\n", W_OFFICIAL_CIRCULATION, "NỘI BỘ"},
    {KEEP "trich_yeu: 'Kết quả [CẦN BỔ SUNG] năm'\n", W_PLACEHOLDER, "“[CẦN BỔ SUNG]”"},
    {KEEP "trich_yeu: …\n", W_PLACEHOLDER, "“…”"},
};

static void defects_are_reported(void **state) {
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof defects / sizeof *defects; i++) {
        b->doc = doc_new(b->a);
        diag_free(b->d);
        b->d = diag_new(LANG_EN);
        bool ok = read_facts(b, defects[i].yaml);
        assert_int_equal(ok, diag_count(b->d, SEV_ERROR) == 0);
        only_message_is(b, defects[i].code, defects[i].needle);
    }
}

static void as_above_is_tied_to_addressee(void **state) {
    struct bench *b = *state;
    assert_true(read_facts(b, KEEP "kinh_gui: '- Sở Khoa học và Công nghệ;'\n"));
    const struct official *o = &b->doc->official;
    assert_string_equal(o->kinh_gui[0].text, "Sở Khoa học và Công nghệ");
    assert_int_equal(o->noi_nhans, 3);
    assert_string_equal(o->noi_nhan[0].text, "Như trên");
    assert_string_equal(o->noi_nhan[2].text, "Lưu: VT");
}

static void draft_names_what_is_missing(void **state) {
    struct bench *b = *state;
    b->doc->draft = true;
    assert_true(read_facts(b, KEEP "so: năm\n"));
    assert_string_equal(b->doc->official.agency.text, "[missing: Cơ quan ban hành]");
    assert_string_equal(b->doc->official.signer[0].name.text, "[missing: Họ tên]");
    assert_int_equal(diag_count(b->d, SEV_ERROR), 1);
}

/* ---- wording ---------------------------------------------------------------------------- */

static const struct {
    const char *agency, *lines;
} agencies[] = {
    {"Ủy ban nhân dân xã Dân Tiến", "ỦY BAN NHÂN DÂN|XÃ DÂN TIẾN"},
    {"Ủy ban nhân dân phường Trung Thành", "ỦY BAN NHÂN DÂN|PHƯỜNG TRUNG THÀNH"},
    {"Ủy ban nhân dân đặc khu Phú Quốc", "ỦY BAN NHÂN DÂN|ĐẶC KHU PHÚ QUỐC"},
    {"Ủy ban nhân dân thị xã Phổ Yên", "ỦY BAN NHÂN DÂN|THỊ XÃ PHỔ YÊN"},
    {"Ủy ban nhân dân Thành phố Hồ Chí Minh", "ỦY BAN NHÂN DÂN|THÀNH PHỐ HỒ CHÍ MINH"},
    {"Ủy ban nhân dân xã A tỉnh B", "ỦY BAN NHÂN DÂN|XÃ A|TỈNH B"},
    {"Phòng Văn hóa - Xã hội", "PHÒNG VĂN HÓA - XÃ HỘI"},
    {"Hợp tác xã Soi Trại", "HỢP TÁC XÃ SOI TRẠI"},
    {"Phòng Văn hóa - Xã hội xã Dân Tiến", "PHÒNG VĂN HÓA - XÃ HỘI|XÃ DÂN TIẾN"},
    {"Sở Khoa học và Công nghệ", "SỞ KHOA HỌC VÀ CÔNG NGHỆ"},
    {"xã A xã B xã C xã D xã E", "XÃ A|XÃ B|XÃ C|XÃ D XÃ E"},
    {"", ""},
};

static void agency_breaks_before_the_unit(void **state) {
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof agencies / sizeof *agencies; i++) {
        const char *line[4];
        const char *all = "";
        int n = doc_agency_lines(b->a, agencies[i].agency, line);
        for (int k = 0; k < n; k++)
            all = arena_printf(b->a, "%s%s%s", all, k ? "|" : "", line[k]);
        assert_string_equal(all, agencies[i].lines);
    }
}

static void reference_line_keeps_blanks(void **state) {
    struct bench *b = *state;
    assert_true(read_facts(b, KEEP "co_quan: Ủy ban nhân dân xã A\nky_hieu: KH-UBND\n"
                                   "loai: kế hoạch\nngay_ban_hanh: 2025-07\n"));
    assert_string_equal(
        doc_reference_text(b->a, &b->doc->official),
        "(Kèm theo Kế hoạch số …/KH-UBND ngày … tháng 7 năm 2025 của Ủy ban "
        "nhân dân xã A)");
    assert_true(read_facts(b, KEEP "co_quan: UBND xã A\nky_hieu: UBND-VX\nso: 7\n"
                                   "ngay_ban_hanh: 2026-02-05\n"));
    assert_string_equal(
        doc_reference_text(b->a, &b->doc->official),
        "(Kèm theo Công văn số 07/UBND-VX ngày 05 tháng 02 năm 2026 của UBND xã A)");
}

/* ---- profile ------------------------------------------------------------------------------ */

static void profile_reads_both_decimal_signs(void **state) {
    struct bench *b = *state;
    assert_true(
        doc_profile(b->doc, b->d,
                    facts(b, "le_tren: 25\nthut_dau_dong: '10,5'\ngian_dong: 1.15\n"
                             "co_chu: 13\nle_duoi:\n")));
    assert_int_equal(b->doc->profile.top, 70866);
    assert_int_equal(b->doc->profile.indent, 29764);
    assert_int_equal(b->doc->profile.leading_pct, 115);
    assert_int_equal(b->doc->profile.body_size, 13000);
    assert_int_equal(b->doc->profile.bottom, profile_default.bottom);
    assert_true(doc_profile(b->doc, b->d, NULL));
}

static void profile_refuses_what_the_decree_does_not_allow(void **state) {
    static const struct {
        const char *yaml;
        enum diag_code code;
        const char *needle;
    } wrong[] = {
        {"le_trai: 20\n", E_PAGE_RANGE, "write 30 to 35 mm"},
        {"co_chu: 15\n", E_PAGE_RANGE, "write 13 to 14 pt"},
        {"gian_dong: 0.9\n", E_PAGE_RANGE, "write 1 to 1.5 lines"},
        {"le_tren: rộng\n", E_PAGE_NUMBER, "“rộng”"},
        {"le_tren: 20.\n", E_PAGE_NUMBER, "“20.”"},
        {"le_tren: 99999999999999\n", E_PAGE_NUMBER, "9999"},
        {"le_trenn: 20\n", E_PAGE_KEY_NEAR, "“le_tren”"},
        {"mau_nen: 20\n", E_PAGE_KEY, "co_chu_quoc_hieu"},
        {"le_tren: [20]\n", E_PAGE_NUMBER, "le_tren"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        diag_free(b->d);
        b->d = diag_new(LANG_EN);
        assert_false(doc_profile(b->doc, b->d, facts(b, wrong[i].yaml)));
        only_message_is(b, wrong[i].code, wrong[i].needle);
    }
    diag_free(b->d);
    b->d = diag_new(LANG_EN);
    assert_false(
        doc_profile(b->doc, b->d, value_get(facts(b, "trang: rộng\n"), "trang")));
    only_message_is(b, E_PAGE_SHAPE, "trang");
}

int main(void) {
#define ON_BENCH(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        ON_BENCH(facts_are_normalised),
        ON_BENCH(blank_number_stays_blank),
        ON_BENCH(defects_are_reported),
        ON_BENCH(as_above_is_tied_to_addressee),
        ON_BENCH(draft_names_what_is_missing),
        ON_BENCH(agency_breaks_before_the_unit),
        ON_BENCH(reference_line_keeps_blanks),
        ON_BENCH(profile_reads_both_decimal_signs),
        ON_BENCH(profile_refuses_what_the_decree_does_not_allow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
