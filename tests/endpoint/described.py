"""What Schemathesis is told of a server under test: names of things that are there, so that it meets more than 404."""

import json
import os

import schemathesis

KNOWN = json.loads(os.environ["KNOWN"])


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Name something that is there, three times in four, by what was made up."""
    names = KNOWN.get(context.operation.path, {}) if path_parameters else {}
    return {
        name: names[name][len(value) % len(names[name])] if name in names and len(value) % 4 else value
        for name, value in (path_parameters or {}).items()
    }
