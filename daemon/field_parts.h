/* SPDX-License-Identifier: Apache-2.0 */
/* What every control of a form shares: its id, label, help, fault, and what was typed in it. */
#pragma once

#include "daemon/fields.h"

/* The page under construction. */
Buf *fields_out(const FieldsView *v);
const Field *fields_field(const FieldsView *v, uint8_t field);
/* In the language of the page. */
Str fields_label(const FieldsView *v, const Label *l);
/* The first value typed, or empty. */
Str fields_typed(const FieldsView *v, uint8_t field, uint8_t sub);
bool fields_is_typed(const FieldsView *v, uint8_t field, uint8_t sub, Str value);
void fields_put_id(const FieldsView *v, Str id, const char *suffix);
void fields_put_attr(const FieldsView *v, const char *name, Str value);
void fields_put_required(const FieldsView *v, bool required);
/* aria-describedby naming help and fault; fault NULL: none. */
void fields_put_described(const FieldsView *v, const Field *f, const char *fault);
/* The same for a fieldset, which cannot be marked as invalid. */
void fields_put_described_group(const FieldsView *v, const Field *f, const char *fault);
void fields_put_help(const FieldsView *v, const Field *f, const char *fault);
void fields_put_label(const FieldsView *v, const Field *f, bool required);
