/* SPDX-License-Identifier: Apache-2.0 */
/* Where things lie when nobody says so: beside the program. */
#include "cli/cli.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *cli_path(const char *dir, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* The program lies in TREE/BUILD/cli/krading: TREE/name. NULL when it does not, or no memory. */
static char *beside_program(const char *name)
{
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

    if (len <= 0)
        return NULL;
    exe[len] = '\0';
    for (int up = 0; up < 3; up++) {
        char *slash = strrchr(exe, '/');
        if (!slash)
            return NULL;
        *slash = '\0';
    }
    return cli_path(exe, name);
}

char *cli_data_dir(const Args *args)
{
    const char *given = args_has(args, OPT_DATA) ? args->value[OPT_DATA] : getenv("KRADING_DATA");

    return given && *given ? strdup(given) : beside_program("demo-office");
}

char *cli_share_dir(void)
{
    char *path = beside_program("workflows");

    if (path && access(path, R_OK) == 0)
        return path;
    free(path);
    /* Installed; else built outside of the source tree. */
    const char *installed = KRADING_SHARE_DIR "/workflows";
    return strdup(access(installed, R_OK) == 0 ? installed : KRADING_SOURCE_DIR "/workflows");
}
