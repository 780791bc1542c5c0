"""Small builders of form-js JSON."""

import json

from forms import Form


def component(kind, key, **more):
    return {"type": kind, "id": key, "key": key, "label": key, **more}


def source(*components, **more):
    return json.dumps({"id": "f", "schemaVersion": 19, "title": "F", "components": list(components), **more}).encode()


def form(*components, **more):
    return Form.parse(source(*components, **more), "f.form.json")
