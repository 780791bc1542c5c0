"""All measures in the order in which they are shown. Own definitions, close to published ones and none of them; no licensed names or codes."""

from collections.abc import Mapping

from care.measures.after_discharge import AFTER_DISCHARGE
from care.measures.model import Definition
from care.measures.programme import PROGRAMME
from care.measures.results import RESULTS

CATALOGUE: tuple[Definition, ...] = (*AFTER_DISCHARGE, *PROGRAMME, *RESULTS)
BY_ID: Mapping[str, Definition] = {item.id: item for item in CATALOGUE}
