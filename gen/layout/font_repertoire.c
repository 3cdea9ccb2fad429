/* font_repertoire.c: the code points that every report may use, and what is drawn in place of others */
#include "font_inside.h"

#include <stdlib.h>

/* The 134 letters of the Vietnamese alphabet beyond ASCII, precomposed (TCVN 6909). */
static const uint32_t latin_letters[] = {
    0xC0,  0xC1,  0xC2,  0xC3,  0xC8,  0xC9,  0xCA,  0xCC,  0xCD,  0xD2,  0xD3,
    0xD4,  0xD5,  0xD9,  0xDA,  0xDD,  0xE0,  0xE1,  0xE2,  0xE3,  0xE8,  0xE9,
    0xEA,  0xEC,  0xED,  0xF2,  0xF3,  0xF4,  0xF5,  0xF9,  0xFA,  0xFD,  0x102,
    0x103, 0x110, 0x111, 0x128, 0x129, 0x168, 0x169, 0x1A0, 0x1A1, 0x1AF, 0x1B0};
#define LATIN_LETTERS (sizeof latin_letters / sizeof *latin_letters)

static const struct range {
    uint32_t first, last;
} standard[] = {
    {0x20, 0x7E}, /* ASCII */
    {0xA1, 0xAC}, /* Latin-1 punctuation and signs; U+00A0 is drawn as a blank */
    {0xAE, 0xC3}, /* with the letters in between: À Á Â Ã */
    {0xC8, 0xCA},     {0xCC, 0xCD},     {0xD2, 0xD5},     {0xD7, 0xD7},
    {0xD9, 0xDA},     {0xDD, 0xDD},     {0xE0, 0xE3},     {0xE8, 0xEA},
    {0xEC, 0xED},     {0xF2, 0xF5},     {0xF7, 0xF7},     {0xF9, 0xFA},
    {0xFD, 0xFD},     {0x102, 0x103},   {0x110, 0x111},   {0x128, 0x129},
    {0x168, 0x169},   {0x1A0, 0x1A1},   {0x1AF, 0x1B0},   {0x1EA0, 0x1EF9},
    {0x2012, 0x2015}, /* dashes */
    {0x2018, 0x201E}, /* quotes */
    {0x2020, 0x2022}, {0x2026, 0x2026}, {0x2030, 0x2030}, {0x2032, 0x2033},
    {0x2039, 0x203A}, {0x2044, 0x2044}, {0x2070, 0x2070}, {0x2074, 0x2079},
    {0x2080, 0x2089}, {0x20AB, 0x20AC}, {0x2116, 0x2116}, {0x2122, 0x2122},
    {0x2190, 0x2195}, /* arrows */
    {0x21D2, 0x21D2}, {0x21D4, 0x21D4}, {0x2206, 0x2206}, {0x2211, 0x2212},
    {0x221A, 0x221A}, {0x221E, 0x221E}, {0x2248, 0x2248}, {0x2260, 0x2260},
    {0x2264, 0x2265}, {0x25A0, 0x25A1}, {0x25AA, 0x25AB}, {0x25BA, 0x25BA},
    {0x25C6, 0x25C7}, {0x25CB, 0x25CB}, {0x25CF, 0x25CF}, {0x25E6, 0x25E6},
    {0x2605, 0x2606}, {0x2610, 0x2612}, {0x2713, 0x2714}, {0x2717, 0x2717},
    {0x2756, 0x2756}, {0x27A2, 0x27A2}};
#define RANGES (sizeof standard / sizeof *standard)

/* Blanks and hyphens that fonts lack, and the bullets that Word stores as private code points of
 * Symbol and Wingdings. Ascending. */
static const struct {
    uint32_t from, to;
} substitute[] = {{0xA0, 0x20},     {0x2010, 0x2D},   {0x2011, 0x2D},   {0x202F, 0x20},
                  {0xF06C, 0x25CF}, {0xF06E, 0x25A0}, {0xF076, 0x2756}, {0xF0A7, 0x25AA},
                  {0xF0A8, 0x25A1}, {0xF0B7, 0x2022}, {0xF0D8, 0x27A2}, {0xF0E0, 0x2192},
                  {0xF0FC, 0x2713}, {0xF0FD, 0x2612}, {0xF0FE, 0x2611}};
#define SUBSTITUTES (sizeof substitute / sizeof *substitute)

uint32_t font_drawn_as(uint32_t cp) {
    if (cp < 0x2010 && cp != 0xA0)
        return cp;
    for (size_t i = 0; i < SUBSTITUTES; i++)
        if (substitute[i].from == cp)
            return substitute[i].to;
    return cp;
}

void font_each_substitute(void (*each)(void *ctx, uint32_t from, uint32_t to),
                          void *ctx) {
    for (size_t i = 0; i < SUBSTITUTES; i++)
        each(ctx, substitute[i].from, substitute[i].to);
}

void font_each_standard(void (*each)(void *ctx, uint32_t cp), void *ctx) {
    for (size_t i = 0; i < RANGES; i++)
        for (uint32_t cp = standard[i].first; cp <= standard[i].last; cp++)
            each(ctx, cp);
}

/* A bit a code point below STANDARD_END: every letter of every report is asked for. */
#define STANDARD_END 0x2800
static uint8_t standard_bit[STANDARD_END / 8];

static void set_bit(void *ctx, uint32_t cp) {
    uint8_t *bit = ctx;
    bit[cp / 8] |= (uint8_t)(1u << (cp % 8));
}

bool font_is_standard(uint32_t cp) {
    if (!standard_bit[' ' / 8])
        font_each_standard(set_bit, standard_bit);
    cp = font_drawn_as(cp);
    return cp < STANDARD_END && standard_bit[cp / 8] >> (cp % 8) & 1;
}

const uint32_t *font_vietnamese(void) {
    static uint32_t all[VIETNAMESE_LETTERS];
    if (!all[0]) {
        for (size_t i = 0; i < LATIN_LETTERS; i++)
            all[i] = latin_letters[i];
        for (size_t i = LATIN_LETTERS; i < VIETNAMESE_LETTERS; i++)
            all[i] = 0x1EA0 + (uint32_t)(i - LATIN_LETTERS);
    }
    return all;
}
