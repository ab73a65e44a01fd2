"""What Schemathesis is told of a server under test: names of things that are there, so that it meets more than 404.

The test that runs it gives the names by path in `KNOWN`; without, whoever looks for tests finds none here.
"""

import json
import os
import re

import schemathesis

NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._~-]*")
KNOWN = json.loads(os.environ.get("KNOWN", "{}"))


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Name something that is there, three times in four, in place of a name that was made up and could be one."""
    names = KNOWN.get(context.operation.path, {}) if path_parameters else {}
    return {
        name: names[name][len(value) % len(names[name])] if name in names and is_replaced(value) else value
        for name, value in (path_parameters or {}).items()
    }


def is_replaced(value):
    return isinstance(value, str) and bool(NAME.fullmatch(value)) and len(value) % 4 != 0
