/* yaml_syntax.c: what libfyaml's syntax errors mean to the person who wrote the text */
#include "inside.h"

#include <string.h>

/* Needles in the order in which they are tried. */
static const struct {
    const char *needle;
    enum diag_code code;
} syntax[] = {
    {"depth", E_YAML_DEPTH},
    {"extra closing", E_YAML_CLOSE},
    {"extra comma", E_YAML_COMMA},
    {"trailing comma", E_YAML_COMMA},
    {"flow sequence", E_YAML_BRACKET},
    {"flow mapping", E_YAML_BRACKET},
    {"comma in flow", E_YAML_BRACKET},
    {"in flow mode", E_YAML_BRACKET},
    {"JSON does not allow empty root", E_YAML_EMPTY},
    {"JSON does not allow empty values", E_JSON_VALUE},
    {"Invalid JSON plain scalar", E_JSON_WORD},
    {"not supported in JSON mode", E_JSON_WORD},
    {"JSON", E_JSON_SYNTAX},
    {"escape", E_YAML_ESCAPE},
    {"surrogate", E_YAML_ESCAPE},
    {"trailing content after", E_YAML_AFTER_QUOTE},
    {"quoted scalar", E_YAML_QUOTE},
    {"plain scalar cannot start", E_YAML_START},
    {"did not find expected node content", E_YAML_START},
    {"tab", E_YAML_TAB},
    {"end of block sequence", E_YAML_INDENT},
    {"indent", E_YAML_INDENT},
    {"indendation", E_YAML_INDENT},
    {"block sequence on the same line", E_YAML_DASH},
    {"nested block mapping on the same line", E_YAML_COLON},
    {"multiline plain key", E_YAML_KEY},
    {"could not find expected ':'", E_YAML_KEY},
    {"invalid value after mapping", E_YAML_KEY},
    {"expected key", E_YAML_KEY},
    {"mapping", E_YAML_COLON},
    {"anchor", E_YAML_ALIAS},
    {"alias", E_YAML_ALIAS},
    {"tag", E_YAML_TAG},
};

enum diag_code yaml_syntax_code(const char *msg, bool json) {
    for (size_t i = 0; i < sizeof syntax / sizeof *syntax; i++)
        if (strstr(msg, syntax[i].needle))
            return syntax[i].code;
    return json ? E_JSON_SYNTAX : E_YAML_SYNTAX;
}
