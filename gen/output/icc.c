/* icc.c: the sRGB profile that the output intent names, by Little CMS */
#include "pdf_inside.h"

#include <lcms2.h>
#include <string.h>

/* PDF 1.7 knows profiles up to 4.2; the library would write its newest version. */
#define PROFILE_VERSION 4.2

/* Little CMS puts the time of making into bytes 24 to 35 of the header: year, month, day, hour, minute,
 * second, two bytes each. The same file must come out of every run. */
static void freeze_time(unsigned char *profile) {
    static const unsigned char constant[12] = {2000 >> 8, 2000 & 0xFF, 0, 1, 0, 1};
    memcpy(profile + 24, constant, sizeof constant);
}

/* Header of an ICC profile; anything shorter is none. */
#define PROFILE_HEADER 128

static bool make_profile(cmsHPROFILE profile, struct buf *packed) {
    cmsUInt32Number n = 0;
    cmsSetProfileVersion(profile, PROFILE_VERSION);
    if (!cmsSaveProfileToMem(profile, NULL, &n) || n < PROFILE_HEADER)
        return false;
    unsigned char *bytes = x_new(n, 1);
    bool fine = cmsSaveProfileToMem(profile, bytes, &n);
    if (fine) {
        freeze_time(bytes);
        zlib_pack(packed, bytes, n, PACK_ONCE);
    }
    x_free(bytes);
    return fine;
}

const struct buf *pdf_profile(void) {
    static struct buf kept; /* for the life of the process */
    if (!kept.len) {
        cmsHPROFILE profile = cmsCreate_sRGBProfile();
        if (!profile)
            return NULL;
        bool fine = make_profile(profile, &kept);
        cmsCloseProfile(profile);
        if (!fine)
            return NULL;
    }
    return &kept;
}
