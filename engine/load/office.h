/* SPDX-License-Identifier: Apache-2.0 */
/* An office's own settings (settings.yaml): what differs between two offices that run the same
 * workflows. No person, no secret: those are in the signed directory. */
#pragma once

#include "engine/core/def.h"

typedef struct Unit {
    Str id;
    Label label;
} Unit;

/* A list that fields name with choices_from: villages, channels, reject_codes, ... */
typedef struct OfficeList {
    Str id;
    Choice *choices;
    uint8_t n_choices;
} OfficeList;

/* A text a person confirms having read; its version is stored with the answer. */
typedef struct Notice {
    Str id, version;
    Label text;
} Notice;

/* An authority outside, linked from the protected channel. */
typedef struct Authority {
    Str id;
    Label label;
    Str phone, url; /* may be empty */
} Authority;

/* A role held for somebody else for a time, by an order. */
typedef struct Delegation {
    Str role, from, to; /* person names */
    Str order_no;
    Day since, until;
} Delegation;

/* Roles that may list closed files for destruction, and roles that may approve a list. */
typedef struct Destroyers {
    const Str *lists, *approves;
    size_t n_lists, n_approves; /* n_lists 0: the administrator; n_approves 0: nobody yet */
} Destroyers;

typedef struct Office {
    Str tenant; /* [a-z0-9-], chosen at init, part of every seal and signature */
    Label org;
    Str province; /* chooses the calendar's provincial days */
    Zone zone;
    Label address, phone, hours, dpo_contact;
    Str order_no;             /* the announcement that promises the days */
    uint16_t retention_years; /* said in the privacy notice */
    bool demo;
    bool register_by_fiscal_year; /* else by calendar year */
    const Str *serves;            /* ids of the workflows this office works with */
    size_t n_serves;              /* 0: every file of its workflows folder */
    const Unit *units;
    size_t n_units;
    const OfficeList *lists;
    size_t n_lists;
    const Notice *notices;
    size_t n_notices;
    const Authority *authorities;
    size_t n_authorities;
    const Delegation *delegations;
    size_t n_delegations;
    Destroyers destroys;
} Office;

/* Whether the office works with this workflow. */
bool office_serves(const Office *o, Str workflow);
const Unit *office_unit(const Office *o, Str id);
const OfficeList *office_list(const Office *o, Str id);
const Notice *office_notice(const Office *o, Str id);
