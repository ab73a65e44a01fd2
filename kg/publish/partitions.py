"""What VoID counts: classes, properties, and the properties of each class, gathered while the lines go by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.publish.units import Part
from kg.terms import RDF_TYPE

_TYPE = f"<{RDF_TYPE}> ".encode()


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
        self._shapes: Counter[tuple[bytes, ...]] = Counter()

    def take(self, parts: Iterable[Part]) -> None:
        """Take in the units of one subject."""
        self._shapes[_shape(parts)] += 1

    def result(self) -> Partitions:
        """The counts."""
        found = Partitions()
        for shape, times in self._shapes.items():
            found.subjects += times
            found.triples += times * len(shape)
            own = Counter(name.partition(b" ")[0].decode() for name in shape)
            for name, count in own.items():
                found.properties[name] += times * count
            for kind in {name.partition(b" ")[2].decode() for name in shape} - {""}:
                found.classes[kind] += times
                held = found.class_properties.setdefault(kind, Counter())
                for name, count in own.items():
                    held[name] += times * count
        return found


def _shape(parts: Iterable[Part]) -> tuple[bytes, ...]:
    """The properties of a subject, one a line; a type follows its property after a space."""
    pairs = [pair for part in parts for pair in part.pairs]
    return tuple([pair if pair.startswith(_TYPE) else pair[: pair.index(b" ")] for pair in pairs])
