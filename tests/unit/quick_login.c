/* SPDX-License-Identifier: Apache-2.0 */
/* Stands for login_stretch in tests of other things (linked with --wrap=login_stretch): the same
 * inputs give the same keys, without the memory and time that stretching is for. test_login and
 * test_desk_office use the real one. */
#include "crypto/login.h"

int __wrap_login_stretch(Str passphrase, Str tenant, Str name, Login *ret);

int __wrap_login_stretch(Str passphrase, Str tenant, Str name, Login *ret)
{
    const Str parts[] = {passphrase, tenant, name};
    const Hash auth = hash_parts(NULL, parts, 3), half = hash_parts(NULL, parts, 2);
    LOGIN_AUTO Login made = {{NULL}, {NULL}};

    if (secret_new_copy(&made.auth, auth.b) || secret_new_copy(&made.half, half.b))
        return -1;
    *ret = made;
    made = (Login){{NULL}, {NULL}};
    return 0;
}
