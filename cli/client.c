/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/client.h"

#include "base/err.h"
#include "base/text.h"
#include "cli/print.h"
#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MAX = 64 << 20, TRIES = 6, TOKEN_MAX = 512, TIMEOUT_SECONDS = 120, SOON = 30 };

struct Client {
    CURL *curl;
    char *base;   /* https://host, or http://localhost for the socket */
    char *socket; /* NULL with --server */
    char *data;   /* NULL with --server */
    struct curl_slist *headers;
    unsigned tries; /* one a second */
};

void answer_finish(Answer *a)
{
    json_decref(a->json);
    a->json = NULL;
    buf_finish(&a->body);
}

static size_t take_body(char *ptr, size_t size, size_t n, void *to)
{
    Buf *body = to;

    buf_add(body, ptr, size * n);
    return body->err ? 0 : size * n;
}

static int nobody_serves(const Client *c)
{
    return cli_refuse("nobody serves %s; start kradingd --data %s", c->data, c->data);
}

/* Without TLS only to this machine, which the whole of the host must say: 127.0.0.1.example.org is
 * somebody else's. Nobody's name and no path, for the sign-in is bound to what stands here. */
static bool address_is_safe(Str url)
{
    const Str tls = STR("https://"), plain = STR("http://");
    bool is_tls = str_starts(url, tls);
    Str host;

    if (!is_tls && !str_starts(url, plain))
        return false;
    size_t scheme = is_tls ? tls.len : plain.len;
    host = (Str){url.ptr + scheme, url.len - scheme};
    while (host.len && host.ptr[host.len - 1] == '/')
        host.len--;
    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] <= ' ' || host.ptr[i] > '~' || strchr("/@?#\\", host.ptr[i]))
            return false;
    }
    if (is_tls || !host.len)
        return host.len > 0;
    Str name = str_cut(&host, ':');
    return str_is(name, "127.0.0.1") || str_is(name, "localhost");
}

static int open_place(const Args *args, Client *c)
{
    if (args_has(args, OPT_SERVER)) {
        const char *url = args->value[OPT_SERVER];
        if (!address_is_safe(str_of(url)))
            return cli_refuse("--server takes an https:// address: %s", url);
        c->base = strdup(url);
        for (size_t n = c->base ? strlen(c->base) : 0; n && c->base[n - 1] == '/';)
            c->base[--n] = '\0';
        return c->base ? 0 : -ENOMEM;
    }
    c->data = cli_data_dir(args);
    c->base = strdup("http://localhost");
    c->socket = c->data ? cli_path(c->data, "krading.sock") : NULL;
    if (!c->base || !c->socket)
        return -ENOMEM;
    if (access(c->data, F_OK))
        return cli_refuse("there is no office in %s; name one with --data, or make one with "
                          "krading init",
                          c->data);
    if (access(c->socket, F_OK))
        return nobody_serves(c);
    return 0;
}

int client_new(const Args *args, Client **ret)
{
    Client *c = calloc(1, sizeof(*c));

    if (!c)
        return err_origin(-ENOMEM);
    int r = open_place(args, c);
    if (!r && (curl_global_init(CURL_GLOBAL_DEFAULT) || !(c->curl = curl_easy_init())))
        r = err_origin(-ENOMEM);
    if (r) {
        client_free(c);
        return r;
    }
    c->tries = TRIES;
    c->headers = curl_slist_append(NULL, "Accept: application/json");
    *ret = c;
    return 0;
}

Client *client_free(Client *c)
{
    if (!c)
        return NULL;
    if (c->curl)
        curl_easy_cleanup(c->curl);
    for (struct curl_slist *h = c->headers; h; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(c->headers);
    free(c->base);
    free(c->socket);
    free(c->data);
    free(c);
    return NULL;
}

Str client_origin(const Client *c)
{
    return str_of(strstr(c->base, "://") + 3);
}

const char *client_data_dir(const Client *c)
{
    return c->data;
}

void client_set_token(Client *c, const char *token)
{
    char line[TOKEN_MAX];

    snprintf(line, sizeof(line), "Authorization: Bearer %s", token);
    c->headers = curl_slist_append(c->headers, line);
    explicit_bzero(line, sizeof(line));
}

static CURLcode once(Client *c, const char *path, Answer *a)
{
    char url[4096];

    snprintf(url, sizeof(url), "%s%s", c->base, path);
    curl_easy_setopt(c->curl, CURLOPT_URL, url);
    curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, c->socket);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &a->body);
    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
    if (strncmp(c->base, "http://", 7) == 0)
        curl_easy_setopt(c->curl, CURLOPT_PROXY, ""); /* this machine is no proxy's business */
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, (long)TIMEOUT_SECONDS);
    curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    buf_reset(&a->body);
    CURLcode code = curl_easy_perform(c->curl);
    if (code == CURLE_OK)
        curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &a->status);
    return code;
}

static bool is_busy(Client *c, const Answer *a)
{
    curl_off_t wait = 0;

    curl_easy_getinfo(c->curl, CURLINFO_RETRY_AFTER, &wait);
    return a->status == 429 || (a->status == 503 && wait > 0 && wait <= SOON);
}

/* What a daemon says ends on a terminal: labels, names, messages, errors. Sealed things are letters
 * and digits and stay as they are. */
static int clean_text(json_t *o)
{
    BUF_AUTO Buf shown = {0};
    Str text = {json_string_value(o), json_string_length(o)};

    buf_init(&shown, 3 * text.len + 1);
    text_put_shown(&shown, text);
    if (shown.err)
        return shown.err;
    if (str_eq(buf_str(&shown), text))
        return 0;
    return json_string_setn(o, (const char *)shown.ptr, shown.len) ? -ENOMEM : 0;
}

