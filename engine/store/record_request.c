/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to a request, the example of tests/golden/records/request-1.hex:
 *
 *   01                                                     version
 *   01 00000020 61 (32 times)                              body
 *   02 00000004 00 00 4f fb                                expires
 *   03 00000002 00 c8                                      status
 *   04 00000002 7b 7d                                      answer
 *   ff 00000004 3e ad 07 20                                CRC-32
 */
#include "engine/store/rows.h"

#include <string.h>

static const Row request_row[] = {
    ROW(1, RequestRecord, body),
    ROW(2, RequestRecord, expires),
    ROW(3, RequestRecord, status),
    ROW(4, RequestRecord, answer),
};
ROWS(rows_request, RequestRecord, request_row);

void record_put_request(Buf *out, const RequestRecord *r)
{
    rows_put(out, &rows_request, r);
}

int record_get_request(Str bytes, RequestRecord *ret)
{
    RequestRecord r;

    if (rows_get(bytes, &rows_request, &r))
        return 1;
    memcpy(ret, &r, sizeof(r));
    return 0;
}
