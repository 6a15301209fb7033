/* SPDX-License-Identifier: Apache-2.0 */
/* The letter that hands somebody their way in: two slips on one sheet of paper, the second for an
 * envelope. Nothing in it needs a network. */
#include "cli/newkeys.h"

#include "base/text.h"

static const char HEAD[] =
    "<!DOCTYPE html>\n<html lang=\"th\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>กระดิ่ง · รหัสสำหรับเข้าระบบ</title>\n<style>\n"
    "@page { size: A4; margin: 18mm; }\n"
    "body { margin: 0 auto; padding: 1rem; max-width: 42rem; color: #111; background: #fff; "
    "font: 13pt/1.6 \"Sarabun\", \"Noto Sans Thai\", \"Leelawadee UI\", \"Thonburi\", \"Loma\", "
    "sans-serif; overflow-wrap: break-word; }\n"
    "section { break-inside: avoid; padding: 1rem 0 1.4rem; border-bottom: 2px dashed #555; }\n"
    "h1, h2 { font-size: 1.15em; line-height: 1.4; margin: .3rem 0 .8rem; }\n"
    "p { margin: .5rem 0; }\ndl { margin: .6rem 0; }\ndt { margin-top: .5rem; }\n"
    "dd { margin: 0; }\n"
    ".secret { font: 700 1.1em/1.7 \"DejaVu Sans Mono\", Consolas, monospace; }\n"
    ".cut { margin: 0; color: #444; font-size: .85em; }\n"
    "@media print { body { padding: 0; } .screen { display: none; } }\n"
    "</style>\n</head>\n<body>\n<main id=\"main\">\n";

static void put_pair(Buf *out, const char *words, Str secret)
{
    buf_addf(out, "<dt>%s</dt>\n<dd class=\"secret\" translate=\"no\">", words);
    text_put_html(out, secret);
    buf_adds(out, "</dd>\n");
}

static void put_way_in(Buf *out, const HandOver *h, Str name, const Label *org)
{
    buf_adds(out, "<section>\n<p>");
    text_put_html(out, org->th);
    if (org->en.len) {
        buf_adds(out, " / <span lang=\"en\">");
        text_put_html(out, org->en);
        buf_adds(out, "</span>");
    }
    buf_adds(out, "</p>\n<h1>สำหรับเข้าระบบ / <span lang=\"en\">To sign in</span></h1>\n<dl>\n");
    put_pair(out, "ชื่อเข้าระบบ / <span lang=\"en\">name</span>", name);
    if (h->passphrase.len)
        put_pair(out, "รหัสผ่าน / <span lang=\"en\">passphrase</span>", buf_str(&h->passphrase));
    buf_adds(out,
             "</dl>\n<p>เก็บไว้กับตัว ไม่บอกผู้ใด ผู้ดูแลระบบก็ไม่ต้องรู้</p>\n"
             "<p lang=\"en\">Yours alone: nobody else needs it, not even the administrator. Change "
             "it with: krading staff passphrase</p>\n</section>\n"
             "<p class=\"cut\">ตัดตามรอย / <span lang=\"en\">cut here</span></p>\n");
}

static void put_recovery(Buf *out, const HandOver *h, Str name)
{
    buf_adds(out, "<section>\n<h2>รหัสกู้คืนของ / <span lang=\"en\">recovery code of</span> ");
    text_put_html(out, name);
    buf_addf(out, "</h2>\n<p class=\"secret\" translate=\"no\">%s</p>\n", h->code);
    buf_adds(out,
             "<p>ใส่ซองปิดผนึก เก็บไว้นอกสำนักงาน ใช้เมื่อลืมรหัสผ่าน "
             "ใครได้รหัสนี้ไปจะเปิดได้ทุกอย่างที่รหัสผ่านเปิดได้</p>\n"
             "<p lang=\"en\">Seal it in an envelope and keep it outside the office, for the day "
             "the passphrase is forgotten. It opens everything the passphrase opens: krading staff "
             "recover NAME</p>\n</section>\n"
             "<p class=\"cut\">ตัดตามรอย / <span lang=\"en\">cut here</span></p>\n");
}

void sheet_put(Buf *out, const HandOver *h, Str name, const Label *org)
{
    buf_adds(out, HEAD);
    put_way_in(out, h, name, org);
    if (h->code[0])
        put_recovery(out, h, name);
    buf_adds(out, "<p class=\"screen\">พิมพ์หน้านี้ ตัด ส่งมอบ แล้วลบไฟล์นี้ / <span "
                  "lang=\"en\">Print, cut, hand over, then delete this file.</span></p>\n"
                  "</main>\n</body>\n</html>\n");
}
