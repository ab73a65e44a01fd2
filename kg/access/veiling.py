"""Files of which something is withheld, so named that nobody can try a guess against them.

A hash of a whole file tells nothing to those who lack it, and everything to those who have all of it but one name. So a
file and an ingestion that hold something withheld are named by a key of the record's own, and the plain hash and length
are kept where the withheld is.
"""

from collections.abc import Callable
from dataclasses import replace

from kg import iris
from kg.model import Batch, Entity, File, Ingestion, Withheld
from kg.terms import Iri, avc

_LEVELS = (avc("access-restricted"), avc("access-sealed"))
Keyed = Callable[[str], str]
"""A name in hexadecimal that cannot be worked out without the record's key."""


def veil(base: str, batch: Batch, keyed: Keyed) -> Batch:
    """A batch with its files and its ingestion under such names, where it withholds something; else as it is."""
    level = _least_level(batch)
    if level is None:
        return batch
    files = {each.iri: each for each in batch.entities if isinstance(each, File)}
    new = {iri: iris.file_iri(base, keyed(f"file {file.sha256}")) for iri, file in files.items()}
    ingestion = _veil_ingestion(base, batch.ingestion, new, keyed)
    names = {**new, batch.ingestion.iri: ingestion.iri}
    decisions = {
        each: replace(each, ingestion=ingestion.iri, decides=names.get(each.decides, each.decides))
        for each in batch.decisions
    }
    names |= {iris.decision_iri(base, old): iris.decision_iri(base, made) for old, made in decisions.items()}
    hashes = tuple(
        Withheld(withheld_from=new[iri], access=level, sha256=file.sha256, length=file.length)
        for iri, file in files.items()
    )
    return replace(
        batch,
        ingestion=ingestion,
        entities=tuple(_veil_entity(each, new, ingestion) for each in batch.entities),
        recordings=tuple(replace(each, ingestion=ingestion.iri, file=new[each.file]) for each in batch.recordings),
        decisions=tuple(decisions.values()),
        withheld=(*batch.withheld, *hashes),
        origins={names.get(iri, iri): origin for iri, origin in batch.origins.items()},
    )


def _least_level(batch: Batch) -> Iri | None:
    """The least level of what a batch withholds, None where it withholds nothing."""
    held = {each.access for each in batch.recordings} | {each.access for each in batch.withheld}
    return next((level for level in _LEVELS if level in held), None)


def _veil_ingestion(base: str, ingestion: Ingestion, files: dict[Iri, Iri], keyed: Keyed) -> Ingestion:
    key = iris.hash_key({"keyed": keyed(ingestion.iri)})
    return replace(
        ingestion, iri=iris.named_iri(base, "ingestion", key), files=tuple(files[each] for each in ingestion.files)
    )


def _veil_entity(entity: Entity, files: dict[Iri, Iri], ingestion: Ingestion) -> Entity:
    if isinstance(entity, Ingestion):
        return ingestion
    if isinstance(entity, File):
        return replace(entity, iri=files[entity.iri], sha256=None, length=None)
    return entity
