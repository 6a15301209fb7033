/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/proofs.h"

void proofs_finish(Proofs *p)
{
    for (size_t i = 0; i < PROOFS_KEPT; i++)
        buf_finish(&p->kept[i].text);
}

Str proofs_find(const Proofs *p, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < PROOFS_KEPT; i++) {
        const KeptProof *k = &p->kept[i];
        if (k->text.len && k->from == from && k->to == to)
            return buf_str(&k->text);
    }
    return (Str){NULL, 0};
}

bool proofs_take(Proofs *p, int64_t second)
{
    if (second != p->second)
        p->made = 0;
    p->second = second;
    if (p->made == PROOFS_A_SECOND)
        return false;
    p->made++;
    return true;
}

void proofs_keep(Proofs *p, uint64_t from, uint64_t to, Str text)
{
    KeptProof *k = &p->kept[p->next];

    p->next = (p->next + 1) % PROOFS_KEPT;
    buf_finish(&k->text);
    buf_init(&k->text, PROOF_TEXT_MAX);
    buf_add_str(&k->text, text);
    k->from = from;
    k->to = to;
    if (k->text.err)
        buf_finish(&k->text);
}
