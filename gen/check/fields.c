/* fields.c: the fields that every report has, and looking up fields by name */
#include "inside.h"

#include <string.h>

#define FIELD(id, words, kind, need)                                                     \
    { .name = (id), .title = (words), .type = (kind), .required = (need) }
#define TEXT(id, words) FIELD(id, words, FT_STRING, false)
#define NEED(id, words) FIELD(id, words, FT_STRING, true)
#define DATE(id, words, need) FIELD(id, words, FT_DATE, need)
#define LIST(id, words) FIELD(id, words, FT_ARRAY, false)
#define GROUP(id, words, need) FIELD(id, words, FT_OBJECT, need)

static const struct field builtin[] = {
    TEXT("mau", "Mẫu báo cáo"),
    TEXT("loai", "Tên loại văn bản"),
    TEXT("co_quan_chu_quan", "Cơ quan chủ quản"),
    NEED("co_quan", "Cơ quan ban hành"),
    TEXT("so", "Số văn bản"),
    TEXT("ky_hieu", "Ký hiệu văn bản"),
    NEED("dia_danh", "Địa danh"),
    DATE("ngay_ban_hanh", "Ngày ban hành", true),
    NEED("trich_yeu", "Trích yếu nội dung"),
    LIST("can_cu", "Căn cứ ban hành"),
    LIST("kinh_gui", "Kính gửi"),
    LIST("noi_nhan", "Nơi nhận"),
    GROUP("nguoi_ky", "Người ký", true),
    LIST("nguoi_ky.quyen_han", "Quyền hạn của người ký"),
    NEED("nguoi_ky.chuc_vu", "Chức vụ của người ký"),
    NEED("nguoi_ky.ho_ten", "Họ tên người ký"),
    TEXT("do_khan", "Độ khẩn"),
    TEXT("pham_vi", "Phạm vi lưu hành"),
    TEXT("nguoi_soan", "Ký hiệu người soạn thảo"),
    TEXT("so_ban", "Số lượng bản phát hành"),
    GROUP("chan_trang", "Địa chỉ cơ quan ở chân trang", false),
    TEXT("chan_trang.dia_chi", "Địa chỉ"),
    TEXT("chan_trang.dien_thoai", "Điện thoại"),
    TEXT("chan_trang.email", "Thư điện tử"),
    TEXT("chan_trang.website", "Trang thông tin điện tử"),
    TEXT("dinh_dang_so", "Cách viết số"),
    FIELD("truong_ky", "Trường ký trong PDF", FT_BOOLEAN, false),
    GROUP("trang", "Khuôn trang", false),
    TEXT("ky_truoc", "Thư mục báo cáo kỳ trước"),
    TEXT("ban_hanh.so", "Số đã ban hành"),
    DATE("ban_hanh.ngay", "Ngày đã ban hành", false),
};

const struct field *schema_builtin(size_t *n) {
    *n = sizeof builtin / sizeof *builtin;
    return builtin;
}

const struct field *field_builtin(const char *name) {
    for (size_t i = 0; i < sizeof builtin / sizeof *builtin; i++)
        if (str_eq(builtin[i].name, name))
            return &builtin[i];
    return NULL;
}

const struct field *schema_field(const struct schema *s, const char *name) {
    for (size_t i = 0; s && i < s->n; i++)
        if (str_eq(s->field[i].name, name))
            return &s->field[i];
    return field_builtin(name);
}

const struct table_schema *schema_table(const struct schema *s, const char *name) {
    for (size_t i = 0; s && i < s->tables; i++)
        if (str_eq(s->table[i].name, name))
            return &s->table[i];
    return NULL;
}

const struct field *schema_column(const struct table_schema *t, const char *name) {
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(t->field[i].name, name))
            return &t->field[i];
    return NULL;
}

bool field_is_group(const struct field *f, size_t n, const char *path) {
    size_t len = strlen(path);
    for (size_t i = 0; i < n; i++)
        if (strncmp(f[i].name, path, len) == 0 && f[i].name[len] == '.')
            return true;
    return false;
}

void check_unknown(struct diag *d, enum diag_code code, enum diag_code code_near,
                   struct origin at, const char *name, const char *const *names,
                   size_t n) {
    bool kept = diag_count(d, SEV_ERROR) < MESSAGES_KEPT;
    const char *near = kept ? text_nearest(name, names, n) : NULL;
    if (near)
        diag_add(d, code_near, at, name, near, NULL);
    else
        diag_add(d, code, at, name, NULL);
}

const char *nearest_hint(struct diag *d, const char *name, const char *const *names,
                         size_t n, const char *otherwise) {
    const char *near = text_nearest(name, names, n);
    return near ? diag_fmt(d, diag_word(d, "có phải “%s”?", "is “%s” meant?"), near)
                : otherwise;
}
