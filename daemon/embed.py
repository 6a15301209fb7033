# SPDX-License-Identifier: Apache-2.0
"""Writes a file as a C array: embed.py FILE NAME OUT."""
import sys

source, name, out = sys.argv[1:]
with open(source, "rb") as f:
    data = f.read()
rows = [", ".join(str(b) for b in data[i:i + 24]) for i in range(0, len(data), 24)]
with open(out, "w", encoding="ascii") as f:
    f.write("/* SPDX-License-Identifier: Apache-2.0 */\n#pragma once\n\n")
    f.write("static const unsigned char %s[%d] = {\n    %s};\n" % (name, len(data), ",\n    ".join(rows)))
