"""What is wrong with a file that is no YAML, in words for who does not program: the line, the problem, the remedy."""

from __future__ import annotations

import yaml

_QUOTE_IT = "Put the whole text between quotes"
_INDENT = "Begin it as far to the right as the lines that belong with it, with spaces"
_NAME = (
    "Write `name: text`, with a space after the colon; a text that goes on in a next line begins further to the right"
)
_PAIRS = "Close every { and [, put a comma between two things, and quotes around a text with : or # in it"

_OF_ITS_OWN = {
    "found a tab character that violates indentation": ("a tab stands here", "Use spaces instead"),
    "did not find expected '-' indicator": (
        "this line begins no new part of the list, and belongs to none",
        "Begin a part with `- `, and its other lines under its first word",
    ),
    "block sequence entries are not allowed in this context": ("a text cannot begin with a dash", _QUOTE_IT),
    "mapping keys are not allowed in this context": ("a text cannot begin with a question mark", _QUOTE_IT),
    "did not find expected alphabetic or numeric character": ("a text cannot begin with * or &", _QUOTE_IT),
    "found undefined alias": ("a text cannot begin with *", _QUOTE_IT),
    "did not find expected comment or line break": ("a text cannot begin with > or |", _QUOTE_IT),
    "found unknown escape character": ("a \\ stands between double quotes", "Take it out, or use single quotes"),
    "mapping values are not allowed in this context": (
        "this line or the one above stands too far to the right, or lacks a space after its colon",
        _INDENT,
    ),
    "did not find expected key": ("this line does not stand where it belongs", _INDENT),
    "did not find expected node content": ("a { or [ above is not closed, or a comma stands alone", _PAIRS),
    "found unexpected ':'": ("between braces a space is missing after a colon", "Write {name: text}"),
}
_WHERE_IT_BEGINS = {
    "could not find expected ':'": ("the name in this line has no colon with a space after it", _NAME),
    "found unexpected end of stream": ("the quote that opens in this line is never closed", "Close it"),
    "did not find expected ',' or '}'": ("the { in this line is not closed, or misses a comma", _PAIRS),
    "did not find expected ',' or ']'": ("the [ in this line is not closed, or misses a comma", _PAIRS),
}
"""Told of the line in which the thing began that went wrong, as it is often not the one in which YAML noticed."""

_FOLLOWED = (
    "something follows the quote or bracket that closes what begins here",
    "Close it where it ends, and put a text with such signs in it between quotes as a whole",
)


def explain(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str, str]:
    """The line, what is wrong in it and what to do. ``text`` is the file's."""
    problem = str(error.problem)
    begins = error.context_mark if problem in _WHERE_IT_BEGINS else None
    mark = begins or error.problem_mark
    if mark is None:
        return 1, problem, "Compare with another file of this kind"
    lines = [*text.splitlines(), ""]
    for number in (mark.line, mark.line - 1):
        if "\N{NO-BREAK SPACE}" in lines[number]:
            return number + 1, "a blank in this line is no space, but copied from elsewhere", "Type its blanks anew"
    line = lines[mark.line]
    if problem == "did not find expected key" and line[: mark.column].strip():
        return _before(mark, text), *_FOLLOWED
    return mark.line + 1, *_told(problem, line, mark.column, error.note)


def _before(mark: yaml.Mark, text: str) -> int:
    """The line in which the last thing before ``mark`` begins: where a quote was opened that closes there."""
    line = mark.line
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if token.start_mark.index >= mark.index:
            break
        line = token.start_mark.line
    return line + 1


def _told(problem: str, line: str, column: int, note: str | None) -> tuple[str, str]:
    match problem:
        case "found character that cannot start any token" if line[column : column + 1] == "\t":
            return "a tab stands here", "Use spaces instead"
        case "found character that cannot start any token":
            return f"a text cannot begin with {line[column : column + 1]}", _QUOTE_IT
        case "mapping values are not allowed in this context" if ": " in line[:column]:
            return "a colon with a space after it stands in the text", _QUOTE_IT
        case _ if problem.startswith("could not determine a constructor"):
            return "a text cannot begin with !", _QUOTE_IT
        case _ if told := _WHERE_IT_BEGINS.get(problem) or _OF_ITS_OWN.get(problem):
            return told
        case _:
            return problem, note or "Compare it with the lines above"