/* jansson has bounded the depth. */
static int clean(json_t *o)
{
    const char *key;
    json_t *one;
    size_t i;
    int r = 0;

    if (json_is_string(o))
        return clean_text(o);
    json_object_foreach(o, key, one) r = r ? r : clean(one);
    json_array_foreach(o, i, one) r = r ? r : clean(one);
    return r;
}

/* With what curl_easy_setopt has been told of method and body. */
static int perform(Client *c, const char *path, bool again, Answer *ret)
{
    Answer a = {.status = 0};
    CURLcode code = CURLE_OK;

    buf_init(&a.body, ANSWER_MAX);
    for (unsigned i = 0; i < c->tries; i++) {
        code = once(c, path, &a);
        if (code == CURLE_OK && !is_busy(c, &a))
            break;
        if (code != CURLE_OK && !again)
            break;
        if (i + 1 < c->tries)
            sleep(1);
    }
    curl_easy_reset(c->curl);
    if (code != CURLE_OK) {
        answer_finish(&a);
        if (code == CURLE_COULDNT_CONNECT && c->socket)
            return nobody_serves(c);
        return cli_refuse("no answer from %s: %s", c->socket ? c->socket : c->base,
                          curl_easy_strerror(code));
    }
    a.json = json_loadb((const char *)a.body.ptr, a.body.len, 0, NULL);
    int r = clean(a.json);
    if (r) {
        answer_finish(&a);
        return err_origin(r);
    }
    *ret = a;
    return 0;
}

int client_get(Client *c, const char *path, Answer *ret)
{
    curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
    return perform(c, path, true, ret);
}

/* RFC 3986: all but the unreserved. */
static void put_escaped(Buf *out, Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char b = (unsigned char)s.ptr[i];
        if ((b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') ||
            b == '-' || b == '.' || b == '_' || b == '~')
            buf_add_u8(out, b);
        else
            buf_addf(out, "%%%02X", (unsigned)b);
    }
}

Str client_escape(Arena *arena, Str s)
{
    BUF_AUTO Buf out = {0};

    buf_init(&out, 3 * s.len + 1);
    put_escaped(&out, s);
    return out.err ? (Str){NULL, 0} : arena_str(arena, buf_str(&out));
}

int client_post(Client *c, const char *path, const Pair *form, size_t n, bool again, Answer *ret)
{
    BUF_AUTO Buf body = {0};

    buf_init(&body, ANSWER_MAX);
    for (size_t i = 0; i < n; i++) {
        buf_addf(&body, "%s%s=", i ? "&" : "", form[i].name);
        put_escaped(&body, form[i].value);
    }
    buf_adds(&body, "");
    if (body.err)
        return err_origin(body.err);
    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)body.len);
    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body.ptr ? (const char *)body.ptr : "");
    return perform(c, path, again, ret);
}

static bool add_field(curl_mime *mime, const char *name, Str value, bool file)
{
    curl_mimepart *part = curl_mime_addpart(mime);

    return part && !curl_mime_name(part, name) && !curl_mime_data(part, value.ptr, value.len) &&
           (!file || (!curl_mime_filename(part, "sealed") &&
                      !curl_mime_type(part, "application/octet-stream")));
}

int client_part(Client *c, const char *path, Str offset, Str bytes, Answer *ret)
{
    curl_mime *mime = curl_mime_init(c->curl);

    if (!mime || !add_field(mime, "offset", offset, false) ||
        !add_field(mime, "part", bytes, true)) {
        curl_mime_free(mime);
        return err_origin(-ENOMEM);
    }
    curl_easy_setopt(c->curl, CURLOPT_MIMEPOST, mime);
    int r = perform(c, path, true, ret);
    curl_mime_free(mime);
    return r;
}

void client_wait(Client *c, unsigned seconds)
{
    c->tries = seconds ? seconds : TRIES;
}

int answer_refused(const Answer *a)
{
    const json_t *error = json_object_get(a->json, "error");
    const char *message = js_text(error, "message");
    const char *field = js_text(error, "field");

    if (!*message)
        return cli_refuse("the daemon answered %ld", a->status);
    return *field ? cli_refuse("%s: %s", field, message) : cli_refuse("%s", message);
}

const char *js_text(const json_t *o, const char *name)
{
    const char *text = json_string_value(json_object_get(o, name));

    return text ? text : "";
}

Str js_str(const json_t *o, const char *name)
{
    const json_t *value = json_object_get(o, name);

    return (Str){json_string_value(value), json_string_length(value)};
}

int64_t js_int(const json_t *o, const char *name)
{
    return json_integer_value(json_object_get(o, name));
}

bool js_bool(const json_t *o, const char *name)
{
    return json_is_true(json_object_get(o, name));
}

int js_bytes(const json_t *o, const char *name, Arena *arena, Str *ret)
{
    BUF_AUTO Buf out = {0};
    Str text = js_str(o, name);

    buf_init(&out, text.len + 1);
    if (!text.ptr)
        return 1;
    int r = text_get_base64url(text, &out);
    if (r)
        return r;
    *ret = arena_str(arena, buf_str(&out));
    return ret->ptr ? 0 : err_origin(-ENOMEM);
}

/* Programs get every character as it was typed; a terminal must not obey one. */
int js_print(json_t *o)
{
    char *text = isatty(STDOUT_FILENO) ? json_dumps(o, JSON_INDENT(2)) : NULL;
    int r = 0;

    if (text)
        put_shown(stdout, str_of(text));
    else
        r = json_dumpf(o, stdout, JSON_INDENT(2));
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
    json_decref(o);
    putchar('\n');
    return r ? cli_refuse("cannot write the answer") : CLI_DONE;
}
