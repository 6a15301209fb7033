/* SPDX-License-Identifier: Apache-2.0 */
/* golden_records NAME: prints the example of a record as golden files hold it. For a new record,
 * or a new version of one, add an example to examples.c and print it once:
 *     build/tests/store/golden_records NAME > tests/golden/records/NAME-VERSION.hex
 * A file once released is never printed again: test_records holds every later reader to it. */
#include "tests/store/examples.h"

#include <stdio.h>
#include <string.h>

enum { BYTES_A_LINE = 32 };

int main(int argc, char **argv)
{
    BUF_AUTO Buf b = {0};

    buf_init(&b, 1 << 16);
    for (size_t i = 0; i < examples_n; i++)
        if (argc == 2 && strcmp(argv[1], examples[i].name) == 0)
            examples[i].put(&b);
    for (size_t i = 0; i < b.len; i++)
        printf("%02x%s", b.ptr[i], (i + 1) % BYTES_A_LINE && i + 1 < b.len ? " " : "\n");
    return b.len && !b.err ? 0 : 2;
}
