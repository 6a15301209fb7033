/* SPDX-License-Identifier: Apache-2.0 */
/* The past of a demo office, while it is being made. */
#include "engine/desk/inner.h"

int desk_demo_pretend(Desk *d, Moment now)
{
    if (!desk_office(d)->demo)
        return DESK_REFUSED;
    d->offset = now - d->clock();
    return DESK_OK;
}
