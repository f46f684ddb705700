"""A video and its transcript in, professional subtitles in many languages out, all offline."""

__version__ = "0.1.0"
