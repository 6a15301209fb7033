/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/jsons.h"

#include "base/text.h"

void json_day(Json *j, const char *name, Day day)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 32);
    if (day == DAY_NONE) {
        json_null(j, name);
        return;
    }
    day_put_iso(&text, day);
    json_str(j, name, buf_str(&text));
}

void json_name(Json *j, const char *name, const Name *value)
{
    if (value->s[0])
        json_str(j, name, name_str(value));
    else
        json_null(j, name);
}

void json_label(Json *j, const char *name, Str id, const Label *label)
{
    json_open(j, name);
    json_str(j, "id", id);
    json_str(j, "th", label->th);
    json_str(j, "en", label->en);
    json_close(j);
}

void json_hash(Json *j, const char *name, const uint8_t *ptr, size_t len)
{
    BUF_AUTO Buf text = {0};

    buf_init(&text, 2 * len + 1);
    text_put_hex(&text, ptr, len);
    json_str(j, name, buf_str(&text));
}
