"""The real chart's questions, loaded once, and answers made from plain values."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from helm_aeterna.adapters.chart import CATALOGUE, SCHEMA, read_catalogue_schema, read_chart_file
from helm_aeterna.answers.parse import parse
from helm_aeterna.checks.catalogue import load_catalogue
from helm_aeterna.model.answers import Answer, Answers, Source
from helm_aeterna.outputs.preview import Chart
from tests.support.program import CHART

if TYPE_CHECKING:
    from helm_aeterna.formats import Tree


@functools.cache
def real_chart() -> Chart:
    """Catalogue, schema and script of charts/aeterna."""
    catalogue = load_catalogue(read_chart_file(CHART, CATALOGUE), read_catalogue_schema, CATALOGUE)
    schema = read_chart_file(CHART, SCHEMA)
    assert isinstance(schema, dict)
    return Chart.of(catalogue, schema)


def answers(given: dict[str, Tree], source: Source = Source.FLAG) -> Answers:
    """Answers as if each had been given by its flag; underscores stand for dashes."""
    script = real_chart().script
    made: dict[str, Answer] = {}
    for name, value in given.items():
        question = script.get(name.replace("_", "-"))
        assert question is not None, name
        made[question.id] = Answer(value=parse(question, value), source=source, place=question.flag)
    return Answers(made)
