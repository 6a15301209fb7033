/* SPDX-License-Identifier: Apache-2.0 */
/* What the public pages say of a channel before anything is filed. */
#pragma once

#include "daemon/html.h"

/* In how many days one hears, by the workflow's shown deadline. */
void promise_put(Request *q, const Def *def);
/* The limit of a deadline; of one that goes by a choice, each choice's. */
void limit_put(Request *q, const Def *def, const Deadline *d);
/* The button that leads to the form. */
void report_link_put(Request *q, const Def *def);
