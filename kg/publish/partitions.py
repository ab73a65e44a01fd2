"""What VoID counts: classes, properties, and the properties of each class, gathered while the lines go by."""

import re
from collections import Counter
from dataclasses import dataclass, field

from kg.publish.units import Subject
from kg.terms import RDF_TYPE

_NAME = re.compile(rb"\n<[^>]*> (<[^>]*>)")
_TYPE = f"<{RDF_TYPE}> ".encode()
_Shape = tuple[tuple[bytes, ...], tuple[bytes, ...]]


@dataclass(slots=True)
class Partitions:
    """How many triples and subjects there are, by class and by property; names are IRIs in angle brackets."""

    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    class_properties: dict[str, Counter[str]] = field(default_factory=dict)


class PartitionCounter:
    """Counts subjects by the shape they have (their classes and properties); there are few shapes."""

    def __init__(self) -> None:
        self._shapes: Counter[_Shape] = Counter()

    def take(self, subject: Subject) -> None:
        """Take in one subject."""
        data = b"\n" + subject.data
        mark = b"\n" + subject.start + _TYPE
        kinds, place = [], data.find(mark)
        while place >= 0:
            place += len(mark)
            kinds.append(data[place : data.index(b" ", place)])
            place = data.find(mark, place)
        self._shapes[tuple(kinds), tuple(_NAME.findall(data))] += 1

    def result(self) -> Partitions:
        """The counts."""
        found = Partitions()
        for (types, names), times in self._shapes.items():
            found.subjects += times
            found.triples += times * len(names)
            own = Counter(name.decode() for name in names)
            for name, count in own.items():
                found.properties[name] += times * count
            for kind in {kind.decode() for kind in types}:
                found.classes[kind] += times
                held = found.class_properties.setdefault(kind, Counter())
                for name, count in own.items():
                    held[name] += times * count
        return found
