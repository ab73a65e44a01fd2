"""What every act of recording says of itself: the instant, and the software."""

from datetime import UTC, datetime


def now() -> str:
    """The present instant in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def software() -> str:
    """This program and its version, as recorded with every ingestion."""
    from kg import __version__

    return f"averment {__version__}"
