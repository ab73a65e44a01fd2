"""Every question stands under one topic, where a reader looks for it."""

from collections import Counter

from kg.questions import list_questions
from webui.question_topics import REST, TOPICS, group_by_topic


def test_every_shipped_question_stands_under_one_topic():
    named = Counter(name for _, names in TOPICS for name in names)
    assert named == Counter(question.name for question in list_questions())


def test_a_question_under_no_topic_comes_last():
    one, *_ = list_questions()
    added = type(one)(**{**{name: getattr(one, name) for name in one.__slots__}, "name": "of-my-own"})
    topics = group_by_topic([added, one])
    assert topics[-1] == (REST, [added])
    assert [question for _, members in topics for question in members] == [one, added]
