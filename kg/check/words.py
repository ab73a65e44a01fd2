"""Findings in plain words, each with what would put it right."""

from typing import Final

from kg.check.finding import Finding
from kg.check.shapes import show
from kg.terms import compact_iri

LONGEST: Final = 120

# By constraint component: what is wrong, then the fix; {path} and {value} are filled in.
_FALLBACK: Final = {
    "MinCount": "{path} is missing, or given too few times: add it",
    "MaxCount": "{path} is given too many times: keep one",
    "Datatype": "{path} has {value}, which is not of the right kind: write it in the form that {path} takes",
    "Class": "{path} names {value}, which is not the right kind of thing: name one that is, or say what it is",
    "NodeKind": "{path} has {value}: give a name (IRI) where one is wanted, a text where a text is wanted",
    "In": "{path} has {value}, which is not one of those allowed: choose one from its list",
    "HasValue": "{path} lacks a value that it has to have: add it",
    "Pattern": "{path} has {value}, which is not in the right form: write it in the form that {path} takes",
    "MinLength": "{path} has {value}, which is too short: write it out",
    "MaxLength": "{path} has {value}, which is too long: shorten it",
    "MinInclusive": "{path} has {value}, which is too small: mend the number or date",
    "MinExclusive": "{path} has {value}, which is too small: mend the number or date",
    "MaxInclusive": "{path} has {value}, which is too large: mend the number or date",
    "MaxExclusive": "{path} has {value}, which is too large: mend the number or date",
    "LessThan": "{path} has {value}, which has to come before what it is paired with: mend one of the two",
    "LessThanOrEquals": "{path} has {value}, which may not come after what it is paired with: mend one of the two",
    "Equals": "{path} does not agree with what it has to equal ({value}): make the two the same",
    "Disjoint": "{path} has {value}, which also stands where it may not: keep it in one of the two",
    "UniqueLang": "{path} is given twice in one language: keep one for each language",
    "LanguageIn": "{path} has {value}, whose language is not one of those allowed: mend the language tag",
    "Closed": "{path} does not belong here: remove it, or mend its spelling",
    "Not": "{value} is what it may not be: change it",
    "And": "{value} does not meet every condition set for it: mend it",
    "Or": "{value} meets none of the conditions of which it has to meet one: mend it",
    "Xone": "{value} has to meet exactly one of its conditions: mend it",
    "Node": "{path} names {value}, which is itself not in order: mend that first",
    "QualifiedMinCount": "{path} has too few values of the kind wanted: add one",
    "QualifiedMaxCount": "{path} has too many values of one kind: remove one",
}


def to_sentence(finding: Finding) -> str:
    """One sentence saying what is wrong and what would be right; the shape's own message where it has one.

    >>> to_sentence(Finding("http://e/c", "https://w3id.org/averment/ns#wording", "MinCountConstraintComponent",
    ...                     "http://e/S", "Violation", "", ""))
    'av:wording is missing, or given too few times: add it.'
    """
    if finding.message and not finding.value:
        return finding.message
    value = _shown(finding.value)
    if finding.message:
        told = not value or value in finding.message or finding.value[1:-1] == finding.focus
        return finding.message if told else f"{finding.message.rstrip('.')} (here it is {value})."
    component = finding.component.removesuffix("ConstraintComponent")
    form = _FALLBACK.get(
        component, "{path} has {value}, which breaks a rule of its shape: see the shape for what it asks"
    )
    path = compact_iri(finding.path) or "this"
    shape = f" ({compact_iri(finding.shape)})" if component not in _FALLBACK and finding.shape else ""
    return f"{form.format(path=path, value=value or 'nothing')}{shape}."


def _shown(value: str) -> str:
    text = show(value)
    quoted = f"“{text}”" if value.startswith('"') else text
    return quoted if len(quoted) <= LONGEST else f"{quoted[:LONGEST]}… ({len(text)} characters)"
