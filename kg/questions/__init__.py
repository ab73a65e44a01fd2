"""The named questions, one `.rq` file each: found, bound to what a reader asks for, and answered as typed rows."""

from kg.questions.empty import explain_empty, is_empty
from kg.questions.header import Column, Param, Question
from kg.questions.library import ask, bind, get_question, list_questions
from kg.questions.table import Cell, Ref, Table, to_text

__all__ = [
    "Cell",
    "Column",
    "Param",
    "Question",
    "Ref",
    "Table",
    "ask",
    "bind",
    "explain_empty",
    "get_question",
    "is_empty",
    "list_questions",
    "to_text",
]
