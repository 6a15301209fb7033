/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOG_LINE_MAX = 1024 };

typedef struct LogRow {
    LogLevel level;
    const char *format;
} LogRow;

static const LogRow rows[] = {
#define LOG_ROW(name, level, format) [LOG_##name] = {level, format},
    LOG_EVENTS(LOG_ROW)
#undef LOG_ROW
};

static const char *const level_words[] = {
    [LOG_INFO] = "info", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};

static size_t append(char *line, size_t len, const char *text, size_t n)
{
    size_t room = LOG_LINE_MAX - 1 - len; /* the last byte is kept for the line end */
    if (n > room)
        n = room;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        line[len + i] = c < 0x20 || c == 0x7F ? '?' : text[i]; /* a path may hold anything */
    }
    return len + n;
}

/* One write, so that lines of several processes do not mix. */
static void put_line(LogEvent event, const char *value)
{
    const LogRow *row = &rows[event];
    const char *word = level_words[row->level];
    const char *mark = strchr(row->format, '%');
    size_t before = mark ? (size_t)(mark - row->format) : strlen(row->format);
    char line[LOG_LINE_MAX];
    size_t len = append(line, 0, word, strlen(word));
    len = append(line, len, ": ", 2);
    len = append(line, len, row->format, before);
    if (mark) {
        const char *after = mark + (mark[1] == 'l' ? 3 : 2); /* %ld or %s */
        len = append(line, len, value, strlen(value));
        len = append(line, len, after, strlen(after));
    }
    line[len++] = '\n';
    ssize_t written = write(STDERR_FILENO, line, len);
    (void)written; /* there is nowhere left to say it */
}

void log_event(LogEvent event)
{
    put_line(event, "");
}

void log_word(LogEvent event, const char *word)
{
    put_line(event, word ? word : "");
}

void log_number(LogEvent event, long number)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%ld", number);
    put_line(event, digits);
}
