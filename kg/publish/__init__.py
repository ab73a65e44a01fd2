"""The public record as a folder that any web server can host, and the proof that it is unchanged."""

from kg.publish.checking import Verdict, verify_publication
from kg.publish.publishing import Published, publish
from kg.publish.settings import Settings

__all__ = ["Published", "Settings", "Verdict", "publish", "verify_publication"]
