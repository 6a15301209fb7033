/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as any record: what is read writes as itself. The first byte names the record; below
 * 0x80 the rest gets a right end with its checksum, so that the checksum hides nothing. */
#include "base/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tests/store/examples.h"
#include <zlib.h>

enum { TAG_END = 0xff, WHOLE = 0x80 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    BUF_AUTO Buf record = {0};
    BUF_AUTO Buf once = {0};
    BUF_AUTO Buf twice = {0};

    buf_init(&record, 32 << 20);
    buf_init(&once, 32 << 20);
    buf_init(&twice, 32 << 20);
    if (size < 1)
        return 0;
    const Example *e = &examples[(data[0] & (WHOLE - 1)) % examples_n];
    buf_add(&record, data + 1, size - 1);
    if (!(data[0] & WHOLE)) {
        wire_put_u8(&record, TAG_END);
        wire_put_u32(&record, 4);
        wire_put_u32(&record, (uint32_t)crc32_z(0, data + 1, size - 1));
    }
    int r = e->again(buf_str(&record), &once);
    hold(r == 0 || r == 1);
    if (r)
        return 0;
    hold(e->again(buf_str(&once), &twice) == 0);
    hold(str_eq(buf_str(&once), buf_str(&twice)));
    return 0;
}
