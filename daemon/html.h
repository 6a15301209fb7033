/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the public pages. Everything a person typed goes through text_put_html here. */
#pragma once

#include "daemon/request.h"

typedef struct Page {
    Str title;
    const Def *def;     /* whose name stands at the top; NULL: of no one workflow */
    bool no_switch;     /* the page cannot be had again by its address */
    const char *action; /* address for the language switch; NULL: the request's path */
    Str code;           /* of a status page: the switch posts it again; empty: a plain link */
    Str again;   /* where the form HTML_AGAIN goes: the switch shows it again as typed; or empty */
    bool faulty; /* what is wrong with that form is said, and said again in the other language */
} Page;

/* id of the form that the language switch takes along */
#define HTML_AGAIN "again"

void html_open(Request *q, const Page *page);
void html_close(Request *q);

/* The form came from a language switch: it is shown again as typed, and nothing is stored. */
bool html_only_shown(const Request *q);
/* The same, of a form that was not sent yet: nothing is wrong with it so far. */
bool html_is_draft(const Request *q);
/* A switch inside a form that is not HTML_AGAIN, for its end. */
void html_switch_within(Request *q, Str address);

void html_word(Request *q, Word word);
/* The word with its %s replaced, as text. */
void html_word_with(Request *q, Word word, Str with);
/* The same with words that are Thai in every language, marked so where the page is not. */
void html_word_with_thai(Request *q, Word word, Str with);
Str word_str(const Request *q, Word word);
/* <p class="...">word</p>; class NULL: none */
void html_p(Request *q, const char *class, Word word);
/* In the reader's language, Thai where there is no other. */
Str label_of(const Request *q, const Label *l);
void html_text(Request *q, Str s);
/* ` lang="th"` for words in Thai letters on an English page, that they are read out as such. */
void html_lang_of(Request *q, Str words);
/* "15 มกราคม 2569" / "15 January 2026" */
void html_day(Request *q, Day day);
/* "15 วัน" / "15 days" */
void html_span(Request *q, Span span);
/* " lang=..." of links inside the page: "?lang=en" or nothing. */
const char *html_lang_query(const Request *q);
/* Lines of contact: address, telephone, hours. */
void html_contact(Request *q);
void html_authorities(Request *q);
/* How many files came with the request, as "2 ไฟล์" / "2". */
void html_files_got(Request *q);
