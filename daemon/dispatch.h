/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "daemon/request.h"

/* Callbacks for evhttp_set_gencb; arg is the Server. */
void dispatch_tcp(struct evhttp_request *http, void *arg);
void dispatch_unix(struct evhttp_request *http, void *arg);
