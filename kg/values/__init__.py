"""Values as sources write them: quantities, dates, places and names; refused with a reason, never guessed."""

from kg.values.conventions import CONVENTIONS, Convention, get_convention
from kg.values.date_parts import Precision
from kg.values.date_words import parse_date_words
from kg.values.dates import EdtfDate, parse_edtf
from kg.values.mgrs_squares import GridSquare, parse_mgrs, to_mgrs
from kg.values.names import Name, normalise_language, parse_name
from kg.values.places import ACCURACIES, Accuracy, Place, distance_m, parse_accuracy, parse_place, place_from_mgrs
from kg.values.quantities import Quantity, parse_quantity, to_words
from kg.values.refused import ValueRefused
from kg.values.scripts import check_script, detect_script, find_scripts
from kg.values.search_keys import search_key

__all__ = [
    "ACCURACIES",
    "CONVENTIONS",
    "Accuracy",
    "Convention",
    "EdtfDate",
    "GridSquare",
    "Name",
    "Place",
    "Precision",
    "Quantity",
    "ValueRefused",
    "check_script",
    "detect_script",
    "distance_m",
    "find_scripts",
    "get_convention",
    "normalise_language",
    "parse_accuracy",
    "parse_date_words",
    "parse_edtf",
    "parse_mgrs",
    "parse_name",
    "parse_place",
    "parse_quantity",
    "place_from_mgrs",
    "search_key",
    "to_mgrs",
    "to_words",
]
