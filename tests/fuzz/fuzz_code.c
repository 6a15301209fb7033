/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a tracking code: what is read prints as the one canonical form, and reads again. */
#include "crypto/code.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CODE_AUTO Code code = {{NULL}};
    CODE_AUTO Code again = {{NULL}};
    char text[CODE_TEXT_LEN + 1];

    hold(crypto_start() == 0);
    int r = code_parse((Str){(const char *)data, size}, &code);
    hold(r == 0 || r == 1);
    hold((r == 0) == (code.entropy.b != NULL));
    if (r)
        return 0;
    code_print(&code, text);
    hold(code_parse(str_of(text), &again) == 0);
    hold(bytes_equal(code.entropy.b, again.entropy.b, SECRET_LEN));
    return 0;
}
