/* SPDX-License-Identifier: Apache-2.0 */
/* The CSV reader by RFC 4180: what it takes, what it refuses and on which line, whatever the size
 * of the pieces it reads. */
#include "tests/unit/check.h"

#include "engine/replay/csv.h"
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int file_of(const char *text, size_t len)
{
    int fd = memfd_create("csv", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), (ssize_t)len);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Records as "LINE:cell|cell;", and "LINE!text" for a fault. */
static void told(const char *text, size_t len, size_t batch, Buf *out)
{
    CSV_AUTO Csv csv;
    CsvRecord record;
    CsvFault fault;
    int r, fd = file_of(text, len);
    assert_int_equal(csv_init(&csv, fd, batch), 0);
    while ((r = csv_next(&csv, &record, &fault)) == 0) {
        buf_addf(out, "%u:", record.line);
        for (uint8_t i = 0; i < record.n; i++) {
            buf_adds(out, i ? "|" : "");
            buf_add_str(out, record.cells[i]);
        }
        buf_adds(out, ";");
    }
    if (r == 2)
        buf_addf(out, "%u!%s", fault.line, fault.text);
    else
        assert_int_equal(r, 1);
    close(fd);
}

static void check_every_batch(const char *text, size_t len, const char *expected)
{
    static const size_t batches[] = {1, 2, 3, 5, 7, 64, CSV_BATCH};
    for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
        BUF_AUTO Buf out = {0};
        buf_init(&out, 1 << 20);
        told(text, len, batches[i], &out);
        assert_str(buf_str(&out), expected);
    }
}

static void test_records(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"\n\r\n\n", ""},
        {"a", "1:a;"},
        {"a,b\n", "1:a|b;"},
        {"a,b\r\nc,d\r\n", "1:a|b;2:c|d;"},
        {"a,,\n,\n", "1:a||;2:|;"},
        {"\n\na\n\nb", "3:a;5:b;"},
        {"\xef\xbb\xbf"
         "a,b\n",
         "1:a|b;"},
        {"\"a,b\",\"c\"\n", "1:a,b|c;"},
        {"\"a\"\"b\"\"\"\n", "1:a\"b\";"},
        {"\"\",\"\"\n", "1:|;"},
        {"\"a\nb\r\nc\",d\ne\n", "1:a\nb\r\nc|d;4:e;"},
        {"\"a\"", "1:a;"},
        {" a , \" b\n", "1!a quotation mark inside a cell that does not begin with one"},
        {"a\n\"b\nc", "1:a;2!a cell begins with a quotation mark that is never closed"},
        {"a\nb\"c\n", "1:a;2!a quotation mark inside a cell that does not begin with one"},
        {"\"a\"b\n", "1!expected a comma or the end of the line after a closing quotation mark"},
        {"a\rb\n", "1!a carriage return without a line feed"},
        {"\xe0\xb8\x81,\xe0\xb8\x82\n", "1:\xe0\xb8\x81|\xe0\xb8\x82;"},
        {"a\n\xa1\xa2\n", "1:a;2!not UTF-8 text; save the file as \"CSV UTF-8\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        check_every_batch(rows[i][0], strlen(rows[i][0]), rows[i][1]);
    }
    check_every_batch("a\0b\n", 4, "1!not UTF-8 text; save the file as \"CSV UTF-8\"");
}

static void test_limits(void **state)
{
    (void)state;
    BUF_AUTO Buf text = {0};
    BUF_AUTO Buf out = {0};
    buf_init(&text, 1 << 20);
    buf_init(&out, 1 << 20);
    for (int i = 0; i < CSV_FIELDS_MAX; i++)
        buf_adds(&text, ",");
    told(buf_str(&text).ptr, text.len, 64, &out);
    assert_str(buf_str(&out), "1!more than 64 columns");
    buf_reset(&text);
    buf_reset(&out);
    for (int i = 0; i <= CSV_RECORD_MAX; i++)
        buf_adds(&text, "x");
    told(buf_str(&text).ptr, text.len, CSV_BATCH, &out);
    assert_str(buf_str(&out), "1!a record of more than 64 KiB");
}

static void test_put(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"\r", "\"\r\""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        BUF_AUTO Buf out = {0};
        buf_init(&out, 256);
        csv_put(&out, str_of(rows[i][0]));
        assert_str(buf_str(&out), rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
