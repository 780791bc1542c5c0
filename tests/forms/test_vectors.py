"""Every vector says the same of the server's compiler as it says of the browser's renderer."""

import json
from pathlib import Path

import pytest

from feel import to_json
from forms import Form

VECTORS = [
    pytest.param(document["schema"], vector, id=f"{path.stem}: {vector['claim']}")
    for path in sorted(Path(__file__).with_name("vectors").glob("*.json"))
    for document in [json.loads(path.read_text())]
    for vector in document["vectors"]
]


@pytest.mark.parametrize(("schema", "vector"), VECTORS)
def test_an_answer_is_taken_or_refused_as_the_vector_says(schema, vector):
    form = Form.parse(json.dumps(schema).encode(), "vector")

    checked = form.check(vector["data"], vector["known"])

    assert [{"pointer": p.pointer, "detail": p.detail} for p in checked.problems] == vector["errors"]
    assert to_json(checked.values) == vector["values"]


def test_there_are_enough_vectors():
    assert len(VECTORS) >= 25
