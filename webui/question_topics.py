"""The named questions under what they are asked for, so that a reader finds one among many."""

from collections.abc import Iterable

from kg.questions import Question

TOPICS = (
    (
        "Who says what",
        (
            *("who-asserts-what", "what-an-agent-asserted", "said-by-date", "positions-held"),
            *("last-word-of-each-voice", "who-holds-whom-responsible", "characterisations-of-conduct"),
            *("methods", "requests-and-answers", "joint-voices"),
        ),
    ),
    (
        "On whose word",
        (
            *("chain-of-voices", "first-hand-claims", "origins-of-what-is-asserted", "numbers-on-one-origin"),
            *("claims-through-one-outlet-only", "voices-everything-passes-through", "circular-reports"),
            *("unnamed-sources", "headline-differs", "everything-resting-on-a-document"),
            "claims-without-preserved-capture",
        ),
    ),
    (
        "Who disagrees",
        (
            *("largest-disagreements", "numbers-of-two-voices", "contradictions-by-pair-of-voices"),
            *("asserted-and-denied", "spread-of-numbers"),
            *("denials-and-cannot-confirm", "graded-by-recorder-not-found-by-party", "times-that-differ"),
            "identity-links",
        ),
    ),
    (
        "What changed",
        (
            *("positions-reversed", "reversals-after-submission", "revisions", "largest-upward-revisions"),
            *("changes-by-kind", "withdrawn-claims", "stale-statuses", "relayed-after-revision"),
        ),
    ),
    (
        "Numbers and assessments",
        (
            *("numbers-for-population-and-basis", "numbers-left-open", "sets-and-their-counts"),
            *("partitions-and-ledgers-that-do-not-balance", "totals-over-several-events"),
            "assessments-by-status-and-reason",
        ),
    ),
    ("What the record holds", ("events-overview", "agents-overview", "documents-overview")),
)
REST = "Others"


def group_by_topic(questions: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """The questions under their topics, in the order of the topics; what stands under none comes last."""
    left = {question.name: question for question in questions}
    found = [(topic, [left.pop(name) for name in names if name in left]) for topic, names in TOPICS]
    return [(topic, members) for topic, members in (*found, (REST, list(left.values()))) if members]
